"""On the way: who carries which boxes in what, every stop, and what arrived. 67 sets of forms were once lost between a
mall and the city hall because one box of six stayed on a cart: boxes are read one by one at departure and at arrival.

What people sign for here happened on the road, where no hub is: each act says when it happened, and its entry when it
was written down. Boxes are the giver's until the city has signed, wherever they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.custody.custody import Custody, Transfer, TransferAccepted, TransferState, TransferWithdrawn
from hub.domain.incident.category import Category
from hub.domain.incident.incident import IncidentReported, Incidents, next_number
from hub.domain.moment import DAY_MS
from hub.domain.refusal import Refusal, refuse, some

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer

LONGEST_WORDS = 60
"""Characters of a vehicle, a place or a name: a line of the transit screen."""

MOST_CARRIERS = 4
LONGEST_WAY_MS = DAY_MS
"""What is planned to take longer than a day is no way to the city hall but a slip of the finger."""


class Stop(msgspec.Struct, frozen=True, array_like=True):
    place: str
    from_ms: int
    until_ms: int
    carried_out: bool
    """The boxes were taken along by whoever left the vehicle (Chiba 第2 1(2)ウ)."""


class Transit(msgspec.Struct, frozen=True, array_like=True):
    """The way of one transfer that has left the booth and that the city has not signed for."""

    transfer: int
    carriers: tuple[str, ...]
    vehicle: str
    departed_ms: int
    due_ms: int
    stops: tuple[Stop, ...] = ()
    arrived_ms: int = 0
    """0: on the road still, or without all boxes."""
    missing: tuple[str, ...] = ()
    """Boxes that were not there at the last look on arrival."""


Transits = Map[int, Transit]


# ------------------------------------------------------------------ commands and events


class Depart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="transit.depart"):
    transfer: int
    containers: tuple[str, ...]
    """As read from the boxes while they are loaded."""
    carriers: tuple[str, ...]
    """Names of those who go along; one of them is whoever signs."""
    vehicle: str
    due_ms: int
    """When they mean to arrive."""
    happened_ms: int


class MakeStop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="transit.stop"):
    transfer: int
    place: str
    from_ms: int
    until_ms: int
    carried_out: bool


class Arrive(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="transit.arrive"):
    transfer: int
    containers: tuple[str, ...]
    """As read from the boxes while they are unloaded."""
    intact: bool
    """Every seal is whole and has its number."""
    happened_ms: int


TransitCommand = Depart | MakeStop | Arrive


class Departed(msgspec.Struct, frozen=True, tag_field="kind", tag="transit.departed/1"):
    transfer: int
    containers: tuple[str, ...]
    carriers: tuple[str, ...]
    vehicle: str
    due_ms: int
    happened_ms: int
    at_ms: int
    by: str


class StopMade(msgspec.Struct, frozen=True, tag_field="kind", tag="transit.stop_made/1"):
    transfer: int
    place: str
    from_ms: int
    until_ms: int
    carried_out: bool
    at_ms: int
    by: str


class Arrived(msgspec.Struct, frozen=True, tag_field="kind", tag="transit.arrived/1"):
    transfer: int
    missing: tuple[str, ...]
    intact: bool
    happened_ms: int
    at_ms: int
    by: str


TransitEvent = Departed | StopMade | Arrived


# ------------------------------------------------------------------ questions


def late(transits: Transits, profile: Profile, now_ms: int) -> list[Transit]:
    """Those that should have arrived: the planned time and the contract's patience are over."""
    patience_ms = profile.operation.arrival_alarm_minutes * 60_000
    return [one for _, one in sorted(transits.items()) if not one.arrived_ms and now_ms > one.due_ms + patience_ms]


def not_there(transits: Transits, transfer: Transfer, profile: Profile) -> Refusal | None:
    """Why the city cannot sign for a transfer yet: nobody said who carries it, or it has not arrived whole."""
    if transfer.state in (TransferState.ACCEPTED, TransferState.WITHDRAWN):
        return None  # its rule says so by its own name
    held = transits.get(transfer.id)
    if held is None:
        return refuse("transit.not_departed") if profile.custody.named_carriers else None
    if held.missing:
        return refuse("transit.boxes_missing", container=some(held.missing))
    return None if held.arrived_ms else refuse("transit.not_arrived")


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: TransitCommand, transits: Transits, custody: Custody, incidents: Incidents, profile: Profile,
    context: Context, by: Signer,
) -> tuple[TransitEvent | IncidentReported, ...] | Refusal:  # fmt: skip
    transfer = custody.transfers.get(command.transfer)
    if transfer is None:
        return refuse("custody.unknown_transfer")
    if transfer.state is not TransferState.OFFERED:
        return refuse("custody.transfer_done")
    if isinstance(command, Depart):
        return _depart(command, transits, transfer, profile, context, by)
    held = transits.get(transfer.id)
    if held is None:
        return refuse("transit.not_departed")
    if held.arrived_ms:
        return refuse("transit.arrived_already")
    if isinstance(command, MakeStop):
        return _stop(command, held, incidents, context, by)
    return _arrive(command, held, transfer, incidents, context, by)


def _depart(
    command: Depart, transits: Transits, transfer: Transfer, profile: Profile, context: Context, by: Signer
) -> tuple[TransitEvent, ...] | Refusal:
    if transfer.id in transits:
        return refuse("transit.departed_already")
    names = tuple(dict.fromkeys(name.strip() for name in command.carriers if name.strip()))
    wanted = 2 if profile.operation.two_carriers else 1
    if not wanted <= len(names) <= MOST_CARRIERS or any(len(name) > LONGEST_WORDS for name in names):
        return refuse("transit.carriers", count=wanted)
    if not 0 < len(command.vehicle.strip()) <= LONGEST_WORDS:
        return refuse("transit.vehicle")
    different = set(command.containers) ^ set(transfer.containers)
    if different:
        return refuse("transit.boxes_differ", container=some(sorted(different)))
    if not transfer.offered_ms <= command.happened_ms <= context.at_ms:
        return refuse("transit.time")
    if not command.happened_ms < command.due_ms <= command.happened_ms + LONGEST_WAY_MS:
        return refuse("transit.time")
    return (
        Departed(
            transfer.id, transfer.containers, names, command.vehicle.strip(), command.due_ms, command.happened_ms,
            context.at_ms, by.person,
        ),
    )  # fmt: skip


def _stop(
    command: MakeStop, held: Transit, incidents: Incidents, context: Context, by: Signer
) -> tuple[TransitEvent | IncidentReported, ...] | Refusal:
    place = command.place.strip()
    if not 0 < len(place) <= LONGEST_WORDS:
        return refuse("transit.place")
    if not _latest_ms(held) <= command.from_ms <= command.until_ms <= context.at_ms:
        return refuse("transit.time")
    stop = StopMade(
        held.transfer, place, command.from_ms, command.until_ms, command.carried_out, context.at_ms, by.person
    )
    if command.carried_out:
        return (stop,)
    return (stop, _incident(Category.PAPERS, f"箱を置いて車を離れた：{place}", command.from_ms, incidents, context, by))


def _arrive(
    command: Arrive, held: Transit, transfer: Transfer, incidents: Incidents, context: Context, by: Signer
) -> tuple[TransitEvent | IncidentReported, ...] | Refusal:
    if not _latest_ms(held) <= command.happened_ms <= context.at_ms:
        return refuse("transit.time")
    strange = set(command.containers) - set(transfer.containers)
    if strange:
        return refuse("transit.boxes_differ", container=some(sorted(strange)))
    missing = tuple(box for box in transfer.containers if box not in command.containers)
    events: list[TransitEvent | IncidentReported] = [
        Arrived(held.transfer, missing, command.intact, command.happened_ms, context.at_ms, by.person)
    ]
    # What is found on arrival is told to the city whether or not anybody thinks of F12. A box that stays missing is
    # the same incident still.
    if missing and missing != held.missing:
        text = f"着いたときにない箱：{'、'.join(missing)}"
        events.append(_incident(Category.PAPERS, text[:LONGEST_WORDS], command.happened_ms, incidents, context, by))
    elif not command.intact:
        events.append(_incident(Category.SEAL, "着いたとき封印に異状", command.happened_ms, incidents, context, by))
    return tuple(events)


def _latest_ms(held: Transit) -> int:
    """Nothing on the way happened before what is known of it already."""
    return held.stops[-1].until_ms if held.stops else held.departed_ms


def _incident(
    category: Category, text: str, happened_ms: int, incidents: Incidents, context: Context, by: Signer
) -> IncidentReported:
    return IncidentReported(
        context.index, next_number(incidents), category, happened_ms, (), text, context.at_ms, by.person
    )


def evolve(transits: Transits, event: TransitEvent | TransferAccepted | TransferWithdrawn) -> Transits:
    match event:
        case Departed():
            return transits.set(
                event.transfer,
                Transit(event.transfer, event.carriers, event.vehicle, event.happened_ms, event.due_ms),
            )
        case StopMade():
            held = transits[event.transfer]
            stop = Stop(event.place, event.from_ms, event.until_ms, event.carried_out)
            return transits.set(event.transfer, msgspec.structs.replace(held, stops=(*held.stops, stop)))
        case Arrived():
            held = transits[event.transfer]
            arrived_ms = 0 if event.missing else event.happened_ms
            return transits.set(
                event.transfer, msgspec.structs.replace(held, arrived_ms=arrived_ms, missing=event.missing)
            )
        case TransferAccepted() | TransferWithdrawn():
            return transits.delete(event.transfer) if event.transfer in transits else transits
