"""Where a sealed box stands before it leaves: only in a place that the contract's profile lists, and one that locks.

Koganei 特記7条⑴⑵, Chiba 第2 1(2)ウ. Where two seal, two put away, each reading the box; taking it out again is an entry of
its own, and a box that nobody took out has not left. Where the contract says so no day closes over a box that stands open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.custody.custody import ContainerState
from hub.domain.people.roster import independent
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import Place
    from hub.domain.custody.custody import Custody
    from hub.domain.moment import Context, Signer
    from hub.domain.people.roster import Keys


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A box in its place."""

    place: str
    by: tuple[str, ...]
    """Who signed that it stands there, in order."""
    whole: bool
    """Everybody who must has signed."""
    at_ms: int


Stores = Map[str, Kept]
"""By box."""


class PutAway(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="store.put"):
    """This person saw the box in that place, locked; where two are wanted a second, different one signs the same."""

    container: str
    place: str


class TakeOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="store.take"):
    container: str


StorageCommand = PutAway | TakeOut


class BoxPutAway(msgspec.Struct, frozen=True, tag_field="kind", tag="store.put/1"):
    container: str
    place: str
    whole: bool
    at_ms: int
    by: str


class BoxTakenOut(msgspec.Struct, frozen=True, tag_field="kind", tag="store.taken/1"):
    container: str
    place: str
    at_ms: int
    by: str


StorageEvent = BoxPutAway | BoxTakenOut

HERE = frozenset({ContainerState.SEALED, ContainerState.OFFERED})
"""States of a box that is ours to keep."""


def standing(stores: Stores, containers: Iterable[str]) -> Refusal | None:
    """Why these boxes can neither leave nor be opened: one of them stands in its place still."""
    inside = next((box for box in containers if box in stores), None)
    return None if inside is None else refuse("store.inside", container=inside)


def boxes(custody: Custody) -> list[str]:
    """The sealed boxes that are with us, by name."""
    return sorted(box.id for box in custody.containers.values() if box.state in HERE)


def day_unaccounted(stores: Stores, custody: Custody, away: Container[int], profile: Profile) -> Refusal | None:
    """Why the day cannot close: the contract wants boxes locked away, and one is not. `away`: transfers on their way."""
    if not profile.custody.locks_away:
        return None
    for box in boxes(custody):
        kept = stores.get(box)
        if custody.containers[box].transfer not in away and (kept is None or not kept.whole):
            return refuse("store.not_put_away", container=box)
    return None


def decide(
    command: StorageCommand,
    stores: Stores,
    custody: Custody,
    on_the_way: bool,
    keys: Keys,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[StorageEvent, ...] | Refusal:
    """`on_the_way`: the box has left the booth with its transfer."""
    kept = stores.get(command.container)
    if isinstance(command, TakeOut):
        if kept is None:
            return refuse("store.not_inside", container=command.container)
        return (BoxTakenOut(command.container, kept.place, context.at_ms, by.person),)
    box = custody.containers.get(command.container)
    if box is None:
        return refuse("custody.unknown_container", container=command.container)
    if box.state not in HERE or on_the_way:
        return refuse("store.not_here", container=box.id)
    place = place_of(profile, command.place)
    if place is None:
        return refuse("store.unlisted")
    if not place.locked:
        return refuse("store.unlocked", place=place.ja)
    if kept is not None:
        if kept.whole:
            return refuse("store.inside", container=box.id)
        if kept.place != place.id:
            return refuse("store.other_place")
        if not all(independent(keys, by, other) for other in kept.by):
            return refuse("custody.same_person", person=by.person)
    whole = kept is not None or not profile.operation.two_person_seal
    return (BoxPutAway(box.id, place.id, whole, context.at_ms, by.person),)


def place_of(profile: Profile, place: str) -> Place | None:
    """The contract's place of that name."""
    return next((one for one in profile.custody.places if one.id == place), None)


def evolve(stores: Stores, event: StorageEvent) -> Stores:
    if isinstance(event, BoxTakenOut):
        return stores.delete(event.container)
    before = stores[event.container].by if event.container in stores else ()
    return stores.set(event.container, Kept(event.place, (*before, event.by), event.whole, event.at_ms))
