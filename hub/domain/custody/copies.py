"""写し: a print of what the city handed over is a copy. Each is permitted, numbered, and gone again when the day closes.

Koganei 特記5条, 7条⑶: no copy without permission; the contract's consent to copy is one, and so is the city's word for this
one print. Where the contract has a clause on disposal (特記17条), a copy is not shredded without being asked for: it goes
back to the city, or into a request to dispose of it, and is open again when that request is withdrawn. Elsewhere two
people see it go through the shredder.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.contracts import consent
from hub.domain.custody import disposal, shredding
from hub.domain.custody.disposal import Disposals, State
from hub.domain.moment import iso_date
from hub.domain.refusal import Refusal, refuse, some

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer

MOST_COPIES = 9
"""At a time: one for each window of a large booth."""

LONGEST_REFERENCE = 40
"""Characters of a permission: its date and number, as the city wrote it."""

MOST_ENDED = 50


class Original(enum.StrEnum):
    """What of the city's can be printed here."""

    LIST = "list"  # the day's reservations, by number and time


class End(enum.StrEnum):
    """Where a copy goes before the day closes."""

    RETURNED = "returned"  # to the city
    SHREDDED = "shredded"  # before two people
    REQUESTED = "requested"  # it stands in a request to dispose of it


class Copy(msgspec.Struct, frozen=True, array_like=True):
    number: str
    """写-001, counted over the whole record: stands on every page."""
    original: Original
    place: str
    """1/2: the first of two that were printed at once."""
    at_ms: int
    by: str
    permission: str
    """The city's word for this print, or the reference of its consent to copy; empty where the contract wants none."""
    shredders: tuple[str, ...] = ()
    end: End | None = None
    disposal: int = -1
    ended_ms: int = 0


class Copies(msgspec.Struct, frozen=True):
    made: Map[str, Copy] = Map()
    """By number; those that are gone stay, for the ledger."""


class PrintCopies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="copies.print"):
    """So many copies are printed now; `permission`: the city's word for just this."""

    original: Original
    copies: int
    permission: str = ""


class EndCopies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="copies.end"):
    """These copies go; of a shredding a second, different person signs the same."""

    numbers: tuple[str, ...]
    end: End
    disposal: int = -1


CopyCommand = PrintCopies | EndCopies


class CopiesPrinted(msgspec.Struct, frozen=True, tag_field="kind", tag="copies.printed/1"):
    original: Original
    numbers: tuple[str, ...]
    permission: str
    at_ms: int
    by: str


class CopiesEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="copies.ended/1"):
    numbers: tuple[str, ...]
    end: End
    disposal: int
    at_ms: int
    by: str


CopyEvent = CopiesPrinted | CopiesEnded


# ------------------------------------------------------------------ questions


def here(copies: Copies, disposals: Disposals) -> list[Copy]:
    """The copies that lie here and have nowhere to go yet, oldest first."""
    return [one for _, one in sorted(copies.made.items()) if not _gone(one, disposals)]


def _gone(copy: Copy, disposals: Disposals) -> bool:
    if copy.end is not End.REQUESTED:
        return copy.end is not None
    request = disposals.made.get(copy.disposal)
    return request is not None and request.state is not State.WITHDRAWN


def needs_word(profile: Profile, training: bool, date: str) -> bool:
    """Whether the city's word is wanted for each print: the contract forbids copies, and no consent is in force."""
    return profile.custody.copy_rule is not None and not consent.may_copy(profile, training, date)


def day_unaccounted(copies: Copies, disposals: Disposals) -> Refusal | None:
    """Why the day cannot close: a copy has nowhere to go."""
    left = here(copies, disposals)
    return refuse("copies.here", numbers=some([one.number for one in left])) if left else None


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: CopyCommand,
    copies: Copies,
    disposals: Disposals,
    profile: Profile,
    training: bool,
    context: Context,
    by: Signer,
) -> tuple[CopyEvent, ...] | Refusal:
    if isinstance(command, PrintCopies):
        return _print(command, copies, profile, training, context, by)
    lying = {one.number: one for one in here(copies, disposals)}
    if not 0 < len(command.numbers) <= MOST_ENDED or len(set(command.numbers)) < len(command.numbers):
        return refuse("copies.unknown")
    if any(number not in lying for number in command.numbers):
        return refuse("copies.unknown")
    request = -1
    if command.end is End.SHREDDED:
        if profile.disposal.clause is not None:
            return refuse("copies.ask_first")
        for number in command.numbers:
            same = shredding.refusal(lying[number].shredders, by)
            if same is not None:
                return same
    elif command.end is End.REQUESTED:
        request = command.disposal
        if not _takes_paper(request, disposals, profile):
            return refuse("copies.no_request")
    return (CopiesEnded(command.numbers, command.end, request, context.at_ms, by.person),)


def _print(
    command: PrintCopies, copies: Copies, profile: Profile, training: bool, context: Context, by: Signer
) -> tuple[CopyEvent, ...] | Refusal:
    if not 0 < command.copies <= MOST_COPIES:
        return refuse("copies.count", most=MOST_COPIES)
    today, word = iso_date(context.at_ms), command.permission.strip()
    if len(word) > LONGEST_REFERENCE or (not word and needs_word(profile, training, today)):
        return refuse("copies.no_permission")
    consented = consent.in_force(profile, training, today).copy
    if not word and profile.custody.copy_rule is not None and consented is not None:
        word = consented.reference
    first = len(copies.made) + 1
    numbers = tuple(f"写-{first + at:03}" for at in range(command.copies))
    return (CopiesPrinted(command.original, numbers, word, context.at_ms, by.person),)


def _takes_paper(request: int, disposals: Disposals, profile: Profile) -> bool:
    """Whether that request is open and speaks of paper."""
    one = disposals.made.get(request)
    papers = {item.id for item in profile.disposal.items if item.medium == "paper"}
    return one is not None and one.state not in disposal.OVER and any(line.item in papers for line in one.lines)


def evolve(copies: Copies, event: CopyEvent) -> Copies:
    made = copies.made
    if isinstance(event, CopiesPrinted):
        for at, number in enumerate(event.numbers, 1):
            place = f"{at}/{len(event.numbers)}"
            made = made.set(number, Copy(number, event.original, place, event.at_ms, event.by, event.permission))
        return Copies(made)
    for number in event.numbers:
        one = made[number]
        seen = (*one.shredders, event.by) if event.end is End.SHREDDED else one.shredders
        ended = event.end is not End.SHREDDED or shredding.done(seen)
        made = made.set(
            number,
            msgspec.structs.replace(
                one,
                shredders=seen,
                end=event.end if ended else None,
                disposal=event.disposal,
                ended_ms=event.at_ms if ended else 0,
            ),
        )
    return Copies(made)
