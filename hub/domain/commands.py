"""Every kind of command that a booth decides, and which part each belongs to."""

from __future__ import annotations

from hub.domain.continuity.continuity import ContinuityCommand
from hub.domain.custody.copies import CopyCommand
from hub.domain.custody.custody import CustodyCommand
from hub.domain.custody.discrepancy import ResolveDiscrepancy
from hub.domain.custody.disposal import DisposalCommand
from hub.domain.custody.forms import FormsCommand
from hub.domain.custody.left_behind import LeftCommand
from hub.domain.custody.lent import LentCommand
from hub.domain.custody.packing import PackingCommand
from hub.domain.custody.paper_receipt import PaperCommand
from hub.domain.custody.storage import StorageCommand
from hub.domain.custody.transit import TransitCommand
from hub.domain.day.agreed_day import AgreeDays
from hub.domain.day.day import DayCommand
from hub.domain.day.event_plan import PlanCommand
from hub.domain.day.inquiry import InquiryCommand
from hub.domain.day.manager_presence import PresenceCommand
from hub.domain.day.readiness import ReadinessCommand
from hub.domain.day.sound import KeepQuiet
from hub.domain.day.survey import AnswerSurvey
from hub.domain.devices.device import DeviceCommand
from hub.domain.devices.effect import EffectCommand
from hub.domain.devices.supply import FillSupply
from hub.domain.identity.identity import IdentityCommand
from hub.domain.identity.still import StillCommand
from hub.domain.incident.rules import IncidentCommand
from hub.domain.kinds import Kinds
from hub.domain.people.appointment import AppointManager
from hub.domain.people.dossier import DossierCommand
from hub.domain.people.newkey import SuccessionCommand
from hub.domain.people.pairing import PairingCommand
from hub.domain.people.roster import RosterCommand
from hub.domain.people.vouching import NotMyNumber
from hub.domain.personal.disclosure import Reveal
from hub.domain.personal.periodic import DoPeriodic
from hub.domain.personal.personal import PersonalCommand
from hub.domain.photo.photo import PhotoCommand
from hub.domain.photo.print import PhotoPrintCommand
from hub.domain.photo.returned import NoteReturned
from hub.domain.queue.queue import QueueCommand
from hub.domain.queue.window_lanes import KeepWindow
from hub.domain.reports.event_picture import PictureCommand
from hub.domain.reservations.guidance import GuidanceCommand
from hub.domain.reservations.outing import OutingCommand
from hub.domain.visit.city_result import EnterResults
from hub.domain.visit.form_id import FormIdCommand
from hub.domain.visit.originals import OriginalsCommand
from hub.domain.visit.rules import VisitCommand

Command = (
    DayCommand
    | QueueCommand
    | VisitCommand
    | IdentityCommand
    | StillCommand
    | CustodyCommand
    | EffectCommand
    | ContinuityCommand
    | PersonalCommand
    | PhotoCommand
    | PhotoPrintCommand
    | Reveal
    | PairingCommand
    | SuccessionCommand
    | NotMyNumber
    | RosterCommand
    | KeepQuiet
    | IncidentCommand
    | InquiryCommand
    | FormIdCommand
    | AnswerSurvey
    | TransitCommand
    | DeviceCommand
    | FillSupply
    | FormsCommand
    | ResolveDiscrepancy
    | ReadinessCommand
    | OriginalsCommand
    | LeftCommand
    | AgreeDays
    | DossierCommand
    | StorageCommand
    | LentCommand
    | PresenceCommand
    | KeepWindow
    | PaperCommand
    | DisposalCommand
    | GuidanceCommand
    | NoteReturned
    | AppointManager
    | EnterResults
    | PictureCommand
    | DoPeriodic
    | PackingCommand
    | CopyCommand
    | PlanCommand
    | OutingCommand
)

DAY_COMMANDS: Kinds[DayCommand] = Kinds(DayCommand)
QUEUE_COMMANDS: Kinds[QueueCommand] = Kinds(QueueCommand)
VISIT_COMMANDS: Kinds[VisitCommand] = Kinds(VisitCommand)
IDENTITY_COMMANDS: Kinds[IdentityCommand] = Kinds(IdentityCommand)
STILL_COMMANDS: Kinds[StillCommand] = Kinds(StillCommand)
CUSTODY_COMMANDS: Kinds[CustodyCommand] = Kinds(CustodyCommand)
EFFECT_COMMANDS: Kinds[EffectCommand] = Kinds(EffectCommand)
CONTINUITY_COMMANDS: Kinds[ContinuityCommand] = Kinds(ContinuityCommand)
ROSTER_COMMANDS: Kinds[RosterCommand] = Kinds(RosterCommand)
PERSONAL_COMMANDS: Kinds[PersonalCommand] = Kinds(PersonalCommand)
PHOTO_COMMANDS: Kinds[PhotoCommand] = Kinds(PhotoCommand)
PHOTO_PRINT_COMMANDS: Kinds[PhotoPrintCommand] = Kinds(PhotoPrintCommand)
DEVICE_COMMANDS: Kinds[DeviceCommand] = Kinds(DeviceCommand)
PAIRING_COMMANDS: Kinds[PairingCommand] = Kinds(PairingCommand)
FORM_ID_COMMANDS: Kinds[FormIdCommand] = Kinds(FormIdCommand)
INQUIRY_COMMANDS: Kinds[InquiryCommand] = Kinds(InquiryCommand)
INCIDENT_COMMANDS: Kinds[IncidentCommand] = Kinds(IncidentCommand)
TRANSIT_COMMANDS: Kinds[TransitCommand] = Kinds(TransitCommand)
FORMS_COMMANDS: Kinds[FormsCommand] = Kinds(FormsCommand)
DOSSIER_COMMANDS: Kinds[DossierCommand] = Kinds(DossierCommand)
READINESS_COMMANDS: Kinds[ReadinessCommand] = Kinds(ReadinessCommand)
ORIGINALS_COMMANDS: Kinds[OriginalsCommand] = Kinds(OriginalsCommand)
PRESENCE_COMMANDS: Kinds[PresenceCommand] = Kinds(PresenceCommand)
LEFT_COMMANDS: Kinds[LeftCommand] = Kinds(LeftCommand)
STORAGE_COMMANDS: Kinds[StorageCommand] = Kinds(StorageCommand)
LENT_COMMANDS: Kinds[LentCommand] = Kinds(LentCommand)
PAPER_COMMANDS: Kinds[PaperCommand] = Kinds(PaperCommand)
DISPOSAL_COMMANDS: Kinds[DisposalCommand] = Kinds(DisposalCommand)
PICTURE_COMMANDS: Kinds[PictureCommand] = Kinds(PictureCommand)
GUIDANCE_COMMANDS: Kinds[GuidanceCommand] = Kinds(GuidanceCommand)
PLAN_COMMANDS: Kinds[PlanCommand] = Kinds(PlanCommand)
COPY_COMMANDS: Kinds[CopyCommand] = Kinds(CopyCommand)
PACKING_COMMANDS: Kinds[PackingCommand] = Kinds(PackingCommand)
OUTING_COMMANDS: Kinds[OutingCommand] = Kinds(OutingCommand)
SUCCESSION_COMMANDS: Kinds[SuccessionCommand] = Kinds(SuccessionCommand)
