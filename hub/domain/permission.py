"""Who may sign which command: one table, enforced in decide and checked again by anyone who replays the record.

Which *step* of a visit a role may do is the contract's (visit_steps.may_do); this table is about kinds of commands. The
contractor's people have no way to sign what belongs to the city, and the hub signs only for timeouts and devices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.continuity import continuity
from hub.domain.custody import (
    copies,
    custody,
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
from hub.domain.day import agreed_day, day, event_plan, inquiry, manager_presence, readiness, sound, survey
from hub.domain.devices import device, effect, supply
from hub.domain.identity import identity, still
from hub.domain.incident import course as incident_course
from hub.domain.incident import incident
from hub.domain.people import appointment, dossier, newkey, pairing, roster, vouching
from hub.domain.personal import disclosure, periodic, personal
from hub.domain.photo import photo, returned
from hub.domain.photo import print as photo_print
from hub.domain.queue import queue, voiding, window_lanes
from hub.domain.refusal import Refusal, refuse
from hub.domain.reports import event_picture
from hub.domain.reservations import guidance, outing
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import city_result, comparing, form_id, originals, pre_check, shared_terminal, visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.domain.moment import Signer


def _staff(by: Signer) -> bool:
    return by.kind == "staff" and by.party == "contractor"


def _manager(by: Signer) -> bool:
    return by.manages


def _officer(by: Signer) -> bool:
    return by.kind == "officer" and by.party == "city"


def _hub(by: Signer) -> bool:
    """A hub; whether it is the one that writes this record, continuity.not_the_writer says."""
    return by.kind in ("hub", "standby_hub") and by.party == "contractor"


def _standby(by: Signer) -> bool:
    return by.kind == "standby_hub" and by.party == "contractor"


def _at_the_booth(by: Signer) -> bool:
    return _staff(by) or _officer(by)


def _manager_or_hub(by: Signer) -> bool:
    return _manager(by) or _hub(by)


def _manager_or_officer(by: Signer) -> bool:
    return _manager(by) or _officer(by)


def is_hubs(command: object) -> bool:
    """Whether only a hub signs this kind."""
    return type(command) in HUB_ONLY


def refusal(command: object, by: Signer) -> Refusal | None:
    """Why this signer may not sign this kind of command, or None."""
    rule = _RULES.get(type(command))
    if rule is None:  # a kind no table names is nobody's
        return refuse("role.not_allowed", person=by.person, need=type(command).__name__)
    may, need = rule
    if may(by):
        return None
    return refuse("role.not_allowed", person=by.person, need=need) if need else refuse("role.city_only")


CITY_ONLY = frozenset(
    {
        identity.DecideIdentity,
        identity.TakeUp,
        identity.PassOn,
        identity.Attend,
        custody.AcceptTransfer,
        disposal.ConsentDisposal,
        outing.ConfirmOuting,
        city_result.EnterResults,
    }
)

HUB_ONLY = frozenset(
    {
        identity.ExpireRequest,
        still.ReportStill,
        still.ReportStillsGone,
        effect.ReportEffects,
        device.ReportDevices,
        continuity.Recover,
        continuity.KeepDiscrepancy,
        photo.ReportTaken,
        photo.ReportCropped,
        photo.ReportFailed,
        photo.ReportDestroyed,
        photo_print.ReportSubmitted,
        photo_print.ReportEnded,
        pairing.OpenPairingHere,
        pairing.FailPairing,
        pairing.ProvePairing,
        pairing.EndPairing,
        pairing.FinishPairing,
        roster.TakeRoster,
        roster.TakeRevocations,
    }
)

STANDBY_ONLY = frozenset({continuity.TakeOver})
"""By the key that two people have just named: no other hub needs it, and the dead one cannot."""

MANAGER_ONLY = frozenset(
    {
        day.OpenDay,
        day.StopReception,
        day.ResumeReception,
        day.CloseDay,
        day.ListReservations,
        manager_presence.LeaveBooth,
        manager_presence.TakeBooth,
        window_lanes.KeepWindow,
        voiding.VoidTicket,
        custody.RecordDifference,
        custody.UnsealContainer,
        custody.OfferTransfer,
        custody.WithdrawTransfer,
        forms.AdmitForms,
        lent.ReceiveLoan,
        copies.PrintCopies,
        lent.CarryOut,
        lent.ReturnLoan,
        lent.RaiseLoan,
        paper_receipt.StrikePaper,
        disposal.AskDisposal,
        disposal.WithdrawDisposal,
        discrepancy.ResolveDiscrepancy,
        photo.VouchEmpty,
        personal.UnlockVault,
        personal.LockVault,
        pairing.OpenPairing,
        pairing.ClosePairing,
        pairing.AcceptPairing,
        newkey.ResetKey,
        vouching.NotMyNumber,
        incident.CloseIncident,
        readiness.RecordTraining,
        agreed_day.AgreeDays,
        event_plan.PlanEvent,
        event_plan.DropEvent,
        event_plan.OwnDevices,
        outing.CloseOuting,
        event_picture.AttachPicture,
        returned.NoteReturned,
        appointment.AppointManager,
        outing.WithdrawOuting,
        dossier.ApprovePeople,
        dossier.RecordPledge,
        dossier.ConsentCourse,
        dossier.SubmitRoster,
    }
)

MANAGER_OR_HUB = frozenset({personal.AskErasure, personal.ErasePersonal})
"""The hub asks and erases when it is time; before that, a manager answers for it."""

MANAGER_OR_CITY = frozenset({roster.ConfirmUnproven, personal.ConsentErasure})
"""An officer signs the city's consent, or a manager enters the document that came on paper."""

BOOTH_OR_CITY = frozenset(
    {
        visit.DoStep,
        identity.NoteVideo,
        photo.Shoot,
        photo.Retake,
        photo.Override,
        photo.Confirm,
        photo.Exempt,
        photo_print.AskPrint,
        photo_print.SeePrint,
        photo_print.SettleSheet,
        photo_print.ShredSheets,
        incident.ReportIncident,
        incident.AddFact,
        originals.TakeOriginals,
        originals.ReturnOriginals,
        disposal.WitnessDisposal,
    }
)
"""A contract can give a step to the city's staff at the booth (Chiba: 交付受付); whoever sees an incident reports it."""

STAFF = frozenset(
    {
        disclosure.Reveal,
        queue.IssueTicket,
        queue.CallNext,
        queue.CallTicket,
        queue.RecallTicket,
        queue.StartService,
        queue.MarkNoShow,
        queue.HoldTicket,
        queue.SendAway,
        queue.ResumeTicket,
        queue.TransferTicket,
        queue.FinishTicket,
        queue.CarryOver,
        queue.TakeOverTicket,
        queue.CareForTicket,
        sound.KeepQuiet,
        queue.UndoAction,
        visit.OpenVisit,
        visit.CountSheets,
        visit.DowngradeVisit,
        visit.TriageVisit,
        visit_answers.AnswerQuestion,
        shared_terminal.ConfirmLoggedOut,
        pre_check.PreCheck,
        comparing.ReportDifference,
        visit.FinishVisit,
        visit.AbandonVisit,
        identity.RequestIdentity,
        identity.WithdrawRequest,
        still.TakeStill,
        custody.CountPapers,
        custody.SealContainer,
        originals.LeaveOriginals,
        left_behind.FindThing,
        left_behind.EndThing,
        storage.PutAway,
        storage.TakeOut,
        lent.CarryIn,
        copies.EndCopies,
        paper_receipt.EnterPaper,
        disposal.CarryOutDisposal,
        forms.CountForms,
        forms.MoveForms,
        forms.ShredForms,
        effect.SettleEffect,
        effect.RepeatEffect,
        incident.TellCity,
        incident.SettleDraft,
        incident_course.RateIncident,
        incident_course.TakeMeasure,
        readiness.SignIn,
        readiness.Tick,
        readiness.CountDevices,
        packing.CountOut,
        packing.CountIn,
        transit.Depart,
        transit.MakeStop,
        transit.Arrive,
        incident.SubmitReport,
        device.TryDevice,
        supply.FillSupply,
        form_id.ReadForm,
        form_id.ReplaceForm,
        form_id.ExemptForm,
        inquiry.NoteInquiry,
        inquiry.TakeBackInquiry,
        survey.AnswerSurvey,
        guidance.GiveGuidance,
        guidance.TakeBackGuidance,
        event_picture.ConfirmPicture,
        event_picture.DropPicture,
        periodic.DoPeriodic,
        outing.RequestOuting,
        outing.PlanOuting,
        outing.TickOuting,
        continuity.ConfirmSwitchedOff,
        newkey.ChangeKey,
    }
)

_RULES: dict[type, tuple[Callable[[Signer], bool], str]] = {
    kind: (may, need)
    for kinds, may, need in (
        (STAFF, _staff, "従事者"),
        (BOOTH_OR_CITY, _at_the_booth, "従事者"),
        (MANAGER_OR_CITY, _manager_or_officer, "管理者"),
        (MANAGER_OR_HUB, _manager_or_hub, "管理者"),
        (MANAGER_ONLY, _manager, "管理者"),
        (STANDBY_ONLY, _standby, "予備のハブ"),
        (HUB_ONLY, _hub, "ハブ"),
        (CITY_ONLY, _officer, ""),  # last: what the city alone may do stays so, whatever another table says
    )
    for kind in kinds
}
"""Kind of command to who may sign it, and what a refusal says is needed: one look instead of one at every table."""
