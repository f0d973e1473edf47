"""Numbers and their turns."""
