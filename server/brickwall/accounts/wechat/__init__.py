"""The mini-program's side of accounts: signing in, binding, what is kept, leaving."""
