"""The guard over a whole command: every text in it, however deep it lies."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from hub.domain.guard import SHORTEST_FINDING, check_text, has_digit

if TYPE_CHECKING:
    from collections.abc import Callable


def has_number(value: msgspec.Struct) -> bool:
    """Whether any text inside a command, or a struct in it, may hold a My Number or a PIN: those are never stored."""
    for inner in _texts(type(value))(value):
        # Most are texts, short ones or without a digit: to ask for a finding costs more than to look.
        if type(inner) is str:
            if len(inner) >= SHORTEST_FINDING and has_digit(inner) and check_text(inner):
                return True
        elif inner and _in_part(inner):
            return True
    return False


def _in_part(value: object) -> bool:
    """The same of a field's value, however deep."""
    if not value:  # no text, no part: structs are always true
        return False
    if isinstance(value, str):
        return check_text(value) is not None
    if isinstance(value, (tuple, dict)):  # of a dict the keys: its values are counts
        return any(map(_in_part, value))
    return isinstance(value, msgspec.Struct) and has_number(value)


@cache
def _texts(kind: type[msgspec.Struct]) -> Callable[[msgspec.Struct], tuple[object, ...]]:
    """What reads those fields of a struct that are more than a number or bytes (made once: every command passes here)."""
    names = [field.name for field in msgspec.structs.fields(kind) if field.type not in (int, bool, bytes)]
    if len(names) > 1:
        return attrgetter(*names)
    # attrgetter would give a single one bare, and of none there is no attrgetter.
    return lambda value: (getattr(value, names[0]),) if names else ()
