"""Importing a roster: upload, preview, confirm, result."""
