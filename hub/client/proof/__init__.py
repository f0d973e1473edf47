"""What a terminal believes of its hub's record, and what it keeps against it."""
