"""The member's pocket as JSON."""
