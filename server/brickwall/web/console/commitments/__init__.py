"""Commitments at the branch's desk: table, one commitment, review queues, writing, entries, import."""
