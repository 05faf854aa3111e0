"""The pocket's pages by area; importing them registers their routes."""
