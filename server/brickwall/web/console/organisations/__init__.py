"""The organisation tree: pages, new branches and groups, names and sectors."""
