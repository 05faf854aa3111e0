"""WeChat: the only part that talks to it, what it pushes to us, and a fake of it for tests and first tries."""
