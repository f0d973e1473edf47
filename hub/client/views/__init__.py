"""What a terminal sees of pictures and of people's data, in memory alone."""
