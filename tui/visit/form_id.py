"""申請書ID at the terminal: scanned on any page of the visit, or typed twice without being shown.

The digits live from the last key until the hub has answered with their tag; no draft, message or screen has them, but the
last four for a moment: staff hold them against the paper.
"""

from __future__ import annotations

import unicodedata

from hub.domain.contracts import consent
from hub.domain.contracts.procedure import Step
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.form_id import DIGITS, ExemptForm, Form, ReadForm, ReplaceForm, is_form_id, step_to_read
from hub.domain.visit.visit import Visit
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import Layer, Menu, Prompt
from tui.station import Refused

EXEMPTIONS = (
    ("handwritten", "IDのない手書きの申請書", "a form written by hand, without an ID"),
    ("unreadable", "読み取れない（汚れ・破れ）", "it cannot be read"),
    ("vault_locked", "金庫に鍵がかかっている", "the vault is locked"),
)


def form_of(page: Layer, visit: Visit) -> Form:
    return page.station.booth.form_ids.get(visit.id, Form())


def reads_forms(page: Layer) -> bool:
    """Whether the city has consented to keep what a form's ID makes; without it staff compare by eye."""
    station = page.station
    return consent.may_keep(station.profile, station.deployment.training, station.booth.day.date)


def rows(page: Layer, visit: Visit, step: Step) -> list[Line]:
    """What is known of the form, on a step that wants it read."""
    t = page.t
    if not step.form_id or not reads_forms(page):
        return []
    form = form_of(page, visit)
    if step.id in form.steps:
        return [
            [],
            line(
                Span(f" {tokens.DONE}", "done"),
                t(" 申請書を読み取った", " form read"),
            ),
        ]
    if form.exempt:
        why = next((t(ja, en) for key, ja, en in EXEMPTIONS if key == form.exempt), "")
        return [[], line(Span(f" {tokens.OFF}", "dim"), t(f" 申請書ID：{why}", f" form ID: {why}"))]
    words = t(" 申請書の二次元コードを読み取る", " Scan the code on the form")
    return [
        [],
        line(Span(f" {tokens.WARN}", "warn"), Span(words, "warn")),
        line(t("    読み取り機がないとき：F9-7 の 7", "    Without a scanner: F9-7, 7")),
    ]


def take(page: Layer, visit: Visit, text: str) -> bool:
    """A code was scanned, or typed twice: False if it is no form's ID, and nobody keeps it."""
    digits = unicodedata.normalize("NFKC", text)
    if not is_form_id(digits):
        return False
    station, t = page.station, page.t
    step = step_to_read(method_of(station.profile, visit), visit.done)
    if step is None:
        station.refuse(refuse("form_id.not_here"))
        return True

    async def work() -> None:
        vault = station.client.vault
        assert vault is not None
        tag = await vault.tag(digits)
        if isinstance(tag, Refusal):
            raise Refused(tag)
        await station.submit(ReadForm(visit.id, step.id, tag))
        station.say(t(f"{visit.number} の申請書です（末尾{digits[-4:]}）。", f"It is the form of {visit.number}."))

    station.begin(t("申請書を見くらべています", "comparing the form"), work)
    return True


def ask(page: Layer, visit: Visit) -> None:
    """F9-7-7: type the digits, say why there is none, or that the form was replaced."""
    station, t = page.station, page.t
    none = "" if form_of(page, visit).tag else t("まだ読み取っていません", "none was read")
    entries = [
        ("1", t("23けたを2回入れる（画面に出ません）", "Type the 23 digits twice (not shown)"), ""),
        *((str(n), t(ja, en), "") for n, (_, ja, en) in enumerate(EXEMPTIONS, 2)),
        ("5", t("申請書を取り替えた（書損じ）", "The form was replaced"), none),
    ]

    def pick(digit: str) -> None:
        if digit == "1":
            page.terminal.lay(TypedTwice(page, visit))
            return
        replaced = digit == "5"
        key = "" if replaced else EXEMPTIONS[int(digit) - 2][0]

        async def work() -> None:
            if replaced:
                await station.submit(ReplaceForm(visit.id))
                station.say(t("新しい申請書を読み取ってください。", "Scan the new form."))
            else:
                await station.submit(ExemptForm(visit.id, key))  # type: ignore[arg-type]  # one of the three above
                station.say(t("申請書IDは読み取りません。", "No form ID is read."))

        station.begin(t("記録しています", "recording"), work)

    page.terminal.lay(Menu(page.terminal, t("申請書", "The form"), entries, pick))


class TypedTwice(Layer):
    """Takes 23 digits two times; only how many were typed is shown, and both times must agree."""

    modal = True

    def __init__(self, page: Layer, visit: Visit) -> None:
        super().__init__(page.terminal)
        self.page = page
        self.visit = visit
        self._first = ""
        self._typed = ""

    def message(self) -> tuple[Line, Line]:
        t = self.t
        words = (
            t("同じ番号を、もう一度はじめから", "The same once more")
            if self._first
            else t("申請書ID 23けた", "23 digits")
        )
        return line(Span(tokens.UNSURE + words, "bold")), line(t("   画面には出しません", "   They are not shown"))

    def prompt(self) -> Prompt:
        count = self.t(f"{len(self._typed)}／{DIGITS}けた", f"{len(self._typed)} of {DIGITS}")
        return Prompt(
            self.t("申請書ID", "form ID"), count, self.t("Enter＝決める  Esc＝やめる", "Enter=ok  Esc=cancel")
        )

    def key(self, key: str, char: str) -> bool:
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if key == "escape":
            self._end()
        elif key == "backspace":
            self._typed = self._typed[:-1]
        elif digit.isdecimal() and len(digit) == 1:
            self._typed = (self._typed + digit)[: DIGITS + 1]  # one too many is an error too
        elif key == "enter":
            self._enter()
        else:
            return False
        return True

    def _enter(self) -> None:
        typed, self._typed = self._typed, ""
        if not is_form_id(typed):
            self._end()
            self.station.refuse(refuse("form_id.digits"))
        elif not self._first:
            self._first = typed
        elif typed != self._first:
            self._end()
            self.station.warn(
                self.t("2回の番号が違います。", "The two do not agree."),
                self.t("申請書を見て、はじめから（F9-7 の 7）", "Look at the form and begin again."),
            )
        else:
            self._end()
            take(self.page, self.visit, typed)

    def _end(self) -> None:
        self._first = self._typed = ""
        self.terminal.close(self)
