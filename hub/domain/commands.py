"""Every kind of command that a booth decides, and which part each belongs to."""

from __future__ import annotations

from hub.domain.agreed_day import AgreeDays
from hub.domain.continuity import ContinuityCommand
from hub.domain.custody import CustodyCommand
from hub.domain.day import DayCommand
from hub.domain.device import DeviceCommand
from hub.domain.disclosure import Reveal
from hub.domain.discrepancy import ResolveDiscrepancy
from hub.domain.dossier import DossierCommand
from hub.domain.effect import EffectCommand
from hub.domain.form_id import FormIdCommand
from hub.domain.forms import FormsCommand
from hub.domain.identity import IdentityCommand
from hub.domain.incident import IncidentCommand
from hub.domain.inquiry import InquiryCommand
from hub.domain.kinds import Kinds
from hub.domain.left_behind import LeftCommand
from hub.domain.lent import LentCommand
from hub.domain.originals import OriginalsCommand
from hub.domain.pairing import PairingCommand
from hub.domain.personal import PersonalCommand
from hub.domain.photo import PhotoCommand
from hub.domain.photo_print import PhotoPrintCommand
from hub.domain.queue import QueueCommand
from hub.domain.readiness import ReadinessCommand
from hub.domain.roster import RosterCommand
from hub.domain.sound import KeepQuiet
from hub.domain.still import StillCommand
from hub.domain.storage import StorageCommand
from hub.domain.succession import SuccessionCommand
from hub.domain.supply import FillSupply
from hub.domain.survey import AnswerSurvey
from hub.domain.transit import TransitCommand
from hub.domain.visit import VisitCommand
from hub.domain.vouching import NotMyNumber

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
)

DAY_COMMANDS: Kinds[DayCommand] = Kinds(DayCommand)
QUEUE_COMMANDS: Kinds[QueueCommand] = Kinds(QueueCommand)
VISIT_COMMANDS: Kinds[VisitCommand] = Kinds(VisitCommand)
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
LEFT_COMMANDS: Kinds[LeftCommand] = Kinds(LeftCommand)
STORAGE_COMMANDS: Kinds[StorageCommand] = Kinds(StorageCommand)
LENT_COMMANDS: Kinds[LentCommand] = Kinds(LentCommand)
SUCCESSION_COMMANDS: Kinds[SuccessionCommand] = Kinds(SuccessionCommand)
