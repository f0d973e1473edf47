"""What waits for the city: requests and transfers, folded from proven entries in whatever order they arrive."""

from __future__ import annotations

import msgspec

from hub.domain.booth import Event
from hub.domain.custody.custody import TransferAccepted, TransferDisputed, TransferOffered, TransferWithdrawn
from hub.domain.custody.disposal import (
    DisposalAsked,
    DisposalCarriedOut,
    DisposalConsented,
    DisposalWithdrawn,
    DisposalWitnessed,
    Line,
    manifest,
)
from hub.domain.custody.paper_receipt import PaperEntered, PaperStruck, Taker
from hub.domain.identity.identity import (
    FirstSigned,
    IdentityDecided,
    IdentityRequested,
    OfficerAttended,
    Outcome,
    Request,
    RequestClosed,
    RequestPassedOn,
    RequestState,
    RequestTakenUp,
    Video,
    VideoNoted,
    requested,
)
from hub.domain.kinds import Kinds
from hub.domain.personal.personal import ErasureAsked, ErasureConsented
from hub.domain.reservations.outing import (
    OutingClosed,
    OutingConfirmed,
    OutingPlanned,
    OutingRequested,
    OutingWithdrawn,
)

CaseEvent = (
    IdentityRequested
    | OfficerAttended
    | RequestPassedOn
    | RequestTakenUp
    | FirstSigned
    | VideoNoted
    | IdentityDecided
    | RequestClosed
    | TransferOffered
    | TransferDisputed
    | TransferAccepted
    | TransferWithdrawn
    | PaperEntered
    | PaperStruck
    | ErasureAsked
    | ErasureConsented
    | OutingRequested
    | OutingPlanned
    | OutingConfirmed
    | OutingWithdrawn
    | OutingClosed
    | DisposalAsked
    | DisposalConsented
    | DisposalCarriedOut
    | DisposalWitnessed
    | DisposalWithdrawn
)
"""What is something to the city. Told from all else at once: most entries are the booth's own business."""

CASE_EVENTS: Kinds[CaseEvent] = Kinds(CaseEvent)


class Offered(msgspec.Struct, frozen=True):
    """Papers that the booth hands to the city. How many sheets is not here: the officer's count is blind."""

    id: int
    containers: tuple[str, ...]
    seals: tuple[str, ...]
    manifest: bytes
    offered_by: str
    offered_ms: int
    disputed: bool = False
    """An earlier count of the city's differed: counted again, or signed with a reason."""
    paper: str = ""
    """Who of the city signed on paper, as two people of the booth read it; empty: nobody."""
    paper_ms: int = 0


class Erasing(msgspec.Struct, frozen=True):
    """The booth asks for the city's consent to erase what it keeps of so many people."""

    id: int
    people: int
    planned: str
    """処理予定日 (YYYY-MM-DD)."""
    asked_by: str
    asked_ms: int


class Disposing(msgspec.Struct, frozen=True):
    """The booth asks for the city's consent to dispose of something, or for its signature as the witness."""

    id: int
    number: str
    lines: tuple[Line, ...]
    planned: str
    manifest: bytes
    asked_by: str
    asked_ms: int
    consented: bool = False
    carried_out_by: str = ""
    happened_ms: int = 0


class Booking(msgspec.Struct, frozen=True):
    """A body has applied for a visit, and the city is to confirm the booking."""

    id: int
    number: str
    body: str
    date: str
    channel: str
    applicants: int
    asked_by: str
    asked_ms: int


class Casebook:
    """The desk's open cases. An entry that is taken twice, or later than the one that ends it, changes nothing."""

    def __init__(self) -> None:
        self.closed: dict[int, RequestState] = {}
        """How requests ended; a transfer that ended is DECIDED or WITHDRAWN here."""
        self.outcomes: dict[int, Outcome] = {}
        """The city's decisions, whichever desk they were made at."""
        self.decided_ms: dict[int, int] = {}
        """When, in the hub's time."""
        self._requests: dict[int, Request] = {}
        self._transfers: dict[int, Offered] = {}
        self._erasures: dict[int, Erasing] = {}
        self._disposals: dict[int, Disposing] = {}
        self._bookings: dict[int, Booking] = {}
        self._planned: dict[int, tuple[int, int]] = {}
        """Visit to the newest entry that says how many are on its list, and how many."""
        self._consents: dict[int, bool] = {}
        """Disposal that the city has consented to, to whether it attends."""
        self._carried: dict[int, tuple[str, int]] = {}
        """Disposal to who carried it out, and when."""
        self._turns: dict[int, tuple[int, str]] = {}
        """Request to the newest entry that assigned it, and to whom."""
        self._taken_up: dict[int, tuple[int, int]] = {}
        """Request to the entry and the time at which its officer began to look."""
        self._firsts: dict[int, tuple[int, str, Outcome]] = {}
        """Request to the newest entry with which the first of two officers signed: who, and what."""
        self._videos: dict[int, tuple[int, Video, int]] = {}
        """Request to the newest entry about its meeting, how it is, and the entry that began the check again."""
        self._disputed: set[int] = set()
        self._papers: dict[int, tuple[int, str, int]] = {}
        """Transfer to the newest entry about its paper: the name on it (empty: struck), and when it was signed."""

    @property
    def requests(self) -> tuple[Request, ...]:
        """Undecided requests, oldest first, with the officer whose turn it is."""
        return tuple(self._as_it_is(request) for request in sorted(self._requests.values(), key=lambda one: one.id))

    def _as_it_is(self, request: Request) -> Request:
        turn, officer = self._turns.get(request.id, (0, request.officer))
        began, taken_up_ms = self._taken_up.get(request.id, (-1, 0))
        signed, first, outcome = self._firsts.get(request.id, (-1, "", None))
        _, video, restarted = self._videos.get(request.id, (-1, Video(), -1))
        if signed < restarted:
            first, outcome = "", None
        return msgspec.structs.replace(
            request,
            officer=officer,
            taken_up_ms=taken_up_ms if began > turn else 0,
            first=first,
            first_outcome=outcome,
            video=video,
        )

    @property
    def transfers(self) -> tuple[Offered, ...]:
        """Transfers that the city has not signed for, oldest first."""
        return tuple(
            msgspec.structs.replace(
                one,
                disputed=one.id in self._disputed,
                paper=self._papers.get(one.id, (0, "", 0))[1],
                paper_ms=self._papers.get(one.id, (0, "", 0))[2],
            )
            for one in sorted(self._transfers.values(), key=lambda one: one.id)
        )

    @property
    def erasures(self) -> tuple[Erasing, ...]:
        """Requests to erase that the city has not consented to, oldest first."""
        return tuple(sorted(self._erasures.values(), key=lambda one: one.id))

    @property
    def disposals(self) -> tuple[Disposing, ...]:
        """Disposals that wait for the city's consent, or for its witness where it attends, oldest first."""
        return tuple(
            msgspec.structs.replace(
                one,
                consented=one.id in self._consents,
                carried_out_by=self._carried.get(one.id, ("", 0))[0],
                happened_ms=self._carried.get(one.id, ("", 0))[1],
            )
            for one in sorted(self._disposals.values(), key=lambda one: one.id)
            if self._consents.get(one.id, True)
        )

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """Visits that bodies have applied for and the city has not confirmed, oldest first."""
        return tuple(
            msgspec.structs.replace(one, applicants=self._planned.get(one.id, (0, one.applicants))[1])
            for one in sorted(self._bookings.values(), key=lambda one: one.id)
        )

    def open_ids(self) -> set[int]:
        return {*self._requests, *self._transfers, *self._erasures, *self._disposals, *self._bookings}

    def take(self, index: int, event: Event) -> bool:
        """Fold one event of entry `index`; False if it is nothing to the city."""
        if not CASE_EVENTS.has(event):
            return False
        match event:
            case IdentityRequested():
                if event.request not in self.closed:
                    self._requests[event.request] = requested(event)
            case OfficerAttended():
                for request in event.takes:
                    if self._turns.get(request, (-1, ""))[0] < index:
                        self._turns[request] = (index, event.given_to)
            case RequestPassedOn():
                if self._turns.get(event.request, (-1, ""))[0] < index:
                    self._turns[event.request] = (index, event.given_to)
            case RequestTakenUp():
                if self._taken_up.get(event.request, (-1, 0))[0] < index:
                    self._taken_up[event.request] = (index, event.at_ms)
            case FirstSigned():
                if self._firsts.get(event.request, (-1, "", None))[0] < index:
                    self._firsts[event.request] = (index, event.officer, event.outcome)
                if self._turns.get(event.request, (-1, ""))[0] < index:
                    self._turns[event.request] = (index, event.given_to)
            case VideoNoted():
                self._note_video(index, event)
            case IdentityDecided():
                self.outcomes[event.request] = event.outcome
                self.decided_ms[event.request] = event.at_ms
                self.close(event.request, RequestState.DECIDED)
            case RequestClosed():
                self.close(event.request, event.state)
            case TransferOffered():
                if event.transfer not in self.closed:
                    self._transfers[event.transfer] = Offered(
                        event.transfer, event.containers, event.seals, event.manifest, event.by, event.at_ms
                    )
            case TransferDisputed():
                self._disputed.add(event.transfer)
            case PaperEntered() if event.taker is Taker.CITY and event.whole:
                if self._papers.get(event.transfer, (-1,))[0] < index:
                    self._papers[event.transfer] = (index, event.counter, event.signed_ms)
            case PaperStruck() if event.taker is Taker.CITY:
                if self._papers.get(event.transfer, (-1,))[0] < index:
                    self._papers[event.transfer] = (index, "", 0)
            case TransferAccepted():
                self.close(event.transfer, RequestState.DECIDED)
            case TransferWithdrawn():
                self.close(event.transfer, RequestState.WITHDRAWN)
            case ErasureAsked():
                if event.request not in self.closed:
                    self._erasures[event.request] = Erasing(
                        event.request, len(event.subjects), event.planned, event.by, event.at_ms
                    )
            case ErasureConsented():
                self.close(event.request, RequestState.DECIDED)
            case DisposalAsked():
                if event.disposal not in self.closed:
                    hash_ = manifest(event.lines, event.planned)
                    self._disposals[event.disposal] = Disposing(
                        event.disposal, event.number, event.lines, event.planned, hash_, event.by, event.at_ms
                    )
            case OutingRequested():
                if event.outing not in self.closed:
                    self._bookings[event.outing] = Booking(
                        event.outing, event.number, event.body, event.date, event.channel, event.applicants, event.by,
                        event.at_ms,
                    )  # fmt: skip
            case OutingPlanned():
                if self._planned.get(event.outing, (-1, 0))[0] < index:
                    self._planned[event.outing] = (index, event.applicants)
            case OutingConfirmed():
                self.close(event.outing, RequestState.DECIDED)
            case OutingWithdrawn() | OutingClosed():
                self.close(event.outing, RequestState.WITHDRAWN)
            case DisposalConsented():
                self._consents[event.disposal] = event.attends
            case DisposalCarriedOut():
                self._carried[event.disposal] = (event.by, event.happened_ms)
            case DisposalWitnessed():
                self.close(event.disposal, RequestState.DECIDED)
            case DisposalWithdrawn():
                self.close(event.disposal, RequestState.WITHDRAWN)
            case _:
                return False
        return True

    def _note_video(self, index: int, event: VideoNoted) -> None:
        newest, video, restarted = self._videos.get(event.request, (-1, Video(), -1))
        # The entry that began the check again is the first that knows of so many restarts.
        if event.video.restarts > video.restarts or (event.video.restarts == video.restarts and index < restarted):
            restarted = index
        if index > newest:
            newest, video = index, event.video
        self._videos[event.request] = (newest, video, restarted)

    def close(self, case: int, state: RequestState) -> None:
        """A request, a transfer or a request to erase has ended."""
        self.closed.setdefault(case, state)
        self._requests.pop(case, None)
        self._transfers.pop(case, None)
        self._erasures.pop(case, None)
        self._disposals.pop(case, None)
        self._bookings.pop(case, None)
        for later in (self._turns, self._taken_up, self._firsts, self._videos):
            later.pop(case, None)
