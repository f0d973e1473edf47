"""Every kind of event that a booth is folded from, and which part each belongs to."""

from __future__ import annotations

from hub.domain.continuity.continuity import ContinuityEvent
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
from hub.domain.incident.rules import IncidentEvent
from hub.domain.kinds import Kinds
from hub.domain.people.appointment import ManagerAppointed
from hub.domain.people.dossier import DossierEvent
from hub.domain.people.newkey import SuccessionEvent
from hub.domain.people.pairing import PairingEvent
from hub.domain.people.roster import RosterEvent
from hub.domain.people.vouching import NumberVouched
from hub.domain.personal.disclosure import Revealed
from hub.domain.personal.periodic import PeriodicDone
from hub.domain.personal.personal import PersonalEvent
from hub.domain.photo.photo import PhotoEvent
from hub.domain.photo.print import PhotoPrintEvent
from hub.domain.photo.returned import ReturnedNoted
from hub.domain.queue.queue import QueueEvent
from hub.domain.queue.window_lanes import WindowKept
from hub.domain.reports.event_picture import PictureEvent
from hub.domain.reservations.guidance import GuidanceEvent
from hub.domain.reservations.outing import OutingEvent
from hub.domain.visit.city_result import ResultsEntered
from hub.domain.visit.form_id import FormIdEvent
from hub.domain.visit.originals import OriginalsEvent
from hub.domain.visit.rules import VisitEvent

Event = (
    DayEvent
    | QueueEvent
    | VisitEvent
    | IdentityEvent
    | StillEvent
    | CustodyEvent
    | EffectEvent
    | ContinuityEvent
    | PersonalEvent
    | PhotoEvent
    | PhotoPrintEvent
    | Revealed
    | PairingEvent
    | SuccessionEvent
    | NumberVouched
    | RosterEvent
    | QuietKept
    | IncidentEvent
    | InquiryEvent
    | FormIdEvent
    | SurveyAnswered
    | TransitEvent
    | DeviceEvent
    | SupplyFilled
    | FormsEvent
    | DiscrepancyEvent
    | ReadinessEvent
    | OriginalsEvent
    | LeftEvent
    | DaysAgreed
    | DossierEvent
    | StorageEvent
    | LentEvent
    | PresenceEvent
    | WindowKept
    | PaperEvent
    | DisposalEvent
    | GuidanceEvent
    | ReturnedNoted
    | ManagerAppointed
    | ResultsEntered
    | PictureEvent
    | PeriodicDone
    | PackingEvent
    | CopyEvent
    | PlanEventMade
    | OutingEvent
)

DAY_EVENTS: Kinds[DayEvent] = Kinds(DayEvent)
QUEUE_EVENTS: Kinds[QueueEvent] = Kinds(QueueEvent)
VISIT_EVENTS: Kinds[VisitEvent] = Kinds(VisitEvent)
IDENTITY_EVENTS: Kinds[IdentityEvent] = Kinds(IdentityEvent)
STILL_EVENTS: Kinds[StillEvent] = Kinds(StillEvent)
CUSTODY_EVENTS: Kinds[CustodyEvent] = Kinds(CustodyEvent)
EFFECT_EVENTS: Kinds[EffectEvent] = Kinds(EffectEvent)
CONTINUITY_EVENTS: Kinds[ContinuityEvent] = Kinds(ContinuityEvent)
ROSTER_EVENTS: Kinds[RosterEvent] = Kinds(RosterEvent)
PERSONAL_EVENTS: Kinds[PersonalEvent] = Kinds(PersonalEvent)
PHOTO_EVENTS: Kinds[PhotoEvent] = Kinds(PhotoEvent)
PHOTO_PRINT_EVENTS: Kinds[PhotoPrintEvent] = Kinds(PhotoPrintEvent)
DEVICE_EVENTS: Kinds[DeviceEvent] = Kinds(DeviceEvent)
PAIRING_EVENTS: Kinds[PairingEvent] = Kinds(PairingEvent)
DISCREPANCY_EVENTS: Kinds[DiscrepancyEvent] = Kinds(DiscrepancyEvent)
FORMS_EVENTS: Kinds[FormsEvent] = Kinds(FormsEvent)
FORM_ID_EVENTS: Kinds[FormIdEvent] = Kinds(FormIdEvent)
INQUIRY_EVENTS: Kinds[InquiryEvent] = Kinds(InquiryEvent)
INCIDENT_EVENTS: Kinds[IncidentEvent] = Kinds(IncidentEvent)
TRANSIT_EVENTS: Kinds[TransitEvent] = Kinds(TransitEvent)
DOSSIER_EVENTS: Kinds[DossierEvent] = Kinds(DossierEvent)
READINESS_EVENTS: Kinds[ReadinessEvent] = Kinds(ReadinessEvent)
ORIGINALS_EVENTS: Kinds[OriginalsEvent] = Kinds(OriginalsEvent)
PRESENCE_EVENTS: Kinds[PresenceEvent] = Kinds(PresenceEvent)
LEFT_EVENTS: Kinds[LeftEvent] = Kinds(LeftEvent)
STORAGE_EVENTS: Kinds[StorageEvent] = Kinds(StorageEvent)
LENT_EVENTS: Kinds[LentEvent] = Kinds(LentEvent)
PAPER_EVENTS: Kinds[PaperEvent] = Kinds(PaperEvent)
DISPOSAL_EVENTS: Kinds[DisposalEvent] = Kinds(DisposalEvent)
PICTURE_EVENTS: Kinds[PictureEvent] = Kinds(PictureEvent)
GUIDANCE_EVENTS: Kinds[GuidanceEvent] = Kinds(GuidanceEvent)
PLAN_EVENTS: Kinds[PlanEventMade] = Kinds(PlanEventMade)
COPY_EVENTS: Kinds[CopyEvent] = Kinds(CopyEvent)
PACKING_EVENTS: Kinds[PackingEvent] = Kinds(PackingEvent)
OUTING_EVENTS: Kinds[OutingEvent] = Kinds(OutingEvent)
