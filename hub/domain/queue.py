"""The queue: numbers are issued once for ever, called once at a time, and every ticket has an end.

Places in line are kept: a ticket that is held, or told to come back, returns to the place it had.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from immutables import Map

from hub.domain.moment import local_minute
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.domain.contract import Profile
    from hub.domain.moment import Context, Signer


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
    | UndoAction
)


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


class TicketCalled(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket.called/1"):
    ticket: int
    number: str
    window: str
    call: int
    """1 for the first call, 2 for the first recall, ..."""
    at_ms: int
    by: str
    effects: tuple[str, ...] = ("display", "voice")


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


QueueEvent = TicketIssued | TicketCalled | TicketMoved | ActionUndone


# ------------------------------------------------------------------ questions


def has_lane(profile: Profile, lane: str) -> bool:
    return any(known.id == lane for known in profile.lanes)


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


# ------------------------------------------------------------------ decide


def decide(
    command: QueueCommand,
    queue: Queue,
    profile: Profile,
    event_type: str,
    reserved: Reserved | None,
    context: Context,
    by: Signer,
    version: int,
) -> tuple[QueueEvent, ...] | Refusal:
    """Decide one queue command. `reserved`: today's reservation of the number that the command names, if there is one."""
    match command:
        case IssueTicket():
            return _issue(command, queue, profile, event_type, reserved, context, by)
        case CallNext():
            unknown = next((lane for lane in command.lanes if not has_lane(profile, lane)), None)
            if unknown is not None or not command.lanes:
                return refuse("queue.unknown_lane", lane=unknown or "")
            ticket = next_in_line(queue, profile, command.lanes, local_minute(context.at_ms))
            if ticket is None:
                return refuse("queue.nobody_waiting")
            return _call(queue, ticket, command.window, context, by)
        case UndoAction():
            return _undo(command, queue, profile, context, by)
    known = queue.tickets.get(command.ticket)
    if known is None:
        return refuse("queue.unknown_ticket")
    if version and version != known.version:
        return refuse("queue.changed", number=known.number)
    allowed = ALLOWED_FROM[type(command)]
    if known.state not in allowed:
        return refuse("queue.wrong_state", number=known.number, state=STATE_JA[known.state])
    match command:
        case CallTicket():
            return _call(queue, known, command.window, context, by)
        case RecallTicket():
            return (TicketCalled(known.id, known.number, known.window, known.calls + 1, context.at_ms, by.person),)
        case StartService():
            return _moved(known, TicketState.SERVING, context, by)
        case MarkNoShow():
            need = profile.operation.calls_before_no_show
            if known.calls < need:
                return refuse("queue.too_few_calls", number=known.number, calls=known.calls, need=need)
            return _moved(known, TicketState.NO_SHOW, context, by)
        case HoldTicket():
            return _moved(known, TicketState.HELD, context, by)
        case SendAway():
            if not 0 <= command.back_by_minute < DAY_MINUTES:
                return refuse("queue.back_by")
            moved = _moved(known, TicketState.AWAY, context, by)
            return (msgspec.structs.replace(moved[0], back_by_minute=command.back_by_minute),)
        case ResumeTicket():
            return _moved(known, TicketState.WAITING, context, by)
        case TransferTicket():
            closed = _lane_refusal(command.lane, profile, event_type)
            if closed is not None:
                return closed
            moved = _moved(known, TicketState.WAITING, context, by)
            return (msgspec.structs.replace(moved[0], lane=command.lane),)
        case FinishTicket():
            return _moved(known, TicketState.FINISHED, context, by)
        case CarryOver():
            return _moved(known, TicketState.CARRIED_OVER, context, by)


ALLOWED_FROM: dict[type, frozenset[TicketState]] = {
    CallTicket: frozenset({TicketState.WAITING, TicketState.HELD, TicketState.AWAY}),
    RecallTicket: frozenset({TicketState.CALLED}),
    StartService: frozenset({TicketState.CALLED}),
    MarkNoShow: frozenset({TicketState.CALLED}),
    HoldTicket: frozenset({TicketState.CALLED, TicketState.SERVING}),
    SendAway: frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD}),
    ResumeTicket: frozenset({TicketState.HELD, TicketState.AWAY, TicketState.NO_SHOW}),
    TransferTicket: frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD}),
    FinishTicket: frozenset({TicketState.SERVING}),
    CarryOver: frozenset({TicketState.WAITING, TicketState.HELD, TicketState.AWAY}),
}
"""From which states each command is possible; all others refuse with the state's name."""


DAY_MINUTES = 1440

LONGEST_WINDOW_NAME = 16
"""Characters of a window's name that the board still shows beside a number."""

MOST_PEOPLE = 9
"""More than nine with one ticket is a group, which the contracts give a visit of its own; and one digit is one key."""


def _lane_refusal(lane: str, profile: Profile, event_type: str) -> Refusal | None:
    """Why nobody can stand in this lane today: the contract has none, or this kind of event does not offer it."""
    if not has_lane(profile, lane):
        return refuse("queue.unknown_lane", lane=lane)
    if not any(profile.offers(event_type, method.id) for method in profile.methods_of_lane(lane)):
        return refuse("queue.lane_closed", lane=profile.lane(lane).ja)
    return None


def _issue(
    command: IssueTicket,
    queue: Queue,
    profile: Profile,
    event_type: str,
    reserved: Reserved | None,
    context: Context,
    by: Signer,
) -> tuple[QueueEvent, ...] | Refusal:
    closed = _lane_refusal(command.lane, profile, event_type)
    if closed is not None:
        return closed
    if not 0 <= command.people <= MOST_PEOPLE:
        return refuse("queue.people")
    slot, people = None, command.people or 1
    if command.reservation:
        if reserved is None:
            return refuse("queue.unknown_reservation", reservation=command.reservation)
        used = queue.reservations.get(command.reservation)
        if used is not None:
            number = queue.tickets[used].number
            return refuse("queue.reservation_used", reservation=command.reservation, number=number)
        if reserved.lane != command.lane:
            lane = profile.lane(reserved.lane).ja
            return refuse("queue.reservation_lane", reservation=command.reservation, lane=lane)
        slot, people = reserved.minute, command.people or reserved.people
    prefix = profile.lane(command.lane).prefix
    issued = TicketIssued(
        ticket=context.index,
        number=f"{prefix}-{queue.last_number.get(prefix, 0) + 1:03}",
        prefix=prefix,
        lane=command.lane,
        at_ms=context.at_ms,
        by=by.person,
        people=people,
        reservation=command.reservation,
        slot_minute=slot,
        ahead=len(queue.lines.get(command.lane, ())),
        large_print=command.large_print,
    )
    return (issued,)


def _call(queue: Queue, ticket: Ticket, window: str, context: Context, by: Signer) -> tuple[QueueEvent, ...] | Refusal:
    if not window.strip() or len(window) > LONGEST_WINDOW_NAME:
        return refuse("queue.window")
    busy = queue.windows.get(window)
    if busy is not None and busy != ticket.id:
        return refuse("queue.window_busy", window=window, number=queue.tickets[busy].number)
    return (TicketCalled(ticket.id, ticket.number, window, 1, context.at_ms, by.person),)


def _moved(ticket: Ticket, state: TicketState, context: Context, by: Signer) -> tuple[TicketMoved]:
    return (TicketMoved(ticket.id, ticket.number, state, ticket.lane, context.at_ms, by.person),)


def _undo(
    command: UndoAction, queue: Queue, profile: Profile, context: Context, by: Signer
) -> tuple[QueueEvent, ...] | Refusal:
    ticket = queue.tickets.get(command.ticket)
    if ticket is None:
        return refuse("queue.unknown_ticket")
    if ticket.changed_at != command.entry or ticket.changed_by != by.person or ticket.state is TicketState.VOID:
        return refuse("queue.undo_nothing")
    seconds = profile.operation.undo_seconds
    # In both directions: a clock that was set back must not keep the door open.
    if abs(context.at_ms - ticket.changed_ms) > seconds * 1000:
        return refuse("queue.undo_late", seconds=seconds)
    if ticket.before:
        restored = ticket.before[0].state
        window = ticket.before[0].window
        if window and queue.windows.get(window, ticket.id) != ticket.id:
            return refuse("queue.window_busy", window=window, number=queue.tickets[queue.windows[window]].number)
    elif command.entry == ticket.id:
        restored = TicketState.VOID
    else:
        return refuse("queue.undo_nothing")
    return (ActionUndone(ticket.id, ticket.number, command.entry, restored, ticket.state, context.at_ms, by.person),)


# ------------------------------------------------------------------ evolve


def evolve(queue: Queue, event: QueueEvent, index: int) -> Queue:
    """The queue after an event of entry `index`."""
    match event:
        case TicketIssued():
            ticket = Ticket(
                id=event.ticket,
                number=event.number,
                lane=event.lane,
                state=TicketState.WAITING,
                issued_ms=event.at_ms,
                people=event.people,
                reservation=event.reservation,
                slot_minute=event.slot_minute,
                changed_by=event.by,
                changed_ms=event.at_ms,
                changed_at=index,
            )
            queue = msgspec.structs.replace(
                queue,
                last_number=queue.last_number.set(event.prefix, int(event.number.rpartition("-")[2])),
                reservations=queue.reservations.set(event.reservation, event.ticket)
                if event.reservation
                else queue.reservations,
            )
            return _put(queue, None, ticket)
        case TicketCalled():
            old = queue.tickets[event.ticket]
            return _put(
                queue,
                old,
                _changed(
                    old,
                    event.by,
                    event.at_ms,
                    index,
                    state=TicketState.CALLED,
                    window=event.window,
                    clerk=event.by,
                    calls=event.call,
                    called_ms=event.at_ms,
                ),
            )
        case TicketMoved():
            old = queue.tickets[event.ticket]
            at_window = event.state in AT_WINDOW
            return _put(
                queue,
                old,
                _changed(
                    old,
                    event.by,
                    event.at_ms,
                    index,
                    state=event.state,
                    lane=event.lane,
                    window=old.window if at_window else "",
                    served_ms=event.at_ms if event.state is TicketState.SERVING else old.served_ms,
                    ended_ms=event.at_ms if event.state in ENDED else 0,
                    back_by_minute=event.back_by_minute,
                    returned=old.returned or event.state is TicketState.AWAY,
                ),
            )
        case ActionUndone():
            old = queue.tickets[event.ticket]
            fields: dict[str, object] = {"state": event.state, "ended_ms": event.at_ms}  # an issue undone ends it
            if old.before:
                fields = msgspec.structs.asdict(old.before[0])
            restored = msgspec.structs.replace(
                _changed(old, event.by, event.at_ms, index),
                **fields,
                before=(),  # an undo is not undone
            )
            if event.state is TicketState.VOID:
                queue = msgspec.structs.replace(queue, reservations=_without(queue.reservations, old.reservation))
            return _put(queue, old, restored)


AT_WINDOW = frozenset({TicketState.CALLED, TicketState.SERVING})


def _without(reservations: Map[str, int], reservation: str) -> Map[str, int]:
    return reservations.delete(reservation) if reservation in reservations else reservations


def _changed(old: Ticket, by: str, at_ms: int, index: int, **fields: object) -> Ticket:
    before = Before(
        old.state,
        old.lane,
        old.window,
        old.clerk,
        old.calls,
        old.called_ms,
        old.served_ms,
        old.ended_ms,
        old.back_by_minute,
        old.returned,
    )
    return msgspec.structs.replace(
        old,
        version=old.version + 1,
        changed_by=by,
        changed_ms=at_ms,
        changed_at=index,
        before=(before,),
        **fields,
    )


def _put(queue: Queue, old: Ticket | None, new: Ticket) -> Queue:
    """Replace a ticket and keep lines, windows and tally true to it."""
    lines, windows, tally = queue.lines, queue.windows, queue.tally
    if old is not None:
        if old.state is TicketState.WAITING and (new.state is not TicketState.WAITING or new.lane != old.lane):
            line = lines[old.lane]
            at = bisect_left(line, old.id)
            lines = lines.set(old.lane, line[:at] + line[at + 1 :])
        if (
            old.window
            and (new.window != old.window or new.state not in AT_WINDOW)
            and windows.get(old.window) == old.id
        ):
            windows = windows.delete(old.window)
        tally = tally.set(old.state.value, tally[old.state.value] - 1)
    if new.state is TicketState.WAITING and (
        old is None or old.state is not TicketState.WAITING or new.lane != old.lane
    ):
        line = lines.get(new.lane, ())
        # Ids grow with arrival, so the place that someone had is where their id belongs.
        at = bisect_left(line, new.id)
        lines = lines.set(new.lane, (*line[:at], new.id, *line[at:]))
    if new.window and new.state in AT_WINDOW:
        windows = windows.set(new.window, new.id)
    return msgspec.structs.replace(
        queue,
        tickets=queue.tickets.set(new.id, new),
        lines=lines,
        windows=windows,
        tally=tally.set(new.state.value, tally.get(new.state.value, 0) + 1),
    )
