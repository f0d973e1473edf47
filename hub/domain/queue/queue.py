"""The queue: numbers are issued once for ever, called once at a time, and every ticket has an end.

Places in line are kept: a ticket that is held, or told to come back, returns to the place it had.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from immutables import Map

from hub.domain.kinds import Kinds
from hub.domain.moment import local_minute
from hub.domain.queue.voiding import TicketVoided, VoidTicket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.domain.contracts.contract import Profile


class TicketState(enum.StrEnum):
    WAITING = "waiting"  # in line
    CALLED = "called"  # shown and announced, nobody has come yet
    SERVING = "serving"  # at the window
    HELD = "held"  # fetching something, place kept
    AWAY = "away"  # sent home with a return ticket, place kept until a stated time
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CARRIED_OVER = "carried_over"  # not served today, invited to another session
    VOID = "void"  # issued by mistake; the number is never used again


ENDED = frozenset({TicketState.FINISHED, TicketState.NO_SHOW, TicketState.CARRIED_OVER, TicketState.VOID})

STATE_JA = {
    TicketState.WAITING: "待ち",
    TicketState.CALLED: "呼出中",
    TicketState.SERVING: "対応中",
    TicketState.HELD: "保留",
    TicketState.AWAY: "再来待ち",
    TicketState.FINISHED: "完了",
    TicketState.NO_SHOW: "不在",
    TicketState.CARRIED_OVER: "繰越",
    TicketState.VOID: "取消",
}


class Ticket(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that issued it."""
    number: str
    """What the applicant holds and the board shows, like A-001."""
    lane: str
    state: TicketState
    issued_ms: int
    version: int = 1
    people: int = 1
    reservation: str = ""
    slot_minute: int | None = None
    """Reserved time, minutes since midnight."""
    window: str = ""
    clerk: str = ""
    calls: int = 0
    called_ms: int = 0
    served_ms: int = 0
    ended_ms: int = 0
    back_by_minute: int | None = None
    """A return ticket keeps its place until this minute of the day."""
    returned: bool = False
    """Was told to come back at least once (再来の札)."""
    changed_by: str = ""
    changed_ms: int = 0
    changed_at: int = 0
    """Index of the entry that last changed it: what an undo names."""
    before: tuple[Before, ...] = ()
    """What an undo puts back: the ticket as it was before the last change (one step only)."""
    fetch: bool = False
    """Called without a sound: somebody goes and fetches (配慮)."""
    status: bytes = b""
    """Fingerprint of the token with which its holder reads of it; empty: there is none."""


class Before(msgspec.Struct, frozen=True, array_like=True):
    """The part of a ticket that one undo restores."""

    state: TicketState
    lane: str
    window: str
    clerk: str
    calls: int
    called_ms: int
    served_ms: int
    ended_ms: int
    back_by_minute: int | None = None
    returned: bool = False


class Reserved(NamedTuple):
    """What a reservation says: its time (None: none given), its lane, and for how many people."""

    minute: int | None
    lane: str
    people: int


class Queue(msgspec.Struct, frozen=True):
    """All tickets of the open day, and the lines in which the waiting ones stand."""

    tickets: Map[int, Ticket] = Map()
    lines: Map[str, tuple[int, ...]] = Map()
    """Waiting tickets of a lane, by id: the order of arrival, which survives hold and return."""
    last_number: Map[str, int] = Map()
    """Highest number given under a prefix today."""
    windows: Map[str, int] = Map()
    """The ticket that is called to, or served at, a window."""
    reservations: Map[str, int] = Map()
    """Reservation number to the ticket it came as."""
    tally: Map[str, int] = Map()
    """How many tickets are in each state."""


# ------------------------------------------------------------------ commands and events


class IssueTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.issue"):
    lane: str
    people: int = 0
    """How many came with this ticket; 0: as many as the reservation says, or one."""
    reservation: str = ""
    large_print: bool = False
    paper: int = 0
    """The number that the person already holds, of those printed beforehand (P-07 is 7); 0: the hub gives the next one."""


class CallNext(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.call_next"):
    lanes: tuple[str, ...]
    window: str


class CallTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.call"):
    ticket: int
    window: str


class RecallTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.recall"):
    ticket: int


class StartService(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.serve"):
    """The applicant has come to the window."""

    ticket: int


class MarkNoShow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.no_show"):
    ticket: int


class HoldTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.hold"):
    ticket: int


class SendAway(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.send_away"):
    """Give a return ticket: the place is kept until `back_by_minute` of the day."""

    ticket: int
    back_by_minute: int


class ResumeTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.resume"):
    """Someone held or away is back: into the line again, at the place they had."""

    ticket: int


class TransferTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.transfer"):
    ticket: int
    lane: str


class FinishTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.finish"):
    ticket: int


class CarryOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.carry_over"):
    ticket: int


class TakeOverTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.take_over"):
    """Go on at a window with the ticket of a colleague who has left it: signed by whoever comes."""

    ticket: int


class CareForTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.care"):
    """How this person is called: fetched without a sound, or as everybody. Why is asked of nobody."""

    ticket: int
    fetch: bool


class UndoAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="queue.undo"):
    """Take back one's own last queue action on a ticket, named by the entry that made it."""

    ticket: int
    entry: int


QueueCommand = (
    IssueTicket
    | CallNext
    | CallTicket
    | RecallTicket
    | StartService
    | MarkNoShow
    | HoldTicket
    | SendAway
    | ResumeTicket
    | TransferTicket
    | FinishTicket
    | CarryOver
    | TakeOverTicket
    | CareForTicket
    | UndoAction
    | VoidTicket
)


CALLS: Kinds[CallNext | CallTicket] = Kinds(CallNext | CallTicket)
"""Commands that call somebody to a window."""


class TicketIssued(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.issued/1"):
    ticket: int
    number: str
    prefix: str
    lane: str
    at_ms: int
    by: str
    people: int
    reservation: str
    slot_minute: int | None
    ahead: int
    """Tickets in line before this one, as printed on it."""
    large_print: bool
    effects: tuple[str, ...] = ("ticket",)
    """What the hub is to do once this is durable; outcomes are entries of their own."""
    status: bytes = b""
    paper: bool = False
    """Its number was printed beforehand: nothing is printed now."""


class TicketCalled(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.called/1"):
    ticket: int
    number: str
    window: str
    call: int
    """1 for the first call, 2 for the first recall, ..."""
    at_ms: int
    by: str
    effects: tuple[str, ...] = ("display", "voice")
    fetch: bool = False
    """Nothing sounds: somebody goes and fetches."""


class TicketMoved(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.moved/1"):
    """A ticket changed its state (or lane) without being called."""

    ticket: int
    number: str
    state: TicketState
    lane: str
    at_ms: int
    by: str
    back_by_minute: int | None = None
    effects: tuple[str, ...] = ()


class TicketTakenOver(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.taken_over/1"):
    """From here on `by` answers for the ticket at its window, and `was` no longer."""

    ticket: int
    number: str
    window: str
    was: str
    at_ms: int
    by: str
    effects: tuple[str, ...] = ()


class TicketCaredFor(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.cared_for/1"):
    ticket: int
    number: str
    fetch: bool
    at_ms: int
    by: str
    effects: tuple[str, ...] = ()


class ActionUndone(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.undone/1"):
    """The last action on a ticket was taken back. An announced call shows as cancelled; the voice is not replayed."""

    ticket: int
    number: str
    entry: int
    state: TicketState
    was: TicketState
    at_ms: int
    by: str
    effects: tuple[str, ...] = ()


QueueEvent = TicketIssued | TicketCalled | TicketMoved | TicketTakenOver | TicketCaredFor | ActionUndone | TicketVoided


DAY_MINUTES = 1440

LONGEST_WINDOW_NAME = 16
"""Characters of a window's name that the board still shows beside a number."""

MOST_PEOPLE = 9
"""More than nine with one ticket is a group, which the contracts give a visit of its own; and one digit is one key."""


# ------------------------------------------------------------------ questions


def waiting(queue: Queue, lane: str) -> Iterable[Ticket]:
    """Tickets waiting in a lane, in the order of arrival."""
    return map(queue.tickets.__getitem__, queue.lines.get(lane, ()))


def turn(ticket: Ticket, by_arrival: bool, minute: int) -> tuple[int, int, int]:
    """The key that sorts waiting tickets into the order of being called at this minute of the day."""
    slot = None if by_arrival else ticket.slot_minute
    if slot is None:
        return 1, 0, ticket.id
    if slot > minute:
        return 2, slot, ticket.id
    # Who comes late for a slot does not overtake those who were there in time for theirs.
    return 0, max(slot, local_minute(ticket.issued_ms)), ticket.id


def in_turn(queue: Queue, profile: Profile, lanes: Iterable[str], minute: int) -> list[Ticket]:
    """Everyone waiting in these lanes, in the order in which "call next" would call them if no time passed."""
    order: list[tuple[tuple[int, int, int], Ticket]] = []
    for lane in lanes:
        by_arrival = _by_arrival(profile, lane)
        order.extend((turn(ticket, by_arrival, minute), ticket) for ticket in waiting(queue, lane))
    return [ticket for _, ticket in sorted(order, key=lambda pair: pair[0])]


def _by_arrival(profile: Profile, lane: str) -> bool:
    return profile.lane(lane).order == "first_come_first_served"


def next_in_line(queue: Queue, profile: Profile, lanes: Iterable[str], minute: int) -> Ticket | None:
    """The ticket that "call next" would call now, or None.

    A reserved slot that has come goes first, by its time (or by arrival, if that was later); then walk-ins by arrival;
    then reservations that are early. Places are kept by all of them: an id says when its holder arrived. A lane whose contract says first come, first served (Niigata 8.4(1)) ignores slots.
    """
    best: Ticket | None = None
    best_key: tuple[int, int, int] | None = None
    for lane in lanes:
        by_arrival, walk_in_seen = _by_arrival(profile, lane), False
        for ticket in waiting(queue, lane):
            if by_arrival or ticket.slot_minute is None:
                if walk_in_seen:
                    continue  # no walk-in behind the first of a lane can come before them
                walk_in_seen = True
            key = turn(ticket, by_arrival, minute)
            if best_key is None or key < best_key:
                best, best_key = ticket, key
            if by_arrival:
                break
    return best


def open_tickets(queue: Queue) -> list[Ticket]:
    """Tickets without an end yet, by number of issue."""
    total = sum(count for state, count in queue.tally.items() if TicketState(state) not in ENDED)
    if not total:
        return []
    return sorted((t for t in queue.tickets.values() if t.state not in ENDED), key=lambda ticket: ticket.id)
