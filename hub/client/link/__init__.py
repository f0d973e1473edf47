"""Staying linked to the record's hub, and what is asked and told over it."""
