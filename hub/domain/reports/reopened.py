"""A date that was opened more than once: its closings as sessions that add up.

What is counted at a closing is the whole date so far, since a ticket of the morning may end in the afternoon. Reports add
closings up. So the same venue opened again is one session with its last counts, and another venue's are those since the
closing before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from hub.domain.reports.counts import DayCounts, SessionCounts


class Session(NamedTuple):
    """One session: the places of its first and last closing in the list that was given, and what is its own."""

    first: int
    last: int
    counts: DayCounts


def sessions(closings: Sequence[DayCounts]) -> list[Session]:
    """The sessions of one record's closings, which stand in their order; their counts add up to what happened."""
    made: list[Session] = []
    for at, closing in enumerate(closings):
        before = closings[at - 1] if at else None
        if before is None or before.date != closing.date:
            made.append(Session(at, at, closing))
        elif (before.event_type, before.session.venue) == (closing.event_type, closing.session.venue):
            earlier = made.pop()
            base = _base(closings, earlier.first)
            own = closing if base is None else _since(base, closing)
            session = _joined(earlier.counts.session, closing.session)
            made.append(Session(earlier.first, at, msgspec.structs.replace(own, session=session)))
        else:
            own = msgspec.structs.replace(_since(before, closing), session=closing.session)
            made.append(Session(at, at, own))
    return made


def _base(closings: Sequence[DayCounts], first: int) -> DayCounts | None:
    """What had been counted of a session's date when it began."""
    before = closings[first - 1] if first else None
    return before if before is not None and before.date == closings[first].date else None


def _joined(earlier: SessionCounts, later: SessionCounts) -> SessionCounts:
    return msgspec.structs.replace(
        later,
        opened=earlier.opened,
        visits=dict(sorted((Counter(earlier.visits) + Counter(later.visits)).items())),
        reserved=earlier.reserved + later.reserved,
    )


def _since(before: DayCounts, now: DayCounts) -> DayCounts:
    """Every number of `now` less that of `before`; words are those of `now`.

    Less than nothing where the past has changed: who was absent in the morning may have been served after all.
    """
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(now)
    return msgspec.convert({name: _less(old[name], new[name]) for name in new}, DayCounts)


def _less(before: object, now: object) -> object:
    if isinstance(now, dict) and isinstance(before, dict):
        kinds = {key: type(value) for key, value in (*before.items(), *now.items())}
        less = {key: _less(before.get(key, kind()), now.get(key, kind())) for key, kind in kinds.items()}
        return {key: value for key, value in sorted(less.items()) if value not in (0, {})}
    return now - before if isinstance(now, int) and isinstance(before, int) else now
