"""The booth: the whole state of a site, and the two pure functions that everything rests on.

    decide(profile, booth, command, context, by) -> events, or a Refusal
    evolve(booth, event, index)                  -> the next booth

Both read no clock, draw no random numbers and do no I/O, so that hub, terminal, office and an offline verifier come to
the same events from the same commands, for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain import custody, day, effect, identity, permission, queue, visit
from hub.domain.custody import Custody, CustodyCommand, CustodyEvent
from hub.domain.day import Day, DayCommand, DayEvent, Phase
from hub.domain.effect import EffectCommand, EffectEvent, Effects
from hub.domain.guard import check_text
from hub.domain.identity import Identity, IdentityCommand, IdentityEvent
from hub.domain.queue import Queue, QueueCommand, QueueEvent
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit import VisitCommand, VisitEvent, Visits

if TYPE_CHECKING:
    from hub.domain.contract import Profile
    from hub.domain.moment import Context, Signer

Command = DayCommand | QueueCommand | VisitCommand | IdentityCommand | CustodyCommand | EffectCommand
Event = DayEvent | QueueEvent | VisitEvent | IdentityEvent | CustodyEvent | EffectEvent


class Booth(msgspec.Struct, frozen=True):
    """What is true at a site after an entry of its record."""

    hub: str = ""
    """Name of this record's hub; a decision of the city names it."""
    profile: bytes = b""
    """SHA-256 of the contract profile this deployment is bound to."""
    day: Day = Day()
    queue: Queue = Queue()
    visits: Visits = Visits()
    identity: Identity = Identity()
    custody: Custody = Custody()
    effects: Effects = Effects()
    slots: Map[str, int | None] = Map()
    """Today's reservations: number to minute of the day (None: no time given)."""
    slot_lanes: Map[str, str] = Map()
    latest_ms: int = 0
    """The latest time in the record: a day never starts before it."""


def decide(
    profile: Profile, booth: Booth, command: Command, context: Context, by: Signer, version: int = 0
) -> tuple[Event, ...] | Refusal:
    """What a command does now: the events it makes, or the rule that refuses it.

    `version`: the version of the object that the signer saw (0: any). It is refused if another has changed it since.
    """
    refusal = permission.refusal(command, by) or _guard(command)
    if refusal is not None:
        return refusal
    if isinstance(command, DayCommand):
        return day.decide(command, booth, profile, booth.profile, context, by)
    if isinstance(command, EffectCommand):
        return effect.decide(command, booth.effects, context, by)
    if isinstance(command, CustodyCommand):
        return custody.decide(command, booth.custody, profile, context, by)  # also after the day: handover
    if isinstance(command, identity.Attend):
        return identity.decide(
            command, booth.identity, booth.visits, booth.queue, profile, booth.hub, booth.profile, context, by
        )
    if booth.day.phase is Phase.CLOSED:
        return refuse("day.not_open")
    if isinstance(command, queue.IssueTicket) and booth.day.phase is Phase.STOPPED:
        return refuse("day.reception_stopped")
    if isinstance(command, queue.FinishTicket):
        open_ = command.ticket in booth.queue.tickets and visit.blocks_finish(
            booth.visits, profile, booth.queue, command.ticket
        )
        if open_:
            return open_
    if isinstance(command, LEAVES_WINDOW):
        left = _open_visit(booth, command.ticket)
        if left is not None:
            return left
    if isinstance(command, QueueCommand):
        minute = day.local_minute(context.at_ms)
        return queue.decide(command, booth.queue, profile, booth.slots, minute, context, by, version)
    if isinstance(command, VisitCommand):
        return visit.decide(command, booth.visits, booth.queue, profile, booth.day.event_type, context, by, version)
    return identity.decide(
        command, booth.identity, booth.visits, booth.queue, profile, booth.hub, booth.profile, context, by
    )


LEAVES_WINDOW = (queue.SendAway, queue.TransferTicket, queue.CarryOver)
"""Commands that end the service at a window for now; an open visit must be finished or abandoned first."""


def _open_visit(booth: Booth, ticket: int) -> Refusal | None:
    for held in visit.of_ticket(booth.visits, ticket):
        if held.state is visit.VisitState.OPEN:
            return refuse("visit.open", number=held.number, step="完了か取りやめ")
    return None


def _guard(command: Command) -> Refusal | None:
    """No text that a person typed may carry a My Number or a PIN (they are never stored, not even in a refusal)."""
    for field in command.__struct_fields__:
        value = getattr(command, field)
        if isinstance(value, str) and value and check_text(value) is not None:
            return refuse("guard.personal_number")
    return None


def evolve(booth: Booth, event: Event, index: int) -> Booth:
    """The booth after one event of entry `index`."""
    if isinstance(event, QueueEvent):
        booth = msgspec.structs.replace(booth, queue=queue.evolve(booth.queue, event, index))
    elif isinstance(event, VisitEvent):
        booth = msgspec.structs.replace(booth, visits=visit.evolve(booth.visits, event))
        if isinstance(event, visit.VisitEnded):
            booth = msgspec.structs.replace(booth, custody=custody.evolve(booth.custody, event))
    elif isinstance(event, IdentityEvent):
        booth = msgspec.structs.replace(
            booth,
            identity=identity.evolve(booth.identity, event),
            visits=identity.evolve_visits(booth.visits, event),
        )
    elif isinstance(event, CustodyEvent):
        booth = msgspec.structs.replace(booth, custody=custody.evolve(booth.custody, event))
    elif isinstance(event, EffectEvent):
        booth = msgspec.structs.replace(booth, effects=effect.evolve(booth.effects, event))
    else:
        booth = _evolve_day(booth, event, index)
    device_effects = DEVICE_EFFECTS & set(getattr(event, "effects", ()))
    if device_effects:
        number = getattr(event, "number", "")
        effects = effect.due(booth.effects, index, tuple(sorted(device_effects)), number)
        booth = msgspec.structs.replace(booth, effects=effects)
    at_ms = event.at_ms
    return msgspec.structs.replace(booth, latest_ms=at_ms) if at_ms > booth.latest_ms else booth


DEVICE_EFFECTS = frozenset({"ticket", "display", "voice", "reprint"})
"""Effects that move something in the room and can therefore fail or be unsure."""


def _evolve_day(booth: Booth, event: DayEvent, index: int) -> Booth:
    booth = msgspec.structs.replace(booth, day=day.evolve(booth.day, event, index))
    match event:
        case day.DayOpened():
            # Yesterday's tickets have their ends in the record; numbers start again at 001. Custody goes on.
            return msgspec.structs.replace(
                booth, queue=Queue(), visits=Visits(), identity=Identity(), slots=Map(), slot_lanes=Map()
            )
        case day.ReservationsListed():
            slots, lanes = booth.slots, booth.slot_lanes
            for slot in event.slots:
                slots = slots.set(slot.number, slot.minute)
                lanes = lanes.set(slot.number, slot.lane)
            return msgspec.structs.replace(booth, slots=slots, slot_lanes=lanes)
    return booth


def fold(booth: Booth, events: tuple[Event, ...], index: int) -> Booth:
    """The booth after all events of one entry."""
    for event in events:
        booth = evolve(booth, event, index)
    return booth
