"""The guard over a whole command: every text in it, however deep it lies."""

from __future__ import annotations

from functools import cache
from itertools import repeat

import msgspec

from hub.domain.guard import SHORTEST_FINDING, check_text, has_digit


def has_number(value: msgspec.Struct) -> bool:
    """Whether any text inside a command, or a struct in it, may hold a My Number or a PIN (they are never stored).

    Not even in a refusal.
    """
    for inner in map(getattr, repeat(value), _fields_with_texts(type(value))):
        # Most are texts, short ones or without a digit: to ask for a finding costs more than to look.
        if inner.__class__ is str:
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
def _fields_with_texts(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a struct that are more than a number or bytes (looked up once: every command passes here)."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if field.type not in (int, bool, bytes))
