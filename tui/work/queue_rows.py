"""The queue as rows: who is served and called, who waits in the order of being called, who is away."""

from __future__ import annotations

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.procedure import Lane
from hub.domain.identity.identity import Outcome, RequestState
from hub.domain.queue.queue import Queue, Ticket, TicketState, in_turn, waiting
from hub.domain.queue.waiting import wait_minutes
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.steps import booth_steps
from hub.domain.visit.visit import open_visit
from tui import tokens
from tui.cells import Line, Span, clip, fit, line, width
from tui.station import Station
from tui.visit.steps import window_step
from tui.words import Tongue, minute_words, span_words
from tui.work import pre_check, unprinted

LIST_CELLS = 51

TICKET = {
    TicketState.WAITING: (tokens.WAIT, "待ち", "wait", ""),
    TicketState.CALLED: (tokens.CALLED, "呼出", "call", "called"),
    TicketState.SERVING: (tokens.BUSY, "対応", "serv", "busy"),
    TicketState.HELD: (tokens.HELD, "保留", "held", "held"),
    TicketState.AWAY: (tokens.HELD, "再来", "away", "held"),
    TicketState.FINISHED: (tokens.DONE, "完了", "done", "done"),
    TicketState.NO_SHOW: (tokens.WARN, "不在", "gone", "warn"),
    TicketState.CARRIED_OVER: (tokens.OFF, "繰越", "next", "dim"),
    TicketState.VOID: (tokens.OFF, "取消", "void", "dim"),
}
"""Shape, Japanese word, English word (both four cells), style."""


def open_lanes(station: Station) -> tuple[Lane, ...]:
    """The lanes of today's event, in the profile's order."""
    event = station.booth.day.event_type
    return station.profile.lanes_of(event) if event else station.profile.lanes


def order(queue: Queue, profile: Profile, lanes: tuple[str, ...], minute: int, keep: int | None) -> list[int | None]:
    """Ticket ids in the order of the list; None is an empty row. `keep`: stays in the list though it has ended,
    because somebody's cursor is on it: the row under a cursor never becomes another person.
    """
    at_window = sorted(queue.windows.values())
    in_line = [ticket.id for ticket in in_turn(queue, profile, lanes, minute)]
    away, absent = [], []
    if any(queue.tally.get(state.value) for state in (TicketState.HELD, TicketState.AWAY, TicketState.NO_SHOW)):
        for ticket in queue.tickets.values():
            if ticket.state in (TicketState.HELD, TicketState.AWAY):
                away.append(ticket.id)
            elif ticket.state is TicketState.NO_SHOW:
                absent.append(ticket.id)
    rows: list[int | None] = [*at_window, *in_line]
    aside = [*sorted(away), *sorted(absent)]
    if keep is not None and keep not in rows and keep not in aside and keep in queue.tickets:
        rows.insert(len(at_window), keep)
    return [*rows, *([None] if aside and rows else []), *aside]


def lanes_row(station: Station, cells: int) -> Line:
    """`A 出張交付 待5 約22分 | B ...`, shorter where there are many lanes."""
    t = station.tongue
    lanes = open_lanes(station)
    names: list[str] = []
    counts: list[str] = []
    for lane in lanes:
        ahead = list(waiting(station.booth.queue, lane.id))
        minutes = wait_minutes(lane, sum(ticket.people for ticket in ahead))
        names.append(t(lane.ja, lane.en))
        about = t(f" 約{minutes}分", f" ~{minutes} min") if len(lanes) <= 3 else ""
        counts.append(t(f"待{len(ahead)}", f"{len(ahead)} wait") + about)
    # Names are cut before numbers are.
    room = cells - 1 - sum(len(lane.prefix) + 5 + width(count) for lane, count in zip(lanes, counts, strict=True)) + 3
    longest = max(0, room // max(1, len(lanes)))
    spare = sum(max(0, longest - width(name)) for name in names)
    shown = [clip(name, longest + spare) for name in names]
    parts = [
        f"{lane.prefix} {name} {count}".replace("  ", " ")
        for lane, name, count in zip(lanes, shown, counts, strict=True)
    ]
    return line(fit(" " + " | ".join(parts), cells))


def list_head(t: Tongue) -> Line:
    return line(Span(t(" 番号  状態    窓口   待ち  予約   メモ", " No.   State   Window Wait  Slot   Note"), "dim"))


def ticket_row(station: Station, ticket: Ticket, cursor: bool) -> Line:
    """One ticket, exactly LIST_CELLS wide."""
    t = station.tongue
    shape, ja, en, style = TICKET[ticket.state]
    now = station.now_ms()
    waits = ticket.state in (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING)
    minutes = (
        t(f"{max(0, now - ticket.issued_ms) // 60_000}分", f"{max(0, now - ticket.issued_ms) // 60_000}m")
        if waits
        else ""
    )
    slot = minute_words(ticket.slot_minute) if ticket.slot_minute is not None else t("なし", "-")
    state = fit(shape + t(ja, en), 6)
    window = ticket.window if ticket.window else ""
    note = fit(memo(station, ticket), 16)
    head = ">" if cursor else " "
    tap = f"row:{ticket.id}"
    if cursor:
        text = f"{head}{fit(ticket.number, 5)} {state}  {fit(window, 5)}  {fit(minutes, 4, right=True)}  {fit(slot, 5)}  {note}"
        return [Span(fit(text, LIST_CELLS), "cursor", tap)]
    return [
        Span(f"{head}{fit(ticket.number, 5)} ", "bold" if ticket.window == station.window else "", tap),
        Span(state, style, tap),
        Span(f"  {fit(window, 5)}  {fit(minutes, 4, right=True)}  {fit(slot, 5)}  ", "", tap),
        Span(fit(note, 16), "reply" if note.startswith(tokens.REPLY) else "", tap),
    ]


def memo(station: Station, ticket: Ticket) -> str:
    """What else there is to know about a ticket, in sixteen cells."""
    t = station.tongue
    people = t(f"家族{ticket.people}人", f"{ticket.people} people") if ticket.people > 1 else ""
    match ticket.state:
        case TicketState.CALLED:
            called = span_words(station.now_ms() - ticket.called_ms)
            return t(f"{ticket.calls}回目 {called}", f"call {ticket.calls} {called}")
        case TicketState.SERVING:
            return _step_words(station, ticket) or people
        case TicketState.AWAY if ticket.back_by_minute is not None:
            return t(f"{minute_words(ticket.back_by_minute)}まで", f"until {minute_words(ticket.back_by_minute)}")
        case TicketState.NO_SHOW:
            return t(f"{ticket.calls}回呼んだ", f"called {ticket.calls}x")
    fetch = t("迎え ", "fetch ") if ticket.fetch else ""
    if ticket.state is TicketState.HELD and (parked := _parked_words(station, ticket)):
        return parked
    return (
        unprinted.note(station, ticket)
        + pre_check.note(station, ticket)
        + fetch
        + people
        + (t(" 再来", " again") if ticket.returned else "")
    )


def _parked_words(station: Station, ticket: Ticket) -> str:
    """What the city has made of a visit that was parked meanwhile: its row is all that a clerk sees of it."""
    t, held = station.tongue, open_visit(station.booth.visits, ticket.id)
    if held is None:
        return ""
    requests = [one for one in station.booth.identity.requests.values() if one.visit == held.id]
    last = max(requests, key=lambda one: one.id, default=None)
    if last is None or last.state is RequestState.WITHDRAWN:
        return ""
    if last.state is RequestState.PENDING:
        return tokens.REPLY + t("市の返事", "city")
    if last.state is RequestState.EXPIRED:
        return tokens.WARN + t("期限切れ", "expired")
    if last.outcome is Outcome.CONFIRMED:
        return tokens.DONE + t("市が確認ずみ", "city confirmed")
    return tokens.WARN + t("市の返事あり", "city answered")


def _step_words(station: Station, ticket: Ticket) -> str:
    t = station.tongue
    held = open_visit(station.booth.visits, ticket.id)
    if held is None:
        return ""
    method = method_of(station.profile, held)
    pending = [station.booth.identity.requests[number] for number in station.booth.identity.pending]
    asked = next((request for request in pending if request.visit == held.id), None)
    step = next((one for one in method.steps if asked is not None and one.id == asked.step), None) or window_step(
        held, method
    )
    if step is None:
        return t("完了できます", "can finish")
    number = booth_steps(method).index(step) + 1
    return (
        f"{number} {tokens.REPLY}{t('市の返事', 'city')}"
        if asked is not None
        else f"{number} {step.ja if t.japanese else step.en}"
    )


def tally_row(station: Station) -> Line:
    t, tally = station.tongue, station.booth.queue.tally
    if not station.booth.day.date:
        return line(t(" まだ開場していません", " Not open yet"))
    issued = sum(tally.values())
    of = {state.value: tally.get(state.value, 0) for state in TicketState}
    return line(
        t(
            f" 本日 発券{issued} 完了{of['finished']} 対応{of['serving']} 呼出{of['called']} 待ち{of['waiting']} "
            f"保留{of['held'] + of['away']} 不在{of['no_show']}",
            f" Today {issued} issued {of['finished']} done {of['serving']} serv {of['called']} call {of['waiting']} wait "
            f"{of['held'] + of['away']} held {of['no_show']} gone",
        )
    )
