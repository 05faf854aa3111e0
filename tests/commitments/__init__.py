"""Tests of the commitments domain."""
