"""When calls are heard and how loud: the contract's volume by time of day, a quiet day, and people who are fetched.

A care home's residents sleep, and some people do not hear: then the sign and the board show the number, nothing sounds,
and staff go and fetch. Why somebody is fetched stands nowhere: it is a fact about the person, and no call needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.moment import local_minute
from hub.domain.queue.queue import TicketCalled
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Loudness, Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import QueueEvent, Ticket


class KeepQuiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="sound.quiet"):
    """Nothing sounds at this venue today, or it does again."""

    quiet: bool


class QuietKept(msgspec.Struct, frozen=True, tag_field="kind", tag="sound.quiet_kept/1"):
    quiet: bool
    at_ms: int
    by: str


class Sound(msgspec.Struct, frozen=True):
    quiet: bool = False
    """Of the open day; another date begins with sound."""


def decide(command: KeepQuiet, sound: Sound, context: Context, by: Signer) -> tuple[QuietKept, ...] | Refusal:
    """Refused where it would change nothing: two people who press at once must not undo each other."""
    if command.quiet == sound.quiet:
        return refuse("sound.quiet_already" if sound.quiet else "sound.heard_already")
    return (QuietKept(command.quiet, context.at_ms, by.person),)


def evolve(event: QuietKept) -> Sound:
    return Sound(event.quiet)


def silenced(events: tuple[QueueEvent, ...], ticket: Ticket | None, sound: Sound) -> tuple[QueueEvent, ...]:
    """A call as it is made today: without the voice where it is quiet or this person is fetched."""
    if not sound.quiet and not (ticket is not None and ticket.fetch):
        return events
    return tuple(
        msgspec.structs.replace(event, fetch=True, effects=SEEN) if isinstance(event, TicketCalled) else event
        for event in events
    )


SEEN = ("display",)
"""What a call without a sound asks of devices; the board shows the state by itself."""


def percent(profile: Profile, at_ms: int) -> int:
    """How loud a call is at this time of day, 0 to 100."""
    return _loudness(profile.operation.loudness, local_minute(at_ms))


def _loudness(steps: tuple[Loudness, ...], minute: int) -> int:
    """The step that began last; before the day's first one it is still yesterday's last."""
    if not steps:
        return 100
    begun = [step for step in steps if _minute(step.since) <= minute] or list(steps)
    return max(begun, key=lambda step: step.since).percent


def _minute(hour_minute: str) -> int:
    return int(hour_minute[:2]) * 60 + int(hour_minute[3:])
