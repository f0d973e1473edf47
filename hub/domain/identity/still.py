"""静止画 of documents and face for one identity check: asked, taken, seen by one officer, gone.

The pictures are in the hub's memory and in one desk's; here is only that they live, and a keyed commitment of each. The
officer's acceptance brings a key of that check alone, and a picture leaves the hub sealed to it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec
from immutables import Map

COMMITMENT_BYTES = 32
"""BLAKE2b-256 of the still under a key of that still alone: to who has not the key it says nothing."""

KEY_BYTES = 32
"""An X25519 public key."""


class Still(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Entry in which it was asked for."""
    request: int
    number: str
    subject: str
    """A class of the papers shown, or still_mask.FACE."""
    attempt: int
    """How often this subject has been taken in this check, from 1."""
    commitment: bytes = b""
    """Empty until it is taken."""
    fault: str = ""
    """Why it was not taken."""

    @property
    def waits(self) -> bool:
        """Whether the hub has yet to say what became of it."""
        return not self.commitment and not self.fault


Stills = Map[int, tuple[Still, ...]]
"""Request to what was asked for it, oldest first; a request whose pictures are gone has none."""


def current(stills: Stills, request: int) -> tuple[Still, ...]:
    """The pictures that live: the newest taken of each subject, in the order in which they were taken."""
    newest = {still.subject: still for still in stills.get(request, ()) if still.commitment}
    return tuple(sorted(newest.values(), key=lambda one: one.id))


def waiting(stills: Stills) -> Still | None:
    """The one that the camera is asked for now, or None: one at a time."""
    return next((still for held in stills.values() for still in held if still.waits), None)


def is_hubs_turn(stills: Stills, pending: Collection[int]) -> bool:
    """Whether the hub owes something now: a picture that was asked for, or the end of those whose check is over."""
    return waiting(stills) is not None or any(request not in pending for request in stills)


# ------------------------------------------------------------------ commands and events


class TakeStill(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.take_still"):
    """Staff have looked at the camera's picture with the mask on it, and have the shutter released."""

    request: int
    subject: str
    covered: bool
    """The signer says that no number can be seen."""


class ReportStill(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.report_still"
):
    """The hub has it in memory, masked; or says why not."""

    still: int
    commitment: bytes = b""
    fault: str = ""


class ReportStillsGone(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.report_stills_gone"
):
    """The hub has destroyed a check's pictures: its own key of each, and has told the desk to let go."""

    request: int
    hub: Literal["erased", "restarted"]
    desk: Literal["dropped", "told", "unsent"]
    """`dropped`: the desk has said so. `told`: it was told, and the officer's key died with the check at the latest."""


StillCommand = TakeStill | ReportStill | ReportStillsGone


class StillAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.still_asked/1"):
    still: int
    request: int
    number: str
    subject: str
    attempt: int
    at_ms: int
    by: str


class StillTaken(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.still_taken/1"):
    still: int
    request: int
    number: str
    subject: str
    commitment: bytes
    at_ms: int


class StillFailed(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.still_failed/1"):
    still: int
    request: int
    number: str
    subject: str
    fault: str
    at_ms: int


class StillsGone(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.stills_gone/1"):
    request: int
    number: str
    stills: int
    """How many pictures there were, those that another one replaced among them."""
    hub: str
    desk: str
    at_ms: int


StillEvent = StillAsked | StillTaken | StillFailed | StillsGone


def evolve(stills: Stills, event: StillEvent) -> Stills:
    match event:
        case StillAsked():
            asked = Still(event.still, event.request, event.number, event.subject, event.attempt)
            return stills.set(event.request, (*stills.get(event.request, ()), asked))
        case StillTaken():
            return _with(stills, event.request, event.still, commitment=event.commitment)
        case StillFailed():
            return _with(stills, event.request, event.still, fault=event.fault)
        case StillsGone():
            return stills.delete(event.request)


def _with(stills: Stills, request: int, still: int, **changed: object) -> Stills:
    held = tuple(msgspec.structs.replace(one, **changed) if one.id == still else one for one in stills.get(request, ()))
    return stills.set(request, held)
