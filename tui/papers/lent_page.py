"""市から預かった物: a ledger of what the city has handed to us, with a 預り証 each. Reached from screen 4 with F9-7-5."""

from __future__ import annotations

from collections.abc import Callable

from hub.domain.custody import lent
from hub.domain.custody.keeping_words import PAPERS
from hub.domain.custody.lent import CarryIn, CarryOut, LentCommand, Loan, Paper, RaiseLoan, ReceiveLoan, ReturnLoan
from hub.domain.moment import iso_date
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.documents import make
from tui.frame_lines import rule
from tui.layer import Ask, Menu, Prompt
from tui.papers.ledger_page import LedgerPage
from tui.words import local


class LentPage(LedgerPage[Loan]):
    """Up and down choose, Enter acts on it, F7 receives, F9-7 records that the city lends more, F9-5 makes the paper."""

    @property
    def things(self) -> list[Loan]:
        """What is with us, and what went back today: its receipt may still be wanted."""
        today = iso_date(self.station.now_ms())
        held = sorted(self.station.booth.lent.loans.items())
        return [one for _, one in held if one.left or iso_date(one.returned_ms) == today]

    def _name(self, thing: str) -> str:
        if thing in set(Paper):
            return self.t(*PAPERS[Paper(thing)])
        return next((device.ja for device in self.station.profile.devices if device.id == thing), thing)

    # ------------------------------------------------------------------ picture

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, station, here = self.t, self.station, self.here
        overdue = lent.overdue(station.booth.lent, iso_date(station.now_ms()))
        rows = [
            line(Span(t(" 市から預かった物の台帳", " What the city has handed to us"), "title")),
            rule(min(width, 80), station.deployment.training),
            line(Span(t("   番号    品名                     残り／数 渡した人      いま", "   number  thing                   left/got  from          now"), "dim")),
        ]  # fmt: skip
        for one in self.things:
            late = one in overdue
            shape, style = (tokens.BAD, "bad") if late else (tokens.WARN, "warn") if one.approval else (tokens.DONE, "")
            now = (
                t(f"持ち出し {one.back_by[5:]}まで", f"out, by {one.back_by[5:]}")
                if one.approval
                else t("手もと", "in")
            )
            now = now if one.left else t("返しました", "is back")
            now += t(" 期限過ぎ", " LATE") if late else ""
            tap = f"item:{one.id}"
            words = f"{fit(one.number, 7)} {fit(self._name(one.thing), 24)} {one.left:>4}／{one.received:<4}{fit(one.giver, 13)} {now}"  # fmt: skip
            mark = ">" if here is not None and one.id == here.id else " "
            rows.append([Span(mark, "bold", tap), Span(shape, style, tap), Span(words, style, tap)])
        if not self.things:
            rows.append(line(t(" 預かっている物はありません", " Nothing of the city's is here")))
        rows += [[], line(Span(t(" 市の承認（日付・番号）がない物は、建物から持ち出せません。", " Nothing leaves the building without the city's approval."), "dim"))]  # fmt: skip
        return rows[:height]

    def prompt(self) -> Prompt:
        t = self.t
        words = t("Enter＝返すなど  F7＝受け取った", "Enter=return etc.  F7=received")
        return Prompt(t("操作", "key"), "", words if self.things else t("F7＝受け取った", "F7=received"))

    def label(self, action: str) -> str:
        words = {"no_show": self.t("受取", "Accept"), "correct": self.t("貸与数の変更", "Lent number")}
        return words.get(action, "")

    # ------------------------------------------------------------------ actions

    def do_no_show(self) -> None:
        """F7: something was received: what, how many, from whom."""
        t = self.t
        things = [*Paper, *(device.id for device in lent.lendable(self.station.profile))][:9]

        def what(digit: str) -> None:
            thing = str(things[int(digit) - 1])

            def pieces(typed: str) -> None:
                count = int(typed) if typed.isdecimal() else 0
                self._ask(
                    t("渡した市の方のお名前", "Who of the city handed it over?"),
                    lambda giver: self._send(ReceiveLoan(thing, count, giver), t("受け取りを記録しました。預り証は Enter", "Recorded. Enter: the receipt")),
                )  # fmt: skip

            self._ask(t(f"{self._name(thing)}：いくつですか", f"{self._name(thing)}: how many?"), pieces, kana=False)

        entries = [(str(at), self._name(str(one)), "") for at, one in enumerate(things, 1)]
        self.terminal.lay(Menu(self.terminal, t("市から受け取った物", "Received from the city"), entries, what))

    def do_correct(self) -> None:
        """F9-7: the city lends another number of a device, as its letter says."""
        t = self.t
        devices = [one for one in lent.lendable(self.station.profile) if one.count][:9]

        def pick(digit: str) -> None:
            device = devices[int(digit) - 1]

            def count(typed: str) -> None:
                number = int(typed) if typed.isdecimal() else 0
                self._ask(
                    t("市の通知（日付と番号）", "The city's letter (date and number)"),
                    lambda said: self._send(RaiseLoan(device.id, number, said), t("記録しました。", "Recorded.")),
                )

            self._ask(t(f"{device.ja}：いくつになりますか", f"{device.ja}: how many now?"), count, kana=False)

        entries = [(str(at), one.ja, "") for at, one in enumerate(devices, 1)]
        self.terminal.lay(Menu(self.terminal, t("貸与の数の変更", "Lent number"), entries, pick))

    def choose(self, loan: Loan) -> None:
        t = self.t
        back = "" if loan.left else t("返しました", "is back")
        entries = [
            ("1", t("市へ返した", "given back"), back),
            ("2", t("持ち出す（市の承認）", "take out (approval)"), t("持ち出し中", "out") if loan.approval else back),
            ("3", t("建物へ戻した", "back in the building"), "" if loan.approval else t("持ち出していません", "not out")),
            ("4", t("預り証（PDF）", "receipt (PDF)"), ""),
        ]  # fmt: skip

        def pick(digit: str) -> None:
            match digit:
                case "1":
                    self._give_back(loan)
                case "2":
                    self._out(loan)
                case "3":
                    self._send(CarryIn(loan.id), t("記録しました。", "Recorded."))
                case "4":
                    self._paper(loan.id)

        self.terminal.lay(Menu(self.terminal, f"{loan.number} {self._name(loan.thing)}", entries, pick))

    def _give_back(self, loan: Loan) -> None:
        t = self.t

        def pieces(typed: str) -> None:
            count = int(typed) if typed.isdecimal() else 0
            self._ask(
                t("受け取った市の方のお名前", "Who of the city took it?"),
                lambda taker: self._send(ReturnLoan(loan.id, count, taker), t("返却を記録しました。", "Recorded.")),
            )  # fmt: skip

        self._ask(t(f"いくつ返しますか（{loan.left}まで）", f"How many (up to {loan.left})?"), pieces, kana=False)

    def _out(self, loan: Loan) -> None:
        t = self.t
        today = local(self.station.now_ms()).date().isoformat()

        def approved(said: str) -> None:
            self._ask(
                t(f"いつまでに戻しますか（例 {today}）", f"Back by which day ({today})?"),
                lambda day: self._send(CarryOut(loan.id, said, day), t("記録しました。", "Recorded.")),
                kana=False,
            )

        self._ask(t("市の承認（日付と番号）", "The city's approval (date and number)"), approved)

    def _paper(self, loan: int) -> None:
        from hub.documents.lent import receipt

        station = self.station
        held = station.booth.lent.loans[loan]
        make(
            self.terminal, f"azukari-{held.number[2:]}", "預り証", "the receipt",
            lambda made: receipt(held, station.profile, made),
        )  # fmt: skip

    def _ask(self, question: str, answer: Callable[[str], None], *, kana: bool = True) -> None:
        t = self.t
        hint = t("入れて Enter  Esc＝やめる", "type it, Enter. Esc=cancel")
        self.terminal.lay(Ask(self.terminal, t("答え", "answer"), question, hint, answer, kana=kana))

    def _send(self, command: LentCommand, said: str) -> None:
        station = self.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)
