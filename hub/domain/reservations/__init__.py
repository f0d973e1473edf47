"""The city's reservation lists, as they are really sent."""
