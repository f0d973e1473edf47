"""Before a day is opened and before it is closed: who is there, whose training counts, what was looked at, what came back.

People sign in for themselves, each with their own key. Training is recorded by a manager at the booth and stays in the
record for the contract's time: the roster is signed far from here and seldom, while a course is held on any morning.
What the contract makes a condition is refused; the rest of the list is ticked, and the proof of the day says who did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.moment import as_date, iso_date
from hub.domain.refusal import Refusal, refuse, short

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import Device
    from hub.domain.moment import Context, Signer

EVERYWHERE = frozenset({"each_event", "each_place"})
"""Contexts of a staff minimum that hold for every event; `contract` and `call_centre` are not the booth's."""

LONGEST_COURSE = 60
LONGEST_NOTE = 80
MOST_DEVICES = 999


class Present(msgspec.Struct, frozen=True, array_like=True):
    badge: bool
    """The name badge is worn."""
    at_ms: int


class Trained(msgspec.Struct, frozen=True, array_like=True):
    course: str
    held: str
    """ISO date; on an earlier day the training does not count yet."""
    until: str
    """ISO date, the last day on which it counts."""


class Ticked(msgspec.Struct, frozen=True, array_like=True):
    by: str
    at_ms: int


class Readiness(msgspec.Struct, frozen=True):
    """What was signed on `date`; only training outlives it."""

    date: str = ""
    present: Map[str, Present] = Map()
    ticks: Map[str, Ticked] = Map()
    out: Map[str, int] = Map()
    """Devices of the city that were counted in the morning."""
    back: Map[str, int] = Map()
    """The same, counted at the end."""
    note: str = ""
    """Why fewer are there than in the morning."""
    trained: Map[str, Trained] = Map()


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="ready.sign_in"):
    """I am here, and this is whether I wear my name badge."""

    badge: bool


class RecordTraining(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="ready.training"):
    person: str
    course: str
    held: str
    until: str
    topics: tuple[str, ...] = ()
    """Of a course whose topics the contract lists: which of them were taught."""


class Tick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="ready.tick"):
    item: str


class CountDevices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="ready.devices"):
    """The city's devices as they stand here: in the morning, or (`closing`) when they go back."""

    closing: bool
    counts: dict[str, int]
    note: str = ""


ReadinessCommand = SignIn | RecordTraining | Tick | CountDevices


class SignedIn(msgspec.Struct, frozen=True, tag_field="kind", tag="ready.signed_in/1"):
    person: str
    badge: bool
    at_ms: int


class TrainingRecorded(msgspec.Struct, frozen=True, tag_field="kind", tag="ready.training_recorded/1"):
    person: str
    course: str
    held: str
    until: str
    at_ms: int
    by: str
    topics: tuple[str, ...] = ()


class ItemTicked(msgspec.Struct, frozen=True, tag_field="kind", tag="ready.ticked/1"):
    item: str
    at_ms: int
    by: str


class DevicesCounted(msgspec.Struct, frozen=True, tag_field="kind", tag="ready.devices_counted/1"):
    closing: bool
    counts: tuple[tuple[str, int], ...]
    note: str
    at_ms: int
    by: str


ReadinessEvent = SignedIn | TrainingRecorded | ItemTicked | DevicesCounted


def decide(
    command: ReadinessCommand, ready: Readiness, profile: Profile, context: Context, by: Signer
) -> tuple[ReadinessEvent, ...] | Refusal:
    at_ms = context.at_ms
    match command:
        case SignIn():
            return lapsed(ready, by, iso_date(at_ms)) or (SignedIn(by.person, command.badge, at_ms),)
        case RecordTraining():
            if (
                not 0 < len(command.person.strip()) <= LONGEST_COURSE
                or not 0 < len(command.course.strip()) <= LONGEST_COURSE
            ):
                return refuse("ready.course", longest=LONGEST_COURSE)
            if as_date(command.held) is None or as_date(command.until) is None or command.held > command.until:
                return refuse("ready.dates")
            return (
                TrainingRecorded(
                    command.person, command.course, command.held, command.until, at_ms, by.person, command.topics
                ),
            )
        case Tick():
            if command.item not in {check.id for check in profile.checks}:
                return refuse("ready.unknown_item", item=command.item[:LONGEST_NOTE])
            return (ItemTicked(command.item, at_ms, by.person),)
        case CountDevices():
            lent = {device.id for device in lent_devices(profile)}
            good = command.counts.keys() == lent and all(0 <= n <= MOST_DEVICES for n in command.counts.values())
            if not lent or not good or len(command.note) > LONGEST_NOTE:
                return refuse("ready.counts")
            counts = tuple(sorted(command.counts.items()))
            return (DevicesCounted(command.closing, counts, command.note, at_ms, by.person),)


def evolve(ready: Readiness, event: ReadinessEvent) -> Readiness:
    if isinstance(event, TrainingRecorded):
        trained = ready.trained.set(event.person, Trained(event.course, event.held, event.until))
        return msgspec.structs.replace(ready, trained=trained)
    today = iso_date(event.at_ms)
    if ready.date != today:
        ready = Readiness(date=today, trained=ready.trained)
    match event:
        case SignedIn():
            return msgspec.structs.replace(
                ready, present=ready.present.set(event.person, Present(event.badge, event.at_ms))
            )
        case ItemTicked():
            return msgspec.structs.replace(ready, ticks=ready.ticks.set(event.item, Ticked(event.by, event.at_ms)))
        case DevicesCounted(closing=True):
            return msgspec.structs.replace(ready, back=Map(event.counts), note=event.note)
        case DevicesCounted():
            return msgspec.structs.replace(ready, out=Map(event.counts), back=Map(), note="")


# ------------------------------------------------------------------ what the day asks


def opening(
    ready: Readiness, profile: Profile, event_type: str, officers: int, context: Context, by: Signer
) -> Refusal | None:
    """Why the day is not opened yet: whoever opens has no valid training, or the contract's minimum is not there."""
    today = iso_date(context.at_ms)
    found = lapsed(ready, by, today)
    if found is not None:
        return found
    for role, need in minimums(profile, event_type).items():
        have = there(ready, profile, role, officers, today, by.person)
        if have < need:
            return refuse("ready.staff", role=short(profile.role(role).ja), need=need, have=have)
    return None


def minimums(profile: Profile, event_type: str) -> dict[str, int]:
    """Role to how many the contract wants at such an event; of several lines about a role the largest."""
    wanted: dict[str, int] = {}
    for minimum in profile.staffing:
        if minimum.context == event_type or minimum.context in EVERYWHERE:
            wanted[minimum.role] = max(wanted.get(minimum.role, 0), minimum.count)
    return wanted


def there(ready: Readiness, profile: Profile, role: str, officers: int, today: str, opener: str) -> int:
    """How many of a role are there; `opener`: the manager who would open.

    Only a manager opens, so the contract's manager is there with that; everybody of ours who signed in counts as a
    worker, for the minimums speak of the contractor's people. The city's are there when they are on duty at their desk.
    """
    wanted = profile.role(role)
    if wanted.party == "city":
        return officers
    if wanted.manages:
        return 1
    present = set(ready.present) if ready.date == today else set()
    return len(present | {opener})


def lapsed(ready: Readiness, by: Signer, today: str) -> Refusal | None:
    """Whether this person's training does not count on this day; nobody is refused for whom none was recorded."""
    if not ready.trained or by.kind != "staff":
        return None
    training = ready.trained.get(by.person)
    if training is None or training.held <= today <= training.until:
        return None
    return refuse("ready.training", course=training.course, held=training.held, until=training.until)


def closing(ready: Readiness, profile: Profile, today: str) -> Refusal | None:
    """A device of the city that was here in the morning is here at the end, or a note says why not (Niigata 8.4)."""
    if not ready.out or ready.date != today:
        return None
    if not ready.back:
        return refuse("ready.not_counted_back")
    for device in lent_devices(profile):
        out, back = ready.out.get(device.id, 0), ready.back.get(device.id, 0)
        if back != out and not ready.note.strip():
            return refuse("ready.device_missing", device=short(device.ja), out=out, back=back)
    return None


def lent_devices(profile: Profile) -> list[Device]:
    """Devices that the city lends by number."""
    return [device for device in profile.devices if device.owner == "city" and device.count is not None]
