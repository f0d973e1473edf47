"""When this hub is not, or no more, the newest of its record."""
