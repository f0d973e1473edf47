"""忘れ物: what applicants left behind and where each thing goes. Reached from screen 4 with F9-7-3.

Kinds and places are lists: a description would be a description of a person.
"""

from __future__ import annotations

from hub.domain.custody import left_behind
from hub.domain.custody.left_behind import OFFICIAL, End, EndThing, FindThing, LeftCommand, Place, Thing
from hub.domain.custody.left_words import ENDS, PLACES, THINGS
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Ask, Menu, Prompt
from tui.papers.ledger_page import LedgerPage
from tui.words import hour_minute


class LeftPage(LedgerPage[left_behind.Item]):
    """Up and down choose a thing, Enter says where it goes, F7 adds one."""

    @property
    def things(self) -> list[left_behind.Item]:
        return left_behind.here(self.station.booth.left)

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station, here = self.t, self.station, self.here
        rows = [
            line(Span(t(" 忘れ物（だれのものか分かるときは番号札で）", " Things left behind"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(Span(t("   見つけた  なに                         どこ    番号札  点  いま", "   found     what                         where   ticket  pcs with"), "dim")),
        ]  # fmt: skip
        for one in self.things:
            tap = f"item:{one.id}"
            mark = ">" if here is not None and one.id == here.id else " "
            words = (
                f" {hour_minute(one.at_ms)}     {fit(t(*THINGS[one.thing]), 28)} {fit(t(*PLACES[one.place]), 7)} "
                f"{fit(one.number or t('不明', 'unknown'), 7)} {one.pieces:>2}  {station.name_of(one.by)}"
            )
            rows.append([Span(mark, "bold", tap), Span(tokens.WARN, "warn", tap), Span(words, "", tap)])
        if not self.things:
            rows.append(line(Span(f" {tokens.DONE}", "done"), t("忘れ物はありません", "Nothing lies here")))
        rows += [
            [],
            line(Span(t(" 持ち主の名前や特徴は書きません。閉場までに全部の行き先を決めます。", " No names, no descriptions. Each has a place to go before the day closes."), "dim")),
            line(Span(t(" 本人確認書類・カード・通知は、ご本人・市・警察だけへ。", " Identity papers go to their owner, the city or the police alone."), "dim")),
        ]  # fmt: skip
        return rows[:height]

    def prompt(self) -> Prompt:
        t = self.t
        words = t("Enter＝行き先  F7＝見つけた", "Enter=where it goes  F7=found") if self.things else t("F7＝見つけた", "F7=found")  # fmt: skip
        return Prompt(t("操作", "key"), "", words)

    def label(self, action: str) -> str:
        return self.t("発見", "Found") if action == "no_show" else ""

    # ------------------------------------------------------------------ actions

    def do_no_show(self) -> None:
        """F7: a thing was found: what, where, and whose number if anybody knows."""
        t = self.t
        things, places = list(Thing), list(Place)

        def what(digit: str) -> None:
            thing = things[int(digit) - 1]
            entries = [(str(at), t(*PLACES[one]), "") for at, one in enumerate(places, 1)]
            menu = Menu(
                self.terminal, t("どこで", "Where"), entries, lambda at: self._whose(thing, places[int(at) - 1])
            )
            self.terminal.lay(menu)

        entries = [(str(at), t(*THINGS[one]), "") for at, one in enumerate(things, 1)]
        self.terminal.lay(Menu(self.terminal, t("なにを見つけましたか", "What was found"), entries, what))

    def _whose(self, thing: Thing, place: Place) -> None:
        t = self.t

        def answered(typed: str) -> None:
            number = typed.strip().upper()
            tickets = self.station.booth.queue.tickets.values()
            found = next((ticket.id for ticket in tickets if ticket.number == number), None)
            if number and found is None:
                self.station.warn(
                    t(f"{number} という番号札はありません。", f"There is no ticket {number}."),
                    t("A-001 のように入れるか、分からなければ空で Enter", "Such as A-001; empty if nobody knows"),
                )
                return
            self._send(FindThing(thing, place, found or 0), t("忘れ物を記録しました。", "Recorded."))

        question = t("だれの番号札か分かりますか（分からなければ Enter）", "Whose ticket? (Enter if nobody knows)")
        hint = t("A-001 のように", "such as A-001")
        self.terminal.lay(Ask(self.terminal, t("番号札", "ticket"), question, hint, answered, text=""))

    def choose(self, item: left_behind.Item) -> None:
        t = self.t
        ends = list(End)
        no = t("会場には渡せません", "not to the venue")
        entries = [
            (str(at), t(*ENDS[one]), no if item.thing is Thing.PAPER and one not in OFFICIAL else "")
            for at, one in enumerate(ends, 1)
        ]

        def pick(digit: str) -> None:
            self._send(EndThing(item.id, ends[int(digit) - 1]), t("行き先を記録しました。", "Recorded."))

        self.terminal.lay(Menu(self.terminal, t(*THINGS[item.thing]), entries, pick))

    def _send(self, command: LeftCommand, said: str) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)
