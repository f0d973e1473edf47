"""廃棄: what was asked of the city, what it consented to, who did it and who saw it. Reached from screen 4 with F9-7-6."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.contracts.duties import DisposalItem
from hub.domain.custody import disposal
from hub.domain.custody.disposal import (
    AskDisposal,
    CarryOutDisposal,
    Disposal,
    DisposalCommand,
    Method,
    State,
    WithdrawDisposal,
    WitnessDisposal,
)
from hub.domain.custody.disposal_words import METHODS, STATES
from hub.domain.moment import iso_date
from sync.keys.party import Person
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.documents import make
from tui.frame_lines import rule
from tui.layer import Ask, Confirm, Menu, Prompt
from tui.papers.ledger_page import LedgerPage
from tui.papers.second_person import SecondPerson
from tui.words import at_day_minute

if TYPE_CHECKING:
    from tui.station import Station

SHAPES = {
    State.ASKED: (tokens.REPLY, "reply"),
    State.CONSENTED: (tokens.WARN, "warn"),
    State.CARRIED_OUT: (tokens.WARN, "warn"),
    State.DONE: (tokens.DONE, "done"),
    State.WITHDRAWN: (tokens.OFF, "dim"),
}


def waiting_disposals(station: Station) -> Line:
    """For the custody screen, until all is done: how many wait, and for what the oldest does."""
    open_ = disposal.open_(station.booth.disposals)
    if not open_:
        return []
    shape, style = SHAPES[open_[0].state]
    now = station.tongue(*STATES[open_[0].state])
    words = station.tongue(f"廃棄{len(open_)}件 {now}", f"{len(open_)} disposals: {now}")
    return [Span("   "), Span(f"{shape}{words}", style)]


class DisposalPage(LedgerPage[Disposal]):
    """Up and down choose, Enter goes on with it, F7 requests, F9-5 makes the paper."""

    @property
    def things(self) -> list[Disposal]:
        """What is open, and what ended today: its report may still be wanted."""
        today = iso_date(self.station.now_ms())
        made = sorted(self.station.booth.disposals.made.items())
        return [one for _, one in made if one.state not in disposal.OVER or iso_date(one.witnessed_ms) == today]

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station, here = self.t, self.station, self.here
        rows = [
            line(Span(t(" 個人情報の廃棄（申請・承諾・2人の署名）", " Disposal of personal data"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(Span(t("   番号    処理予定日  いま                 項目", "   number  planned     now                  items"), "dim")),
        ]  # fmt: skip
        names = {item.id: t(item.ja, item.en) for item in station.profile.disposal.items}
        for one in self.things:
            shape, style = SHAPES[one.state]
            tap = f"item:{one.id}"
            items = "、".join(f"{names.get(each.item, each.item)} {each.pieces}" for each in one.lines)
            words = f"{fit(one.number, 7)} {fit(one.planned, 11)} {fit(t(*STATES[one.state]), 20)} {items}"
            mark = ">" if here is not None and one.id == here.id else " "
            rows.append([Span(mark, "bold", tap), Span(shape, style, tap), Span(words, style, tap)])
        if not self.things:
            rows.append(line(t(" 廃棄の申請はありません", " Nothing is to be disposed of")))
        rows += [
            [],
            line(Span(t(" 市の承諾（市の鍵の署名）がないうちは、何も廃棄できません。", " Nothing goes before the city's own key has consented."), "dim")),
            line(Span(t(" 行った人と立ち会った人は、べつの2人です。", " Whoever does it and whoever sees it are two."), "dim")),
        ]  # fmt: skip
        return rows[:height]

    def prompt(self) -> Prompt:
        t = self.t
        words = t("Enter＝行った・立ち会ったなど  F7＝申請", "Enter=done, seen etc.  F7=request")
        return Prompt(t("操作", "key"), "", words if self.things else t("F7＝申請する", "F7=request"))

    def label(self, action: str) -> str:
        return {"no_show": self.t("申請", "Ask")}.get(action, "")

    # ------------------------------------------------------------------ the request

    def do_no_show(self) -> None:
        """F7: an item, how many, how; then another one, or the day on which it is to be done."""
        self._item(())

    def _item(self, lines: tuple[disposal.Line, ...]) -> None:
        """One more line of the request; `lines`: those that it has already."""
        t = self.t
        items = self.station.profile.disposal.items[:9]

        def pick(digit: str) -> None:
            item = items[int(digit) - 1]

            def pieces(typed: str, what: str = "") -> None:
                count = int(unicodedata.normalize("NFKC", typed)) if typed.isdecimal() else 0
                self._how(item, count, what, lines)

            def named(what: str) -> None:
                self._ask(how_many, lambda typed: pieces(typed, what), text="1")

            how_many = t(f"{item.ja}：いくつですか", f"{item.en}: how many?")
            if item.medium == "medium":
                which = t("どの機器・媒体ですか（書いてある名前か番号）", "Which one (name or number on it)?")
                self._ask(which, named, kana=True)
            else:
                self._ask(how_many, pieces)

        entries = [(str(at), t(one.ja, one.en), "") for at, one in enumerate(items, 1)]
        self.terminal.lay(Menu(self.terminal, t("何を廃棄しますか", "What is to be disposed of?"), entries, pick))

    def _how(self, item: DisposalItem, count: int, what: str, lines: tuple[disposal.Line, ...]) -> None:
        t, methods = self.t, disposal.METHODS[item.medium]

        def pick(digit: str) -> None:
            method: Method = methods[int(digit) - 1]
            self._more((*lines, disposal.Line(item.id, count, method, what)))

        entries = [(str(at), t(*METHODS[one]), "") for at, one in enumerate(methods, 1)]
        self.terminal.lay(Menu(self.terminal, t(f"{item.ja}：方法", f"{item.en}: how?"), entries, pick))

    def _more(self, lines: tuple[disposal.Line, ...]) -> None:
        """What the request has now: one more item, or off to the city."""
        t, today = self.t, iso_date(self.station.now_ms())

        def planned(day: str) -> None:
            said = t(f"市に申請しました（{len(lines)}項目）。承諾を待ちます。", "The city is asked to consent.")
            self._send(AskDisposal(lines, day), said)

        def pick(digit: str) -> None:
            if digit == "1":
                self._ask(t("処理予定日（例のように）", "On which day?"), planned, text=today)
            else:
                self._item(lines)

        full = t("これで一杯です", "no more fit") if len(lines) >= disposal.MOST_LINES else ""
        entries = [
            ("1", t("これで申請する", "ask for these"), ""),
            ("2", t("ほかの項目を加える", "add another item"), full),
        ]
        self.terminal.lay(Menu(self.terminal, t(f"申請の項目 {len(lines)}", f"{len(lines)} items"), entries, pick))

    # ------------------------------------------------------------------ going on with one

    def choose(self, one: Disposal) -> None:
        t, state = self.t, one.state
        not_yet, over = t("市の承諾待ち", "no consent yet"), t("もう行われました", "done already")
        city = t("市の職員が市の端末で署名", "the city's officer signs on the desk")
        unseen = t("まだ行われていません", "not carried out yet")
        entries = [
            ("1", t("廃棄した（わたし）", "I did it"), {State.ASKED: not_yet, State.CONSENTED: ""}.get(state, over)),
            ("2", t("立ち会った（べつの人）", "another saw it"), unseen if state is not State.CARRIED_OUT else city if one.attends else ""),
            ("3", t("取り下げる（管理者）", "withdraw (manager)"), "" if state in (State.ASKED, State.CONSENTED) else over),
            ("4", t("申請書（PDF）", "request (PDF)"), ""),
            ("5", t("報告書（PDF）", "report (PDF)"), "" if state is State.DONE else unseen),
        ]  # fmt: skip

        def pick(digit: str) -> None:
            match digit:
                case "1":
                    self._done(one)
                case "2":
                    self._seen(one)
                case "3":
                    why = t(f"{one.number} を取り下げる理由", f"Why is {one.number} withdrawn?")
                    said = t("取り下げました。", "Withdrawn.")
                    self._ask(why, lambda reason: self._send(WithdrawDisposal(one.id, reason), said), kana=True)
                case _:
                    self._paper(one, digit == "5")

        self.terminal.lay(Menu(self.terminal, one.number, entries, pick))

    def _done(self, one: Disposal) -> None:
        t, station = self.t, self.station

        def at(typed: str) -> None:
            now_ms = station.now_ms()
            happened_ms = at_day_minute(typed, now_ms) if typed else now_ms
            command = CarryOutDisposal(one.id, disposal.hash_of(one), -1 if happened_ms is None else happened_ms)
            question = t(
                f"{one.number} を廃棄したと署名します。元に戻せません。", f"Sign that {one.number} is destroyed?"
            )
            said = t("署名しました。立ち会った人の署名を待ちます。", "Signed; whoever saw it signs too.")
            self.terminal.lay(
                Confirm(self.terminal, question, t("署名する", "sign"), lambda: self._send(command, said))
            )

        self._ask(t("廃棄した時刻（いまなら Enter、例 1324、0806 1324）", "When? Enter: now; 1324; 0806 1324"), at)

    def _seen(self, one: Disposal) -> None:
        t, station = self.t, self.station
        command, said = WitnessDisposal(one.id, disposal.hash_of(one)), t("立会いを記録しました。", "Recorded.")
        assert station.person is not None
        if station.person.person == one.done_by:  # whoever sits here did it: the other signs in place
            why = t(f"{one.number}：立ち会った人が署名します", f"{one.number}: whoever saw it signs")
            self.terminal.lay(SecondPerson(self.terminal, why, lambda person: self._send(command, said, person)))
            return
        question = t(f"{one.number} の廃棄に立ち会ったと署名します。", f"Sign that you saw {one.number} destroyed?")
        self.terminal.lay(Confirm(self.terminal, question, t("署名する", "sign"), lambda: self._send(command, said)))

    def _paper(self, one: Disposal, done: bool) -> None:
        from hub.documents.disposal import application, report

        profile, erasings = self.station.profile, self.station.booth.disposals.erasings
        if done:
            make(
                self.terminal, f"haiki-{one.number[2:]}-report", "報告書", "the report",
                lambda made: report(one, erasings, profile, made),
            )  # fmt: skip
        else:
            make(
                self.terminal, f"haiki-{one.number[2:]}", "申請書", "the request",
                lambda made: application(one, profile, made),
            )  # fmt: skip

    def _ask(self, question: str, answer: Callable[[str], None], *, text: str = "", kana: bool = False) -> None:
        t = self.t
        hint = t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel")
        self.terminal.lay(Ask(self.terminal, t("答え", "answer"), question, hint, answer, text=text, kana=kana))

    def _send(self, command: DisposalCommand, said: str, person: Person | None = None) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command, person=person)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)
