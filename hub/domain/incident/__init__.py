"""What went wrong, and what is owed to the city then."""
