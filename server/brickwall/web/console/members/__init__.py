"""The branch's members: list, single pages, acts with reasons, order of the wall."""
