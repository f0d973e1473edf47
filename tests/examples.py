"""How many examples a property gets that is tried for a hundred and more kinds, one by one."""

from hypothesis import settings

USUAL = 40
"""Examples of the default profile (conftest.py)."""


def examples(of_usual: int) -> settings:
    """`of_usual` of the default profile's 40; under another profile (`deep`) the same share of that one's."""
    return settings(max_examples=max(1, settings().max_examples * of_usual // USUAL))
