"""The phone that the mini-program's tests hold."""
