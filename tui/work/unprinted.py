"""Tickets that stand in the queue and not on paper: the number to write by hand, and Enter when it was handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.devices.effect import Effect, EffectState, SettleEffect
from hub.domain.queue.queue import ENDED, Ticket, TicketState
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import key_row
from tui.words import wide

if TYPE_CHECKING:
    from tui.station import Station

PRINTS = frozenset({"ticket", "reprint"})

HOLDS_A_PLACE = frozenset({TicketState.WAITING, TicketState.HELD, TicketState.AWAY})
"""Who is called or at a window has heard the number: then other keys matter more."""


def unprinted(station: Station) -> dict[str, list[Effect]]:
    """The prints that failed or are unsure, by the ticket's number, oldest first."""
    found: dict[str, list[Effect]] = {}
    for effect in sorted(station.booth.effects.open.values(), key=lambda one: one.entry):
        if effect.kind in PRINTS and effect.state in (EffectState.FAILED, EffectState.UNSURE):
            found.setdefault(effect.number, []).append(effect)
    return found


def note(station: Station, ticket: Ticket) -> str:
    """What its row says, or empty."""
    effects = unprinted(station).get(ticket.number, []) if ticket.state not in ENDED else []
    if not effects:
        return ""
    t = station.tongue
    if any(one.state is EffectState.UNSURE for one in effects):
        return tokens.UNSURE + t("札が出たか ", "printed? ")
    return tokens.UNSURE + t("札なし ", "no paper ")


def pane(station: Station, cursor: Ticket | None) -> list[Line] | None:
    """The right side while the ticket under the cursor has no paper; None where nothing is to be said."""
    effects = unprinted(station).get(cursor.number, []) if cursor is not None and cursor.state in HOLDS_A_PLACE else []
    t = station.tongue
    if not effects or cursor is None:
        return None
    lane = station.profile.lane(cursor.lane)
    number = [line(Span("    " + wide(cursor.number), "big")), line("    " + t(lane.ja, lane.en)), []]
    if any(one.state is EffectState.UNSURE for one in effects):
        return [
            line(Span(t(" 札が出たか分かりません", " Did the ticket come out?"), "unsure")),
            [],
            *number,
            line(t(" 1 プリンターを見る", " 1 Look at the printer")),
            key_row("F4-6", t("n／y で答える", "answer n or y")),
            line(t("   番号は有効です", "   The number stands")),
        ]
    return [
        line(Span(t(" 紙に書いて渡す番号", " Write this number by hand"), "warn")),
        [],
        *number,
        line(t(" 1 この番号を書いて渡す", " 1 Write it, hand it over")),
        key_row("Enter", t("2 渡した", "2 handed over")),
        line(t(" 3 紙とふたを見る（F4-6）", " 3 See to the paper (F4-6)")),
        key_row("F9-5", t("4 印刷（「再」つき）", "4 print again, marked")),
        [],
        line(t(" 続けて発券できます", " Go on issuing:")),
        line(t(" 番号は重なりません", " no number comes twice")),
    ]


def hint(station: Station, cursor: Ticket | None) -> list[Line]:
    """Below whatever else the right side says: which numbers have no paper."""
    numbers = [number for number in unprinted(station) if cursor is None or number != cursor.number]
    live = {ticket.number for ticket in station.booth.queue.tickets.values() if ticket.state not in ENDED}
    numbers = [number for number in numbers if number in live]
    if not numbers:
        return []
    t = station.tongue
    more = t(f" ほか{len(numbers) - 1}", f" +{len(numbers) - 1}") if len(numbers) > 1 else ""
    return [
        [],
        line(Span(f" {tokens.UNSURE}" + t(f"札なし {numbers[0]}{more}", f"no paper: {numbers[0]}{more}"), "unsure")),
    ]


def by_hand(station: Station, ticket: Ticket) -> bool:
    """Whether Enter on this ticket says that its number was written and handed over."""
    failed = (one.state is EffectState.FAILED for one in unprinted(station).get(ticket.number, []))
    return ticket.state in HOLDS_A_PLACE and any(failed)


def hand_over(station: Station, ticket: Ticket) -> bool:
    """Enter: the number was written and handed over; False where this ticket's paper did not fail."""
    if not by_hand(station, ticket):
        return False
    failed = [one for one in unprinted(station).get(ticket.number, []) if one.state is EffectState.FAILED]
    t = station.tongue

    async def work() -> None:
        for one in failed:
            await station.submit(SettleEffect(one.entry, one.kind, False))
        station.say(
            t(f"{ticket.number} は手書きで渡した、と記録しました。", f"{ticket.number}: handed over by hand, recorded.")
        )

    station.begin(t(f"{ticket.number} を記録しています", f"recording {ticket.number}"), work)
    return True
