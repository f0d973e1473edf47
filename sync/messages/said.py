"""What every message is: a struct that is told from the others by its name in small letters."""

from __future__ import annotations

import msgspec


class Said(msgspec.Struct, frozen=True, tag_field="say", tag=str.lower):
    """Something that one party says to another. Its class's name is on the wire: to rename one is another protocol."""
