"""The mini-program, run in Chromium against a real server."""
