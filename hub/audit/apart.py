"""What an office set apart of a record when another hub had taken it over, held against the record that came in its place.

The two part where the take-over is. Where they part before it, the past was changed at the take-over: whoever signed
that, somebody's entries were exchanged that the office had cosigned.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from hub.audit.evidence import Evidence
from hub.audit.problem import Problem, finding
from sync.errors import Malformed
from sync.record.entry import decode_entry


def check(evidence: Evidence) -> Iterator[Problem]:
    """Each record that was set apart of this one and parts from it below the take-over's size."""
    for name, entries in evidence.apart:
        pairs = enumerate(zip(evidence.entries, entries, strict=False))
        at = next((at for at, (here, there) in pairs if here != there), None)
        if at is None:
            continue  # what came in its place has not come as far as the take-over, or has all of it
        with contextlib.suppress(Malformed):  # no entry at all: found as that
            # What a take-over begins is of a higher epoch than all that went before it.
            if decode_entry(evidence.entries[at]).epoch <= decode_entry(entries[-1]).epoch:
                yield finding("apart.other_past", entry=at, apart=name)
