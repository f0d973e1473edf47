"""Right of the queue: what do I press now? And, on a wide screen, every window and the last entries."""

from __future__ import annotations

from hub.domain.day import manager_presence
from hub.domain.moment import local_minute
from hub.domain.queue.queue import TicketState, next_in_line
from tui import tokens
from tui.cells import Line, Span, clip, fit, line
from tui.event_words import entry_words
from tui.layer import key_row, paragraphs
from tui.station import Station
from tui.words import hour_minute, minute_words, span_words, wide
from tui.work import windows
from tui.work.queue_rows import TICKET, memo, open_lanes

PANE_CELLS = 28

NAME_CELLS = 21
"""What the pane's 28 cells leave beside a key and its gap: a longer name is cut before the frame cuts it."""


def pane(station: Station) -> list[Line]:
    """What do I press now?"""
    t = station.tongue
    if station.away:
        return away_pane(station)
    mine = station.mine
    if mine is None:
        return free_pane(station)
    lane = station.profile.lane(mine.lane)
    slot = (
        t(f"  予約{minute_words(mine.slot_minute)}", f"  {minute_words(mine.slot_minute)}")
        if mine.slot_minute is not None
        else ""
    )
    rows: list[Line] = [
        [],
        line(Span("    " + wide(mine.number), "big")),
        line("    " + t(lane.ja, lane.en) + slot),
        line(t(f"    {mine.people}人", f"    {mine.people} people") if mine.people > 1 else ""),
    ]
    if mine.state is TicketState.CALLED:
        need = station.profile.operation.calls_before_no_show
        called = span_words(station.now_ms() - mine.called_ms)
        rows += [
            line(
                Span(
                    t(
                        f" {tokens.CALLED}呼出中 {mine.calls}回目 {called}",
                        f" {tokens.CALLED}called {mine.calls}x {called}",
                    ),
                    "called",
                )
            ),
            line(Span(t(" 音なし：迎えに行く", " No sound: go and fetch"), "warn"))
            if mine.fetch or station.booth.sound.quiet
            else line(t(f" {need}回で不在にできます", f" absent from call {need}")),
            [],
            line(t(" 来られたら", " When they come")),
            key_row("Enter", t("手続をひらく", "open the visit")),
            line(t(" 来られないとき", " When they do not")),
            key_row("F6", t("もう一度呼ぶ", "call again")),
            key_row("F7", t(f"不在（{need}回目から）", f"absent (from {need})"), dim=mine.calls < need),
        ]
    else:
        rows += [
            line(
                Span(f" {tokens.BUSY}", "busy"),
                t(
                    f"対応中 {span_words(station.now_ms() - mine.served_ms)}",
                    f"serving {span_words(station.now_ms() - mine.served_ms)}",
                ),
            ),
            [],
            key_row("Enter", t("手続をつづける", "go on with the visit")),
            key_row("F8", t("完了", "finish")),
            key_row("F9", t("1保留 2再来 3列 6繰越", "hold, return, lane")),
        ]
    return [*rows, [], *next_rows(station)]


def next_rows(station: Station) -> list[Line]:
    """Whom F5 would call."""
    t = station.tongue
    lanes = [lane.id for lane in open_lanes(station) if windows.serves(station, lane.id)]
    coming = (
        next_in_line(station.booth.queue, station.profile, lanes, local_minute(station.now_ms())) if lanes else None
    )
    if coming is None:
        return [line(t(" 待っている方はいません", " Nobody is waiting"))]
    return [line(t(f" つぎの方は {coming.number}", f" Next is {coming.number}"))]


def free_pane(station: Station) -> list[Line]:
    """Nobody is at this window."""
    t = station.tongue
    if not station.open and station.over:
        ended: list[Line] = [[], line(t(" 本日は閉場しました", " The day is closed")), []]
        if station.deployment.training:
            ended += paragraphs(
                t(" 訓練を終えるときは Ctrl+L のあと Ctrl+X", " To leave the practice: Ctrl+L, then Ctrl+X"), PANE_CELLS
            )
        return [*ended, key_row("F4", t("7 開場・閉場", "7 open and close"))]
    if not station.open:
        return [
            [],
            line(t(" まだ開場していません", " The day is not open")),
            [],
            line(t(" 管理者が開場します", " The manager opens it")),
            key_row("F4", t("7 開場・閉場", "7 open and close")),
        ]
    lanes = open_lanes(station)
    stop = manager_presence.paused(station.profile, station.booth.leading)
    if stop is not None:
        words = t(stop.ja, stop.en), t(stop.todo_ja, stop.todo_en)
        return [[], *(row for text in words for row in paragraphs(" " + text, PANE_CELLS, "warn"))]
    rows: list[Line] = [
        [],
        line(t(" 窓口はあいています", " This window is free")),
        [],
        key_row("F5", t("次の方を呼ぶ", "call the next")),
        [],
    ]
    if not station.booth.queue.tickets:
        rows = [[], line(t(" F2 で1枚目の番号札", " F2: the first ticket")), []]
    for key, lane in zip(("F2", "F3"), lanes, strict=False):
        rows.append(
            key_row(key, clip(t(f"発券 {lane.prefix} {lane.ja}", f"ticket {lane.prefix} {lane.en}"), NAME_CELLS))
        )
    rows += windows.row(station, PANE_CELLS)
    rows += [line(t(" 予約番号は先に入れる", " type a reservation first")), [], *next_rows(station)]
    return rows


def away_pane(station: Station) -> list[Line]:
    """The paper plan: what can be done without the hub."""
    t = station.tongue
    words = t(
        " いまできること||1 手続中の方はそのまま|  印は下書きに残り、|  つながってから署名||2 新しい方は紙の番号札|  P-01 から順に渡す||"
        "3 呼出は声で、上から順に|  呼んだら紙に書く||4 ハブの電源とLANを見る||5 5分つづいたら管理者へ",
        " What you can do now||1 Go on with open visits|  ticks stay as a draft||2 New people: paper tickets|  from P-01||"
        "3 Call by voice, top down|  note whom you called||4 Check hub's power and LAN||5 After 5 min: the manager",
    )
    return [line(row if row.startswith(" ") else " " + row) for row in words.split("|")]


def side(station: Station, cells: int, height: int) -> list[Line]:
    """Columns 81 and on: every window, and the last entries."""
    t = station.tongue
    rows: list[Line] = [line(Span(t(" 窓口", " Windows"), "title")), []]
    for window, ticket_id in sorted(station.booth.queue.windows.items()):
        ticket = station.booth.queue.tickets[ticket_id]
        shape, ja, en, style = TICKET[ticket.state]
        minutes = max(0, station.now_ms() - (ticket.served_ms or ticket.called_ms)) // 60_000
        rows.append(
            [
                Span(f" {fit(window, 6)} {ticket.number} "),
                Span(shape + t(ja, en), style),
                Span(f" {minutes:>3}{t('分', 'm')} {memo(station, ticket)}"),
            ]
        )
    if len(rows) == 2:
        rows.append(line(t(" どの窓口もあいています", " All windows are free")))
    rows += [[], line(Span(t(" 最近の記録", " Latest entries"), "title")), []]
    entries = list(station.history)[-12:]
    for index, events in reversed(entries):
        at = hour_minute(events[0].at_ms) if events else ""
        rows.append(line(Span(f" {index:>5} {at} ", "dim"), entry_words(station, events)))
    return rows[:height]
