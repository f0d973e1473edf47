"""Space on a number that waits: the reception has seen this person's papers (小金井 7⑴ウａ). Space again takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.queue.queue import ENDED, Ticket
from hub.domain.visit.pre_check import PreCheck, wanted
from hub.domain.visit.visit import of_ticket
from tui import tokens

if TYPE_CHECKING:
    from tui.station import Station


def asked(station: Station, ticket: Ticket | None) -> bool:
    """Whether the reception has something to sign for this ticket, or has signed it and may take it back."""
    if ticket is None or ticket.state in ENDED or of_ticket(station.booth.visits, ticket.id):
        return False
    return wanted(station.profile, station.booth.day.event_type, ticket.lane)


def signed(station: Station, ticket: Ticket) -> bool:
    return ticket.id in station.booth.visits.pre_checks


def note(station: Station, ticket: Ticket) -> str:
    """What its row says, or empty."""
    if not asked(station, ticket) or not signed(station, ticket):
        return ""
    return tokens.DONE + station.tongue("書類 ", "papers ")


def prompt(station: Station, ticket: Ticket) -> str:
    """What Space does for the number under the cursor."""
    t = station.tongue
    return (
        t("Space＝事前確認を取消", "Space=not seen")
        if signed(station, ticket)
        else t("Space＝書類を見た", "Space=papers seen")
    )


def sign(station: Station, ticket: Ticket) -> None:
    """Say that the papers were seen, or that they were not."""
    seen, t = not signed(station, ticket), station.tongue

    async def work() -> None:
        await station.submit(PreCheck(ticket.id, seen))
        ja = "書類の事前確認を記録しました" if seen else "書類の事前確認を取り消しました"
        en = "papers seen, recorded" if seen else "papers not seen after all"
        station.say(t(f"{ticket.number}：{ja}。", f"{ticket.number}: {en}."))

    station.begin(t(f"{ticket.number} を記録しています", f"recording {ticket.number}"), work)
