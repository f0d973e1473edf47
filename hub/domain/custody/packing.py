"""持ち物: what the contractor brings to an event, counted out when it is packed and counted in before it goes back.

Koganei 6⑶, 7⑵; Aomori 7(1); Chiba 第2 4(1). The contract's profile lists the kinds of things, for an event or for each of
its windows. What is counted in without a look at what was counted out, and differs, keeps the day open: somebody says
why, or reports it, as of every draft that the record suggests (hub.domain.incident.drafts). Of a thing that personal data
can be in, only a report will do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse, short

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import Packed
    from hub.domain.incident.incident import Incidents
    from hub.domain.moment import Context, Signer

MOST = 9_999
"""Pieces of a kind; more is a slip of the keyboard."""

MOST_WINDOWS = 50
"""Windows of one event: no hall of the five contracts has ten."""


class Load(msgspec.Struct, frozen=True, array_like=True):
    """What was brought to one event."""

    id: int
    """Index of the entry that counted it out."""
    event_type: str
    windows: int
    out: Map[str, int]
    out_by: str
    out_ms: int
    back: Map[str, int] = Map()
    """Empty until it is counted in."""
    back_by: str = ""
    back_ms: int = 0


class Packing(msgspec.Struct, frozen=True):
    now: Load | None = None
    """What is with us at the event; None: nothing was counted out, or the day has closed."""
    last: Load | None = None
    """What was brought to the event before: the proof of its day is printed after it has closed."""


class CountOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="packing.out"):
    """One person's count of what is brought to an event with so many windows, every kind named."""

    event_type: str
    windows: int
    counts: dict[str, int]


class CountIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="packing.in"):
    """One person's count of what goes back, every kind named."""

    counts: dict[str, int]


PackingCommand = CountOut | CountIn


class CountedOut(msgspec.Struct, frozen=True, tag_field="kind", tag="packing.out/1"):
    load: int
    event_type: str
    windows: int
    counts: tuple[tuple[str, int], ...]
    at_ms: int
    by: str


class CountedIn(msgspec.Struct, frozen=True, tag_field="kind", tag="packing.in/1"):
    load: int
    counts: tuple[tuple[str, int], ...]
    differ: tuple[str, ...]
    """Kinds of which more or fewer are here than were counted out."""
    at_ms: int
    by: str


PackingEvent = CountedOut | CountedIn


class Difference(NamedTuple):
    item: str
    change: int
    """Counted in minus counted out."""
    draft: str
    """The draft that asks what became of it: the same for the same count, another when it is counted otherwise."""


# ------------------------------------------------------------------ questions


def items(profile: Profile, event_type: str) -> list[Packed]:
    """What is brought to events of that type, in the profile's order."""
    return [one for one in profile.packing if not one.events or event_type in one.events]


def plan(profile: Profile, event_type: str, windows: int) -> dict[str, int]:
    """The packing list: how many of each kind are brought to an event with so many windows."""
    return {one.id: one.each * (windows if one.per_window else 1) for one in items(profile, event_type)}


def differences(load: Load | None) -> list[Difference]:
    """What was counted in otherwise than out; empty while it is not counted in."""
    if load is None or not load.back:
        return []
    found = []
    for item, out in sorted(load.out.items()):
        back = load.back.get(item, 0)
        if back != out:
            found.append(Difference(item, back - out, f"packing/{load.id}/{item}/{out}-{back}"))
    return found


def only_reported(load: Load | None, profile: Profile) -> frozenset[str]:
    """Drafts that a note does not answer: something is gone that personal data can be in."""
    holding = {one.id for one in profile.packing if one.holds_data}
    return frozenset(one.draft for one in differences(load) if one.change < 0 and one.item in holding)


def day_unaccounted(packing: Packing, incidents: Incidents, profile: Profile) -> Refusal | None:
    """Why the day cannot close: what was brought is not counted in, or a difference has neither reason nor report."""
    load = packing.now
    if load is None:
        return None
    if not load.back:
        return refuse("packing.not_counted_in")
    names = {one.id: one.ja for one in profile.packing}
    reported = only_reported(load, profile)
    for one in differences(load):
        if one.draft in incidents.drafts:
            continue
        return refuse(
            "packing.report" if one.draft in reported else "packing.differs",
            item=short(names[one.item]),
            out=load.out[one.item],
            back=load.back[one.item],
        )
    return None


# ------------------------------------------------------------------ decide and evolve


def decide(
    command: PackingCommand, packing: Packing, stopped: bool, profile: Profile, context: Context, by: Signer
) -> tuple[PackingEvent, ...] | Refusal:
    """`stopped`: reception has stopped, so that what was brought is known and no longer counted out."""
    load = packing.now
    if isinstance(command, CountOut):
        if not profile.has_event_type(command.event_type):
            return refuse("day.unknown_event", event=command.event_type)
        if not 0 < command.windows <= MOST_WINDOWS:
            return refuse("packing.windows", most=MOST_WINDOWS)
        if stopped:
            return refuse("packing.too_late")
        wanted = items(profile, command.event_type)
        if not wanted:
            return refuse("packing.none")
        counts = tuple(sorted(command.counts.items()))
        return _bad(command.counts, wanted) or (
            CountedOut(context.index, command.event_type, command.windows, counts, context.at_ms, by.person),
        )
    if load is None:
        return refuse("packing.not_out")
    refusal = _bad(command.counts, items(profile, load.event_type))
    if refusal is not None:
        return refusal
    differ = tuple(sorted(item for item, out in load.out.items() if command.counts[item] != out))
    return (CountedIn(load.id, tuple(sorted(command.counts.items())), differ, context.at_ms, by.person),)


def _bad(counts: dict[str, int], wanted: list[Packed]) -> Refusal | None:
    missing = next((one for one in wanted if one.id not in counts), None)
    if missing is not None:
        return refuse("packing.count", item=short(missing.ja), most=MOST)
    names = {one.id: one.ja for one in wanted}
    wrong = next((item for item, count in counts.items() if item not in names or not 0 <= count <= MOST), None)
    return None if wrong is None else refuse("packing.count", item=short(names.get(wrong, "？")), most=MOST)


def evolve(packing: Packing, event: PackingEvent) -> Packing:
    if isinstance(event, CountedOut):
        new = Load(event.load, event.event_type, event.windows, Map(event.counts), event.by, event.at_ms)
        return Packing(new, packing.last)
    load = packing.now
    assert load is not None, "decided on what was counted out"
    counted = msgspec.structs.replace(load, back=Map(event.counts), back_by=event.by, back_ms=event.at_ms)
    return Packing(counted, packing.last)


def closed(packing: Packing) -> Packing:
    """After the day has closed: nothing is with us any more."""
    return packing if packing.now is None else Packing(None, packing.now)
