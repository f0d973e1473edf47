"""Every kind of event that a booth is folded from, and which part each belongs to."""

from __future__ import annotations

from hub.domain.agreed_day import DaysAgreed
from hub.domain.continuity import ContinuityEvent
from hub.domain.custody import CustodyEvent
from hub.domain.day import DayEvent
from hub.domain.device import DeviceEvent
from hub.domain.disclosure import Revealed
from hub.domain.discrepancy import DiscrepancyResolved
from hub.domain.dossier import DossierEvent
from hub.domain.effect import EffectEvent
from hub.domain.form_id import FormIdEvent
from hub.domain.forms import FormsEvent
from hub.domain.identity import IdentityEvent
from hub.domain.incident import IncidentEvent
from hub.domain.inquiry import InquiryEvent
from hub.domain.kinds import Kinds
from hub.domain.left_behind import LeftEvent
from hub.domain.lent import LentEvent
from hub.domain.originals import OriginalsEvent
from hub.domain.pairing import PairingEvent
from hub.domain.personal import PersonalEvent
from hub.domain.photo import PhotoEvent
from hub.domain.photo_print import PhotoPrintEvent
from hub.domain.queue import QueueEvent
from hub.domain.readiness import ReadinessEvent
from hub.domain.roster import RosterEvent
from hub.domain.sound import QuietKept
from hub.domain.still import StillEvent
from hub.domain.storage import StorageEvent
from hub.domain.succession import SuccessionEvent
from hub.domain.supply import SupplyFilled
from hub.domain.survey import SurveyAnswered
from hub.domain.transit import TransitEvent
from hub.domain.visit import VisitEvent
from hub.domain.vouching import NumberVouched

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
    | DiscrepancyResolved
    | ReadinessEvent
    | OriginalsEvent
    | LeftEvent
    | DaysAgreed
    | DossierEvent
    | StorageEvent
    | LentEvent
)

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
FORMS_EVENTS: Kinds[FormsEvent] = Kinds(FormsEvent)
FORM_ID_EVENTS: Kinds[FormIdEvent] = Kinds(FormIdEvent)
INQUIRY_EVENTS: Kinds[InquiryEvent] = Kinds(InquiryEvent)
INCIDENT_EVENTS: Kinds[IncidentEvent] = Kinds(IncidentEvent)
TRANSIT_EVENTS: Kinds[TransitEvent] = Kinds(TransitEvent)
DOSSIER_EVENTS: Kinds[DossierEvent] = Kinds(DossierEvent)
READINESS_EVENTS: Kinds[ReadinessEvent] = Kinds(ReadinessEvent)
ORIGINALS_EVENTS: Kinds[OriginalsEvent] = Kinds(OriginalsEvent)
LEFT_EVENTS: Kinds[LeftEvent] = Kinds(LeftEvent)
STORAGE_EVENTS: Kinds[StorageEvent] = Kinds(StorageEvent)
LENT_EVENTS: Kinds[LentEvent] = Kinds(LentEvent)
