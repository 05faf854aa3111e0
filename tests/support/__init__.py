"""Support for tests: databases, people, servers, browsers."""
