"""Factories, one module a domain."""
