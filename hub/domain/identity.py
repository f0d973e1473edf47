"""本人確認: the booth asks, the city decides. A decision counts only under a key that chains to the city's root.

A request carries no name. Officers are assigned in turn, so booth staff cannot choose who decides. A decision is used
once, expires with its request, and names request, visit, hub, checkpoint and profile, so it fits nothing else.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain import visit as visit_rules
from hub.domain.circumstances import method_of
from hub.domain.queue import Queue, TicketState
from hub.domain.refusal import Refusal, refuse, some
from hub.domain.visit import Visits, VisitState

if TYPE_CHECKING:
    from hub.domain.contract import Profile
    from hub.domain.moment import Context, Signer


class RequestState(enum.StrEnum):
    PENDING = "pending"
    DECIDED = "decided"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Outcome(enum.StrEnum):
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    MORE_PAPERS = "more_papers"
    RETAKE = "retake"


class Request(msgspec.Struct, frozen=True, array_like=True):
    id: int
    visit: int
    number: str
    window: str
    method: str
    step: str
    documents: tuple[str, ...]
    requested_ms: int
    expires_ms: int
    state: RequestState = RequestState.PENDING
    officer: str = ""
    """Person id of the officer whose turn it is; empty while nobody is on duty."""
    outcome: Outcome | None = None
    decided_ms: int = 0


class Identity(msgspec.Struct, frozen=True):
    requests: Map[int, Request] = Map()
    pending: tuple[int, ...] = ()
    """Undecided requests, oldest first."""
    officers: tuple[str, ...] = ()
    """Officers on duty, in the order they came: the order of turns."""
    turn: int = 0
    """How many requests have been assigned: the next goes to officers[turn % len]."""


# ------------------------------------------------------------------ commands and events


class RequestIdentity(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.request"
):
    visit: int
    step: str
    documents: tuple[str, ...]
    """Classes of the documents shown, never their numbers."""


class WithdrawRequest(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.withdraw"
):
    request: int


class ExpireRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.expire"):
    """The hub's own command when a request's time is over."""

    request: int


class Attend(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.attend"):
    """An officer comes on duty at the desk, or leaves."""

    on_duty: bool


class DecideIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.decide"):
    """An officer's decision, signed with all that it is about."""

    request: int
    visit: int
    hub: str
    profile: bytes
    checkpoint_size: int
    checkpoint_root: bytes
    outcome: Outcome
    checklist: tuple[str, ...]
    """Points the officer ticked, as the desk showed them."""
    reason: str = ""
    stills: tuple[bytes, ...] = ()
    """Keyed commitment of every still that was seen (none in a number-only handoff)."""
    sealed: bytes = b""
    """Fixed-size field sealed to the city (a duress flag can hide there)."""


IdentityCommand = RequestIdentity | WithdrawRequest | ExpireRequest | Attend | DecideIdentity


class IdentityRequested(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.requested/1"):
    request: int
    visit: int
    number: str
    window: str
    method: str
    step: str
    documents: tuple[str, ...]
    officer: str
    at_ms: int
    expires_ms: int
    by: str
    effects: tuple[str, ...] = ("handoff",)


class OfficerAttended(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.attended/1"):
    officer: str
    on_duty: bool
    takes: tuple[int, ...]
    """Waiting requests that nobody had, now this officer's (or, on leaving, handed to the next)."""
    given_to: str
    at_ms: int


class IdentityDecided(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.decided/1"):
    request: int
    visit: int
    number: str
    step: str
    outcome: Outcome
    reason: str
    officer: str
    at_ms: int
    effects: tuple[str, ...] = ()


class RequestClosed(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.closed/1"):
    """A request ended without a decision: expired or withdrawn. The applicant keeps the place."""

    request: int
    visit: int
    number: str
    state: RequestState
    at_ms: int
    by: str


IdentityEvent = IdentityRequested | OfficerAttended | IdentityDecided | RequestClosed


CHECKLIST: tuple[tuple[str, str, str], ...] = (
    ("valid", "有効期限が切れていない", "Not expired"),
    ("security", "券面のしかけ（今回の指定）が見える", "The security feature named is visible"),
    ("face", "顔と書類の写真が同じ人", "Face and document show the same person"),
    ("cue", "合図（今回）をした", "Followed the random cue"),
    ("birth", "生年月日を本人が言った（入力しない）", "Said the birth date (never typed)"),
)
"""本人確認: what an officer ticks before "confirmed" can be chosen; per-method lists come with the profile later."""

PIN_CHECKLIST: tuple[tuple[str, str, str], ...] = (
    ("sheet", "暗証番号設定依頼書を本人が書いた", "The applicant wrote the PIN request sheet"),
    ("rule", "文字の数と種類が決まりどおり", "Length and characters follow the rule"),
    ("covered", "見たあと目隠しをした（値は入力しない）", "Covered again after the look (never typed)"),
)
"""暗証番号内容確認 (Niigata 8.1(1)※): about the sheet, not about the face."""


def checklist(kind: str) -> tuple[tuple[str, str, str], ...]:
    """The points of a city step of this kind: id, Japanese, English."""
    return PIN_CHECKLIST if kind == "pin_content" else CHECKLIST


def checklist_of(profile: Profile, method: str, step: str) -> tuple[tuple[str, str, str], ...]:
    """The points of the step that a request is about."""
    return checklist(next((one.kind for one in profile.method(method).steps if one.id == step), "identity"))


def over(request: Request, at_ms: int) -> bool:
    """Whether a request's time is over. A clock set back further than that time proves nothing: over as well."""
    return abs(at_ms - request.requested_ms) >= request.expires_ms - request.requested_ms


def due(identity: Identity, at_ms: int) -> tuple[Request, ...]:
    """Pending requests whose time is over at `at_ms`, oldest first."""
    return tuple(request for request in map(identity.requests.__getitem__, identity.pending) if over(request, at_ms))


def withdrawn_with(identity: Identity, visit: int, context: Context, by: Signer) -> tuple[RequestClosed, ...]:
    """What closes the pending request of a visit that ends or changes its method: nobody decides about it any more."""
    return tuple(
        RequestClosed(request.id, visit, request.number, RequestState.WITHDRAWN, context.at_ms, by.person)
        for request in map(identity.requests.__getitem__, identity.pending)
        if request.visit == visit
    )


# ------------------------------------------------------------------ decide


def decide(
    command: IdentityCommand,
    identity: Identity,
    visits: Visits,
    queue: Queue,
    profile: Profile,
    hub: str,
    profile_hash: bytes,
    context: Context,
    by: Signer,
) -> tuple[IdentityEvent, ...] | Refusal:
    match command:
        case RequestIdentity():
            return _request(command, identity, visits, queue, profile, context, by)
        case Attend():
            return _attend(command, identity, context, by)
        case DecideIdentity():
            return _decide(command, identity, visits, profile, hub, profile_hash, context, by)
    request = identity.requests.get(command.request)
    if request is None:
        return refuse("identity.unknown")
    closed = _closed(request, profile)
    if closed is not None:
        return closed
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
    if step.kind not in visit_rules.CITY_KINDS or step.place != "booth":
        return refuse("visit.wrong_kind", step=step.ja)
    if step.id in visit.done:
        return refuse("visit.step_done", step=step.ja)
    gate = visit_rules.missing_gate(visit, method, before=step.id)
    if gate is not None:
        return refuse("visit.gate_open", step=gate.ja)
    if any(identity.requests[number].visit == visit.id for number in identity.pending):
        return refuse("identity.pending")
    if step.id in visit.refused:
        return refuse("identity.refused", number=visit.number)
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
        takes = tuple(number for number in identity.pending if not identity.requests[number].officer)
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
    if not request.officer:
        return refuse("identity.not_on_duty")
    if request.officer != by.person:
        return refuse("identity.not_yours", officer=request.officer)
    for what, given, wanted in (
        ("手続", command.visit, request.visit),
        ("ハブ", command.hub, hub),
        ("契約の設定", command.profile, profile_hash),
        ("記録の位置", command.checkpoint_size > request.id, True),
        ("記録の位置", command.checkpoint_size <= context.index, True),
        ("記録の位置", len(command.checkpoint_root), ROOT_BYTES),
    ):
        if given != wanted:
            return refuse("identity.mismatch", what=what)
    if command.outcome is Outcome.CONFIRMED:
        points = checklist_of(profile, request.method, request.step)
        missing = [ja for point, ja, _ in points if point not in command.checklist]
        if missing:
            return refuse("identity.checklist", missing=some(missing, 1))
    elif not command.reason.strip():
        return refuse("identity.reason")
    visit = visits.visits[request.visit]
    if command.outcome is Outcome.RETAKE and visit.retakes >= profile.operation.retakes:
        return refuse("identity.too_many", limit=profile.operation.retakes)
    return (
        IdentityDecided(
            request.id, visit.id, visit.number, request.step, command.outcome, command.reason, by.person, context.at_ms
        ),
    )


ROOT_BYTES = 32
"""A checkpoint's root is a SHA-256 (RFC 6962 2.1); whether it is this record's, who holds the record's tree checks."""


# ------------------------------------------------------------------ evolve


def evolve(identity: Identity, event: IdentityEvent) -> Identity:
    match event:
        case IdentityRequested():
            request = Request(
                event.request,
                event.visit,
                event.number,
                event.window,
                event.method,
                event.step,
                event.documents,
                event.at_ms,
                event.expires_ms,
                officer=event.officer,
            )
            return msgspec.structs.replace(
                identity,
                requests=identity.requests.set(request.id, request),
                pending=(*identity.pending, request.id),
                turn=identity.turn + bool(event.officer),
            )
        case OfficerAttended():
            officers = identity.officers
            if not event.on_duty:
                officers = tuple(officer for officer in officers if officer != event.officer)
            elif event.officer not in officers:  # who says so twice keeps the turn they had
                officers = (*officers, event.officer)
            requests = identity.requests
            for number in event.takes:
                requests = requests.set(number, msgspec.structs.replace(requests[number], officer=event.given_to))
            return msgspec.structs.replace(identity, requests=requests, officers=officers)
        case IdentityDecided():
            return _close(identity, event.request, RequestState.DECIDED, event.at_ms, event.outcome)
        case RequestClosed():
            return _close(identity, event.request, event.state, event.at_ms, None)


def evolve_visits(visits: Visits, event: IdentityEvent) -> Visits:
    """What a decision does to its visit: confirmed completes the city's step, refused closes it, retakes are counted."""
    if not isinstance(event, IdentityDecided):
        return visits
    visit = visits.visits[event.visit]
    if event.outcome is Outcome.CONFIRMED:
        return visit_rules.set_visit(visits, visit_rules.with_step(visit, event.step))
    if event.outcome is Outcome.RETAKE:
        return visit_rules.set_visit(
            visits, msgspec.structs.replace(visit, version=visit.version + 1, retakes=visit.retakes + 1)
        )
    if event.outcome is Outcome.REFUSED:
        return visit_rules.set_visit(
            visits, msgspec.structs.replace(visit, version=visit.version + 1, refused=(*visit.refused, event.step))
        )
    return visits


def _close(identity: Identity, number: int, state: RequestState, at_ms: int, outcome: Outcome | None) -> Identity:
    request = msgspec.structs.replace(identity.requests[number], state=state, outcome=outcome, decided_ms=at_ms)
    return msgspec.structs.replace(
        identity,
        requests=identity.requests.set(number, request),
        pending=tuple(other for other in identity.pending if other != number),
    )
