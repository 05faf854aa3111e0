"""Verbs of organisations and members: ``organisations``, ``members``, ``rosters``."""
