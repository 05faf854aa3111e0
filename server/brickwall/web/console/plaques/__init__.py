"""The plaque ledger and the print dialog."""
