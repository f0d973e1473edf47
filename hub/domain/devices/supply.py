"""What devices use up: filled by a person, counted down by what came out.

A count is of prints that can still be made, as far as the record knows: a roll is changed and said to be full, and each
ticket that came out takes one. Nothing is stopped at zero; the printer itself says when its paper is out.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.devices.effect import EffectEvent, EffectSettled, EffectsReported, EffectState
from hub.domain.photo.print import PhotoPrintEvent, PrintEnded, PrintSeen
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer


class Item(enum.StrEnum):
    TICKET_ROLL = "ticket_roll"
    PHOTO_PAPER = "photo_paper"
    PHOTO_INK = "photo_ink"


NAMES = {
    Item.TICKET_ROLL: ("番号札の紙", "ticket roll"),
    Item.PHOTO_PAPER: ("写真用紙", "photo paper"),
    Item.PHOTO_INK: ("写真のインク", "photo ink"),
}

USES = {"ticket": (Item.TICKET_ROLL,), "photo": (Item.PHOTO_PAPER, Item.PHOTO_INK)}
"""What a kind of device uses up."""

FULL = {Item.TICKET_ROLL: 250, Item.PHOTO_PAPER: 20, Item.PHOTO_INK: 100}
"""Prints of a new one, offered where a person counts: a 30 m roll at 12 cm a ticket; the packs photo paper is sold in;
an ink cassette outlasts several packs (a person who knows better types the number)."""

LOW = {Item.TICKET_ROLL: 30, Item.PHOTO_PAPER: 5, Item.PHOTO_INK: 10}
"""From here on the next one is made ready: half an hour of a busy booth."""

MOST = 10_000
"""Prints that anything holds; more is a slip of the keyboard."""

ROLL_EFFECTS = frozenset({"ticket", "reprint", "try-ticket"})
"""Effects that take a ticket off the roll when they come out."""


SHEET_EFFECTS = frozenset({"try-photo"})
"""Effects that take a sheet and its ink, unless it is certain that nothing came out; a person who knows better counts."""


class Supply(msgspec.Struct, frozen=True, array_like=True):
    left: int
    spare: int
    """Whole ones at hand besides: rolls, packs, cassettes."""
    filled_ms: int
    by: str


class Supplies(msgspec.Struct, frozen=True):
    held: Map[Item, Supply] = Map()
    """What nobody has ever counted is not here: unknown, not empty."""


class FillSupply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="supply.fill"):
    """A person has put in a new one, or has looked: so many prints are left in it, so many whole ones lie beside it."""

    item: Item
    left: int
    spare: int


class SupplyFilled(msgspec.Struct, frozen=True, tag_field="kind", tag="supply.filled/1"):
    item: Item
    left: int
    spare: int
    at_ms: int
    by: str


def decide(command: FillSupply, context: Context, by: Signer) -> tuple[SupplyFilled, ...] | Refusal:
    if not (0 <= command.left <= MOST and 0 <= command.spare <= MOST):
        return refuse("device.supply_count", most=MOST)
    return (SupplyFilled(command.item, command.left, command.spare, context.at_ms, by.person),)


def evolve(supplies: Supplies, event: SupplyFilled) -> Supplies:
    return Supplies(supplies.held.set(event.item, Supply(event.left, event.spare, event.at_ms, event.by)))


def spend(supplies: Supplies, item: Item, prints: int = 1) -> Supplies:
    """The supplies after so many prints of it; never below zero, and nothing where nobody has counted."""
    held = supplies.held.get(item)
    if held is None or not held.left:
        return supplies
    return Supplies(supplies.held.set(item, msgspec.structs.replace(held, left=max(0, held.left - prints))))


def used(supplies: Supplies, event: EffectEvent) -> Supplies:
    """The supplies after what became of effects: a ticket that came out has left the roll, a test sheet the pack."""
    match event:
        case EffectsReported():
            for outcome in event.outcomes:
                if outcome.kind in ROLL_EFFECTS and outcome.state is EffectState.DONE:
                    supplies = spend(supplies, Item.TICKET_ROLL)
                if outcome.kind in SHEET_EFFECTS and outcome.state in (EffectState.DONE, EffectState.UNSURE):
                    supplies = _sheets(supplies, 1)
        case EffectSettled() if event.effect in ROLL_EFFECTS and event.came_out:
            supplies = spend(supplies, Item.TICKET_ROLL)
    return supplies


def printed(supplies: Supplies, event: PhotoPrintEvent) -> Supplies:
    """The supplies after what became of a photo's print: sheets that came out have taken paper and ink."""
    match event:
        case PrintEnded():
            sheets = event.copies
        case PrintSeen():  # what the printer was believed to have made is counted already
            sheets = event.good + event.spoiled if event.new else 0
        case _:
            return supplies
    return _sheets(supplies, sheets)


def _sheets(supplies: Supplies, sheets: int) -> Supplies:
    """So many photo sheets are gone, and the ink on them."""
    for item in (Item.PHOTO_PAPER, Item.PHOTO_INK):
        supplies = spend(supplies, item, sheets)
    return supplies


def low(supplies: Supplies) -> tuple[Item, ...]:
    """What is nearly used up, as far as anybody has counted."""
    return tuple(item for item in Item if item in supplies.held and supplies.held[item].left <= LOW[item])
