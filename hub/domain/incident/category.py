"""What kinds of incidents there are."""

from __future__ import annotations

import enum


class Category(enum.StrEnum):
    """What went wrong; the order is that of the menu, the gravest first."""

    PHOTO = "photo"  # another person's picture, or one that was not destroyed
    PAPERS = "papers"  # lost, damaged, one too few
    LEAK = "leak"  # somebody else saw or received personal data
    WRONG_PERSON = "wrong_person"  # papers, a card or an account of another person
    SEAL = "seal"  # a seal or a box that is not as it was left
    EQUIPMENT = "equipment"  # something lent by the city, or brought by us, is broken or gone
    INJURY = "injury"
    OTHER = "other"
    COMPLAINT = "complaint"  # the contracts count and report these apart
