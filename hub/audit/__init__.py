"""Checks a record from its files alone and says what does not hold."""
