"""What the city is told in figures: derived from entries, never typed."""
