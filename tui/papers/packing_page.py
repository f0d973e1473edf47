"""持ち物: what we bring along, counted out against the packing list and counted in without a look at it.

Reached from screen 7 with 9, and from screen 4 with F9-7-8. The list is a plan: what is counted out may be another number.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.contracts.duties import Packed
from hub.domain.custody import packing
from hub.domain.custody.packing import CountedIn, CountIn, CountOut, Load, PackingCommand
from hub.domain.day import event_plan
from hub.domain.day.day import Phase
from hub.domain.day.event_plan import Planned
from hub.domain.moment import iso_date
from hub.domain.refusal import refuse, short
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.documents import make
from tui.frame_lines import rule
from tui.layer import Ask, Layer, Menu, Prompt, Terminal, Why
from tui.papers.tally import Tally

USUAL_WINDOWS = 3
"""Until somebody says how many are opened."""

DIGITS = 4


class PackingPage(Layer):
    """Digits count the thing under the cursor, F8 records all of them; F7 says which event and how many windows."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.tally = Tally(DIGITS)
        self.event, self.windows = "", USUAL_WINDOWS

    def shown(self) -> None:
        self.tally.clear()
        load, planned = self.load, self._planned()
        if load is not None:
            self.event, self.windows = load.event_type, load.windows
        elif planned is not None:
            self.event, self.windows = planned.event_type, planned.windows
        elif self.station.booth.day.phase is not Phase.CLOSED:
            self.event = self.station.booth.day.event_type
        self.event = self.event or self.station.profile.event_types[0].id

    def _planned(self) -> Planned | None:
        """The next event of today, or of the first day that has one: what is packed for unless somebody says otherwise."""
        plans, today = self.station.booth.plans, iso_date(self.station.now_ms())
        return next((one for one in event_plan.in_order(plans) if one.date >= today), None)

    @property
    def load(self) -> Load | None:
        return self.station.booth.packing.now

    @property
    def returning(self) -> bool:
        """Whether things go back now: reception has stopped, and something was counted out."""
        return self.load is not None and self.station.booth.day.phase is Phase.STOPPED

    @property
    def items(self) -> list[Packed]:
        return packing.items(self.station.profile, self.event)

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        event = next((one for one in station.profile.event_types if one.id == self.event), None)
        what = fit(t(event.ja, event.en), 40).rstrip() if event is not None else ""
        way = t("数えて戻す", "count in") if self.returning else t("数えて出す", "count out")
        where = t(f"窓口{self.windows}", f"{self.windows} windows")
        rows = [
            line(Span(t(f" 持ち物　{way}　　{what}　{where}", f" What we bring: {way}   {what}, {where}"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(Span(t(" 品名                                計画  数  記録", " Thing                               plan  count  recorded"), "dim")),
        ]  # fmt: skip
        items = self.items
        if not items:
            return [*rows, line(t(" この契約に、持ち物の一覧はありません", " This contract has no packing list"))]
        plan = packing.plan(station.profile, self.event, self.windows)
        room = height - len(rows) - 1
        first = max(0, min(self.tally.at - room + 1, len(items) - room))
        for number, item in list(enumerate(items))[first : first + room]:
            here, tap = number == self.tally.at, f"item:{number}"
            shape, words, style = self._state(item)
            rows.append(
                [
                    Span(">" if here else " ", "bold", tap),
                    Span(fit(t(item.ja, item.en), 36), "", tap),
                    Span(fit("" if self.returning else str(plan.get(item.id, "")), 4, right=True), "dim"),
                    Span(fit(self.tally.shown(item.id, here), 6, right=True), "cursor" if here else "bold", tap),
                    Span("  "),
                    Span(shape + words, style),
                ]
            )
        hint = (
            t(" 出した数は見せません。全部を数えて F8", " Blind: what went out is not shown. Count all, then F8.")
            if self.returning
            else t(
                " 計画は契約の一覧から。ちがう数でも、数えたとおりに",
                " The plan is the contract's list; enter what you count.",
            )
        )
        return [*rows, line(Span(hint, "dim"))]

    def _state(self, item: Packed) -> tuple[str, str, str]:
        """What is recorded of a thing: while it goes back, only whether it agrees."""
        t, load = self.t, self.load
        if load is None:
            return tokens.WAIT, t("まだ", "not yet"), ""
        if not self.returning:
            return tokens.DONE, t(f"出した {load.out.get(item.id, 0)}", f"{load.out.get(item.id, 0)} out"), "done"
        if not load.back:
            return tokens.WAIT, t("まだ", "not yet"), ""
        found = next((one for one in packing.differences(load) if one.item == item.id), None)
        if found is None:
            return tokens.DONE, t("合う", "agrees"), "done"
        if found.draft in self.station.booth.incidents.drafts:
            return tokens.WARN, t(f"差 {found.change:+} 記録ずみ", f"{found.change:+}, answered"), "warn"
        report = found.draft in packing.only_reported(load, self.station.profile)
        todo = t("F12 事故として報告", "F12: report it") if report else t("F12 理由か報告", "F12: why, or report")
        return tokens.BAD, t(f"差 {found.change:+} {todo}", f"{found.change:+} {todo}"), "bad"

    def prompt(self) -> Prompt:
        return Prompt(self.t("数", "count"), "", self.t("数字、Enter＝次、F8＝記録", "digits, Enter=next, F8=record"))

    def label(self, action: str) -> str:
        words = {
            "finish": self.t("記録", "Note"),
            "no_show": self.t("窓口", "Windows"),
            "correct": self.t("開催の計画", "Planned events"),
            "reprint": self.t("持ち物の一覧（PDF）", "Packing list (PDF)"),
        }
        return words.get(action, "")

    def why_not(self, action: str) -> Why:
        if action == "no_show" and self.returning:
            return refuse("packing.too_late")
        return super().why_not(action)

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go("day")
            return True
        items = [item.id for item in self.items]
        return bool(items) and self.tally.feed(key, char, items)

    def remember(self) -> Callable[[], None]:
        return self.tally.remember()

    def tap(self, what: str) -> None:
        self.tally.tapped(what)

    # ------------------------------------------------------------------ actions

    def do_finish(self) -> None:
        """F8: everything that was counted, out or in."""
        t, station, items = self.t, self.station, self.items
        empty = self.tally.missing([item.id for item in items])
        if empty is not None:
            self.tally.at = empty
            station.refuse(refuse("packing.count", item=short(items[empty].ja), most=packing.MOST))
            return
        counts = self.tally.numbers
        command: PackingCommand = CountIn(counts) if self.returning else CountOut(self.event, self.windows, counts)

        async def work() -> None:
            done = await station.submit(command)
            event = done.events[0]
            self.shown()
            if isinstance(event, CountedIn) and event.differ:
                station.warn(
                    t(f"出した数と違う物が{len(event.differ)}種あります。", f"{len(event.differ)} kinds differ."),
                    t("さがして数え直す。ないものは F12 の下書きへ", "Look and count again; what is gone: F12."),
                )
            else:
                station.say(t("持ち物の数を記録しました。", "The counts are recorded."))

        station.begin(t("数を記録しています", "recording the count"), work)

    def do_no_show(self) -> None:
        """F7: which event it is packed for, and with how many windows."""
        t, station = self.t, self.station
        types = station.profile.event_types[:9]

        def windows(text: str) -> None:
            if not (text.isdecimal() and 0 < int(text) <= packing.MOST_WINDOWS):
                station.refuse(refuse("packing.windows", most=packing.MOST_WINDOWS))
                return
            self.windows = int(text)

        def chosen(event: str) -> None:
            self.event = event
            self.tally.clear()
            question = t("開く窓口はいくつですか", "How many windows are opened?")
            self.terminal.lay(Ask(self.terminal, t("窓口", "windows"), question, "", windows, text=str(self.windows)))

        if len(types) == 1 or station.booth.day.phase is not Phase.CLOSED:
            chosen(self.event)
            return
        entries = [(str(n), t(one.ja, one.en), "") for n, one in enumerate(types, 1)]
        title = t("どの開催の持ち物ですか", "Which type of event?")
        self.terminal.lay(Menu(self.terminal, title, entries, lambda digit: chosen(types[int(digit) - 1].id)))

    def do_correct(self) -> None:
        """F9-7: the plan that the list is made from."""
        self.terminal.go("plan")

    def do_reprint(self) -> None:
        """F9-5: the list on paper, to tick beside the car."""
        from hub.documents.packing import packing_list

        profile, event, windows = self.station.profile, self.event, self.windows
        load = self.load
        make(
            self.terminal, f"mochimono-{event}", "持ち物の一覧", "the packing list",
            lambda made: packing_list(profile, event, windows, load, made),
        )  # fmt: skip
