"""Visits to bodies that applied for one, in words: for screens, the record page and the auditor."""

from __future__ import annotations

from hub.domain.reservations import outing
from hub.domain.reservations.outing import OutingEvent, Stage

STAGES = {
    Stage.REQUESTED: ("市の確定待ち", "the city is to confirm"),
    Stage.CONFIRMED: ("市が確定・調整はこれから", "confirmed by the city"),
    Stage.ADJUSTING: ("事前調整中", "being adjusted"),
    Stage.READY: ("準備ずみ", "ready"),
    Stage.CLOSED: ("終了", "closed"),
    Stage.WITHDRAWN: ("取り下げ", "withdrawn"),
}

CHANNELS = {
    "internet": ("インターネット", "internet"),
    "web": ("インターネット", "internet"),
    "post": ("郵便", "post"),
    "fax": ("FAX", "FAX"),
    "phone": ("電話", "telephone"),
}
"""Ways by which an application comes; another word of a contract stands for itself."""

PHASES = {"before": ("前", "before"), "day": ("当日", "day"), "after": ("後", "after")}


def sentences(event: OutingEvent) -> tuple[str, str]:
    """The event in Japanese and in English; the body's name and reasons stand in the entry, not here."""
    number = event.number
    match event:
        case outing.OutingRequested():
            ja, en = CHANNELS.get(event.channel, (event.channel, event.channel))
            return f"訪問 {number} の申込みを受けた（{ja}・{event.date}）", f"visit {number} was applied for ({en})"
        case outing.OutingConfirmed():
            return f"訪問 {number} の予約を市が確定した", f"the city confirmed visit {number}"
        case outing.OutingPlanned():
            more = f"・2回目 {event.second_slot}" if event.second_slot else ""
            return (
                f"訪問 {number} の申請希望者 {event.applicants}人{more}",
                f"visit {number}: {event.applicants} people",
            )
        case outing.OutingTicked():
            ja, en = ("済み", "done") if event.done else ("取消", "taken back")
            return f"訪問 {number} {event.task} {ja}", f"visit {number}: {event.task} {en}"
        case outing.OutingClosed():
            return f"訪問 {number} を終えた", f"visit {number} was closed"
        case outing.OutingWithdrawn():
            return f"訪問 {number} を取り下げた", f"visit {number} was withdrawn"
