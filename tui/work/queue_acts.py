"""What can be done to tickets: issue, call, recall, no-show, finish, and what stands behind F9."""

from __future__ import annotations

from hub.client.link.commands import Done
from hub.domain.devices.effect import RepeatEffect
from hub.domain.moment import local_minute
from hub.domain.queue import paper_block
from hub.domain.queue import queue as q
from hub.domain.queue.queue import Ticket, TicketState
from hub.domain.refusal import refuse
from hub.domain.reservations import slots
from hub.domain.visit.rules import blocks_finish
from hub.domain.visit.shared_terminal import ConfirmLoggedOut
from hub.domain.visit.steps import booth_steps
from hub.domain.visit.visit import OpenVisit, open_visit, still_logged_in
from tui.field import Field
from tui.layer import Ask, Confirm, Layer, Menu, Terminal, Why
from tui.personal import reading
from tui.words import minute_words
from tui.work import care, correcting, inquiry
from tui.work.queue_list import QueueList
from tui.work.queue_rows import open_lanes

COMES_BACK = frozenset({TicketState.HELD, TicketState.AWAY, TicketState.NO_SHOW})
"""States from which F9-1 leads back into the line; from the others it holds."""


class QueueActs(Layer):
    """F5 to F8 act on this window's ticket, F9 on the row under the cursor."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.list = QueueList()
        self.field = Field(longest=14)

    @property
    def cursor(self) -> Ticket | None:
        ticket = self.list.ticket
        return None if ticket is None else self.station.booth.queue.tickets.get(ticket)

    def meant(self) -> list[Ticket]:
        """The tickets of today, still open, that the typed number can mean: 19, 019, A19, a-019."""
        text = self.field.text.upper().replace("-", "").strip()
        letter, digits = (text[:1], text[1:]) if text[:1].isalpha() else ("", text)
        if not digits.isdecimal() or len(digits) > 4:
            return []
        return [
            ticket
            for ticket in q.open_tickets(self.station.booth.queue)
            if int(ticket.number.rpartition("-")[2]) == int(digits) and ticket.number.startswith(letter)
        ]

    def on_paper(self) -> int:
        """The number of the paper block that is typed (P7), to be taken into the queue; 0 if none is.

        A reservation of that name comes first: nobody means the paper then.
        """
        typed = self.field.text.strip()
        n = paper_block.read(typed)
        return 0 if n is None or typed in self.station.booth.slots else n

    def why_not(self, action: str) -> Why:
        station, t = self.station, self.t
        missing = super().why_not(action)
        if missing:
            return missing
        if not station.open:
            return station.why_not_open()
        lanes = open_lanes(station)
        mine = station.mine
        match action:
            case "inquiry":
                return inquiry.why_not(self.terminal)
            case "correct":
                return correcting.why_not(self.terminal)
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
            case "reveal":
                return reading.why_not(station, self._booked(), visit=False)
            case "hold" | "send_away" | "transfer" | "call_this" | "reprint" | "carry_over" if self.cursor is None:
                return t("番号がえらばれていません", "no number is highlighted")
        return ""

    def _booked(self) -> str:
        """The reservation number that was typed, or the highlighted ticket's."""
        typed = self.field.text.strip()
        return typed or (self.cursor.reservation if self.cursor is not None else "")

    def do_reveal(self) -> None:
        """F9-0: the manager reaches somebody who has not come, or does not answer the call."""
        reservation = self._booked()
        self.field.take()
        reading.ask_what_for(self.terminal, reservation, 0)

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

    def do_correct(self) -> None:
        correcting.ask(self.terminal, self.cursor)

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
        paper = self.on_paper()
        reservation = "" if paper else self.field.text.strip()
        self.field.take()

        async def work() -> None:
            done = await station.submit(q.IssueTicket(lane, reservation=reservation, paper=paper))
            issued = done.events[0]
            assert isinstance(issued, q.TicketIssued)
            ahead = t(f"前に{issued.ahead}人", f"{issued.ahead} ahead")
            others = [
                one for one in station.booth.queue.tickets.values() if one.lane == lane and one.id != issued.ticket
            ]
            minutes = [local_minute(one.issued_ms) for one in others]
            late = slots.busy(station.profile, lane, local_minute(issued.at_ms), minutes)
            with_ = t(f" 予約{reservation}", f" reservation {reservation}") if reservation else ""
            ja, en = ("：紙の札を列に入れました", "on paper") if paper else (" を発券しました", "issued")
            station.done(
                t(f"{issued.number}{ja}。{ahead}{with_}{late}", f"{issued.number} {en}, {ahead}{with_}"),
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
        before = still_logged_in(station.booth.visits, station.window)
        if before is not None:
            self._ask_logged_out(before.number)
            return

        async def work() -> None:
            self._called(await station.submit(q.CallNext(lanes, station.window)))

        station.begin(t("次の方を呼んでいます", "calling the next"), work)

    def _ask_logged_out(self, number: str) -> None:
        """Who left in the middle may have left the application terminal open: it is looked at before the next call."""
        station, t = self.station, self.t

        def yes() -> None:
            async def work() -> None:
                await station.submit(ConfirmLoggedOut(station.window))
                station.say(t("ログアウトを記録しました。F5 で呼べます。", "Recorded. F5 calls the next."))

            station.begin(t("記録しています", "recording"), work)

        question = t(
            f"申請用端末に {number} の方の画面が残っていませんか。",
            f"Is {number} logged out of the application terminal?",
        )
        self.terminal.lay(Confirm(self.terminal, question, t("ログアウト済み", "logged out"), yes))

    def do_call_this(self) -> None:
        if self.cursor is not None:
            self._call(self.cursor)

    def _call(self, ticket: Ticket) -> None:
        station, t = self.station, self.t

        async def work() -> None:
            self._called(await station.submit(q.CallTicket(ticket.id, station.window), version=ticket.version))

        station.begin(t(f"{ticket.number} を呼んでいます", f"calling {ticket.number}"), work)

    def _called(self, done: Done) -> None:
        station, t = self.station, self.t
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
        if called.fetch:
            station.say(
                t(
                    f"{called.number}：音は出ません。迎えに行き、{called.window}へご案内を。",
                    f"{called.number}: no sound. Go and fetch them to {called.window}.",
                )
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

    def _on_row(self) -> Ticket:
        ticket = self.cursor
        assert ticket is not None
        return ticket

    # F9 and a digit: the cursor's row

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
            minute = back_by(text, self.station.now_ms())
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

    def do_inquiry(self) -> None:
        inquiry.ask(self.terminal)

    def do_care(self) -> None:
        care.ask(self.terminal, self.cursor)

    def do_carry_over(self) -> None:
        ticket = self._on_row()
        self._change(ticket, q.CarryOver(ticket.id), self.t("繰越にしました（次の開催へ）", "carried over"))


def back_by(text: str, now_ms: int) -> int | None:
    """HHMM or H:MM as a minute of this day that is still to come; None if it is none ("0130", half past one at noon)."""
    digits = text.replace(":", "")
    if not digits.isdecimal() or not 3 <= len(digits) <= 4:
        return None
    hour, minute = int(digits[:-2]), int(digits[-2:])
    at = hour * 60 + minute
    return at if hour < 24 and minute < 60 and at > local_minute(now_ms) else None
