"""Screen 1 受付・呼出: the one working screen. Issue, call and finish are one key each; the queue is live beside them."""

from __future__ import annotations

import time
from collections.abc import Callable

from hub.domain.queue import paper_block
from hub.domain.queue.queue import TicketState
from hub.domain.refusal import refuse
from hub.domain.visit.visit import open_visit
from tui.cells import Line, Span, columns, fit, line
from tui.frame_lines import rule
from tui.layer import Prompt, Terminal
from tui.work import pre_check, unprinted
from tui.work.pane import pane, side
from tui.work.queue_acts import COMES_BACK, QueueActs
from tui.work.queue_rows import LIST_CELLS, lanes_row, list_head, open_lanes, tally_row

AT_WINDOW = frozenset({TicketState.CALLED, TicketState.SERVING})

TYPED_S = 8.0
"""A number typed and not used is cleared after this long: it must not meet a later F5."""


class WorkPage(QueueActs):
    """The queue on the left, what to press now on the right."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.typed_at = 0.0

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        self._forget_typed()
        station, t = self.station, self.t
        beyond = width - 80 if width >= 110 else 0
        main = width - beyond
        narrow = main - LIST_CELLS - 1
        training = station.deployment.training
        left = [*self.list.rows(station, height - 4)]
        right = unprinted.pane(station, self.cursor) if not station.away else None
        right = right or [*pane(station), *unprinted.hint(station, self.cursor)]
        head = line(t(f" わたしの番号（{station.window}）", f" My number ({station.window})"))
        rows = [
            [*lanes_row(station, LIST_CELLS), Span("|", "frame"), *line(fit("".join(s.text for s in head), narrow))],
            rule(main, training, LIST_CELLS),
            *columns([list_head(t), *left], right, LIST_CELLS, main, height - 3),
            tally_row(station),
        ]
        if beyond:
            beside = side(station, beyond - 1, height)
            rows = columns(rows, beside, main, width, height)
        return rows

    def prompt(self) -> Prompt:
        t, station = self.t, self.station
        if self.field.text:
            found = self.meant()
            call = t(f"F5＝{found[0].number}を呼ぶ ", f"F5=call {found[0].number} ") if len(found) == 1 else ""
            call = t("英字も入れる（A019 など） ", "add the letter (A019) ") if len(found) > 1 else call
            issue = t("F2＝予約つき", "F2=reserved")
            if not found and (n := self.on_paper()):
                issue = t(f"F2・F3＝紙の {paper_block.number(n)} を列へ", f"F2/F3=paper {paper_block.number(n)} in")
            return Prompt(t("番号", "No."), self.field.text, call + issue)
        ticket = self.cursor
        if ticket is not None and ticket.window == station.window and ticket.state in AT_WINDOW:
            return Prompt(t("番号", "No."), "", t("Enter＝手続", "Enter=visit"))
        if ticket is not None and unprinted.by_hand(station, ticket):
            return Prompt(t("番号", "No."), "", t("Enter＝渡した", "Enter=handed over"))
        if ticket is not None and ticket.state is TicketState.WAITING and pre_check.asked(station, ticket):
            return Prompt(t("番号", "No."), "", pre_check.prompt(station, ticket))
        return Prompt(t("番号", "No."), "", t("番号を入れて F5・F2", "type a number, then F5 or F2"))

    def label(self, action: str) -> str:
        lanes = open_lanes(self.station)
        match action:
            case "issue_1":
                return self.t("発券", "Issue") + (lanes[0].prefix if lanes else "")
            case "issue_2":
                more = "" if len(lanes) < 2 else lanes[1].prefix if len(lanes) == 2 else "+"
                return self.t("発券", "Issue") + more
            case "correct":
                return self.t("番号の取消・窓口の列", "Void a number, lane here")
            case "hold" if self.cursor is not None and self.cursor.state in COMES_BACK:
                return self.t("列にもどす", "Back into the line")
        return ""

    # ------------------------------------------------------------------ keys

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
                if self.cursor is not None and not self.field.text and pre_check.asked(self.station, self.cursor):
                    pre_check.sign(self.station, self.cursor)
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
        if unprinted.hand_over(station, ticket):
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
