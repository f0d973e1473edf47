"""The printed sheets of a visit's photo: print, print again (n/y), did it come out right, and where each sheet went."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.devices.device import DeviceState
from hub.domain.photo import print as photo_print
from hub.domain.photo.photo import PhotoState
from hub.domain.photo.print import AskPrint, PhotoPrintCommand, Print, PrintState, SeePrint, SettleSheet, SheetState
from hub.domain.photo.print_words import FATES
from hub.domain.refusal import refuse
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import Ask, Confirm, Layer, Menu, Prompt, Terminal, Why, key_row, paragraphs

if TYPE_CHECKING:
    from tui.photo.acts import PhotoActs

SHAPES = {
    SheetState.OUT: (tokens.WARN, "warn"),
    SheetState.PASTED: (tokens.DONE, "done"),
    SheetState.HANDED_BACK: (tokens.DONE, "done"),
    SheetState.SPOILED: (tokens.BAD, "warn"),
    SheetState.SHREDDED: (tokens.SEAL, "done"),
}


Seen = Callable[[Print, int, int], None]
"""Told how many sheets came out good and how many spoilt."""


class Sheets:
    """What the photo screen shows and does of prints."""

    def __init__(self, page: PhotoActs) -> None:
        self._page = page
        self.t = page.t

    # ------------------------------------------------------------------ what there is

    @property
    def prints(self) -> tuple[Print, ...]:
        """The prints of this visit, oldest first."""
        visit = self._page.visit
        return photo_print.of_visit(self._page.station.booth.prints, visit.id) if visit is not None else ()

    @property
    def unsure(self) -> Print | None:
        """The print that staff are asked about."""
        return next((one for one in self.prints if one.state is PrintState.UNSURE), None)

    @property
    def loose(self) -> list[tuple[Print, int]]:
        """Sheets that nobody has accounted for: print and the sheet's place in it."""
        return [
            (one, at) for one in self.prints for at, sheet in enumerate(one.sheets) if sheet.state is SheetState.OUT
        ]

    @property
    def asks(self) -> bool:
        """Whether anything about prints of this visit waits for a person."""
        return self.unsure is not None or bool(self.loose)

    @property
    def printed(self) -> bool:
        """Whether the living picture was printed, or may have been."""
        living = self._page.living
        prints = () if living is None else photo_print.of_shot(self._page.station.booth.prints, living.shot)
        return any(one.state is not PrintState.FAILED for one in prints)

    def why_no_print(self) -> Why:
        """Why nothing can be printed now; empty if it can."""
        living = self._page.living
        if living is None or living.state is not PhotoState.CONFIRMED:
            return self.t("本人が認めた写真だけ印刷できます", "only a picture that its applicant accepted")
        standing = self._page.station.booth.devices.standing.get("photo")
        if standing is None or standing.state is DeviceState.OFF:
            return self.t("写真プリンターがありません", "this booth has no photo printer")
        waiting = next((one for one in self.prints if photo_print.waits(one)), None)
        if waiting is not None and waiting.state is not PrintState.UNSURE:
            return refuse("print.under_way", number=waiting.number)
        return refuse("print.look_first", number=waiting.number) if waiting is not None else ""

    # ------------------------------------------------------------------ rows

    def rows(self, width: int) -> list[Line]:
        """Each print in a line or two, and the keys that it needs."""
        t, rows = self.t, []
        for one in self.prints:
            again = t("（再）", " again") if one.again else ""
            rows += paragraphs(f" {self._words(one)}{again}", width, self._style(one))
            for at, sheet in enumerate(one.sheets, 1):
                shape, style = SHAPES[sheet.state]
                rows.append(line(Span(f"   {shape}{at} " + t(*FATES[sheet.state]), style)))
        if self.unsure is not None:
            rows.append(key_row("Enter", t("出た紙を見て答える", "look, then answer")))
        elif self.loose:
            rows.append(key_row("F8", t("紙の行き先（貼った・渡した・書損じ）", "where the sheet went")))
        return rows

    def _style(self, one: Print) -> str:
        return {PrintState.UNSURE: "unsure", PrintState.FAILED: "warn"}.get(one.state, "")

    def _words(self, one: Print) -> str:
        t, code = self.t, f" {one.code}" if one.code else ""
        count = len(one.sheets)
        return {
            PrintState.ASKED: t(f"{tokens.REPLY}印刷を頼みました", f"{tokens.REPLY}print asked for"),
            PrintState.SUBMITTED: t(f"{tokens.REPLY}印刷しています", f"{tokens.REPLY}printing"),
            PrintState.PRINTED: t(f"{tokens.DONE}印刷 {count}枚", f"{tokens.DONE}{count} sheets printed"),
            PrintState.FAILED: t(f"{tokens.BAD}印刷は出ていません{code}", f"{tokens.BAD}nothing came out{code}"),
            PrintState.UNSURE: t(
                f"{tokens.UNSURE}写真が出たか分かりません{code}", f"{tokens.UNSURE}did it come out?{code}"
            ),
        }[one.state]

    # ------------------------------------------------------------------ deeds

    def print(self) -> None:
        """Print one sheet; one more only after a question."""
        page, living = self._page, self._page.living
        assert living is not None
        if not self.printed:
            self._send(AskPrint(living.shot, 1), self.t("印刷します。", "Printing."))
            return
        page.terminal.lay(
            Confirm(
                page.terminal,
                self.t(f"{living.number} の写真をもう1枚印刷します（「再」つき）。", f"Print {living.number} again?"),
                self.t("印刷する", "print"),
                lambda: self._send(AskPrint(living.shot, 1, True), self.t("もう1枚印刷します。", "Printing again.")),
            )
        )

    def once_more(self) -> None:
        """F6 where the picture was printed: the paper once more, or the picture."""
        page, t = self._page, self.t
        why = self.why_no_print()
        entries = [
            ("1", t("もう1枚印刷する（「再」つき）", "print it again"), "" if not why else self._said(why)),
            ("2", t("撮り直す（出た紙は書損じ）", "another picture (sheets are spoiled)"), ""),
        ]

        def pick(digit: str) -> None:
            if digit == "1":
                self.print()
            else:
                page.retake()

        page.terminal.lay(Menu(page.terminal, t("もう一度", "Once more"), entries, pick))

    def _said(self, why: Why) -> str:
        return why if isinstance(why, str) else self.t(why.ja, why.en)

    def look(self) -> None:
        """Ask what came out of the printer."""
        one = self.unsure
        if one is not None:
            self._page.terminal.lay(CameOut(self._page.terminal, one, self._seen))

    def _seen(self, one: Print, good: int, spoiled: int) -> None:
        self._send(SeePrint(one.id, good, spoiled), self.t("記録しました。", "Recorded."))

    def settle(self) -> None:
        """Ask where the next sheet went."""
        page, t = self._page, self.t
        one, at = self.loose[0]
        retaken = t("撮り直した写真です", "another was taken") if one.retaken else ""
        entries = [
            ("1", t("申請書に貼った（残りは本人へ）", "pasted on the form"), retaken),
            ("2", t("本人に渡した", "handed to the applicant"), retaken),
            ("3", t("書損じにする（あとで2人で裁断）", "spoiled: shredded by two later"), ""),
        ]

        def pick(digit: str) -> None:
            if digit == "1":
                self._paste(one, at)
            else:
                fate = SheetState.HANDED_BACK if digit == "2" else SheetState.SPOILED
                self._send(SettleSheet(one.id, at, fate), t("記録しました。", "Recorded."))

        title = t(f"{one.number} の紙 {at + 1}枚目はどこへ", f"Sheet {at + 1} of {one.number}")
        page.terminal.lay(Menu(page.terminal, title, entries, pick))

    def _paste(self, one: Print, at: int) -> None:
        """The number is read off the sheet, so that nobody else's picture is pasted here."""
        t = self.t

        def answer(text: str) -> None:
            label = unicodedata.normalize("NFKC", text).strip().upper()
            self._send(SettleSheet(one.id, at, SheetState.PASTED, label), t("貼ったと記録しました。", "Recorded."))

        question = t("貼った紙に印刷されている番号", "The number printed on the sheet")
        hint = t("画面でなく、紙を見て入れる", "read it off the sheet, not the screen")
        self._page.terminal.lay(Ask(self._page.terminal, t("紙の番号", "sheet"), question, hint, answer, longest=12))

    def _send(self, command: PhotoPrintCommand, said: str) -> None:
        station = self._page.station

        async def work() -> None:
            await station.submit(command)
            station.say(said)

        station.begin(self.t("記録しています", "recording"), work)


class CameOut(Layer):
    """Did it come out right? n, y, or 3 for paper that cannot be used; Enter answers nothing."""

    modal = True

    def __init__(self, terminal: Terminal, one: Print, answer: Seen) -> None:
        super().__init__(terminal)
        self.one = one
        self.answer = answer

    def message(self) -> tuple[Line, Line]:
        t, one = self.t, self.one
        keys = [
            Span("   "),
            Span(t("[n] 出ていない", "[n] nothing"), "key", "n"),
            Span("  "),
            Span(t("[y] きれいに出た", "[y] came out well"), "key", "y"),
            Span("  "),
            Span(t("[3] 使えない紙がある", "[3] some are spoilt"), "key", "3"),
        ]
        asked = t(
            f"？{one.number} の写真は、きれいに出ましたか（{one.copies}枚）。",
            f"Did {one.number}'s photo come out well ({one.copies} sheets)?",
        )
        return line(Span(asked, "unsure")), keys

    def prompt(self) -> Prompt:
        return Prompt("n／y／3", "", self.t("出た紙を見て答える  Esc＝あとで", "look at the paper  Esc=later"))

    def key(self, key: str, char: str) -> bool:
        said = unicodedata.normalize("NFKC", char).lower() if char else ""
        if key == "escape":
            self.terminal.close(self)
        elif said == "n":
            self._close(0, 0)
        elif said == "y":
            # A scanner types letters too: y counts only with silence around it.
            self.terminal.alone(lambda: self._close(self.one.copies, 0))
        elif said == "3":
            self._count()
        else:
            return key == "enter"
        return True

    def _count(self) -> None:
        """How many of several sheets can be used; of one sheet none."""
        one, t = self.one, self.t
        if one.copies == 1:
            self._close(0, 1)
            return
        self.terminal.close(self)

        def counted(text: str) -> None:
            if text.isdecimal() and int(text) <= one.copies:
                self.answer(one, int(text), one.copies - int(text))
            else:
                self.station.refuse(refuse("print.sheets", count=one.copies))

        question = t(f"{one.copies}枚のうち、使える紙は何枚ですか", f"How many of {one.copies} are good?")
        self.terminal.lay(
            Ask(self.terminal, t("枚数", "sheets"), question, t("のこりは書損じ", "the rest is spoiled"), counted)
        )

    def _close(self, good: int, spoiled: int) -> None:
        if self.terminal.top is self:
            self.terminal.close(self)
            self.answer(self.one, good, spoiled)
