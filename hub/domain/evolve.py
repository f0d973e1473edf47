"""What an event changes: which parts of the booth it touches, and what a new date begins with."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

from immutables import Map
from msgspec.structs import replace

from hub.domain.continuity import continuity
from hub.domain.continuity.continuity import ContinuityEvent
from hub.domain.custody import (
    copies,
    discrepancy,
    disposal,
    forms,
    left_behind,
    lent,
    packing,
    paper_receipt,
    storage,
    transit,
)
from hub.domain.custody import rules as custody_rules
from hub.domain.custody.custody import TransferAccepted, TransferWithdrawn
from hub.domain.day import agreed_day, day, event_plan, inquiry, manager_presence, readiness, sound, survey
from hub.domain.day.agreed_day import DaysAgreed
from hub.domain.day.day import DayEvent
from hub.domain.day.inquiry import Inquiries
from hub.domain.day.sound import QuietKept, Sound
from hub.domain.day.survey import SurveyAnswered
from hub.domain.devices import device, effect, supply
from hub.domain.devices.effect import Effects
from hub.domain.devices.supply import SupplyFilled
from hub.domain.events import (
    CONTINUITY_EVENTS,
    COPY_EVENTS,
    CUSTODY_EVENTS,
    DAY_EVENTS,
    DEVICE_EVENTS,
    DISCREPANCY_EVENTS,
    DISPOSAL_EVENTS,
    DOSSIER_EVENTS,
    EFFECT_EVENTS,
    FORM_ID_EVENTS,
    FORMS_EVENTS,
    GUIDANCE_EVENTS,
    IDENTITY_EVENTS,
    INCIDENT_EVENTS,
    INQUIRY_EVENTS,
    LEFT_EVENTS,
    LENT_EVENTS,
    ORIGINALS_EVENTS,
    OUTING_EVENTS,
    PACKING_EVENTS,
    PAIRING_EVENTS,
    PAPER_EVENTS,
    PERSONAL_EVENTS,
    PHOTO_EVENTS,
    PHOTO_PRINT_EVENTS,
    PICTURE_EVENTS,
    PLAN_EVENTS,
    PRESENCE_EVENTS,
    QUEUE_EVENTS,
    READINESS_EVENTS,
    ROSTER_EVENTS,
    STILL_EVENTS,
    STORAGE_EVENTS,
    TRANSIT_EVENTS,
    VISIT_EVENTS,
    Event,
)
from hub.domain.identity import identity, still
from hub.domain.identity.identity import Identity
from hub.domain.incident import rules as incident_rules
from hub.domain.kinds import rows
from hub.domain.moment import iso_date
from hub.domain.people import appointment, dossier, newkey, pairing, roster
from hub.domain.people.appointment import ManagerAppointed
from hub.domain.people.newkey import KeySucceeded
from hub.domain.people.vouching import NumberVouched
from hub.domain.personal import periodic, personal
from hub.domain.personal.disclosure import Revealed
from hub.domain.personal.periodic import PeriodicDone
from hub.domain.photo import photo, returned
from hub.domain.photo import print as photo_print
from hub.domain.photo.returned import ReturnedNoted
from hub.domain.queue import paper_block, queue, window_lanes
from hub.domain.queue import rules as queue_rules
from hub.domain.queue.queue import Queue
from hub.domain.queue.window_lanes import WindowKept
from hub.domain.reports import event_picture
from hub.domain.reservations import guidance, outing
from hub.domain.visit import city_result, form_id, originals, visit
from hub.domain.visit import rules as visit_rules
from hub.domain.visit.city_result import ResultsEntered
from hub.domain.visit.visit import Visits

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Never

    from hub.domain.custody.custody import CustodyEvent
    from hub.domain.kinds import Kinds
    from hub.domain.state import Booth

    Changes = dict[str, object]
    """New values of the booth's fields, by their names."""

    Evolves = Callable[[Booth, Never, int], Changes]


# ------------------------------------------------------------------ events that touch more than one part


def _queue(booth: Booth, event: queue.QueueEvent, index: int) -> Changes:
    changes: Changes = {
        "queue": queue_rules.evolve(booth.queue, event, index),
        "effects": _due(booth.effects, event, index),
    }
    if type(event) is queue.TicketIssued and event.paper:
        changes["papers"] = paper_block.taken(booth.papers, event, booth.day.date)
    return changes


def _visit(booth: Booth, event: visit_rules.VisitEvent, index: int) -> Changes:
    changes: Changes = {"visits": visit_rules.evolve(booth.visits, event)}
    photos = booth.photos
    if isinstance(event, visit.StepDone):
        if photos.living is not None and photos.living.step == event.step:
            changes["photos"] = photo.doomed(photos, event.visit, photo.DONE, event.at_ms)
            changes["returns"] = returned.used(booth.returns, booth.day.venue)
    elif isinstance(event, visit.VisitEnded):
        changes["custody"] = custody_rules.evolve(booth.custody, event)
        changes["forms"] = forms.completed(booth.forms, event)
        changes["photos"] = photo.doomed(photos, event.visit, photo.ABANDONED, event.at_ms)
    return changes


def _photo(booth: Booth, event: photo.PhotoEvent, index: int) -> Changes:
    return {"photos": photo.evolve(booth.photos, event), "prints": photo_print.outdated(booth.prints, event)}


def _photo_print(booth: Booth, event: photo_print.PhotoPrintEvent, index: int) -> Changes:
    return {"prints": photo_print.evolve(booth.prints, event), "supplies": supply.printed(booth.supplies, event)}


def _form_id(booth: Booth, event: form_id.FormIdEvent, index: int) -> Changes:
    return {
        "form_ids": form_id.evolve(booth.form_ids, event),
        "form_tags": form_id.tagged(booth.form_tags, event),
    }


def _effect(booth: Booth, event: effect.EffectEvent, index: int) -> Changes:
    return {
        "effects": effect.evolve(_due(booth.effects, event, index), event),
        "devices": device.answered(booth.devices, event),
        "supplies": supply.used(booth.supplies, event),
    }


def _device(booth: Booth, event: device.DeviceEvent, index: int) -> Changes:
    return {"devices": device.evolve(booth.devices, event, index), "effects": _due(booth.effects, event, index)}


def _identity(booth: Booth, event: identity.IdentityEvent, index: int) -> Changes:
    return {
        "identity": identity.evolve(booth.identity, event),
        "visits": identity.evolve_visits(booth.visits, event),
    }


def _personal(booth: Booth, event: personal.PersonalEvent, index: int) -> Changes:
    changes: Changes = {"personal": personal.evolve(booth.personal, event)}
    if isinstance(event, personal.PersonalErased):
        changes["disposals"] = disposal.erased(booth.disposals, event, booth.personal)
    return changes


def _custody(booth: Booth, event: CustodyEvent, index: int) -> Changes:
    changes: Changes = {"custody": custody_rules.evolve(booth.custody, event)}
    if isinstance(event, (TransferAccepted, TransferWithdrawn)):
        changes["transits"] = transit.evolve(booth.transits, event)
    return changes


def _forms(booth: Booth, event: forms.FormsEvent, index: int) -> Changes:
    changes: Changes = {"forms": forms.evolve(booth.forms, event)}
    if isinstance(event, forms.FormsAdmitted):
        changes["discrepancies"] = forms.admitted(booth.discrepancies, event)
    return changes


def _readiness(booth: Booth, event: readiness.ReadinessEvent, index: int) -> Changes:
    changes: Changes = {"readiness": readiness.evolve(booth.readiness, event)}
    if isinstance(event, readiness.TrainingRecorded):
        changes["dossier"] = dossier.evolve(booth.dossier, event)
    return changes


def _originals(booth: Booth, event: originals.OriginalsEvent, index: int) -> Changes:
    changes: Changes = {"originals": originals.evolve(booth.originals, event)}
    if isinstance(event, originals.OriginalsLeft):
        changes["left"] = left_behind.evolve(booth.left, event)
    return changes


def _continuity(booth: Booth, event: ContinuityEvent, index: int) -> Changes:
    changes: Changes = {"continuity": continuity.evolve(booth.continuity, event, index)}
    if isinstance(event, continuity.TakenOver):
        last, numbers = booth.queue.last_number, booth.numbers
        for one in event.numbers:
            numbers = numbers.set(f"{one.date}/{one.prefix}", one.first - 1)
            if one.date == booth.day.date:
                last = last.set(one.prefix, one.first - 1)
        changes["numbers"] = numbers
        changes["queue"] = replace(booth.queue, last_number=last)
    return changes


def _due(effects: Effects, event: Event, index: int) -> Effects:
    """The effects after those that this event asks of devices have become due."""
    asked: tuple[str, ...] = getattr(event, "effects", ()) if _has_effects(type(event)) else ()
    kinds = _of_devices(asked) if asked else None
    return effect.due(effects, index, kinds, getattr(event, "number", "")) if kinds else effects


@lru_cache(maxsize=64)  # what our own rules ask for is a handful; what a stranger's record states may be anything
def _of_devices(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these effects that a device has to bring about, in the order in which they become due."""
    return tuple(sorted(effect.DEVICE_KINDS.intersection(asked)))


@cache
def _has_effects(kind: type) -> bool:
    """Whether events of this kind can ask for effects (looked up once: to miss an attribute costs 0.5 µs)."""
    return hasattr(kind, "effects")


def _day(booth: Booth, event: DayEvent, index: int) -> Changes:
    changes: Changes = {"day": day.evolve(booth.day, event, index)}
    match event:
        case day.DayOpened():
            if event.date != booth.day.date:
                changes |= _new_date(booth, event.date)
            changes["periodics"] = periodic.began(booth.periodics, event.date)
            changes["forms"] = forms.next_day(booth.forms)
            changes["leading"] = (event.by,)
        case day.DayClosed():
            # Whoever comes on duty for the next day says so then; an absent officer would be given requests.
            changes["identity"] = replace(booth.identity, officers=())
            changes["packing"] = packing.closed(booth.packing)
        case day.ReservationsListed():
            slots, lanes, people = booth.slots, booth.slot_lanes, booth.slot_people
            for slot in event.slots:
                slots = slots.set(slot.number, slot.minute)
                lanes = lanes.set(slot.number, slot.lane)
                people = people.set(slot.number, slot.people)
            changes |= {"slots": slots, "slot_lanes": lanes, "slot_people": people}
            changes["personal"] = personal.listed(booth.personal, event, booth.day.date, index)
            changes["guided"] = guidance.listed(booth.guided, event)
    return changes


def _new_date(booth: Booth, date: str) -> Changes:
    """The booth on another date: tickets, visits and requests start anew, custody and officers on duty go on.

    Yesterday's tickets have their ends in the record. Numbers start at 001, unless this date was open before: a number
    is given once a day, however often a day is opened.
    """
    numbers = booth.numbers
    for prefix, number in booth.queue.last_number.items():
        numbers = numbers.set(f"{booth.day.date}/{prefix}", number)
    given = {key.rpartition("/")[2]: number for key, number in numbers.items() if key.startswith(f"{date}/")}
    return {
        "queue": Queue(last_number=Map(given)),
        "visits": Visits(),
        "identity": Identity(officers=booth.identity.officers),
        "custody": custody_rules.next_day(booth.custody),
        "personal": personal.next_date(booth.personal),
        "photos": photo.next_date(booth.photos),
        "prints": photo_print.next_date(booth.prints),
        "slots": Map(),
        "slot_lanes": Map(),
        "slot_people": Map(),
        "guided": Map(),
        "sound": Sound(),
        "windows": Map(),
        "inquiries": Inquiries(),
        "form_ids": Map(),
        "form_tags": Map(),
        "survey": Map(),
        "papers": paper_block.forget_before(booth.papers, iso_date(booth.latest_ms)),
        "numbers": numbers,
    }


# ------------------------------------------------------------------ the table


E = TypeVar("E")


def _part(kinds: Kinds[E] | type[E], changes: Callable[[Booth, E, int], Changes]) -> dict[type, Evolves]:
    """The rows of one part: each of its kinds of event with what it changes, by the booth's fields."""
    return rows(kinds, changes)


PARTS = {
    **_part(DAY_EVENTS, _day),
    **_part(QUEUE_EVENTS, _queue),
    **_part(WindowKept, lambda booth, event, index: {"windows": window_lanes.evolve(booth.windows, event)}),
    **_part(VISIT_EVENTS, _visit),
    **_part(FORM_ID_EVENTS, _form_id),
    **_part(ORIGINALS_EVENTS, _originals),
    **_part(ResultsEntered, lambda booth, event, index: {"results": city_result.evolve(booth.results, event)}),
    **_part(PHOTO_EVENTS, _photo),
    **_part(PHOTO_PRINT_EVENTS, _photo_print),
    **_part(ReturnedNoted, lambda booth, event, index: {"returns": returned.evolve(booth.returns, event)}),
    **_part(IDENTITY_EVENTS, _identity),
    **_part(STILL_EVENTS, lambda booth, event, index: {"stills": still.evolve(booth.stills, event)}),
    **_part(PERSONAL_EVENTS, _personal),
    **_part(Revealed, lambda booth, event, index: {}),
    **_part(PeriodicDone, lambda booth, event, index: {"periodics": periodic.evolve(booth.periodics, event)}),
    **_part(CUSTODY_EVENTS, _custody),
    **_part(TRANSIT_EVENTS, lambda booth, event, index: {"transits": transit.evolve(booth.transits, event)}),
    **_part(STORAGE_EVENTS, lambda booth, event, index: {"stores": storage.evolve(booth.stores, event)}),
    **_part(
        PAPER_EVENTS, lambda booth, event, index: {"paper_receipts": paper_receipt.evolve(booth.paper_receipts, event)}
    ),
    **_part(FORMS_EVENTS, _forms),
    **_part(
        DISCREPANCY_EVENTS,
        lambda booth, event, index: {"discrepancies": discrepancy.evolve(booth.discrepancies, event)},
    ),
    **_part(LEFT_EVENTS, lambda booth, event, index: {"left": left_behind.evolve(booth.left, event)}),
    **_part(LENT_EVENTS, lambda booth, event, index: {"lent": lent.evolve(booth.lent, event)}),
    **_part(PACKING_EVENTS, lambda booth, event, index: {"packing": packing.evolve(booth.packing, event)}),
    **_part(COPY_EVENTS, lambda booth, event, index: {"copies": copies.evolve(booth.copies, event)}),
    **_part(DISPOSAL_EVENTS, lambda booth, event, index: {"disposals": disposal.evolve(booth.disposals, event)}),
    **_part(EFFECT_EVENTS, _effect),
    **_part(DEVICE_EVENTS, _device),
    **_part(SupplyFilled, lambda booth, event, index: {"supplies": supply.evolve(booth.supplies, event)}),
    **_part(PRESENCE_EVENTS, lambda booth, event, index: {"leading": manager_presence.evolve(booth.leading, event)}),
    **_part(READINESS_EVENTS, _readiness),
    **_part(DaysAgreed, lambda booth, event, index: {"agreed": agreed_day.evolve(booth.agreed, event)}),
    **_part(PLAN_EVENTS, lambda booth, event, index: {"plans": event_plan.evolve(booth.plans, event)}),
    **_part(OUTING_EVENTS, lambda booth, event, index: {"outings": outing.evolve(booth.outings, event)}),
    **_part(GUIDANCE_EVENTS, lambda booth, event, index: {"guided": guidance.evolve(booth.guided, event)}),
    **_part(QuietKept, lambda booth, event, index: {"sound": sound.evolve(event)}),
    **_part(SurveyAnswered, lambda booth, event, index: {"survey": survey.evolve(booth.survey, event)}),
    **_part(INQUIRY_EVENTS, lambda booth, event, index: {"inquiries": inquiry.evolve(booth.inquiries, event, index)}),
    **_part(INCIDENT_EVENTS, lambda booth, event, index: {"incidents": incident_rules.evolve(booth.incidents, event)}),
    **_part(PICTURE_EVENTS, lambda booth, event, index: {"pictures": event_picture.evolve(booth.pictures, event)}),
    **_part(ROSTER_EVENTS, lambda booth, event, index: {"keys": roster.evolve(booth.keys, event, index)}),
    **_part(KeySucceeded, lambda booth, event, index: {"successions": newkey.evolve(booth.successions, event, index)}),
    **_part(CONTINUITY_EVENTS, _continuity),
    **_part(PAIRING_EVENTS, lambda booth, event, index: {"pairing": pairing.evolve(booth.pairing, event)}),
    **_part(DOSSIER_EVENTS, lambda booth, event, index: {"dossier": dossier.evolve(booth.dossier, event)}),
    **_part(ManagerAppointed, lambda booth, event, index: {"appointed": appointment.evolve(booth.appointed, event)}),
    **_part(NumberVouched, lambda booth, event, index: {}),
}
"""Kind of event to what it changes."""


def fold(booth: Booth, events: tuple[Event, ...], index: int) -> Booth:
    """The booth after all events of entry `index`."""
    for event in events:
        changes = PARTS[type(event)](booth, event, index)  # type: ignore[arg-type]  # each kind stands with its own
        if event.at_ms > booth.latest_ms:
            changes["latest_ms"] = event.at_ms
        booth = replace(booth, **changes)
    return booth


def evolve(booth: Booth, event: Event, index: int) -> Booth:
    """The booth after one event of entry `index`."""
    return fold(booth, (event,), index)
