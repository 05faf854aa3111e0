"""What waits for me, what is late, what comes."""
