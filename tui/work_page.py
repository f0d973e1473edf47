"""Screen 1 受付・呼出: the one working screen. Issue, call and finish are one key each; the queue is live beside them."""

from __future__ import annotations

import time
from collections.abc import Callable

from hub.domain import queue as q
from hub.domain.effect import RepeatEffect
from hub.domain.moment import local_minute
from hub.domain.queue import Ticket, TicketState
from hub.domain.refusal import refuse
from hub.domain.visit import OpenVisit, blocks_finish, booth_steps, open_visit
from tui import tokens
from tui.cells import Line, Span, columns, fit, line
from tui.event_words import entry_words
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Field, Layer, Menu, Prompt, Why, key_row
from tui.queue_rows import LIST_CELLS, QueueList, lanes_row, list_head, open_lanes, tally_row
from tui.terminal import Terminal
from tui.words import hour_minute, minute_words, span_words, wide

AT_WINDOW = frozenset({TicketState.CALLED, TicketState.SERVING})

COMES_BACK = frozenset({TicketState.HELD, TicketState.AWAY, TicketState.NO_SHOW})
"""States from which F9-1 leads back into the line; from the others it holds."""

TYPED_S = 8.0
"""A number typed and not used is cleared after this long: it must not meet a later F5."""

SIDE = 40
"""Columns beyond 80 that the wide form uses."""


class WorkPage(Layer):
    """The queue on the left, what to press now on the right."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.list = QueueList()
        self.field = Field(longest=14)
        self.typed_at = 0.0

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        self._forget_typed()
        station, t = self.station, self.t
        side = width - 80 if width >= 110 else 0
        main = width - side
        pane = main - LIST_CELLS - 1
        training = station.deployment.training
        left = [*self.list.rows(station, height - 4)]
        right = self._pane()
        head = line(t(f" わたしの番号（{station.window}）", f" My number ({station.window})"))
        rows = [
            [*lanes_row(station, LIST_CELLS), Span("|", "frame"), *line(fit("".join(s.text for s in head), pane))],
            rule(main, training, LIST_CELLS),
            *columns([list_head(t), *left], right, LIST_CELLS, main, height - 3),
            tally_row(station),
        ]
        if side:
            beside = self._side(side - 1, height)
            rows = columns(rows, beside, main, width, height)
        return rows

    def _pane(self) -> list[Line]:
        """What do I press now?"""
        station, t = self.station, self.t
        if station.away:
            return self._away_pane()
        mine = station.mine
        if mine is None:
            return self._free_pane()
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
                line(t(f" {need}回で不在にできます", f" absent from call {need}")),
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
                key_row("F9", t("1保留 2再来 3列 6繰越", "1 hold 2 return 3 lane")),
            ]
        return [*rows, [], *self._next_rows()]

    def _next_rows(self) -> list[Line]:
        station, t = self.station, self.t
        lanes = [lane.id for lane in open_lanes(station)]
        coming = (
            q.next_in_line(station.booth.queue, station.profile, lanes, local_minute(station.now_ms()))
            if lanes
            else None
        )
        if coming is None:
            return [line(t(" 待っている方はいません", " Nobody is waiting"))]
        return [line(t(f" つぎの方は {coming.number}", f" Next is {coming.number}"))]

    def _free_pane(self) -> list[Line]:
        station, t = self.station, self.t
        if not station.open:
            return [
                [],
                line(t(" まだ開場していません", " The day is not open")),
                [],
                line(t(" 管理者が開場します", " The manager opens it")),
                key_row("F4", t("7 開場・閉場", "7 open and close")),
            ]
        lanes = open_lanes(station)
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
            rows.append(key_row(key, t(f"発券 {lane.prefix} {lane.ja}", f"ticket {lane.prefix} {lane.en}")))
        rows += [line(t(" 予約番号は先に入れる", " type a reservation first")), [], *self._next_rows()]
        return rows

    def _away_pane(self) -> list[Line]:
        """The paper plan: what can be done without the hub."""
        t = self.t
        words = t(
            " いまできること||1 手続中の方はそのまま|  印は下書きに残り、|  つながってから署名||2 新しい方は紙の番号札|  P-01 から順に渡す||"
            "3 呼出は声で、上から順に|  呼んだら紙に書く||4 ハブの電源とLANを見る||5 5分つづいたら管理者へ",
            " What you can do now||1 Go on with open visits|  ticks stay as a draft||2 New people: paper tickets|  from P-01||"
            "3 Call by voice, top down|  note whom you called||4 Check hub's power and LAN||5 After 5 min: the manager",
        )
        return [line(row if row.startswith(" ") else " " + row) for row in words.split("|")]

    def _side(self, cells: int, height: int) -> list[Line]:
        """Columns 81 and on: every window, and the last entries."""
        station, t = self.station, self.t
        rows: list[Line] = [line(Span(t(" 窓口", " Windows"), "title")), []]
        for window, ticket_id in sorted(station.booth.queue.windows.items()):
            ticket = station.booth.queue.tickets[ticket_id]
            from tui.queue_rows import TICKET, memo

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

    def prompt(self) -> Prompt:
        t, station = self.t, self.station
        if self.field.text:
            found = self.meant()
            call = t(f"F5＝{found[0].number}を呼ぶ ", f"F5=call {found[0].number} ") if len(found) == 1 else ""
            call = t("英字も入れる（A019 など） ", "add the letter (A019) ") if len(found) > 1 else call
            return Prompt(t("番号", "No."), self.field.text, call + t("F2＝予約つき", "F2=reserved"))
        ticket = self.cursor
        if ticket is not None and ticket.window == station.window and ticket.state in AT_WINDOW:
            return Prompt(t("番号", "No."), "", t("Enter＝手続", "Enter=visit"))
        return Prompt(t("番号", "No."), "", t("番号を入れて F5・F2", "type a number, then F5 or F2"))

    def label(self, action: str) -> str:
        lanes = open_lanes(self.station)
        match action:
            case "issue_1":
                return self.t("発券", "Issue") + (lanes[0].prefix if lanes else "")
            case "issue_2":
                more = "" if len(lanes) < 2 else lanes[1].prefix if len(lanes) == 2 else "+"
                return self.t("発券", "Issue") + more
            case "hold" if self.cursor is not None and self.cursor.state in COMES_BACK:
                return self.t("列にもどす", "Back into the line")
        return ""

    # ------------------------------------------------------------------ keys

    @property
    def cursor(self) -> Ticket | None:
        ticket = self.list.ticket
        return None if ticket is None else self.station.booth.queue.tickets.get(ticket)

    def key(self, key: str, char: str) -> bool:
        match key:
            case "up" | "down":
                self.list.move(-1 if key == "up" else 1)
            case "pageup" | "pagedown":
                self.list.move(-10 if key == "pageup" else 10)
            case "home" | "end":
                self.list.move(-10_000 if key == "home" else 10_000)
            case "enter":
                self._enter()
            case "escape":
                self.field.text = ""
                self.station.hush()
            case "space":
                return True
            case _:
                if self.field.feed(key, char):
                    self.typed_at = time.monotonic()
                    return True
                return False
        return True

    def tap(self, what: str) -> None:
        if what.startswith("row:"):
            self.list.put(int(what[4:]))

    def remember(self) -> Callable[[], None]:
        text = self.field.text

        def restore() -> None:
            self.field.text = text

        return restore

    def _forget_typed(self) -> None:
        if self.field.text and time.monotonic() - self.typed_at > TYPED_S:
            self.field.text = ""

    def meant(self) -> list[Ticket]:
        """The tickets of today, still open, that the typed number can mean: 19, 019, A19, a-019."""
        text = self.field.text.upper().replace("-", "").strip()
        letter, digits = (text[:1], text[1:]) if text[:1].isalpha() else ("", text)
        if not digits.isdigit() or len(digits) > 4:
            return []
        return [
            ticket
            for ticket in q.open_tickets(self.station.booth.queue)
            if int(ticket.number.rpartition("-")[2]) == int(digits) and ticket.number.startswith(letter)
        ]

    # ------------------------------------------------------------------ actions

    def why_not(self, action: str) -> Why:
        station, t = self.station, self.t
        missing = super().why_not(action)
        if missing:
            return missing
        if not station.open:
            return t("まだ開場していません（F4-7）", "the day is not open (F4-7)")
        lanes = open_lanes(station)
        mine = station.mine
        match action:
            case "issue_2" if len(lanes) < 2:
                return t("きょうの列は1つです", "there is one lane today")
            case "call_next" | "call_this" if mine is not None:
                return refuse("queue.window_busy", window=station.window, number=mine.number)
            case "finish" if mine is not None and mine.state is TicketState.SERVING:
                return blocks_finish(station.booth.visits, station.profile, station.booth.queue, mine.id) or ""
            case "no_show" if mine is not None and mine.calls < station.profile.operation.calls_before_no_show:
                need = station.profile.operation.calls_before_no_show
                if mine.state is TicketState.CALLED:
                    return refuse("queue.too_few_calls", number=mine.number, calls=mine.calls, need=need)
                return t("呼出中の方がいません", "nobody is called to this window")
            case "recall" | "no_show" if mine is None or mine.state is not TicketState.CALLED:
                return t("呼出中の方がいません", "nobody is called to this window")
            case "finish" if mine is None or mine.state is not TicketState.SERVING:
                return t("対応中の方がいません", "nobody is served at this window")
            case "hold" | "send_away" | "transfer" | "call_this" | "reprint" | "carry_over" if self.cursor is None:
                return t("番号がえらばれていません", "no number is highlighted")
        return ""

    def _enter(self) -> None:
        station, t, ticket = self.station, self.t, self.cursor
        if self.field.text:
            station.warn(
                t("番号が入っています。", "A number is typed."),
                t("F5＝呼ぶ  F2＝予約つき発券  Esc＝消す", "F5=call  F2=issue  Esc=clear"),
            )
            return
        if ticket is None:
            return
        if ticket.window and ticket.window != station.window and ticket.state in AT_WINDOW:
            station.refuse(refuse("queue.other_window", number=ticket.number, window=ticket.window))
        elif ticket.state is TicketState.CALLED:
            self.open_visit(ticket)
        elif ticket.state is TicketState.SERVING:
            if open_visit(station.booth.visits, ticket.id) is not None:
                self.terminal.go("visit")
            else:
                self.open_visit(ticket)
        elif ticket.state is TicketState.WAITING:
            station.warn(
                t(f"{ticket.number} はまだ呼んでいません。", f"{ticket.number} has not been called."),
                t("F5＝次の方  F9-4＝この番号を呼ぶ", "F5=next  F9-4=call this one"),
            )
        else:
            station.warn(
                t(f"{ticket.number} は列にいません。", f"{ticket.number} is not in the line."),
                t("F9-1＝列にもどす  F9-4＝この番号を呼ぶ", "F9-1=back into the line  F9-4=call"),
            )

    def open_visit(self, ticket: Ticket) -> None:
        """Enter: they came. Service starts and the visit opens; where the lane has several methods, one is chosen."""
        station = self.station
        if open_visit(station.booth.visits, ticket.id) is not None:
            self._start(ticket, "")  # held with its visit open: it goes on where it was
            return
        event = station.booth.day.event_type
        methods = [m for m in station.profile.methods_of_lane(ticket.lane) if station.profile.offers(event, m.id)]
        with_steps = [method for method in methods if booth_steps(method)]
        if len(with_steps) <= 1:
            self._start(ticket, with_steps[0].id if with_steps else "")
            return
        entries = [(str(n), self.t(method.ja, method.en), "") for n, method in enumerate(with_steps[:9], 1)]
        ids = [method.id for method in with_steps]
        title = self.t(f"{ticket.number} の方式", f"Method for {ticket.number}")
        self.terminal.lay(Menu(self.terminal, title, entries, lambda digit: self._start(ticket, ids[int(digit) - 1])))

    def _start(self, ticket: Ticket, method: str) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            now = station.booth.queue.tickets[ticket.id]
            if now.state is TicketState.CALLED:
                done = await station.submit(q.StartService(ticket.id), version=now.version)
                station.done(
                    t(f"{ticket.number} の対応を始めました。", f"{ticket.number}: service started."), done, ticket.id
                )
            if method:
                await station.submit(OpenVisit(ticket.id, method))
            if open_visit(station.booth.visits, ticket.id) is not None:
                station.undo = None
                station.say(t(f"{ticket.number} の手続をひらきました。", f"{ticket.number}: visit opened."))
                self.terminal.go("visit")

        station.begin(t(f"{ticket.number} の手続をひらいています", f"opening the visit of {ticket.number}"), work)

    def do_issue_1(self) -> None:
        lanes = open_lanes(self.station)
        if lanes:
            self._issue(lanes[0].id)

    def do_issue_2(self) -> None:
        lanes = open_lanes(self.station)
        if len(lanes) == 2:
            self._issue(lanes[1].id)
        else:
            entries = [(str(n), f"{lane.prefix} {self.t(lane.ja, lane.en)}", "") for n, lane in enumerate(lanes[:9], 1)]
            title = self.t("発券する列", "Lane of the ticket")
            self.terminal.lay(Menu(self.terminal, title, entries, lambda digit: self._issue(lanes[int(digit) - 1].id)))

    def _issue(self, lane: str) -> None:
        station, t = self.station, self.t
        reservation = self.field.take().strip()

        async def work() -> None:
            done = await station.submit(q.IssueTicket(lane, reservation=reservation))
            issued = done.events[0]
            assert isinstance(issued, q.TicketIssued)
            ahead = t(f"前に{issued.ahead}人", f"{issued.ahead} ahead")
            with_ = t(f" 予約{reservation}", f" reservation {reservation}") if reservation else ""
            station.done(
                t(f"{issued.number} を発券しました。{ahead}{with_}", f"{issued.number} issued, {ahead}{with_}"),
                done,
                issued.ticket,
            )

        station.begin(t("発券しています", "issuing"), work)

    def do_call_next(self) -> None:
        station, t = self.station, self.t
        if self.field.text:
            found = self.meant()
            if len(found) == 1:
                self.field.text = ""
                self._call(found[0])
            elif found:
                numbers = "、".join(ticket.number for ticket in found)
                station.warn(
                    t(f"{numbers} のどれか分かりません。", f"Which of {numbers}?"),
                    t("英字も入れて F5", "Add the letter, then F5"),
                )
            else:
                station.refuse(refuse("queue.unknown_ticket"))
            return
        lanes = tuple(lane.id for lane in open_lanes(station))

        async def work() -> None:
            self._called(await station.submit(q.CallNext(lanes, station.window)))

        station.begin(t("次の方を呼んでいます", "calling the next"), work)

    def do_call_this(self) -> None:
        if self.cursor is not None:
            self._call(self.cursor)

    def _call(self, ticket: Ticket) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            self._called(await station.submit(q.CallTicket(ticket.id, station.window), version=ticket.version))

        station.begin(t(f"{ticket.number} を呼んでいます", f"calling {ticket.number}"), work)

    def _called(self, done: object) -> None:
        from hub.client.connection import Done

        station, t = self.station, self.t
        assert isinstance(done, Done)
        called = done.events[0]
        assert isinstance(called, q.TicketCalled)
        times = t(f"（{called.call}回目）", f" (call {called.call})") if called.call > 1 else ""
        self.list.put(called.ticket)
        station.done(
            t(
                f"{called.number} を{called.window}へ呼びました{times}。",
                f"{called.number} called to {called.window}{times}.",
            ),
            done,
            called.ticket,
        )

    def do_recall(self) -> None:
        station, t, mine = self.station, self.t, self.station.mine
        assert mine is not None

        async def work() -> None:
            self._called(await station.submit(q.RecallTicket(mine.id), version=mine.version))

        station.begin(t(f"{mine.number} をもう一度呼んでいます", f"calling {mine.number} again"), work)

    def do_no_show(self) -> None:
        mine = self.station.mine
        assert mine is not None
        self._change(mine, q.MarkNoShow(mine.id), self.t("不在にしました", "absent"))

    def do_finish(self) -> None:
        mine = self.station.mine
        assert mine is not None
        self._change(mine, q.FinishTicket(mine.id), self.t("完了しました", "finished"))

    def _change(self, ticket: Ticket, command: q.QueueCommand, what: str) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            done = await station.submit(command, version=ticket.version)
            station.done(t(f"{ticket.number} を{what}。", f"{ticket.number}: {what}."), done, ticket.id)

        station.begin(t(f"{ticket.number} を記録しています", f"recording {ticket.number}"), work)

    # F9 and a digit: the cursor's row

    def _on_row(self) -> Ticket:
        ticket = self.cursor
        assert ticket is not None
        return ticket

    def do_hold(self) -> None:
        ticket = self._on_row()
        if ticket.state in COMES_BACK:
            self._change(
                ticket, q.ResumeTicket(ticket.id), self.t("列にもどしました（順番はそのまま）", "back into the line")
            )
        else:
            self._change(
                ticket, q.HoldTicket(ticket.id), self.t("保留にしました（順番はそのまま）", "held, place kept")
            )

    def do_send_away(self) -> None:
        """A return ticket: until when is the place kept?"""
        t, ticket = self.t, self._on_row()

        def answer(text: str) -> None:
            minute = back_by(text)
            if minute is None:
                self.station.refuse(refuse("queue.back_by"))
                return
            until = minute_words(minute)
            self._change(
                ticket,
                q.SendAway(ticket.id, minute),
                t(f"再来の札にしました（{until} まで順番をとっておく）", f"return ticket until {until}"),
            )

        self.terminal.lay(
            Ask(
                self.terminal,
                t("時刻", "time"),
                t(f"{ticket.number}：何時までに戻られますか", f"{ticket.number}: back by when?"),
                t("4けたで入れる。例 1130（11時30分）", "four digits, such as 1130"),
                answer,
            )
        )

    def do_transfer(self) -> None:
        ticket, lanes = self._on_row(), open_lanes(self.station)
        entries = [
            (
                str(n),
                f"{lane.prefix} {self.t(lane.ja, lane.en)}",
                self.t("いまの列です", "is its lane") if lane.id == ticket.lane else "",
            )
            for n, lane in enumerate(lanes[:9], 1)
        ]

        def pick(digit: str) -> None:
            lane = lanes[int(digit) - 1]
            self._change(
                ticket,
                q.TransferTicket(ticket.id, lane.id),
                self.t(f"{lane.ja}の列へ移しました", f"moved to {lane.en}"),
            )

        self.terminal.lay(
            Menu(self.terminal, self.t(f"{ticket.number} を移す列", f"Lane for {ticket.number}"), entries, pick)
        )

    def do_reprint(self) -> None:
        ticket, t = self._on_row(), self.t

        async def work() -> None:
            await self.station.submit(RepeatEffect(ticket.id, "ticket", ticket.number))
            self.station.say(
                t(
                    f"{ticket.number} の札をもう一度印刷します（「再」つき）。",
                    f"{ticket.number} is printed again, marked.",
                )
            )

        def yes() -> None:
            self.station.begin(t("印刷をたのんでいます", "asking for the print"), work)

        question = t(f"{ticket.number} の札をもう1枚印刷します（「再」つき）。", f"Print {ticket.number} again?")
        self.terminal.lay(Confirm(self.terminal, question, t("印刷する", "print"), yes))

    def do_carry_over(self) -> None:
        ticket = self._on_row()
        self._change(ticket, q.CarryOver(ticket.id), self.t("繰越にしました（次の開催へ）", "carried over"))


def back_by(text: str) -> int | None:
    """HHMM or H:MM as a minute of the day; None if it is none."""
    digits = text.replace(":", "")
    if not digits.isdigit() or not 3 <= len(digits) <= 4:
        return None
    hour, minute = int(digits[:-2]), int(digits[-2:])
    return hour * 60 + minute if hour < 24 and minute < 60 else None
