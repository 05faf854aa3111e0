"""The log of what staff and members did, in readable sentences."""
