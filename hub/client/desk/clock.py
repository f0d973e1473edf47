"""The hub's time as far as a desk knows it: a rehearsal's clock is not this machine's."""

from __future__ import annotations

from sync.link.link import Clock


class DeskClock:
    """The machine's own time, moved to the hub's where the deployment is a practice."""

    def __init__(self, own: Clock, training: bool) -> None:
        self.own = own
        """The machine's time in ms: letters' ages and cosignatures go by it."""
        self._training = training
        self._ahead_ms = 0

    def now_ms(self) -> int:
        return self.own() + self._ahead_ms

    def beat(self, at_ms: int) -> None:
        """The hub says what time it is now."""
        self._ahead_ms = 0
        self.heard(at_ms)

    def heard(self, at_ms: int) -> None:
        """The hub did something at this time; an older one, from a late letter, moves nothing back."""
        if self._training and (self._ahead_ms == 0 or at_ms > self.now_ms()):
            self._ahead_ms = at_ms - self.own()
