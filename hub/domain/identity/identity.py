"""本人確認: the booth asks, the city decides. A decision counts only under a key that chains to the city's root.

A request carries no name. Officers are assigned in turn, so booth staff cannot choose who decides. A decision is used
once, expires with its request, and names request, visit, hub, checkpoint and profile, so it fits nothing else.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Literal

import msgspec
from immutables import Map

from hub.domain.visit.visit import Visits, VisitState, set_visit, with_step

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
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


class Video(msgspec.Struct, frozen=True, array_like=True):
    """The meeting as staff noted it: the record knows no more of it."""

    state: Literal["", "started", "lost", "ended"] = ""
    since_ms: int = 0
    losses: int = 0
    restarts: int = 0
    """How often the check began again, because the picture was away for too long."""


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
    taken_up_ms: int = 0
    """When the officer took it up; 0 while nobody has."""
    first: str = ""
    """Who has signed `first_outcome`, where the contract wants two officers."""
    first_outcome: Outcome | None = None
    video: Video = Video()
    key: bytes = b""
    """The key of whoever has taken it up."""
    reason: str = ""
    """Why the city decided so, where it does not confirm: a terminal that was started since shows it too."""


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
    """Classes of the documents shown, never their numbers; of a discreet one its rank (contracts.papers.IdentityPaper)."""


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


class TakeUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.take_up"):
    """The officer whose turn it is begins to look; the booth sees that somebody does."""

    request: int
    key: bytes = b""
    """X25519 key of this check alone, to which stills are sealed; its private half is in the desk's memory only."""


class PassOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.pass_on"):
    """The officer whose turn it is gives a request to the next one on duty: to the next in turn, not to whom they like."""

    request: int


class NoteVideo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="identity.video"):
    """Staff note that the meeting began (or came back), broke off, or is over."""

    request: int
    what: Literal["started", "lost", "ended"]


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
    """Ids of the points that the officer ticked."""
    reason: str = ""
    stills: tuple[bytes, ...] = ()
    """Keyed commitment of every still that was seen (none in a number-only handoff)."""
    sealed: bytes = b""
    """SEALED_BYTES sealed to the city (a duress flag can hide there)."""
    drawn: bytes = b""
    """What chance named at the desk: DRAWN_BYTES, from which the points follow."""
    opened_ms: int = 0
    """When the desk showed the points, by its own clock."""
    restarts: int = 0
    """Restarts of the check that the officer knew of: a check from before a lost picture confirms nothing."""


IdentityCommand = (
    RequestIdentity | WithdrawRequest | ExpireRequest | Attend | TakeUp | PassOn | NoteVideo | DecideIdentity
)


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
    checklist: tuple[str, ...] = ()
    """The points that this draw asked for and that were ticked."""
    drawn: bytes = b""
    opened_ms: int = 0
    taken_up_ms: int = 0
    first: str = ""
    """The first of two officers, where the contract wants two."""
    stills: tuple[bytes, ...] = ()
    """Commitments of the stills that the officer saw."""


class RequestTakenUp(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.taken_up/1"):
    request: int
    visit: int
    number: str
    officer: str
    at_ms: int
    key: bytes = b""


class RequestPassedOn(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.passed_on/1"):
    request: int
    visit: int
    number: str
    officer: str
    given_to: str
    at_ms: int


class FirstSigned(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.first_signed/1"):
    """One of two officers has signed: nothing is decided before another one signs the same."""

    request: int
    visit: int
    number: str
    step: str
    outcome: Outcome
    reason: str
    officer: str
    given_to: str
    """Whose turn it is to look again; empty while nobody else is on duty."""
    at_ms: int
    checklist: tuple[str, ...] = ()
    drawn: bytes = b""
    opened_ms: int = 0


class VideoNoted(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.video_noted/1"):
    request: int
    visit: int
    number: str
    video: Video
    """As it is from now on."""
    at_ms: int
    by: str


class RequestClosed(msgspec.Struct, frozen=True, tag_field="kind", tag="identity.closed/1"):
    """A request ended without a decision: expired or withdrawn. The applicant keeps the place."""

    request: int
    visit: int
    number: str
    state: RequestState
    at_ms: int
    by: str


IdentityEvent = (
    IdentityRequested
    | OfficerAttended
    | IdentityDecided
    | RequestClosed
    | RequestTakenUp
    | RequestPassedOn
    | FirstSigned
    | VideoNoted
)


ROOT_BYTES = 32
"""A checkpoint's root is a SHA-256 (RFC 6962 2.1); whether it is this record's, who holds the record's tree checks."""

SEALED_BYTES = 80
"""A block of 32 bytes sealed to the city (libsodium's sealed box adds a key and a tag): in every decision, as long."""


def by_video(profile: Profile, method: str) -> bool:
    """Whether the officer is not at the booth, and sees the applicant in a meeting."""
    return profile.method(method).identity_mode == "remote_video"


def checklist_of(profile: Profile, request: Request, drawn: bytes) -> tuple[tuple[str, str, str], ...]:
    """The points that a request asks for under this draw: id, Japanese, English."""
    method = profile.method(request.method)
    kind = next((step.kind for step in method.steps if step.id == request.step), "identity")
    video = by_video(profile, request.method)
    return profile.city_check.points_for(kind, request.documents, drawn, video=video)


def over(request: Request, at_ms: int) -> bool:
    """Whether a request's time is over. A clock set back further than that time proves nothing: over as well."""
    return abs(at_ms - request.requested_ms) >= request.expires_ms - request.requested_ms


def due(identity: Identity, at_ms: int) -> tuple[Request, ...]:
    """Pending requests whose time is over at `at_ms`, oldest first."""
    return tuple(request for request in map(identity.requests.__getitem__, identity.pending) if over(request, at_ms))


def first_decidable(identity: Identity, size: int) -> int:
    """The smallest size of the record that a decision may still name: with the oldest open request; `size` if none is."""
    return identity.pending[0] + 1 if identity.pending else size


class Undecided(msgspec.Struct, frozen=True):
    """An applicant whom the city has not decided about."""

    request: Request
    """The newest one."""
    since_ms: int
    """When the city was first asked, whatever has expired since."""


def undecided(identity: Identity, visits: Visits) -> tuple[Undecided, ...]:
    """Open visits that wait for the city, longest first: asked and unanswered, or expired and not asked again.

    An expired request is nobody's any more, but the applicant still waits: they are not lost sight of.
    """
    newest: dict[tuple[int, str], Undecided] = {}
    for request in sorted(identity.requests.values(), key=lambda one: one.id):
        visit, key = visits.visits.get(request.visit), (request.visit, request.step)
        if visit is None or visit.state is not VisitState.OPEN or request.step in visit.done:
            continue
        if request.state in (RequestState.PENDING, RequestState.EXPIRED):
            first = newest.get(key)
            newest[key] = Undecided(request, first.since_ms if first is not None else request.requested_ms)
        else:
            newest.pop(key, None)
    return tuple(sorted(newest.values(), key=lambda one: one.since_ms))


def withdrawn_with(identity: Identity, visit: int, context: Context, by: Signer) -> tuple[RequestClosed, ...]:
    """What closes the pending request of a visit that ends or changes its method: nobody decides about it any more."""
    if not identity.pending:
        return ()
    return tuple(
        RequestClosed(request.id, visit, request.number, RequestState.WITHDRAWN, context.at_ms, by.person)
        for request in map(identity.requests.__getitem__, identity.pending)
        if request.visit == visit
    )


# ------------------------------------------------------------------ evolve


def requested(event: IdentityRequested) -> Request:
    """The request as it begins."""
    return Request(
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


def evolve(identity: Identity, event: IdentityEvent) -> Identity:
    match event:
        case IdentityRequested():
            request = requested(event)
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
                taken = msgspec.structs.replace(requests[number], officer=event.given_to, taken_up_ms=0, key=b"")
                requests = requests.set(number, taken)
            return msgspec.structs.replace(identity, requests=requests, officers=officers)
        case IdentityDecided():
            closed = _close(identity, event.request, RequestState.DECIDED, event.at_ms, event.outcome)
            return _with(closed, event.request, reason=event.reason)
        case RequestClosed():
            return _close(identity, event.request, event.state, event.at_ms, None)
        case RequestTakenUp():
            return _with(identity, event.request, taken_up_ms=event.at_ms, key=event.key)
        case RequestPassedOn():
            return _with(identity, event.request, officer=event.given_to, taken_up_ms=0, key=b"")
        case FirstSigned():
            signed: dict[str, object] = {"first": event.officer, "first_outcome": event.outcome}
            return _with(identity, event.request, **signed, officer=event.given_to, taken_up_ms=0, key=b"")
        case VideoNoted():
            if event.video.restarts > identity.requests[event.request].video.restarts:
                # What one of two officers saw before the picture was lost is not what the other one sees.
                return _with(identity, event.request, video=event.video, first="", first_outcome=None)
            return _with(identity, event.request, video=event.video)


def _with(identity: Identity, number: int, **changed: object) -> Identity:
    request = msgspec.structs.replace(identity.requests[number], **changed)
    return msgspec.structs.replace(identity, requests=identity.requests.set(number, request))


def evolve_visits(visits: Visits, event: IdentityEvent) -> Visits:
    """What a decision does to its visit: confirmed completes the city's step, refused closes it, retakes are counted."""
    if not isinstance(event, IdentityDecided):
        return visits
    visit = visits.visits[event.visit]
    if event.outcome is Outcome.CONFIRMED:
        return set_visit(visits, with_step(visit, event.step))
    if event.outcome is Outcome.RETAKE:
        return set_visit(visits, msgspec.structs.replace(visit, version=visit.version + 1, retakes=visit.retakes + 1))
    if event.outcome is Outcome.REFUSED:
        return set_visit(
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
