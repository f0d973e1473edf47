"""用紙: blanks are counted blind when the booth opens and when reception has stopped; what comes, spoils and goes.

Reached from screen 4 with F7. What the ledger expects is never shown: a count is worth something only when nobody
knows what it should come to.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.custody import discrepancy, forms
from hub.domain.custody.discrepancy import Discrepancy
from hub.domain.custody.forms import AdmitForms, CountForms, FormsCommand, FormsCounted, MoveForms, Way
from hub.domain.custody.forms_words import WAYS
from hub.domain.refusal import refuse
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.frame_lines import rule
from tui.layer import Ask, Layer, Menu, Prompt, Terminal, Why
from tui.papers import resolving
from tui.papers.tally import Tally
from tui.photo.shredding import shred, waiting
from tui.words import local


class FormsPage(Layer):
    """Digits count the class under the cursor; F8 records all classes at once; F9-7 is everything else."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.tally = Tally(5)

    def shown(self) -> None:
        self.tally.clear()

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station = self.t, self.station
        held = station.booth.forms
        rows = [
            line(Span(t(" 用紙の残りを数える（未使用のもの）", " Count the blanks"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(
                Span(
                    t(
                        " 分類                        残り  納品 書損 持帰  数えた",
                        " Class                       left   in spoiled out   counted",
                    ),
                    "dim",
                )
            ),
        ]
        for number, paper in enumerate(station.profile.blanks()):
            form = held.held.get(paper.id)
            here = number == self.tally.at
            moved = (form.delivered, form.spoiled, form.given) if form is not None else (0, 0, 0)
            shape, words, style = self._state(form)
            rows.append(
                [
                    Span(">" if here else " "),
                    Span(fit(t(paper.ja, paper.en), 26)),
                    Span(
                        fit(self.tally.shown(paper.id, here), 6, right=True),
                        "cursor" if here else "bold",
                        f"item:{number}",
                    ),
                    Span("  " + " ".join(fit(str(one), 4, right=True) for one in moved) + "  "),
                    Span(shape + words, style),
                ]
            )
        if not station.profile.blanks():
            rows.append(line(t(" この契約に、数える用紙はありません", " This contract has no blanks to count")))
        rows += [
            [],
            line(
                Span(
                    t(
                        " 台帳の数は見せません。開場のときと受付終了のあとに数えます。",
                        " Blind: the ledger is not shown. Count at opening and after reception stopped.",
                    ),
                    "dim",
                )
            ),
        ]
        shreds = sum(spoil.sheets for _, spoil in forms.to_shred(held))
        if shreds:
            words = t(f"書損じの用紙 {shreds}枚：2人で裁断して F9-7", f"{shreds} spoiled forms: shred, then F9-7")
            rows.append(line(Span(f" {tokens.WARN}{words}", "warn")))
        open_ = discrepancy.in_order(station.booth.discrepancies)
        if open_:
            rows += [[], line(Span(t(" 解決していない食い違い", " Open discrepancies"), "title"))]
        rows += [self._row(one) for one in open_]
        return rows[:height]

    def _state(self, form: forms.Form | None) -> tuple[str, str, str]:
        t = self.t
        if form is None:
            return tokens.UNSURE, t("まだ一度も", "never"), "unsure"
        if form.found is None:
            return tokens.WAIT, t("数えていない", "not yet") if not form.opened else t("開場時のみ", "at opening"), ""
        if form.found != forms.remaining(form):
            return tokens.BAD, t("台帳と違う", "differs"), "bad"
        when = t("閉場の数 合う", "closing, agrees") if form.closing else t("開場の数 合う", "opening, agrees")
        return tokens.DONE, when, "done"

    def _row(self, one: Discrepancy) -> Line:
        t, station = self.t, self.station
        names = {paper.id: t(paper.ja, paper.en) for paper in station.profile.blanks()}
        what = "、".join(f"{fit(names.get(name, name), 16).strip()}{change:+}" for name, change in one.sheets)
        late = one.due < local(station.now_ms()).date().isoformat()
        due = t(f"{one.due} まで", f"due {one.due}") + (t(" 期限を過ぎました", " OVERDUE") if late else "")
        return [
            Span(f"  {one.number} {what or t('数えなかった', 'not counted')}  {one.owner}  "),
            Span((tokens.BAD if late else tokens.WARN) + due, "bad" if late else "warn"),
        ]

    def prompt(self) -> Prompt:
        return Prompt(
            self.t("残り", "left"), "", self.t("数字、Enter＝次の分類、F8＝記録", "digits, Enter=next, F8=record")
        )

    def label(self, action: str) -> str:
        return {"finish": self.t("記録", "Record"), "correct": self.t("納品・書損じ・食い違い", "In, spoiled")}.get(
            action, ""
        )

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go("custody")
            return True
        papers = [paper.id for paper in self.station.profile.blanks()]
        return bool(papers) and self.tally.feed(key, char, papers)

    def remember(self) -> Callable[[], None]:
        return self.tally.remember()

    def tap(self, what: str) -> None:
        self.tally.tapped(what)

    # ------------------------------------------------------------------ actions

    def why_not(self, action: str) -> Why:
        papers = self.station.profile.blanks()
        if action in ("finish", "correct") and not papers:
            return refuse("forms.none")
        missing = self.tally.missing([paper.id for paper in papers])
        if action == "finish" and missing is not None:
            return refuse("custody.class_missing", paper=self.t(papers[missing].ja, papers[missing].en))
        return super().why_not(action)

    def do_finish(self) -> None:
        """F8: record what this person found."""
        station, t = self.station, self.t
        sheets = self.tally.numbers

        async def work() -> None:
            done = await station.submit(CountForms(sheets))
            counted = done.events[0]
            assert isinstance(counted, FormsCounted)
            self.shown()
            if counted.differ:
                station.warn(
                    t("用紙の数が台帳と合いません。", "The blanks differ from the ledger."),
                    t("別の人が数え直す。合わないときは管理者が F9-7", "Another person counts; else the manager, F9-7"),
                    "forms.differ",
                )
            else:
                station.say(t("用紙の数を記録しました。", "The blanks are recorded."))

        station.begin(t("数を記録しています", "recording the count"), work)

    def do_correct(self) -> None:
        """F9-7: in and out, the shredder, and what the manager answers for."""
        t, held = self.t, self.station.booth.forms
        differ = bool(forms.differing(held)) or not all(form.opened for form in held.held.values())
        ways = [(str(at), t(*WAYS[way]), "") for at, way in enumerate(Way, 1)]
        entries = [
            *ways,
            ("5", t("2人で裁断した", "shredded by two"), "" if waiting(self.terminal) else t("ありません", "none")),
            (
                "6",
                t("食い違いとして閉じる（管理者）", "close as a discrepancy"),
                "" if differ else t("合っています", "they agree"),
            ),
            resolving.entry(self.terminal, "7"),
        ]

        def pick(digit: str) -> None:
            if digit == "5":
                shred(self.terminal)
            elif digit == "6":
                self._admit()
            elif digit == "7":
                resolving.resolve(self.terminal)
            else:
                self._move(list(Way)[int(digit) - 1])

        self.terminal.lay(Menu(self.terminal, t("用紙", "Blanks"), entries, pick))

    def _move(self, way: Way) -> None:
        t, paper = self.t, self.station.profile.blanks()[self.tally.at]

        def answered(text: str) -> None:
            self._send(MoveForms(paper.id, int(text) if text.isdecimal() else 0, way))

        question = t(f"{paper.ja}：{WAYS[way][0]}は何枚ですか", f"{paper.en}: how many {WAYS[way][1]}?")
        self._ask(question, answered, kana=False)

    def _admit(self) -> None:
        t, station = self.t, self.station

        def owner(who: str) -> None:
            def due(day: str) -> None:
                self._ask(
                    t("分かっていること（理由）", "What is known of it?"),
                    lambda reason: self._send(AdmitForms(who, day, reason)),
                )

            today = local(station.now_ms()).date().isoformat()
            self._ask(t(f"いつまでに調べますか（例 {today}）", f"Until which day ({today})?"), due, kana=False)

        self._ask(t("だれが調べますか（役職か職員番号）", "Who follows it up (role or staff number)?"), owner)

    def _ask(self, question: str, answer: Callable[[str], None], *, kana: bool = True) -> None:
        t = self.t
        self.terminal.lay(
            Ask(
                self.terminal,
                t("答え", "answer"),
                question,
                t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel"),
                answer,
                kana=kana,
            )
        )

    def _send(self, command: FormsCommand) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(self.t("記録しました。", "Recorded."))

        station.begin(self.t("記録しています", "recording"), work)
