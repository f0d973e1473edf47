"""Sheets of paper: counted, sealed, carried, handed over, accounted for."""
