"""The branch's desk as JSON, for a clerk's phone."""
