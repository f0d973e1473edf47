"""Entries in words, for people who audit: one sentence per event, in Japanese and in English.

No sentence holds what a person typed about a person: reasons are not shown, names are not in the record, and an
applicant is a ticket number.
"""

from __future__ import annotations

from typing import assert_never

from hub.audit.words import (
    continuity,
    custody,
    day,
    device,
    effect,
    identity,
    pairing,
    people,
    personal,
    queue,
    still,
    visit,
)
from hub.audit.words.names import Names
from hub.audit.words.said import Said
from hub.domain.booth import Event
from hub.domain.continuity.continuity import ContinuityEvent
from hub.domain.continuity.succession import KeySucceeded
from hub.domain.contracts.contract import Profile
from hub.domain.custody import (
    copies_words,
    disposal_words,
    forms_words,
    keeping_words,
    left_words,
    packing_words,
    paper_receipt_words,
    transit_words,
)
from hub.domain.custody.copies import CopyEvent
from hub.domain.custody.custody import CustodyEvent
from hub.domain.custody.discrepancy import DiscrepancyEvent
from hub.domain.custody.disposal import DisposalEvent
from hub.domain.custody.forms import FormsEvent
from hub.domain.custody.left_behind import LeftEvent
from hub.domain.custody.lent import LentEvent
from hub.domain.custody.packing import PackingEvent
from hub.domain.custody.paper_receipt import PaperEvent
from hub.domain.custody.storage import StorageEvent
from hub.domain.custody.transit import TransitEvent
from hub.domain.day import agreed_day_words, event_plan_words, readiness_words
from hub.domain.day.agreed_day import DaysAgreed
from hub.domain.day.day import DayEvent
from hub.domain.day.event_plan import PlanEventMade
from hub.domain.day.inquiry import InquiryEvent
from hub.domain.day.manager_presence import PresenceEvent
from hub.domain.day.readiness import ReadinessEvent
from hub.domain.day.sound import QuietKept
from hub.domain.day.survey import SurveyAnswered
from hub.domain.devices.device import DeviceEvent
from hub.domain.devices.effect import EffectEvent
from hub.domain.devices.supply import SupplyFilled
from hub.domain.identity.identity import IdentityEvent
from hub.domain.identity.still import StillEvent
from hub.domain.incident import words as incident_words
from hub.domain.incident.rules import IncidentEvent
from hub.domain.people import appointment, dossier_words, roster_words
from hub.domain.people.appointment import ManagerAppointed
from hub.domain.people.dossier import DossierEvent
from hub.domain.people.pairing import PairingEvent
from hub.domain.people.roster import RosterEvent
from hub.domain.people.vouching import NumberVouched
from hub.domain.personal import periodic_words
from hub.domain.personal.disclosure import Revealed
from hub.domain.personal.periodic import PeriodicDone
from hub.domain.personal.personal import PersonalEvent
from hub.domain.photo import print_words
from hub.domain.photo import words as photo_words
from hub.domain.photo.photo import PhotoEvent
from hub.domain.photo.print import PhotoPrintEvent
from hub.domain.photo.returned import ReturnedNoted
from hub.domain.queue.queue import QueueEvent
from hub.domain.queue.window_lanes import WindowKept
from hub.domain.reports import event_picture_words
from hub.domain.reports.event_picture import PictureEvent
from hub.domain.reservations import guidance_words, outing_words
from hub.domain.reservations.guidance import GuidanceEvent
from hub.domain.reservations.outing import OutingEvent
from hub.domain.visit.city_result import ResultsEntered
from hub.domain.visit.form_id import FormIdEvent
from hub.domain.visit.originals import OriginalsEvent
from hub.domain.visit.rules import VisitEvent


class Explainer:
    """Puts events into words, in the order of the record; it remembers which visit belongs to which number."""

    def __init__(self, profile: Profile | None) -> None:
        """Without the profile the contract's ids stand where its words would."""
        self._names = Names(profile)

    def explain(self, event: Event) -> Said:
        """The sentence of one event."""
        if isinstance(event, DayEvent | InquiryEvent | SurveyAnswered | QuietKept | PresenceEvent | WindowKept):
            return day.sentence(event, self._names)
        if isinstance(event, QueueEvent):
            return queue.sentence(event, self._names)
        if isinstance(event, VisitEvent | FormIdEvent):
            return visit.sentence(event, self._names)
        if isinstance(event, IdentityEvent):
            return identity.sentence(event, self._names)
        if isinstance(event, CustodyEvent):
            return custody.sentence(event, self._names)
        if isinstance(event, EffectEvent):
            return effect.sentence(event)
        if isinstance(event, PersonalEvent | Revealed):
            return personal.sentence(event, self._names.purposes)
        if isinstance(event, KeySucceeded | NumberVouched):
            return people.sentence(event)
        if isinstance(event, ContinuityEvent):
            return Said(*continuity.sentences(event))
        if isinstance(event, RosterEvent):
            return Said(*roster_words.roster_words(event))
        if isinstance(event, DeviceEvent | SupplyFilled):
            return Said(*device.sentences(event))
        if isinstance(event, StillEvent):
            return Said(*still.sentences(event))
        if isinstance(event, PairingEvent):
            return Said(*pairing.sentences(event))
        if isinstance(event, PhotoEvent):
            return Said(*photo_words.sentences(event))
        if isinstance(event, PhotoPrintEvent):
            return Said(*print_words.sentences(event))
        if isinstance(event, IncidentEvent):
            return Said(*incident_words.sentences(event))
        if isinstance(event, TransitEvent):
            return Said(*transit_words.sentences(event))
        if isinstance(event, FormsEvent | DiscrepancyEvent):
            return Said(*forms_words.sentences(event))
        if isinstance(event, OriginalsEvent | LeftEvent):
            return Said(*left_words.sentences(event))
        if isinstance(event, DossierEvent):
            return Said(*dossier_words.sentences(event))
        if isinstance(event, DaysAgreed):
            return Said(*agreed_day_words.sentences(event))
        if isinstance(event, StorageEvent | LentEvent):
            return Said(*keeping_words.sentences(event))
        if isinstance(event, PlanEventMade):
            return Said(*event_plan_words.sentences(event))
        if isinstance(event, CopyEvent):
            return Said(*copies_words.sentences(event))
        if isinstance(event, PackingEvent):
            return Said(*packing_words.sentences(event))
        if isinstance(event, DisposalEvent):
            return Said(*disposal_words.sentences(event))
        if isinstance(event, PaperEvent):
            return Said(*paper_receipt_words.sentences(event))
        if isinstance(event, ResultsEntered):
            count = len(event.results)
            return Said(f"市が会場の後の手続 {count}件を済ませた", f"the city has done {count} steps after the booth")
        if isinstance(event, ManagerAppointed):
            return Said(*appointment.sentences(event))
        if isinstance(event, ReturnedNoted):
            return Said(
                f"返戻された写真は、この会場で合わせて{event.count}枚", f"{event.count} pictures of a venue came back"
            )
        if isinstance(event, GuidanceEvent):
            return Said(*guidance_words.sentences(event))
        if isinstance(event, OutingEvent):
            return Said(*outing_words.sentences(event))
        if isinstance(event, PeriodicDone):
            return Said(*periodic_words.sentences(event))
        if isinstance(event, PictureEvent):
            return Said(*event_picture_words.sentences(event))
        if isinstance(event, ReadinessEvent):
            return Said(*readiness_words.sentences(event))
        assert_never(event)
