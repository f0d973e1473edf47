"""How often strangers are answered: so much for one address, so much for all of them together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec

MOST_ADDRESSES = 10_000
"""Addresses remembered, about a megabyte; the one that was silent longest is forgotten first."""


class _Bucket(msgspec.Struct):
    left: float
    at_s: float


class RateLimit:
    """A token bucket for each address and one for all; `clock` in seconds, never going back."""

    def __init__(self, each_per_minute: int, all_per_second: int, clock: Callable[[], float]) -> None:
        """A burst may be as long as a minute's share of one address, and two seconds' share of all."""
        self._each, self._all = each_per_minute, 2 * all_per_second
        self._each_per_s, self._all_per_s = each_per_minute / 60, float(all_per_second)
        self._clock = clock
        self._held: OrderedDict[str, _Bucket] = OrderedDict()
        self._together = _Bucket(self._all, clock())

    def allows(self, address: str) -> bool:
        """Whether one more request of this address is answered; an unanswered one costs the others nothing."""
        now = self._clock()
        bucket = self._held.pop(address, None) or _Bucket(self._each, now)
        self._held[address] = bucket
        if len(self._held) > MOST_ADDRESSES:
            self._held.popitem(last=False)
        _fill(bucket, now, self._each_per_s, self._each)
        _fill(self._together, now, self._all_per_s, self._all)
        if bucket.left < 1 or self._together.left < 1:
            return False
        bucket.left -= 1
        self._together.left -= 1
        return True


def _fill(bucket: _Bucket, now: float, per_s: float, most: float) -> None:
    bucket.left = min(most, bucket.left + (now - bucket.at_s) * per_s)
    bucket.at_s = now
