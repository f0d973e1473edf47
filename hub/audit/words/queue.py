"""Tickets and calls in the words of an auditor."""

from __future__ import annotations

from hub.audit.words.names import Names
from hub.audit.words.said import Said
from hub.domain.queue import queue, voiding
from hub.domain.queue.queue import STATE_JA

STATES_EN = {
    queue.TicketState.WAITING: "waiting",
    queue.TicketState.CALLED: "called",
    queue.TicketState.SERVING: "being served",
    queue.TicketState.HELD: "on hold",
    queue.TicketState.AWAY: "away, to come back",
    queue.TicketState.FINISHED: "finished",
    queue.TicketState.NO_SHOW: "a no-show",
    queue.TicketState.CARRIED_OVER: "carried over",
    queue.TicketState.VOID: "void",
}


def sentence(event: queue.QueueEvent, names: Names) -> Said:
    """What happened to a number."""
    number = event.number
    match event:
        case queue.TicketIssued():
            lane = names.lane(event.lane)
            booked = Said("・予約", ", reserved") if event.reservation else Said("", "")
            if event.paper:
                booked = Said(booked.ja + "・紙の札", booked.en + ", on paper")
            return Said(
                f"番号札 {number} を発行した（{lane.ja}{booked.ja}）",
                f"ticket {number} was issued ({lane.en}{booked.en})",
            )
        case queue.TicketCalled():
            silent = Said("・音なし、迎えに行く", ", silently: fetched") if event.fetch else Said("", "")
            return Said(
                f"{number} を{event.window}へ呼んだ（{event.call}回目{silent.ja}）",
                f"{number} was called to {event.window} (call {event.call}{silent.en})",
            )
        case queue.TicketCaredFor():
            return Said(
                f"{number} の呼び方を「{'音なし、迎えに行く' if event.fetch else 'ふつう'}」にした",
                f"{number} is {'fetched without a sound' if event.fetch else 'called as everybody'}",
            )
        case queue.TicketMoved():
            lane = names.lane(event.lane)
            return Said(
                f"{number} を「{STATE_JA[event.state]}」にした（{lane.ja}）",
                f"{number} is now {STATES_EN[event.state]} ({lane.en})",
            )
        case queue.TicketTakenOver():
            return Said(
                f"{number}（{event.window}）を {event.was} から引き継いだ",
                f"{number} at {event.window} was taken over from {event.was}",
            )
        case voiding.TicketVoided():
            return Said(f"{number} を取り消した（理由あり）", f"{number} was voided, with a reason")
        case queue.ActionUndone():
            return Said(
                f"{number} の操作（項目 {event.entry}）を取り消した",
                f"the action of entry {event.entry} on {number} was undone",
            )
