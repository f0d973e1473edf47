"""Things that applicants leave behind: what kind, where, whose ticket if anybody knows, and where each of them goes.

Only lists to choose from: a description would be a description of a person. Who finds a thing at a venue gives it to its
owner, to the venue or to the police within a day (遺失物法 4条); a booth that is packed keeps nothing, so its day does not
close over one. A paper that shows a number or a name is the city's to hand back.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse
from hub.domain.visit.originals import OriginalsLeft

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import Queue


class Thing(enum.StrEnum):
    PAPER = "paper"  # an identity paper, a card, a notice: whatever says who somebody is
    FORM = "form"
    PHONE = "phone"
    PURSE = "purse"
    BAG = "bag"
    CLOTHES = "clothes"
    UMBRELLA = "umbrella"
    OTHER = "other"


class Place(enum.StrEnum):
    RECEPTION = "reception"
    WAITING = "waiting"
    WINDOW = "window"
    PHOTO = "photo"
    OTHER = "other"


class End(enum.StrEnum):
    OWNER = "owner"
    CITY = "city"
    VENUE = "venue"
    POLICE = "police"


OFFICIAL = frozenset({End.OWNER, End.CITY, End.POLICE})
"""Where a paper that says who somebody is may go: not to a venue's lost-property shelf."""


class Item(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that said it was found."""
    thing: Thing
    place: Place
    number: str
    """Its owner's ticket; empty: nobody knows."""
    pieces: int
    by: str
    """Who found it and has it."""
    at_ms: int


LeftBehind = Map[int, Item]
"""What lies here still, by entry."""


class FindThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="left.find"):
    thing: Thing
    place: Place
    ticket: int = 0
    """Its owner's ticket; 0: nobody knows. (The record's entry 0 issues none.)"""


class EndThing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="left.end"):
    item: int
    end: End


LeftCommand = FindThing | EndThing


class ThingFound(msgspec.Struct, frozen=True, tag_field="kind", tag="left.found/1"):
    entry: int
    thing: Thing
    place: Place
    number: str
    at_ms: int
    by: str


class ThingEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="left.ended/1"):
    item: int
    thing: Thing
    number: str
    end: End
    at_ms: int
    by: str


LeftEvent = ThingFound | ThingEnded


def here(left: LeftBehind) -> list[Item]:
    """What lies here still, oldest first."""
    return [left[number] for number in sorted(left)]


def day_unaccounted(left: LeftBehind) -> Refusal | None:
    """Why the day cannot close: something of somebody's lies here."""
    return refuse("left.lies_here", count=sum(item.pieces for item in left.values())) if left else None


def decide(
    command: LeftCommand, left: LeftBehind, queue: Queue, context: Context, by: Signer
) -> tuple[LeftEvent, ...] | Refusal:
    if isinstance(command, FindThing):
        number = ""
        if command.ticket:
            ticket = queue.tickets.get(command.ticket)
            if ticket is None:
                return refuse("queue.unknown_ticket")
            number = ticket.number
        return (ThingFound(context.index, command.thing, command.place, number, context.at_ms, by.person),)
    item = left.get(command.item)
    if item is None:
        return refuse("left.unknown")
    if item.thing is Thing.PAPER and command.end not in OFFICIAL:
        return refuse("left.paper_elsewhere")
    return (ThingEnded(item.id, item.thing, item.number, command.end, context.at_ms, by.person),)


def evolve(left: LeftBehind, event: LeftEvent | OriginalsLeft) -> LeftBehind:
    match event:
        case ThingFound():
            item = Item(event.entry, event.thing, event.place, event.number, 1, event.by, event.at_ms)
            return left.set(event.entry, item)
        case OriginalsLeft():
            pieces = len(event.papers)
            item = Item(event.entry, Thing.PAPER, Place.WINDOW, event.number, pieces, event.by, event.at_ms)
            return left.set(event.entry, item)
        case ThingEnded():
            return left.delete(event.item)
