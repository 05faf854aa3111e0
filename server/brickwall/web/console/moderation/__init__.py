"""审看: what waits for a person before everybody sees it, and what was decided."""
