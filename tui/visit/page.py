"""Screen 2 手続: one applicant's visit. The contract's steps on the left, the step under the cursor on the right."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from hub.domain.contracts.procedure import Method, Step
from hub.domain.queue.queue import Ticket, TicketState
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit as v
from hub.domain.visit.circumstances import offered
from hub.domain.visit.shown_papers import ticked_at
from hub.domain.visit.visit import Visit, VisitState
from tui import tokens
from tui.cells import Line, Span, clip, columns, fit, line
from tui.frame_lines import rule
from tui.layer import Prompt, paragraphs
from tui.visit import comparing, handout, originals
from tui.visit.acts import VisitActs
from tui.visit.city_pane import video_key
from tui.visit.panes import step_pane
from tui.visit.questions import question_at, say
from tui.visit.steps import reception_steps, short_name
from tui.words import hour_minute, minute_words

LIST_CELLS = 38

PLAIN = frozenset({"check", "notice"})
"""Steps with nothing of their own to tick: there digits say what is special about the visit."""


class VisitPage(VisitActs):
    """Digits tick, Enter signs the step, F8 finishes."""

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        station, t, visit = self.station, self.t, self.visit
        if visit is None:
            return self._none_open()
        main = 80 if width >= 110 else width
        method, step = self.method(visit), self.step(visit)
        ticket = station.booth.queue.tickets[visit.ticket]
        steps = visit_steps.booth_steps(method)
        number = steps.index(step) + 1 if step is not None else 0
        slot = (
            t(f" 予約{minute_words(ticket.slot_minute)}", f" {minute_words(ticket.slot_minute)}")
            if ticket.slot_minute is not None
            else ""
        )
        order = self._person_words(ticket)
        title = (
            f"{number} {t(step.ja, step.en)}" if step is not None else t("すべての段がすみました", "All steps are done")
        )
        head = [
            *line(
                Span(
                    fit(clip(f" {visit.number} {order}{t(method.ja, method.en)}{slot}", LIST_CELLS), LIST_CELLS),
                    "title",
                )
            ),
            Span("|", "frame"),
            *line(Span(clip(f" {title}", main - LIST_CELLS - 1), "title")),
        ]
        left = self._steps(visit, method, step, height - 2)
        right = step_pane(self, visit, step) if step is not None else self._all_done(visit)
        rows = [
            head,
            rule(main, station.deployment.training, LIST_CELLS),
            *columns(left, right, LIST_CELLS, main, height - 2),
        ]
        if main < width:
            rows = columns(rows, self._beside(visit, step, width - main - 1), main, width, height)
        return rows

    def _none_open(self) -> list[Line]:
        """No visit is open at this window: its ticket may still be, and is the next thing to end."""
        t, mine = self.t, self.station.mine
        rows: list[Line] = [[], line(t(" ひらいている手続はありません", " No visit is open")), []]
        if mine is not None and mine.state is TicketState.SERVING:
            rows.append(
                [Span(" F8 ", "key", "f8"), Span(t(f"{mine.number} の番号札を完了する", f"finish {mine.number}"))]
            )
        rows.append([Span(" F4 1 ", "key"), Span(t("受付・呼出へ", "reception and calling"))])
        return rows

    def _person_words(self, ticket: Ticket) -> str:
        if ticket.people == 1:
            return ""
        count = sum(one.state is not VisitState.ABANDONED for one in v.of_ticket(self.station.booth.visits, ticket.id))
        return self.t(f"{count}人目／{ticket.people}人 ", f"{count}/{ticket.people} ")

    def _steps(self, visit: Visit, method: Method, cursor: Step | None, height: int) -> list[Line]:
        t, station = self.t, self.station
        steps = visit_steps.booth_steps(method)
        waiting = {
            station.booth.identity.requests[n].step
            for n in station.booth.identity.pending
            if station.booth.identity.requests[n].visit == visit.id
        }
        before = {step.id for step in reception_steps(steps)}
        room = height - 3
        at = steps.index(cursor) if cursor is not None else len(steps) - 1
        top = max(0, min(at - room + 2, len(steps) - room))
        rows: list[Line] = []
        for number, step in list(enumerate(steps, 1))[top : top + room]:
            shape, style = (tokens.WAIT, "dim" if step.id in before else "")
            if step.id in visit.done:
                shape, style = tokens.DONE, "done"
            elif step.id in waiting:
                shape, style = tokens.REPLY, "reply"
            elif step.id in visit.refused:
                shape, style = tokens.BAD, "bad"
            here = cursor is not None and step.id == cursor.id
            gate = t("【必】", "MUST") if step in method.gates else ""
            who = t("市", "city") if step.roles == ("city_staff",) else ""
            text = f" {number:>2} {fit(short_name(t(step.ja, step.en), 21), 21)}{fit(gate, 6)} {fit(who, 4)}"
            tap = f"step:{step.id}"
            mark = Span(">" if here else " ", "bold", tap)
            rows.append(
                [mark, Span(shape, style, tap), Span(text, "cursor" if here else style if style == "dim" else "", tap)]
            )
        rows += [[]] * (room - len(rows))
        minutes = max(0, station.now_ms() - visit.opened_ms) // 60_000
        rows.append(originals.row(self, visit, LIST_CELLS))
        rows.append(line(Span(t(" 【必】とばせません  うすい段は受付で", " MUST: no skipping. dim: reception"), "dim")))
        rows.append(
            line(
                t(
                    f" 開始{hour_minute(visit.opened_ms)} {minutes}分",
                    f" since {hour_minute(visit.opened_ms)}, {minutes} min",
                )
            )
        )
        return rows

    def _all_done(self, visit: Visit) -> list[Line]:
        t = self.t
        return [
            [],
            line(t(" 窓口の段がすみました", " The steps at the window are done")),
            [],
            [Span(" F8 ", "key", "f8"), Span(t("手続と番号札を完了する", "finish visit and ticket"))],
        ]

    def _beside(self, visit: Visit, step: Step | None, cells: int) -> list[Line]:
        """Columns 81 and on: the step in both languages, and the papers of this method."""
        method = self.method(visit)
        rows: list[Line] = []
        if step is not None:
            rows += [line(Span(" 日本語", "title")), *paragraphs(" " + step.ja, cells), []]
            rows += [line(Span(" English", "title")), *paragraphs(" " + step.en, cells), []]
        rows.append(line(Span(self.t(" この方式の書類", " Papers of this method"), "title")))
        for paper in method.documents:
            rows += paragraphs(" " + self.t(paper.ja, paper.en), cells)
        return rows

    def prompt(self) -> Prompt:
        t, visit = self.t, self.visit
        step = self.step(visit) if visit is not None else None
        if visit is None or step is None:
            return Prompt(t("操作", "key"), "", t("F8＝完了", "F8=finish"))
        match step.kind:
            case "documents" | "notice" if ticked_at(step):
                return Prompt(t("印", "tick"), "", t("数字＝印  Enter＝署名して次へ", "digit=tick  Enter=sign"))
            case "count":
                return Prompt(t("枚数", "count"), "", t("数字＝枚数  Enter＝署名して次へ", "digit=sheets  Enter=sign"))
            case "identity" | "pin_content":
                words = (
                    t("F9-7＝手続を取りやめる", "F9-7=give the visit up")
                    if step.id in visit.refused
                    else t("返事を待っています", "waiting")
                    if self.pending_request(visit)
                    else t("数字＝書類  Enter＝市へ依頼", "digit=paper  Enter=ask the city")
                )
                return Prompt(t("操作", "key"), "", words)
            case "photo":
                return Prompt(t("操作", "key"), "", t("Enter＝写真の画面へ", "Enter=photo screen"))
        if question_at(self, visit, step) is not None:
            return Prompt(t("答え", "answer"), "", t("数字＝答え  Enter＝署名して次へ", "digit=answer  Enter=sign"))
        return Prompt(t("印", "tick"), "", t("Enter＝この段を署名して次へ", "Enter=sign this step"))

    def label(self, action: str) -> str:
        if action == "no_show":
            return self.t("原本", "Docs")
        return self.work.label(action) if action.startswith("issue") else ""

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        visit = self.visit
        if visit is None:
            if key in ("escape", "enter"):
                self.terminal.go("work")
                return True
            return False
        step = self.step(visit)
        digit = unicodedata.normalize("NFKC", char) if char else ""
        match key:
            case "escape":
                if self.station.said is not None:
                    self.station.hush()
                else:
                    self.terminal.go("work")
            case "up" | "down":
                self._move(visit, -1 if key == "up" else 1)
            case "enter":
                if step is None:
                    self.station.warn(
                        self.t("すべての段がすんでいます。", "All steps are done."), self.t("F8 で完了", "F8 finishes")
                    )
                else:
                    self._sign(visit, step)
            case _ if step is not None:
                return self._item_key(visit, step, key, digit)
            case _:
                return False
        return True

    def _item_key(self, visit: Visit, step: Step, key: str, digit: str) -> bool:
        draft = self.draft(visit, step)
        if step.kind in visit_steps.CITY_KINDS:
            asked = self.pending_request(visit)
            if asked is not None:
                request = self.station.booth.identity.requests[asked]
                return video_key(self, request, digit, alone=bool(key))
            if digit.isdecimal() and 0 < int(digit) <= len(self.station.profile.identity_papers):
                self.shown_papers.setdefault(visit.id, set()).symmetric_difference_update({int(digit)})
                return True
            return False
        if not draft.papers:
            if digit.isdecimal():
                if step.kind in PLAIN and self._plain_digit(visit, step, int(digit), alone=True):
                    return True
                self.station.warn(
                    self.t("この段に数字の印はありません。", "No ticks in this step."),
                    self.t("すんだら Enter で署名", "Enter signs it"),
                )
                return True
            return False
        if key in ("left", "right"):
            draft.move(-1 if key == "left" else 1)
        elif step.kind == "count" and digit.isdecimal():
            draft.count(digit)
        elif step.kind == "count" and key == "backspace":
            draft.rub_out()
        elif key == "space" and ticked_at(step):
            draft.tick(draft.at)
        elif digit == "0":
            if not draft.not_applicable():
                paper = draft.papers[draft.at]
                self.station.warn(
                    self.t(f"「{paper.ja}」はいつも必要です。対象外にできません。", f"{paper.en} is always needed."),
                    self.t("現物を見て印（無いときは F9-2 再来の札）", "Look and tick, or F9-2"),
                )
        elif digit.isdecimal():
            if (
                not draft.digit(int(digit))
                and int(digit) == len(draft.papers) + 1
                and handout.of(step, self.method(visit))
            ):
                handout.make(self, visit, step)
        else:
            return False
        return True

    def _plain_digit(self, visit: Visit, step: Step, number: int, *, alone: bool = False) -> bool:
        """On a step without ticks a digit answers what is asked there, or says what is special.

        `alone`: it came from a key, and is sent at once; a code reader types digits too, so nothing may come near it.
        """
        question = question_at(self, visit, step)
        known = question.choices if question is not None else offered(self.station.profile, visit.method)
        if not 0 < number <= len(step.compares or known):
            return False

        def do() -> None:
            if step.compares:
                comparing.ask(self, visit, step, number)
            elif question is not None:
                say(self, visit, question, number)
            else:
                self.toggle(visit, number)

        if alone:
            self.terminal.alone(do)
        else:
            do()
        return True

    def tap(self, what: str) -> None:
        kind, _, rest = what.partition(":")
        if kind == "step":
            self.step_id = rest
        elif kind == "item" and (visit := self.visit) is not None and (step := self.step(visit)) is not None:
            if step.kind in visit_steps.CITY_KINDS:
                self._item_key(visit, step, "", rest)
            elif ticked_at(step):
                if not self.draft(visit, step).tick(int(rest) - 1) and handout.of(step, self.method(visit)):
                    handout.make(self, visit, step)
            elif step.kind in PLAIN:
                self._plain_digit(visit, step, int(rest))
            else:
                self.draft(visit, step).at = int(rest) - 1

    def remember(self) -> Callable[[], None]:
        drafts = {key: draft.copy() for key, draft in self.terminal.drafts.items()}
        papers = {visit: set(ticked) for visit, ticked in self.shown_papers.items()}

        def restore() -> None:
            self.terminal.drafts, self.shown_papers = drafts, papers

        return restore

    def _move(self, visit: Visit, by: int) -> None:
        """Up and down through the steps that are not done."""
        steps = [step for step in visit_steps.booth_steps(self.method(visit)) if step.id not in visit.done]
        at = next((n for n, step in enumerate(steps) if step.id == self.step_id), 0)
        if steps:
            self.step_id = steps[max(0, min(len(steps) - 1, at + by))].id
