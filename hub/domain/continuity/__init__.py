"""The record goes on: another hub, an older card, entries brought back."""
