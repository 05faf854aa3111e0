"""Hostile requests made from the API description."""
