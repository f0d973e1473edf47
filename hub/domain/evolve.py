"""What an event changes: which parts of the booth it touches, and what a new date begins with."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.continuity import continuity, succession
from hub.domain.continuity.continuity import ContinuityEvent
from hub.domain.continuity.succession import KeySucceeded
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
from hub.domain.custody.discrepancy import DiscrepancyEvent
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
    DEVICE_EVENTS,
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
from hub.domain.moment import iso_date
from hub.domain.people import appointment, dossier, pairing, roster
from hub.domain.people.appointment import ManagerAppointed
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
    from hub.domain.state import Booth


def evolve(booth: Booth, event: Event, index: int) -> Booth:
    """The booth after one event of entry `index`."""
    latest_ms = booth.latest_ms
    if event.at_ms > latest_ms:
        latest_ms = event.at_ms
    # What a busy day is made of comes first.
    if QUEUE_EVENTS.has(event):
        if type(event) is queue.TicketIssued and event.paper:
            used = paper_block.taken(booth.papers, event, booth.day.date)
            booth = msgspec.structs.replace(booth, papers=used)
        return msgspec.structs.replace(
            booth,
            queue=queue_rules.evolve(booth.queue, event, index),
            effects=_due(booth.effects, event, index),
            latest_ms=latest_ms,
        )
    if VISIT_EVENTS.has(event):
        visits, papers, photos = visit_rules.evolve(booth.visits, event), booth.custody, booth.photos
        if isinstance(event, visit.StepDone):
            if photos.living is not None and photos.living.step == event.step:
                photos = photo.doomed(photos, event.visit, photo.DONE, event.at_ms)
                booth = msgspec.structs.replace(booth, returns=returned.used(booth.returns, booth.day.venue))
        elif isinstance(event, visit.VisitEnded):
            papers = custody_rules.evolve(papers, event)
            booth = msgspec.structs.replace(booth, forms=forms.completed(booth.forms, event))
            photos = photo.doomed(photos, event.visit, photo.ABANDONED, event.at_ms)
        return msgspec.structs.replace(booth, visits=visits, custody=papers, photos=photos, latest_ms=latest_ms)
    if PHOTO_EVENTS.has(event):
        prints = photo_print.outdated(booth.prints, event)
        return msgspec.structs.replace(
            booth, photos=photo.evolve(booth.photos, event), prints=prints, latest_ms=latest_ms
        )
    if FORM_ID_EVENTS.has(event):
        return msgspec.structs.replace(
            booth,
            form_ids=form_id.evolve(booth.form_ids, event),
            form_tags=form_id.tagged(booth.form_tags, event),
            latest_ms=latest_ms,
        )
    if EFFECT_EVENTS.has(event):
        return msgspec.structs.replace(
            booth,
            effects=effect.evolve(_due(booth.effects, event, index), event),
            devices=device.answered(booth.devices, event),
            supplies=supply.used(booth.supplies, event),
            latest_ms=latest_ms,
        )
    if IDENTITY_EVENTS.has(event):
        return msgspec.structs.replace(
            booth,
            identity=identity.evolve(booth.identity, event),
            visits=identity.evolve_visits(booth.visits, event),
            latest_ms=latest_ms,
        )
    if STILL_EVENTS.has(event):
        return msgspec.structs.replace(booth, stills=still.evolve(booth.stills, event), latest_ms=latest_ms)
    if PHOTO_PRINT_EVENTS.has(event):
        return msgspec.structs.replace(
            booth,
            prints=photo_print.evolve(booth.prints, event),
            supplies=supply.printed(booth.supplies, event),
            latest_ms=latest_ms,
        )
    if PERSONAL_EVENTS.has(event):
        if isinstance(event, personal.PersonalErased):
            booth = msgspec.structs.replace(booth, disposals=disposal.erased(booth.disposals, event, booth.personal))
        return msgspec.structs.replace(booth, personal=personal.evolve(booth.personal, event), latest_ms=latest_ms)
    if isinstance(event, Revealed):
        return msgspec.structs.replace(booth, latest_ms=latest_ms)
    if CUSTODY_EVENTS.has(event):
        transits = booth.transits
        if isinstance(event, (TransferAccepted, TransferWithdrawn)):
            transits = transit.evolve(transits, event)
        return msgspec.structs.replace(
            booth, custody=custody_rules.evolve(booth.custody, event), transits=transits, latest_ms=latest_ms
        )
    if isinstance(event, KeySucceeded):
        return msgspec.structs.replace(
            booth, successions=succession.evolve(booth.successions, event), latest_ms=latest_ms
        )
    if PRESENCE_EVENTS.has(event):
        there = manager_presence.evolve(booth.leading, event)
        return msgspec.structs.replace(booth, leading=there, latest_ms=latest_ms)
    if isinstance(event, WindowKept):
        return msgspec.structs.replace(booth, windows=window_lanes.evolve(booth.windows, event), latest_ms=latest_ms)
    if isinstance(event, QuietKept):
        return msgspec.structs.replace(booth, sound=sound.evolve(event), latest_ms=latest_ms)
    if isinstance(event, NumberVouched):
        return msgspec.structs.replace(booth, latest_ms=latest_ms)
    if DEVICE_EVENTS.has(event):
        held = device.evolve(booth.devices, event, index)
        effects = _due(booth.effects, event, index)
        return msgspec.structs.replace(booth, devices=held, effects=effects, latest_ms=latest_ms)
    if isinstance(event, SupplyFilled):
        return msgspec.structs.replace(booth, supplies=supply.evolve(booth.supplies, event), latest_ms=latest_ms)
    if ROSTER_EVENTS.has(event):
        return msgspec.structs.replace(booth, keys=roster.evolve(booth.keys, event), latest_ms=latest_ms)
    if CONTINUITY_EVENTS.has(event):
        return msgspec.structs.replace(_evolve_continuity(booth, event, index), latest_ms=latest_ms)
    if INCIDENT_EVENTS.has(event):
        return msgspec.structs.replace(
            booth, incidents=incident_rules.evolve(booth.incidents, event), latest_ms=latest_ms
        )
    if INQUIRY_EVENTS.has(event):
        noted = inquiry.evolve(booth.inquiries, event, index)
        return msgspec.structs.replace(booth, inquiries=noted, latest_ms=latest_ms)
    if isinstance(event, SurveyAnswered):
        return msgspec.structs.replace(booth, survey=survey.evolve(booth.survey, event), latest_ms=latest_ms)
    if TRANSIT_EVENTS.has(event):
        return msgspec.structs.replace(booth, transits=transit.evolve(booth.transits, event), latest_ms=latest_ms)
    if FORMS_EVENTS.has(event):
        known = booth.discrepancies
        if isinstance(event, forms.FormsAdmitted):
            known = forms.admitted(known, event)
        ledger = forms.evolve(booth.forms, event)
        return msgspec.structs.replace(booth, forms=ledger, discrepancies=known, latest_ms=latest_ms)
    if isinstance(event, DiscrepancyEvent):
        known = discrepancy.evolve(booth.discrepancies, event)
        return msgspec.structs.replace(booth, discrepancies=known, latest_ms=latest_ms)
    if isinstance(event, DaysAgreed):
        return msgspec.structs.replace(booth, agreed=agreed_day.evolve(booth.agreed, event), latest_ms=latest_ms)
    if DOSSIER_EVENTS.has(event):
        return msgspec.structs.replace(booth, dossier=dossier.evolve(booth.dossier, event), latest_ms=latest_ms)
    if READINESS_EVENTS.has(event):
        if isinstance(event, readiness.TrainingRecorded):
            booth = msgspec.structs.replace(booth, dossier=dossier.evolve(booth.dossier, event))
        return msgspec.structs.replace(booth, readiness=readiness.evolve(booth.readiness, event), latest_ms=latest_ms)
    if ORIGINALS_EVENTS.has(event):
        left = left_behind.evolve(booth.left, event) if isinstance(event, originals.OriginalsLeft) else booth.left
        with_us = originals.evolve(booth.originals, event)
        return msgspec.structs.replace(booth, originals=with_us, left=left, latest_ms=latest_ms)
    if LEFT_EVENTS.has(event):
        return msgspec.structs.replace(booth, left=left_behind.evolve(booth.left, event), latest_ms=latest_ms)
    if STORAGE_EVENTS.has(event):
        return msgspec.structs.replace(booth, stores=storage.evolve(booth.stores, event), latest_ms=latest_ms)
    if LENT_EVENTS.has(event):
        return msgspec.structs.replace(booth, lent=lent.evolve(booth.lent, event), latest_ms=latest_ms)
    if PACKING_EVENTS.has(event):
        return msgspec.structs.replace(booth, packing=packing.evolve(booth.packing, event), latest_ms=latest_ms)
    if PLAN_EVENTS.has(event):
        return msgspec.structs.replace(booth, plans=event_plan.evolve(booth.plans, event), latest_ms=latest_ms)
    if COPY_EVENTS.has(event):
        return msgspec.structs.replace(booth, copies=copies.evolve(booth.copies, event), latest_ms=latest_ms)
    if DISPOSAL_EVENTS.has(event):
        gone = disposal.evolve(booth.disposals, event)
        return msgspec.structs.replace(booth, disposals=gone, latest_ms=latest_ms)
    if PAPER_EVENTS.has(event):
        read = paper_receipt.evolve(booth.paper_receipts, event)
        return msgspec.structs.replace(booth, paper_receipts=read, latest_ms=latest_ms)
    if GUIDANCE_EVENTS.has(event):
        return msgspec.structs.replace(booth, guided=guidance.evolve(booth.guided, event), latest_ms=latest_ms)
    if OUTING_EVENTS.has(event):
        return msgspec.structs.replace(booth, outings=outing.evolve(booth.outings, event), latest_ms=latest_ms)
    if isinstance(event, PeriodicDone):
        return msgspec.structs.replace(booth, periodics=periodic.evolve(booth.periodics, event), latest_ms=latest_ms)
    if PICTURE_EVENTS.has(event):
        return msgspec.structs.replace(booth, pictures=event_picture.evolve(booth.pictures, event), latest_ms=latest_ms)
    if isinstance(event, ResultsEntered):
        return msgspec.structs.replace(booth, results=city_result.evolve(booth.results, event), latest_ms=latest_ms)
    if isinstance(event, ManagerAppointed):
        return msgspec.structs.replace(booth, appointed=appointment.evolve(booth.appointed, event), latest_ms=latest_ms)
    if isinstance(event, ReturnedNoted):
        return msgspec.structs.replace(booth, returns=returned.evolve(booth.returns, event), latest_ms=latest_ms)
    if PAIRING_EVENTS.has(event):
        return msgspec.structs.replace(booth, pairing=pairing.evolve(booth.pairing, event), latest_ms=latest_ms)
    return msgspec.structs.replace(_evolve_day(booth, event, index), latest_ms=latest_ms)


def _evolve_continuity(booth: Booth, event: ContinuityEvent, index: int) -> Booth:
    booth = msgspec.structs.replace(booth, continuity=continuity.evolve(booth.continuity, event, index))
    if not isinstance(event, continuity.TakenOver):
        return booth
    last, numbers = booth.queue.last_number, booth.numbers
    for one in event.numbers:
        numbers = numbers.set(f"{one.date}/{one.prefix}", one.first - 1)
        if one.date == booth.day.date:
            last = last.set(one.prefix, one.first - 1)
    return msgspec.structs.replace(booth, numbers=numbers, queue=msgspec.structs.replace(booth.queue, last_number=last))


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


def _evolve_day(booth: Booth, event: DayEvent, index: int) -> Booth:
    today = day.evolve(booth.day, event, index)
    match event:
        case day.DayOpened():
            first = periodic.began(booth.periodics, event.date)
            blanks = forms.next_day(booth.forms)
            booth = msgspec.structs.replace(booth, forms=blanks, leading=(event.by,), periodics=first)
            if event.date != booth.day.date:
                booth = _new_date(booth, event.date)
        case day.DayClosed():
            # Whoever comes on duty for the next day says so then; an absent officer would be given requests.
            on_leave = msgspec.structs.replace(booth.identity, officers=())
            brought = packing.closed(booth.packing)
            return msgspec.structs.replace(booth, day=today, identity=on_leave, packing=brought)
        case day.ReservationsListed():
            slots, lanes, people = booth.slots, booth.slot_lanes, booth.slot_people
            for slot in event.slots:
                slots = slots.set(slot.number, slot.minute)
                lanes = lanes.set(slot.number, slot.lane)
                people = people.set(slot.number, slot.people)
            held = personal.listed(booth.personal, event, booth.day.date, index)
            guided = guidance.listed(booth.guided, event)
            return msgspec.structs.replace(
                booth, day=today, slots=slots, slot_lanes=lanes, slot_people=people, personal=held, guided=guided
            )
    return msgspec.structs.replace(booth, day=today)


def _new_date(booth: Booth, date: str) -> Booth:
    """The booth on another date: tickets, visits and requests start anew, custody and officers on duty go on.

    Yesterday's tickets have their ends in the record. Numbers start at 001, unless this date was open before: a number
    is given once a day, however often a day is opened.
    """
    numbers = booth.numbers
    for prefix, number in booth.queue.last_number.items():
        numbers = numbers.set(f"{booth.day.date}/{prefix}", number)
    given = {key.rpartition("/")[2]: number for key, number in numbers.items() if key.startswith(f"{date}/")}
    return msgspec.structs.replace(
        booth,
        queue=Queue(last_number=Map(given)),
        visits=Visits(),
        identity=Identity(officers=booth.identity.officers),
        custody=custody_rules.next_day(booth.custody),
        personal=personal.next_date(booth.personal),
        photos=photo.next_date(booth.photos),
        prints=photo_print.next_date(booth.prints),
        slots=Map(),
        slot_lanes=Map(),
        slot_people=Map(),
        guided=Map(),
        sound=Sound(),
        windows=Map(),
        inquiries=Inquiries(),
        form_ids=Map(),
        form_tags=Map(),
        survey=Map(),
        papers=paper_block.forget_before(booth.papers, iso_date(booth.latest_ms)),
        numbers=numbers,
    )


def fold(booth: Booth, events: tuple[Event, ...], index: int) -> Booth:
    """The booth after all events of one entry."""
    for event in events:
        booth = evolve(booth, event, index)
    return booth
