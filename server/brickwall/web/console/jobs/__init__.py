"""The page of a long piece of work: how far it is, and what came of it."""
