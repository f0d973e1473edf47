"""A small training day at Koganei's booth, as the program of each number of the rules recorded it: a bundle for each.

    python -m tests.kept.record        writes the bundle of today's rules, once; what is kept is never written again

Keys come from a seed and times from a constant, so that two runs of one program write the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hub.audit.verify import Report, verify
from hub.domain.day.day import RULES
from tests.hub.audit.bundles import bundle, encoded
from tests.kept.shapes import HERE
from tests.records import RecordMaker, World

WORLD = World("koganei", seed="kept")
"""Whose roots the bundles lead to: its keys are the same under every version."""


def file_of(rules: str) -> Path:
    """Where the record under a number is kept."""
    return HERE / f"rules-{rules}.bundle"


def made() -> bytes:
    """One visit by the contract's first method, somebody who never comes, and the papers' way to the city."""
    maker = RecordMaker(WORLD)
    maker.open()
    maker.ticket()
    maker.no_show()
    maker.close()
    return encoded(bundle(maker, city=maker.size, office=maker.size))


def report(file: Path) -> Report:
    """What this program says of a kept record."""
    roots = WORLD.deployment
    return verify(file, contractor_root=roots.contractor_root, city_root=roots.city_root)


if __name__ == "__main__":
    if file_of(RULES).exists():
        sys.exit(f"{file_of(RULES).name} is kept: it is what older programs wrote, and only another RULES has another")
    file_of(RULES).write_bytes(made())
