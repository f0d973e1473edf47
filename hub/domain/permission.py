"""Who may sign which command: one table, enforced in decide and checked again by anyone who replays the record.

Which *step* of a visit a role may do is the contract's (visit.may_do); this table is about kinds of commands. The
contractor's people have no way to sign what belongs to the city, and the hub signs only for timeouts and devices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain import custody, day, effect, identity, queue, visit
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Signer

MANAGER_ROLES = frozenset({"manager", "site_manager", "operation_manager"})
"""業務管理者 / 業務責任者 / 現地管理者: whoever answers for the site (Koganei 8⑵, Chiba 第2 2, Aomori 6(2))."""


def _staff(by: Signer) -> bool:
    return by.kind == "staff" and by.party == "contractor"


def _manager(by: Signer) -> bool:
    return _staff(by) and bool(MANAGER_ROLES & set(by.roles))


def _officer(by: Signer) -> bool:
    return by.kind == "officer" and by.party == "city"


def _hub(by: Signer) -> bool:
    return by.kind == "hub" and by.party == "contractor"


def _at_the_booth(by: Signer) -> bool:
    return _staff(by) or _officer(by)


def refusal(command: object, by: Signer) -> Refusal | None:
    """Why this signer may not sign this kind of command, or None."""
    kind = type(command)
    if kind in CITY_ONLY:
        return None if _officer(by) else refuse("role.city_only")
    if kind in HUB_ONLY:
        return None if _hub(by) else refuse("role.not_allowed", person=by.person, need="ハブ")
    if kind in MANAGER_ONLY:
        return None if _manager(by) else refuse("role.not_allowed", person=by.person, need="管理者")
    if kind in BOOTH_OR_CITY:
        return None if _at_the_booth(by) else refuse("role.not_allowed", person=by.person, need="従事者")
    if kind in STAFF:
        return None if _staff(by) else refuse("role.not_allowed", person=by.person, need="従事者")
    return refuse("role.not_allowed", person=by.person, need=kind.__name__)  # a kind no table names is nobody's


CITY_ONLY = frozenset({identity.DecideIdentity, identity.Attend, custody.AcceptTransfer})

HUB_ONLY = frozenset({identity.ExpireRequest, effect.ReportEffects})

MANAGER_ONLY = frozenset(
    {
        day.OpenDay,
        day.StopReception,
        day.ResumeReception,
        day.CloseDay,
        day.ListReservations,
        custody.RecordDifference,
        custody.UnsealContainer,
        custody.OfferTransfer,
        custody.WithdrawTransfer,
    }
)

BOOTH_OR_CITY = frozenset({visit.DoStep})
"""A contract can give a step to the city's staff at the booth (Chiba: 交付受付)."""

STAFF = frozenset(
    {
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
        queue.UndoAction,
        visit.OpenVisit,
        visit.CountSheets,
        visit.DowngradeVisit,
        visit.FinishVisit,
        visit.AbandonVisit,
        identity.RequestIdentity,
        identity.WithdrawRequest,
        custody.CountPapers,
        custody.SealContainer,
        effect.SettleEffect,
        effect.RepeatEffect,
    }
)
