"""The times that the hub put beside what people signed. Order is the index: a clock that was wrong is no fault.

Within one start of the hub the monotonic time cannot run backwards, and no start comes back after a later one: either
means that somebody wrote contexts by hand. Wall clocks that step, and times of signing and recording that lie apart,
are remarked: the first entry, how many, and the most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import le, sub

from hub.audit.problem import Problem, finding
from hub.domain.moment import Context

STEP_MS = 2_000
"""A clock that is only disciplined drifts by less between two entries; more means that somebody or NTP has set it."""

APART_MS = 300_000
"""Five minutes: a command waits seconds for its hub; clocks of booth machines are seldom five minutes wrong."""


class Times:
    """Reads contexts in order; `remarks()` at the end."""

    def __init__(self) -> None:
        self._last: Context | None = None
        self._boots: set[str] = set()
        self._remarks: dict[str, list[int]] = {}

    def take_all(self, contexts: Sequence[Context], made_ms: Sequence[int]) -> list[Problem]:
        """As take, of many entries in their order."""
        if self._ordinary(contexts, made_ms):
            self._last = contexts[-1]
            return []
        return [wrong for context, made in zip(contexts, made_ms, strict=True) for wrong in self.take(context, made)]

    def _ordinary(self, contexts: Sequence[Context], made_ms: Sequence[int]) -> bool:
        """Whether there is nothing to say of any of these, as of most: asked of all at once, entry by entry only if there is."""
        if self._last is None or not contexts:
            return False
        before = self._last
        monotonic = [before.monotonic_ms, *[one.monotonic_ms for one in contexts]]
        wall = [before.at_ms, *[one.at_ms for one in contexts]]
        apart = list(map(sub, wall[1:], made_ms))
        ahead = list(map(sub, wall, monotonic))
        steps = list(map(sub, ahead[1:], ahead))
        return (
            {before.boot}.issuperset([one.boot for one in contexts])
            and all(map(le, monotonic, monotonic[1:]))
            and max(steps) <= STEP_MS
            and min(steps) >= -STEP_MS
            and max(apart) <= APART_MS
            and min(apart) >= -APART_MS
        )

    def take(self, context: Context, made_ms: int) -> list[Problem]:
        """What is wrong with the context of the next entry; `made_ms` is what its signer's machine said."""
        found: list[Problem] = []
        last, self._last = self._last, context
        if last is None or context.boot != last.boot:
            if context.boot in self._boots:
                found.append(finding("time.boot_again", entry=context.index, boot=context.boot))
            self._boots.add(context.boot)
            if last is not None and context.at_ms < last.at_ms:
                self._remark("remark.clock_stepped", context.index, context.at_ms - last.at_ms)
        else:
            passed = context.monotonic_ms - last.monotonic_ms
            if passed < 0:
                found.append(finding("time.monotonic_back", entry=context.index, ms=passed))
            stepped = context.at_ms - last.at_ms - passed
            if abs(stepped) > STEP_MS:
                self._remark("remark.clock_stepped", context.index, stepped)
        if abs(context.at_ms - made_ms) > APART_MS:
            self._remark("remark.signed_earlier", context.index, context.at_ms - made_ms)
        return found

    def remarks(self) -> Iterator[Problem]:
        """What an auditor should know of the clocks, once per kind."""
        for code, (first, count, most) in self._remarks.items():
            yield finding(code, entry=first, entries=count, most_s=round(most / 1000))

    def _remark(self, code: str, index: int, ms: int) -> None:
        first, count, most = self._remarks.get(code, (index, 0, 0))
        self._remarks[code] = [first, count + 1, ms if abs(ms) > abs(most) else most]
