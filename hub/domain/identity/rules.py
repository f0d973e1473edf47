"""The rules of 本人確認: who may ask, take up, note and decide what, and what a decision must be complete with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.identity import still
from hub.domain.identity.city_check import DRAWN_BYTES
from hub.domain.identity.identity import (
    ROOT_BYTES,
    SEALED_BYTES,
    Attend,
    DecideIdentity,
    ExpireRequest,
    FirstSigned,
    Identity,
    IdentityCommand,
    IdentityDecided,
    IdentityEvent,
    IdentityRequested,
    NoteVideo,
    OfficerAttended,
    Outcome,
    PassOn,
    Request,
    RequestClosed,
    RequestIdentity,
    RequestPassedOn,
    RequestState,
    RequestTakenUp,
    TakeUp,
    VideoNoted,
    by_video,
    checklist_of,
    over,
)
from hub.domain.people.roster import independent
from hub.domain.queue.queue import Queue, TicketState
from hub.domain.refusal import Refusal, refuse, some
from hub.domain.visit import discreet
from hub.domain.visit import steps as visit_steps
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.visit import Visits, VisitState

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.identity.still import Stills
    from hub.domain.moment import Context, Signer
    from hub.domain.people.roster import Keys


def decide(
    command: IdentityCommand,
    identity: Identity,
    visits: Visits,
    queue: Queue,
    profile: Profile,
    hub: str,
    profile_hash: bytes,
    keys: Keys,
    stills: Stills,
    context: Context,
    by: Signer,
) -> tuple[IdentityEvent, ...] | Refusal:
    match command:
        case RequestIdentity():
            return _request(command, identity, visits, queue, profile, context, by)
        case Attend():
            return _attend(command, identity, context, by)
        case DecideIdentity():
            return _decide(command, identity, visits, profile, hub, profile_hash, keys, stills, context, by)
    request = identity.requests.get(command.request)
    if request is None:
        return refuse("identity.unknown")
    closed = _closed(request, profile)
    if closed is not None:
        return closed
    if isinstance(command, TakeUp):
        return _take_up(command, request, context, by)
    if isinstance(command, PassOn):
        return _pass_on(request, identity, context, by)
    if isinstance(command, NoteVideo):
        return _note_video(command, request, profile, context, by)
    if isinstance(command, ExpireRequest):
        if not over(request, context.at_ms):
            return refuse("identity.not_due")
        state = RequestState.EXPIRED
    else:
        state = RequestState.WITHDRAWN
    return (RequestClosed(request.id, request.visit, request.number, state, context.at_ms, by.person),)


def _closed(request: Request, profile: Profile) -> Refusal | None:
    """Why a request is no longer open, or None."""
    match request.state:
        case RequestState.PENDING:
            return None
        case RequestState.EXPIRED:
            return refuse("identity.expired", minutes=profile.operation.identity_valid_minutes)
        case RequestState.WITHDRAWN:
            return refuse("identity.withdrawn")
        case RequestState.DECIDED:
            return refuse("identity.decided")


def _request(
    command: RequestIdentity,
    identity: Identity,
    visits: Visits,
    queue: Queue,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[IdentityEvent, ...] | Refusal:
    visit = visits.visits.get(command.visit)
    if visit is None:
        return refuse("visit.unknown")
    if visit.state is not VisitState.OPEN:
        return refuse("visit.closed")
    ticket = queue.tickets[visit.ticket]
    if ticket.state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=visit.number)
    method = method_of(profile, visit)
    step = next((step for step in method.steps if step.id == command.step), None)
    if step is None:
        return refuse("visit.unknown_step", step=command.step)
    if step.kind not in visit_steps.CITY_KINDS or step.place != "booth":
        return refuse("visit.wrong_kind", step=step.ja)
    if step.id in visit.done:
        return refuse("visit.step_done", step=step.ja)
    gate = visit_steps.missing_gate(visit, method, before=step.id)
    if gate is not None:
        return refuse("visit.gate_open", step=gate.ja)
    if any(identity.requests[number].visit == visit.id for number in identity.pending):
        return refuse("identity.pending")
    if step.id in visit.refused:
        return refuse("identity.refused", number=visit.number)
    if not {paper.told for paper in profile.identity_papers}.issuperset(command.documents):
        return refuse("identity.paper_unknown")  # a class that the city's list has, and is not too telling to name
    officer = identity.officers[identity.turn % len(identity.officers)] if identity.officers else ""
    minutes = profile.operation.identity_valid_minutes
    return (
        IdentityRequested(
            request=context.index,
            visit=visit.id,
            number=visit.number,
            window=ticket.window,
            method=visit.method,
            step=step.id,
            documents=command.documents,
            officer=officer,
            at_ms=context.at_ms,
            expires_ms=context.at_ms + minutes * 60_000,
            by=by.person,
        ),
    )


def _attend(command: Attend, identity: Identity, context: Context, by: Signer) -> tuple[IdentityEvent, ...] | Refusal:
    if command.on_duty:
        free = (identity.requests[number] for number in identity.pending)
        # Who has signed as the first of two does not get it back by saying again that they are here.
        takes = tuple(one.id for one in free if not one.officer and one.first != by.person)
        return (OfficerAttended(by.person, True, takes, by.person, context.at_ms),)
    others = [officer for officer in identity.officers if officer != by.person]
    takes = tuple(number for number in identity.pending if identity.requests[number].officer == by.person)
    return (OfficerAttended(by.person, False, takes, others[0] if others else "", context.at_ms),)


def _decide(
    command: DecideIdentity,
    identity: Identity,
    visits: Visits,
    profile: Profile,
    hub: str,
    profile_hash: bytes,
    keys: Keys,
    stills: Stills,
    context: Context,
    by: Signer,
) -> tuple[IdentityEvent, ...] | Refusal:
    request = identity.requests.get(command.request)
    if request is None:
        return refuse("identity.unknown")
    closed = _closed(request, profile)
    if closed is not None:
        return closed
    if over(request, context.at_ms):
        return refuse("identity.expired", minutes=profile.operation.identity_valid_minutes)
    not_theirs = _not_theirs(request, identity, by)
    if not_theirs is not None:
        return not_theirs
    for what, given, wanted in (
        ("手続", command.visit, request.visit),
        ("ハブ", command.hub, hub),
        ("契約の設定", command.profile, profile_hash),
        ("記録の位置", command.checkpoint_size > request.id, True),
        ("記録の位置", command.checkpoint_size <= context.index, True),
        ("記録の位置", len(command.checkpoint_root), ROOT_BYTES),
        ("くじ", len(command.drawn), DRAWN_BYTES),
        ("静止画", set(command.stills) <= {one.commitment for one in still.current(stills, request.id)}, True),
        ("静止画", len(set(command.stills)), len(command.stills)),
        ("封をした欄", len(command.sealed), SEALED_BYTES),
    ):
        if given != wanted:
            return refuse("identity.mismatch", what=what)
    points = checklist_of(profile, request, command.drawn)
    if command.outcome is Outcome.CONFIRMED:
        if request.video.state == "lost":
            return refuse("identity.video_lost")
        if command.restarts != request.video.restarts:
            return refuse("identity.restarted", seconds=profile.city_check.video_lost_seconds)
        missing = [ja for point, ja, _ in points if point not in command.checklist]
        if missing:
            return refuse("identity.checklist", missing=some(missing, 1))
    elif not command.reason.strip():
        return refuse("identity.reason")
    if discreet.tells(command.reason):
        return refuse("visit.reason_tells")
    visit = visits.visits[request.visit]
    if command.outcome is Outcome.RETAKE and visit.retakes >= profile.operation.retakes:
        return refuse("identity.too_many", limit=profile.operation.retakes)
    ticked = tuple(point for point, _, _ in points if point in command.checklist)
    if profile.city_check.second_officer(command.outcome.value, request.documents):
        if request.first in ("", by.person):
            return (_first_signed(command, request, identity, ticked, context, by),)
        if not independent(keys, by, request.first):
            return refuse("identity.same_person")
        if request.first_outcome is not command.outcome:
            return refuse("identity.second_differs", officer=request.first)
    return (
        IdentityDecided(
            request.id,
            visit.id,
            visit.number,
            request.step,
            command.outcome,
            command.reason,
            by.person,
            context.at_ms,
            checklist=ticked,
            drawn=command.drawn,
            opened_ms=command.opened_ms,
            taken_up_ms=request.taken_up_ms,
            first=request.first,
            stills=command.stills,
        ),
    )


def _not_theirs(request: Request, identity: Identity, by: Signer) -> Refusal | None:
    """Why it is not this officer's turn. Where one of two has signed, any other one on duty may look again."""
    if request.first and by.person in identity.officers:
        return None
    return _not_their_turn(request, by)


def _not_their_turn(request: Request, by: Signer) -> Refusal | None:
    if not request.officer:
        return refuse("identity.not_on_duty")
    if request.officer != by.person:
        return refuse("identity.not_yours", officer=request.officer)
    return None


def _first_signed(
    command: DecideIdentity,
    request: Request,
    identity: Identity,
    ticked: tuple[str, ...],
    context: Context,
    by: Signer,
) -> FirstSigned:
    others = [officer for officer in identity.officers if officer != by.person]
    return FirstSigned(
        request.id,
        request.visit,
        request.number,
        request.step,
        command.outcome,
        command.reason,
        by.person,
        others[identity.turn % len(others)] if others else "",
        context.at_ms,
        checklist=ticked,
        drawn=command.drawn,
        opened_ms=command.opened_ms,
    )


def _take_up(command: TakeUp, request: Request, context: Context, by: Signer) -> tuple[IdentityEvent, ...] | Refusal:
    not_theirs = _not_their_turn(request, by)
    if not_theirs is not None:
        return not_theirs
    if len(command.key) not in (0, still.KEY_BYTES):
        return refuse("identity.mismatch", what="鍵")
    # A desk that was started again has lost its key: the same officer accepts anew, under another.
    if request.taken_up_ms and command.key in (b"", request.key):
        return refuse("identity.taken_up")
    return (RequestTakenUp(request.id, request.visit, request.number, by.person, context.at_ms, command.key),)


def _pass_on(request: Request, identity: Identity, context: Context, by: Signer) -> tuple[IdentityEvent, ...] | Refusal:
    not_theirs = _not_their_turn(request, by)
    if not_theirs is not None:
        return not_theirs
    # Who has signed as the first of two is nobody to look a second time.
    others = [officer for officer in identity.officers if officer not in (by.person, request.first)]
    if not others:
        return refuse("identity.nobody_else")
    at = identity.officers.index(by.person) if by.person in identity.officers else 0
    in_turn = (*identity.officers[at + 1 :], *identity.officers[:at])
    given_to = next(officer for officer in in_turn if officer in others)
    return (RequestPassedOn(request.id, request.visit, request.number, by.person, given_to, context.at_ms),)


_BEFORE = {"started": ("", "lost", "ended"), "lost": ("started",), "ended": ("started", "lost")}
"""What a meeting can have been before it is noted as this."""


def _note_video(
    command: NoteVideo, request: Request, profile: Profile, context: Context, by: Signer
) -> tuple[IdentityEvent, ...] | Refusal:
    if not by_video(profile, request.method):
        return refuse("identity.no_video")
    video = request.video
    if video.state not in _BEFORE[command.what]:
        return refuse("identity.video_order")
    away_ms = abs(context.at_ms - video.since_ms)  # a clock set back proves nothing about how long it was
    # Who comes back after a meeting had ended, or after it was lost for too long, may be somebody else.
    again = command.what == "started" and (
        video.state == "ended" or (video.state == "lost" and away_ms > profile.city_check.video_lost_seconds * 1000)
    )
    noted = msgspec.structs.replace(
        video,
        state=command.what,
        since_ms=context.at_ms,
        losses=video.losses + (command.what == "lost"),
        restarts=video.restarts + again,
    )
    return (VideoNoted(request.id, request.visit, request.number, noted, context.at_ms, by.person),)
