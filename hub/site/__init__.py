"""The daemon of one booth: the only writer of its record."""
