"""The day at a venue: opened, made ready, counted, closed."""
