"""A picture that nothing can be made of, by the code of its fault in drivers/faults.py."""

from __future__ import annotations


class Unusable(Exception):
    """`code` is a fault's code; the text is for the log."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(why or code)
        self.code = code
