"""The queue's rules: what a command does to the tickets (decide), and what an event made of them (evolve)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.contracts.procedure import PAPER_PREFIX
from hub.domain.moment import local_minute
from hub.domain.queue import paper_block, voiding
from hub.domain.queue.voiding import TicketVoided, VoidTicket
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
from hub.domain.queue.queue import (
    DAY_MINUTES,
    ENDED,
    LONGEST_WINDOW_NAME,
    MOST_PEOPLE,
    STATE_JA,
    ActionUndone,
    Before,
    CallNext,
    CallTicket,
    CareForTicket,
    CarryOver,
    FinishTicket,
    HoldTicket,
    IssueTicket,
    MarkNoShow,
    Queue,
    QueueCommand,
    QueueEvent,
    RecallTicket,
    Reserved,
    ResumeTicket,
    SendAway,
    StartService,
    TakeOverTicket,
    Ticket,
    TicketCalled,
    TicketCaredFor,
    TicketIssued,
    TicketMoved,
    TicketState,
    TicketTakenOver,
    TransferTicket,
    UndoAction,
    next_in_line,
)

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
            unknown = next((lane for lane in command.lanes if not profile.has_lane(lane)), None)
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
    match command:  # the most frequent first
        case StartService() | FinishTicket() | HoldTicket() | ResumeTicket() | CarryOver():
            return _moved(known, MOVES[type(command)], context, by)
        case CallTicket():
            return _call(queue, known, command.window, context, by)
        case RecallTicket():
            return (TicketCalled(known.id, known.number, known.window, known.calls + 1, context.at_ms, by.person),)
        case MarkNoShow():
            need = profile.operation.calls_before_no_show
            if known.calls < need:
                return refuse("queue.too_few_calls", number=known.number, calls=known.calls, need=need)
            return _moved(known, TicketState.NO_SHOW, context, by)
        case SendAway():
            if not 0 <= command.back_by_minute < DAY_MINUTES:
                return refuse("queue.back_by")
            moved = _moved(known, TicketState.AWAY, context, by)
            return (msgspec.structs.replace(moved[0], back_by_minute=command.back_by_minute),)
        case TransferTicket():
            closed = _lane_refusal(command.lane, profile, event_type)
            if closed is not None:
                return closed
            moved = _moved(known, TicketState.WAITING, context, by)
            return (msgspec.structs.replace(moved[0], lane=command.lane),)
        case CareForTicket():
            if known.fetch == command.fetch:
                return refuse("queue.fetched_already", number=known.number)
            return (TicketCaredFor(known.id, known.number, command.fetch, context.at_ms, by.person),)
        case TakeOverTicket():
            if known.clerk == by.person:
                return refuse("queue.yours_already", number=known.number)
            return (TicketTakenOver(known.id, known.number, known.window, known.clerk, context.at_ms, by.person),)
        case VoidTicket():
            return voiding.decide(command, known.number, context, by)


AT_WINDOW = frozenset({TicketState.CALLED, TicketState.SERVING})

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
    TakeOverTicket: frozenset({TicketState.CALLED, TicketState.SERVING}),
    VoidTicket: frozenset(set(TicketState) - {TicketState.VOID, TicketState.FINISHED} - AT_WINDOW),
    CareForTicket: frozenset(set(TicketState) - ENDED | {TicketState.NO_SHOW}),
}
"""From which states each command is possible; all others refuse with the state's name."""

MOVES: dict[type, TicketState] = {
    StartService: TicketState.SERVING,
    FinishTicket: TicketState.FINISHED,
    HoldTicket: TicketState.HELD,
    ResumeTicket: TicketState.WAITING,
    CarryOver: TicketState.CARRIED_OVER,
}
"""Where the commands lead that ask for nothing else."""


def _lane_refusal(lane: str, profile: Profile, event_type: str) -> Refusal | None:
    """Why nobody can stand in this lane today: the contract has none, or this kind of event does not offer it."""
    if not profile.has_lane(lane):
        return refuse("queue.unknown_lane", lane=lane)
    if not profile.opens(event_type, lane):
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
    number = f"{prefix}-{queue.last_number.get(prefix, 0) + 1:03}"
    on_paper = bool(command.paper)
    if on_paper:
        prefix, number = PAPER_PREFIX, paper_block.number(command.paper)
    issued = TicketIssued(
        ticket=context.index,
        number=number,
        prefix=prefix,
        lane=command.lane,
        at_ms=context.at_ms,
        by=by.person,
        people=people,
        reservation=command.reservation,
        slot_minute=slot,
        ahead=len(queue.lines.get(command.lane, ())),
        large_print=command.large_print,
        effects=() if on_paper else ("ticket",),
        status=b"" if on_paper else context.status,
        paper=on_paper,
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
    match event:  # the most frequent first
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
                status=event.status,
            )
            queue = msgspec.structs.replace(
                queue,
                last_number=queue.last_number
                if event.paper
                else queue.last_number.set(event.prefix, int(event.number.rpartition("-")[2])),
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
        case TicketTakenOver():
            old = queue.tickets[event.ticket]
            # Not to be undone: whoever had it has gone, and can take it over in turn.
            taken = _changed(old, event.by, event.at_ms, index, clerk=event.by)
            return _put(queue, old, msgspec.structs.replace(taken, before=()))
        case TicketCaredFor():
            old = queue.tickets[event.ticket]
            # What was done to the ticket before can still be taken back; this is changed by saying it again.
            return _put(queue, old, msgspec.structs.replace(old, fetch=event.fetch))
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
        case TicketVoided():
            old = queue.tickets[event.ticket]
            gone = _changed(old, event.by, event.at_ms, index, state=TicketState.VOID, ended_ms=event.at_ms)
            queue = msgspec.structs.replace(queue, reservations=_without(queue.reservations, old.reservation))
            return _put(queue, old, msgspec.structs.replace(gone, before=()))


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
        tally = tally.set(old.state, tally[old.state] - 1)  # a state is its own text: .value would cost a third of this
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
        tally=tally.set(new.state, tally.get(new.state, 0) + 1),
    )
