"""The city's identity check, which nobody but the city decides."""
