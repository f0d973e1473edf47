"""The booth: the whole state of a site, and the two pure functions that everything rests on.

    decide(profile, booth, command, context, by) -> events, or a Refusal
    evolve(booth, event, index)                  -> the next booth

Both read no clock, draw no random numbers and do no I/O, so that hub, terminal, office and an offline verifier come to
the same events from the same commands, for ever.

A new kind of fact has its line in commands, events, permission, decide_by_kind and evolve; its rules stand in a part of
its own.
"""

from __future__ import annotations

from hub.domain.commands import Command
from hub.domain.decide import decide
from hub.domain.events import Event
from hub.domain.evolve import evolve, fold
from hub.domain.state import Booth

__all__ = ["Booth", "Command", "Event", "decide", "evolve", "fold"]
