"""A contract as it is before the city has consented to anything: the same profile without its consents."""

from __future__ import annotations

import re

FILE = "contract-without-consents.toml"

_TABLE = re.compile(rb"^\[(training_)?consents\]\n(?:(?!\[).*\n?)*", re.MULTILINE)
"""A table of consents from its heading to the next heading; within it no line begins with a bracket."""


def without_consents(profile: bytes) -> bytes:
    """The profile file's bytes with no consent in it; as it was where it has none."""
    return _TABLE.sub(b"", profile)
