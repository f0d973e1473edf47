"""Custody on the terminal: counting, sealing, handing over."""
