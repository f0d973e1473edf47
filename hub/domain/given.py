"""What a decision is taken on, beside the command; and what is asked of most: an open day, a signer fit to serve."""

from __future__ import annotations

import msgspec

from hub.domain.contracts.contract import Profile
from hub.domain.day import readiness
from hub.domain.day.day import Phase
from hub.domain.events import Event
from hub.domain.moment import Context, Signer
from hub.domain.people import dossier
from hub.domain.refusal import Refusal, refuse
from hub.domain.state import Booth

Decided = tuple[Event, ...] | Refusal
"""The events that a command makes, or the rule that refuses it."""


class Given(msgspec.Struct, frozen=True, gc=False):
    profile: Profile
    booth: Booth
    context: Context
    by: Signer
    version: int
    """Of the object that the signer saw (0: any)."""


def not_open(booth: Booth) -> Refusal | None:
    return refuse("day.not_open") if booth.day.phase is Phase.CLOSED else None


def untrained(on: Given) -> Refusal | None:
    """Whose training has lapsed serves nobody (most contracts have it as a gate), nor of whom a paper is missing."""
    today = on.booth.day.date
    return readiness.lapsed(on.booth.readiness, on.by, today) or unready(on, today)


def unready(on: Given, today: str) -> Refusal | None:
    """What the contract wants of a person of ours before they serve; in practice, which trains them, nothing."""
    if on.booth.training or on.by.kind != "staff":
        return None
    return dossier.missing(on.booth.dossier, on.profile, on.by.person, today)
