"""訪問: what bodies have applied for, what the city has confirmed, and the checklist before, on and after the day."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.moment import iso_date
from hub.domain.refusal import short
from hub.domain.reservations import outing
from hub.domain.reservations.outing import (
    LONGEST_BODY,
    CloseOuting,
    Outing,
    OutingCommand,
    PlanOuting,
    RequestOuting,
    Stage,
    TickOuting,
    WithdrawOuting,
)
from hub.domain.reservations.outing_words import CHANNELS, PHASES, STAGES
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Menu, Prompt, Why
from tui.papers.ledger_page import LedgerPage

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.outing import OutingTerms

SHAPES = {
    Stage.REQUESTED: (tokens.REPLY, "reply"),
    Stage.CONFIRMED: (tokens.WARN, "warn"),
    Stage.ADJUSTING: (tokens.WARN, "warn"),
    Stage.READY: (tokens.DONE, "done"),
    Stage.CLOSED: (tokens.DONE, "done"),
    Stage.WITHDRAWN: (tokens.OFF, "dim"),
}

LISTED = 5
"""Visits shown at a time: with the open one's checklist they fill the eighteen rows of a terminal."""


class OutingPage(LedgerPage[Outing]):
    """Up and down choose, a digit ticks a line of the open one, Enter goes on with it, F7 notes an application, F8 closes."""

    back = "day"

    @property
    def things(self) -> list[Outing]:
        return outing.open_(self.station.booth.outings)

    @property
    def terms(self) -> OutingTerms:
        terms = self.station.profile.outing
        assert terms is not None, "the page is reached only where the contract has visits"
        return terms

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station, here = self.t, self.station, self.here
        rows = [
            line(Span(t(" 訪問の申込みと点検表", " Visits applied for, and their checklist"), "title")),
            rule(min(width, 80), station.deployment.training),
        ]
        things = self.things
        first = max(0, things.index(here) - LISTED + 1) if here is not None else 0
        for one in things[first : first + LISTED]:
            now = outing.stage(one, self.terms)
            shape, style = SHAPES[now]
            tap = f"item:{one.id}"
            words = f"{fit(one.number, 7)} {fit(one.date, 11)} {fit(one.body, 26)} {t(*STAGES[now])}"
            mark = ">" if here is not None and one.id == here.id else " "
            rows.append([Span(mark, "bold", tap), Span(shape, style, tap), Span(words, style, tap)])
        if here is None:
            rows.append(line(t(" 申込みはありません（F7＝受け付ける）", " No application (F7 notes one)")))
            return rows[:height]
        rows += [[], *self._open(here)]
        return rows[:height]

    def _open(self, one: Outing) -> list[Line]:
        """The chosen one: its people against the target, and its checklist in the three phases."""
        t, profile, terms = self.t, self.station.profile, self.terms
        way = t(*CHANNELS.get(one.channel, (one.channel, one.channel)))
        crowded = outing.overfull(one, profile, terms)
        people = Span(_people(one, profile, terms) + t("人", ""), "warn" if crowded else "bold")
        extra = t(f"  2回目 {one.second_slot}", f"  second {one.second_slot}") if one.second_slot else ""
        extra += f"  {one.note}" if one.note else ""
        if crowded:
            extra = "  " + t("分けるか、メモが要ります（Enter）", "split it, or say why not (Enter)")
        rows = [
            line(
                t(f" 申込み {way}   申請希望者 ", f" by {way}   people "),
                people,
                Span(extra, "warn" if crowded else ""),
            )
        ]
        if not one.confirmed_by:
            words = t(
                "市の職員が市の端末で確定します。事前調整はそのあとです。", "An officer confirms it; then we adjust."
            )
            return [*rows, line(Span(f" {tokens.REPLY}{words}", "reply"))]
        last = ""
        for number, task in enumerate(terms.tasks, 1):
            ticked = one.ticks.get(task.id)
            shape, style = (tokens.DONE, "done") if ticked else (tokens.WAIT, "warn")
            phase = t(*PHASES[task.when]) if task.when != last else ""
            last = task.when
            by = "  " + self.station.name_of(ticked.by) if ticked else ""
            digit = str(number)
            rows.append(
                [
                    Span(f" {fit(phase, 6)}"),
                    Span(f"[{digit}]", "key", f"tick:{digit}"),
                    Span(shape, style),
                    Span(t(task.ja, task.en)),
                    Span(by, "dim"),
                ]
            )
        return rows

    def prompt(self) -> Prompt:
        t = self.t
        if self.here is None:
            return Prompt(t("操作", "key"), "", t("F7＝申込みを受け付ける", "F7=note an application"))
        hint = t("数字＝印  Enter＝人数・取り下げ  F7＝申込み  F8＝終了", "digit=tick  Enter=people  F7=new  F8=close")
        return Prompt(t("操作", "key"), "", hint)

    def label(self, action: str) -> str:
        return {"no_show": self.t("申込み", "Apply"), "finish": self.t("終了", "Close")}.get(action, "")

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if self.here is not None and digit.isdecimal() and 0 < int(digit) <= len(self.terms.tasks):
            self._tick(self.here, int(digit))
            return True
        return super().key(key, char)

    def tap(self, what: str) -> None:
        if what.startswith("tick:") and self.here is not None:
            self._tick(self.here, int(what[5:]))
        else:
            super().tap(what)

    def _tick(self, one: Outing, number: int) -> None:
        task = self.terms.tasks[number - 1]
        done = task.id not in one.ticks
        words = self.t(f"{task.ja}：済み", f"{task.en}: done")
        undone = self.t(f"{task.ja}：印を取り消しました", f"{task.en}: taken back")
        self._send(TickOuting(one.id, task.id, done), words if done else undone)

    def why_not(self, action: str) -> Why:
        if action == "finish" and self.here is None:
            return self.t("申込みがありません", "no application")
        if action == "finish" and not self.station.manages(self.station.person):
            return self.t("終了は管理者がします（Ctrl+L で交代）", "the manager closes it (Ctrl+L)")
        return super().why_not(action)

    def do_finish(self) -> None:
        one, t = self.here, self.t
        assert one is not None
        question = t(f"{one.number} {one.body} の訪問を終了します。", f"Close {one.number}?")
        said = t("終了しました。", "Closed.")
        self.terminal.lay(
            Confirm(self.terminal, question, t("終了する", "close"), lambda: self._send(CloseOuting(one.id), said))
        )

    def do_no_show(self) -> None:
        """F7: by which way, which body, on which date, and how many want to apply."""
        t = self.t
        ways = self.station.profile.reservation.channels[:9]
        entries = [(str(at), t(*CHANNELS.get(way, (way, way))), "") for at, way in enumerate(ways, 1)]

        def pick(digit: str) -> None:
            self._ask(
                t("訪問先の団体の名前（人の名前は入れません）", "Which body? Never a person's name"),
                lambda body: date(ways[int(digit) - 1], body),
                kana=True,
                longest=LONGEST_BODY,
            )

        def date(way: str, body: str) -> None:
            today = iso_date(self.station.now_ms())
            self._ask(t("希望日（例のように）", "On which day?"), lambda on: people(way, body, on), text=today)

        def people(way: str, body: str, on: str) -> None:
            said = t("申込みを記録しました。市の確定を待ちます。", "Noted; the city is to confirm it.")
            self._number(lambda count: self._send(RequestOuting(body, on, way, count), said))

        self.terminal.lay(Menu(self.terminal, t("申込みの方法", "By which way?"), entries, pick))

    def choose(self, one: Outing) -> None:
        """Enter: how many are on the list, a second group, a note, or the end of it."""
        t = self.t
        entries = [
            ("1", t("申請希望者の人数", "how many people"), ""),
            ("2", t("2回目の時刻（分ける）", "a second group"), ""),
            ("3", t("1回で足りる理由（メモ）", "why one group is enough"), ""),
            ("4", t("取り下げる（管理者）", "withdraw (manager)"), ""),
        ]

        def plan(count: int, slot: str, note: str) -> None:
            self._send(PlanOuting(one.id, count, slot, note), t("記録しました。", "Recorded."))

        def pick(digit: str) -> None:
            match digit:
                case "1":
                    self._number(lambda count: plan(count, one.second_slot, one.note))
                case "2":
                    asked = t("2回目は何時からですか（例 13:30）", "From when (like 13:30)?")
                    self._ask(asked, lambda slot: plan(one.applicants, slot, one.note))
                case "3":
                    asked = t("1回で足りる理由", "Why is one group enough?")
                    self._ask(asked, lambda note: plan(one.applicants, one.second_slot, note), kana=True)
                case _:
                    why = t(f"{one.number} を取り下げる理由", f"Why is {one.number} withdrawn?")
                    said = t("取り下げました。", "Withdrawn.")
                    self._ask(why, lambda reason: self._send(WithdrawOuting(one.id, reason), said), kana=True)

        title = f"{one.number} {short(one.body, 12)} {_people(one, self.station.profile, self.terms)}"
        self.terminal.lay(Menu(self.terminal, title, entries, pick))

    def _number(self, then: Callable[[int], None]) -> None:
        t = self.t

        def typed(text: str) -> None:
            text = unicodedata.normalize("NFKC", text).strip()
            if text.isdecimal():
                then(int(text))
            else:
                self.station.warn(t("人数を数字で入れてください。", "A number."))

        self._ask(t("申請希望者は何人ですか", "How many want to apply?"), typed)

    def _ask(
        self, question: str, answer: Callable[[str], None], *, text: str = "", kana: bool = False, longest: int = 80
    ) -> None:
        t = self.t
        hint = t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel")
        self.terminal.lay(
            Ask(self.terminal, t("答え", "answer"), question, hint, answer, text=text, kana=kana, longest=longest)
        )

    def _send(self, command: OutingCommand, said: str) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)


def _people(one: Outing, profile: Profile, terms: OutingTerms) -> str:
    """How many are listed, against the target where the contract has one: 12/10."""
    most = outing.target(profile, terms)
    return str(one.applicants) if most is None else f"{one.applicants}/{most}"
