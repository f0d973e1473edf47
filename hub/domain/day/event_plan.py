"""開催の計画: which events a date has, where and between which hours, and which devices go to each of them.

A device is at one event at a time: what the city lends by number, and what the contractor's own ledger has, is not given
to more events of a date than there is (Niigata 8.1⑴: 3 tablets and printers; Chiba 第1 9⑵: one tablet at each place and
one at the ward office). A car goes on from stop to stop, and is at no two of them at once (Aomori 5⑹①). A way of
applying for which no device was planned is warned of (Chiba 第1 9⑴).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.custody import lent, packing
from hub.domain.custody.lent import Lent
from hub.domain.moment import as_date, minute_of
from hub.domain.refusal import Refusal, refuse, short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import Device
    from hub.domain.contracts.questions import Choice
    from hub.domain.moment import Context, Signer

CHANNEL = "channel"
"""The question whose choices are the ways to apply, under every contract that asks it."""

LONGEST_VENUE = 30
LONGEST_CAR = 20
"""Characters of a car's name: its number plate, or 1号車."""

MOST = 999
"""Of one kind of device."""


class Planned(msgspec.Struct, frozen=True, array_like=True):
    """One event as it is planned."""

    id: int
    """Index of the entry that planned it."""
    date: str
    venue: str
    event_type: str
    opens: str
    """HH:MM, as `closes`."""
    closes: str
    windows: int
    channels: tuple[str, ...]
    devices: Map[str, int]
    car: str
    by: str


class Plans(msgspec.Struct, frozen=True):
    events: Map[int, Planned] = Map()
    owned: Map[str, int] = Map()
    """The contractor's ledger: how many it has of a device of its own."""


class PlanEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="plan.event"):
    """An event of a date, in place of what was planned for the same venue and hour."""

    date: str
    venue: str
    event_type: str
    opens: str
    closes: str
    windows: int
    devices: dict[str, int]
    channels: tuple[str, ...] = ()
    """Choices of the question `channel`: how people will apply there."""
    car: str = ""


class DropEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="plan.drop"):
    """It is not held; its devices are free again."""

    event: int


class OwnDevices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="plan.own"):
    """The contractor's ledger from now on: so many of a device of its own."""

    device: str
    count: int


PlanCommand = PlanEvent | DropEvent | OwnDevices


class EventPlanned(msgspec.Struct, frozen=True, tag_field="kind", tag="plan.event/1"):
    event: int
    replaces: int
    """The event that was planned for that venue and hour before; -1: none."""
    date: str
    venue: str
    event_type: str
    opens: str
    closes: str
    windows: int
    channels: tuple[str, ...]
    devices: tuple[tuple[str, int], ...]
    car: str
    lacking: tuple[str, ...]
    """Devices that one of its channels needs and that are not planned."""
    at_ms: int
    by: str


class EventDropped(msgspec.Struct, frozen=True, tag_field="kind", tag="plan.dropped/1"):
    event: int
    date: str
    venue: str
    at_ms: int
    by: str


class DevicesOwned(msgspec.Struct, frozen=True, tag_field="kind", tag="plan.owned/1"):
    device: str
    count: int
    at_ms: int
    by: str


PlanEventMade = EventPlanned | EventDropped | DevicesOwned


# ------------------------------------------------------------------ questions


def channels(profile: Profile) -> tuple[Choice, ...]:
    """The ways to apply that the contract knows."""
    return next((one.choices for one in profile.questions if one.id == CHANNEL), ())


def movable(profile: Profile) -> list[Device]:
    """Devices that a plan can give to an event: those that somebody counts, and those that a way to apply needs."""
    return [
        one
        for one in profile.devices
        if not one.travels
        and one.count_kind != "per_venue"
        and one.owner in ("city", "contractor")
        and (one.count is not None or one.channels)
    ]


def in_order(plans: Plans) -> list[Planned]:
    """All events by date and hour: of one car, its route."""
    return sorted(plans.events.values(), key=lambda one: (one.date, one.opens, one.id))


def stops(plans: Plans, date: str, car: str) -> list[Planned]:
    """The events of a date that one car tours, in their order."""
    return [one for one in in_order(plans) if one.date == date and one.car == car]


def have(device: Device, plans: Plans, lent_: Lent) -> int | None:
    """How many there are: the city's by what it lends, ours by the ledger; None: nobody counts them."""
    if device.owner == "city":
        return lent.limit(lent_, device)
    return plans.owned.get(device.id, 0 if device.count_kind == "per_venue" else None)


def in_use(device: Device, events: Iterable[Planned]) -> int:
    """How many of a device these events of one date take, with those that stand elsewhere meanwhile."""
    taken = list(events)
    if device.count_kind == "per_venue":
        venues = len({one.venue for one in taken})
        return (device.count or 0) * venues + (device.elsewhere or 0 if venues else 0)
    return sum(one.devices.get(device.id, 0) for one in taken)


def lacking(profile: Profile, wanted: tuple[str, ...], devices: dict[str, int]) -> list[Device]:
    """Devices that one of the ways to apply needs, of which none is planned, nor one that serves in its stead."""
    there = {name for name, count in devices.items() if count}
    there |= {one.instead_of for one in profile.devices if one.id in there and one.instead_of is not None}
    return [one for one in profile.devices if one.id not in there and set(one.channels) & set(wanted)]


def too_many(profile: Profile, events: list[Planned], counted: dict[str, int | None]) -> list[tuple[Device, int, int]]:
    """Device, how many the events of one date take, how many there are: each of which there are not enough."""
    found = []
    for device in profile.devices:
        most = counted.get(device.id)
        need = in_use(device, events)
        if most is not None and need > most:
            found.append((device, need, most))
    return found


def across(
    profile: Profile, booths: Iterable[tuple[Plans, Lent]], date: str
) -> tuple[list[Planned], list[tuple[Device, int, int]]]:
    """The events of a date in the records of all booths, and the devices of which they take too many together.

    No booth sees another's record, so each refuses only what it plans itself; whoever holds all of them asks this. How
    many there are is the largest number that any record knows: a letter of the city, or a purchase, stands in one.
    """
    held = list(booths)
    events = sorted(
        (one for plans, _ in held for one in plans.events.values() if one.date == date),
        key=lambda one: (one.opens, one.venue),
    )
    counted: dict[str, int | None] = {}
    for device in profile.devices:
        known = [most for plans, lent_ in held if (most := have(device, plans, lent_)) is not None]
        counted[device.id] = max(known, default=None)
    return events, too_many(profile, events, counted)


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: PlanCommand, plans: Plans, lent_: Lent, profile: Profile, context: Context, by: Signer
) -> tuple[PlanEventMade, ...] | Refusal:
    at_ms = context.at_ms
    match command:
        case OwnDevices():
            device = next((one for one in profile.devices if one.id == command.device), None)
            if device is None or device.owner != "contractor":
                return refuse("plan.not_ours")
            if not 0 <= command.count <= MOST:
                return refuse("plan.count", item=short(device.ja), most=MOST)
            return (DevicesOwned(device.id, command.count, at_ms, by.person),)
        case DropEvent():
            held = plans.events.get(command.event)
            if held is None:
                return refuse("plan.unknown")
            return (EventDropped(held.id, held.date, held.venue, at_ms, by.person),)
        case PlanEvent():
            return _plan(command, plans, lent_, profile, context, by)


def _plan(
    command: PlanEvent, plans: Plans, lent_: Lent, profile: Profile, context: Context, by: Signer
) -> tuple[PlanEventMade, ...] | Refusal:
    wrong = _wrong(command, profile)
    if wrong is not None:
        return wrong
    venue, car = command.venue.strip(), command.car.strip()
    others = [one for one in in_order(plans) if one.date == command.date]
    same = next((one for one in others if (one.venue, one.opens) == (venue, command.opens)), None)
    others = [one for one in others if one is not same]
    new = Planned(
        context.index, command.date, venue, command.event_type, command.opens, command.closes, command.windows,
        command.channels, Map(command.devices), car, by.person,
    )  # fmt: skip
    elsewhere = next((one for one in others if car and one.car == car and _overlap(one, new)), None)
    if elsewhere is not None:
        return refuse("plan.car_elsewhere", car=car, venue=short(elsewhere.venue), opens=elsewhere.opens)
    counted = {one.id: have(one, plans, lent_) for one in profile.devices}
    over = too_many(profile, [*others, new], counted)
    if over:
        device, need, most = over[0]
        if device.count_kind == "per_venue":
            return refuse("plan.too_few", item=short(device.ja), need=need, most=most)
        return refuse("plan.all_in_use", item=short(device.ja), most=most, used=in_use(device, others))
    missing = tuple(one.id for one in lacking(profile, command.channels, command.devices))
    return (
        EventPlanned(
            new.id, same.id if same is not None else -1, new.date, venue, new.event_type, new.opens, new.closes,
            new.windows, new.channels, tuple(sorted(command.devices.items())), car, missing, context.at_ms, by.person,
        ),
    )  # fmt: skip


def _wrong(command: PlanEvent, profile: Profile) -> Refusal | None:
    """What of an event is not said, or cannot be so."""
    if as_date(command.date) is None:
        return refuse("plan.date")
    if not profile.has_event_type(command.event_type):
        return refuse("day.unknown_event", event=command.event_type)
    if not 0 < len(command.venue.strip()) <= LONGEST_VENUE or len(command.car.strip()) > LONGEST_CAR:
        return refuse("plan.venue", longest=LONGEST_VENUE)
    opens, closes = minute_of(command.opens), minute_of(command.closes)
    if opens is None or closes is None or opens >= closes:
        return refuse("agreed.hours")
    if not 0 < command.windows <= packing.MOST_WINDOWS:
        return refuse("packing.windows", most=packing.MOST_WINDOWS)
    if command.car.strip() and not any(one.travels for one in profile.devices):
        return refuse("plan.no_car")
    if not set(command.channels) <= {one.id for one in channels(profile)}:
        return refuse("plan.channel")
    names = {one.id: one.ja for one in movable(profile)}
    for device, count in command.devices.items():
        if device not in names or not 0 <= count <= MOST:
            return refuse("plan.count", item=short(names.get(device, "？")), most=MOST)
    return None


def _overlap(one: Planned, other: Planned) -> bool:
    return one.opens < other.closes and other.opens < one.closes


def evolve(plans: Plans, event: PlanEventMade) -> Plans:
    match event:
        case DevicesOwned():
            return Plans(plans.events, plans.owned.set(event.device, event.count))
        case EventDropped():
            return Plans(plans.events.delete(event.event), plans.owned)
        case EventPlanned():
            events = plans.events.delete(event.replaces) if event.replaces in plans.events else plans.events
            new = Planned(
                event.event, event.date, event.venue, event.event_type, event.opens, event.closes, event.windows,
                event.channels, Map(event.devices), event.car, event.by,
            )  # fmt: skip
            return Plans(events.set(new.id, new), plans.owned)
