"""The rules of 静止画: only where the city has consented to sending, only for the officer who has accepted, only masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.contracts import consent
from hub.domain.identity import identity, still
from hub.domain.identity.identity import RequestState
from hub.domain.identity.still import (
    COMMITMENT_BYTES,
    ReportStill,
    ReportStillsGone,
    StillAsked,
    StillCommand,
    StillEvent,
    StillFailed,
    StillsGone,
    StillTaken,
    TakeStill,
)
from hub.domain.identity.still_mask import FACE
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.identity.identity import Identity, Request
    from hub.domain.identity.still import Stills
    from hub.domain.moment import Context, Signer


def why_none(profile: Profile, training: bool, date: str, method: str) -> Refusal | None:
    """Why no still may be taken for a check of this method on this day (YYYY-MM-DD), whoever asks; None if one may."""
    if not identity.by_video(profile, method):
        return refuse("still.at_booth")
    if not consent.may_send(profile, training, date):
        return refuse("still.no_consent")
    return None


def decide(
    command: StillCommand,
    stills: Stills,
    requests: Identity,
    profile: Profile,
    training: bool,
    date: str,
    context: Context,
    by: Signer,
) -> tuple[StillEvent, ...] | Refusal:
    if isinstance(command, ReportStill):
        return _report(command, stills, requests, context)
    if isinstance(command, ReportStillsGone):  # also of a request of a day that is over
        held = stills.get(command.request)
        if held is None:
            return refuse("still.none")
        return (StillsGone(command.request, held[0].number, len(held), command.hub, command.desk, context.at_ms),)
    request = requests.requests.get(command.request)
    if request is None:
        return refuse("identity.unknown")
    return _take(command, request, stills, profile, training, date, context, by)


def _take(
    command: TakeStill,
    request: Request,
    stills: Stills,
    profile: Profile,
    training: bool,
    date: str,
    context: Context,
    by: Signer,
) -> tuple[StillEvent, ...] | Refusal:
    none = why_none(profile, training, date, request.method)
    if none is not None:
        return none
    if request.state is not RequestState.PENDING or identity.over(request, context.at_ms):
        return refuse("still.over")
    if not request.key:
        return refuse("still.not_accepted")
    if command.subject != FACE:
        if command.subject not in request.documents:
            return refuse("still.not_shown", paper=command.subject)
        if profile.city_check.mask(command.subject) is None:
            return refuse("still.no_mask", paper=command.subject)
    if not command.covered:
        return refuse("still.not_covered")
    if still.waiting(stills) is not None:
        return refuse("still.busy")
    before = [one for one in stills.get(request.id, ()) if one.subject == command.subject and one.commitment]
    if len(before) > profile.operation.retakes:
        return refuse("still.too_many", limit=profile.operation.retakes)
    attempt = len(before) + 1
    return (StillAsked(context.index, request.id, request.number, command.subject, attempt, context.at_ms, by.person),)


def _report(
    command: ReportStill, stills: Stills, requests: Identity, context: Context
) -> tuple[StillEvent, ...] | Refusal:
    asked = next((one for held in stills.values() for one in held if one.id == command.still), None)
    if asked is None or not asked.waits:
        return refuse("still.none")
    if command.fault:
        return (StillFailed(asked.id, asked.request, asked.number, asked.subject, command.fault, context.at_ms),)
    request = requests.requests.get(asked.request)
    if len(command.commitment) != COMMITMENT_BYTES:
        return refuse("still.none")
    if request is None or request.state is not RequestState.PENDING:
        return refuse("still.over")
    return (StillTaken(asked.id, asked.request, asked.number, asked.subject, command.commitment, context.at_ms),)
