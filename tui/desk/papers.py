"""Papers on the desk: the seals are read, the sheets counted class by class without seeing what was sent, then signed for."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hub.domain.custody.custody import TransferDisputed
from tui import tokens
from tui.cells import Line, Span, fit, line
from tui.field import Field
from tui.layer import Ask, Confirm, Prompt
from tui.words import clock, hour_minute

if TYPE_CHECKING:
    from hub.client.desk.casebook import Offered
    from hub.domain.contracts.procedure import Document
    from tui.desk.screen import DeskTerminal


class PapersPane:
    """The right pane for one transfer: first each container's seal, then each class's count, then F8."""

    def __init__(self, terminal: DeskTerminal, transfer: int) -> None:
        self.terminal = terminal
        self.id = transfer
        self.t = terminal.tongue
        self.seals: list[str] = []
        self.counts: list[int] = []
        self.field = Field(longest=24)
        self._offered = next(one for one in terminal.desk.transfers if one.id == transfer)

    @property
    def offered(self) -> Offered:
        """As it is now; as it was last, when it has just ended."""
        known = self._offered
        self._offered = next((one for one in self.terminal.desk.transfers if one.id == self.id), known)
        return self._offered

    @property
    def classes(self) -> tuple[Document, ...]:
        profile = self.terminal.desk.profile
        return profile.handed_over() if profile is not None else ()

    @property
    def reading(self) -> bool:
        """Whether seals are still to be read."""
        return len(self.seals) < len(self.offered.containers)

    @property
    def complete(self) -> bool:
        return not self.reading and len(self.counts) == len(self.classes) > 0

    # ------------------------------------------------------------------ picture

    def title(self) -> Line:
        offered = self.offered
        boxes = "・".join(offered.containers)
        words = self.t(f" 書類の受取り 箱 {boxes}", f" Papers in box {boxes}")
        if offered.disputed:
            return line(
                Span(words, "title"), "  ", Span(self.t(f"{tokens.BAD}食い違い", f"{tokens.BAD}differs"), "bad")
            )
        return line(Span(words, "title"))

    def rows(self, cells: int) -> list[Line]:
        t, offered = self.t, self.offered
        who = t(f"渡す人 {offered.offered_by}  {clock(offered.offered_ms)}", f"from {offered.offered_by}")
        rows: list[Line] = [line(who)]
        if offered.paper:
            signed = f"{t.day(offered.paper_ms)} {hour_minute(offered.paper_ms)}"
            profile = self.terminal.desk.profile
            counters = {one.id: t(one.ja, one.en) for one in profile.custody.counters} if profile is not None else {}
            where = counters.get(offered.paper, offered.paper)
            words = t(f"紙で受領ずみ：{where} {signed}", f"on paper: {where} {signed}")
            rows.append(line(Span(f"{tokens.REPLY}{words}", "reply")))
        for at, box in enumerate(offered.containers):
            read = self.seals[at] if at < len(self.seals) else ""
            here = at == len(self.seals)
            mark = tokens.DONE if read else tokens.BUSY if here else tokens.WAIT
            word = t(f"箱 {box} の封印  ", f"seal of box {box}  ")
            rows.append([Span(mark, "done" if read else "busy" if here else ""), *line(word, Span(read, "bold"))])
        rows += [
            [],
            line(
                Span(
                    t(
                        "分類                           送付表  市が数えた",
                        "class                          sent  counted",
                    ),
                    "dim",
                )
            ),
        ]
        for number, paper in enumerate(self.classes):
            counted = str(self.counts[number]) if number < len(self.counts) else ""
            here = not self.reading and number == len(self.counts)
            if here:
                counted = self.field.text + "_"
            name = fit(paper.ja if t.japanese or not paper.en else paper.en, 30)
            rows.append(
                [
                    Span(tokens.BUSY if here else "  ", "busy" if here else ""),
                    Span(name, "bold" if here else ""),
                    Span(t("【隠す】", "[hidden]"), "dim"),
                    Span(fit(counted, 8, right=True), "bold"),
                ]
            )
        rows += [
            [],
            line(t("送付表の数は、署名がすむまで画面に出ません", "What was sent stays hidden until you have signed")),
            line(t("箱は、署名がすむまで渡す人が持っています", "Until then the giver answers for the box")),
        ]
        return rows

    def standing(self) -> tuple[Line, Line]:
        t = self.t
        if self.id in self.terminal.desk.unconfirmed:
            return line(
                Span(tokens.REPLY, "reply"), t("署名しました。記録を待っています。", "Signed; waiting for the record.")
            ), []
        if self.reading:
            return line(
                t("封印がこわれていないか見て、番号を読みます。", "Look whether the seal is whole; read its number.")
            ), line(t("   つぎ：封印の番号を入れて Enter", "   Next: type the seal's number, Enter"))
        if not self.complete:
            return line(t("1枚ずつ数えます。0枚でも 0 と入れます。", "Count each sheet; 0 where there is none.")), line(
                t("   つぎ：枚数を入れて Enter", "   Next: type the count, Enter")
            )
        return line(t("数え終わりました。", "All is counted.")), line(
            t("   つぎ：F8 で署名（F6 で数え直す）", "   Next: F8 signs (F6 counts again)")
        )

    def prompt(self) -> Prompt:
        t = self.t
        if self.reading:
            return Prompt(t("封印", "seal"), self.field.text, t("Enter＝つぎ", "Enter=next"))
        if not self.complete:
            return Prompt(t("枚数", "sheets"), self.field.text, t("Enter＝次の分類", "Enter=next class"))
        return Prompt(t("受取り", "papers"), "", t("F8＝署名", "F8=sign"))

    # ------------------------------------------------------------------ keys

    def key(self, key: str, char: str) -> bool:
        if self.id in self.terminal.desk.unconfirmed:
            return False
        if key == "enter":
            self._enter()
            return True
        if key == "escape":
            return self._back()
        if self.complete:
            return False
        digit = unicodedata.normalize("NFKC", char) if char else ""
        if char and not self.reading and not digit.isdecimal():
            return False
        return self.field.feed(key, char)

    def _enter(self) -> None:
        text = self.field.take().strip()
        self.terminal.said = None
        if not text:
            if not self.complete:
                self.terminal.warn(
                    self.t("まだ入っていません。", "Nothing was typed."),
                    self.t("0枚でも 0 と入れてください", "0 counts too"),
                )
        elif self.reading:
            self.seals.append(text)
            self.field = Field(longest=24 if self.reading else 5)
        elif not self.complete:
            self.counts.append(int(text))

    def _back(self) -> bool:
        if self.field.text:
            self.field.text = ""
        elif self.counts:
            self.counts.pop()
        elif self.seals:
            self.seals.pop()
        else:
            return False
        return True

    def why_not(self, key: str) -> str:
        if self.id in self.terminal.desk.unconfirmed:
            return self.t("署名ずみです。記録を待っています", "signed already; waiting for the record")
        if key == "f8" and not self.complete:
            return self.t("封印と枚数が、まだそろっていません", "seals and counts are not complete")
        return ""

    def act(self, key: str) -> None:
        if key == "f6":
            self._again()
        elif self.offered.disputed:
            # The same difference twice: the city may sign for what there is, and says why.
            self.terminal.lay(
                Ask(
                    self.terminal,
                    self.t("理由", "reason"),
                    self.t(
                        "2回数えて同じ差のときの理由（なければ空のまま）",
                        "Same difference twice: why? (else leave empty)",
                    ),
                    self.t("合わないときは、もう一度食い違いとして残ります", "If it differs, it stays a difference"),
                    self._confirm,
                    kana=True,
                )
            )
        else:
            self._confirm("")

    def _again(self) -> None:
        self.seals, self.counts, self.field = [], [], Field(longest=24)

    def _confirm(self, reason: str) -> None:
        t = self.t
        question = t(
            f"箱 {'・'.join(self.offered.containers)} {sum(self.counts)}枚に署名します。元に戻せません。",
            f"Sign for {sum(self.counts)} sheets? This cannot be undone.",
        )
        self.terminal.lay(Confirm(self.terminal, question, t("署名する", "sign"), lambda: self._sign(reason)))

    def _sign(self, reason: str) -> None:
        officer, offered, desk, t = self.terminal.officer, self.offered, self.terminal.desk, self.t
        assert officer is not None
        sheets = {paper.id: count for paper, count in zip(self.classes, self.counts, strict=True)}
        seals = tuple(self.seals)

        async def work() -> None:
            done = await self.terminal.ask(lambda: desk.accept(offered.id, officer, seals, sheets, reason))
            if done is None:
                return
            disputed = next((event for event in done.events if isinstance(event, TransferDisputed)), None)
            if disputed is None:
                self.terminal.say(
                    t(
                        f"受け取りました。いまから市の預かりです。記録 {done.index} 番。",
                        f"Accepted. Entry {done.index}.",
                    ),
                )
                return
            self._again()
            names = {paper.id: paper.ja for paper in self.classes}
            which = "、".join(names.get(paper, paper) for paper, _ in disputed.difference)
            self.terminal.warn(
                t(f"数が合いません：{which}", f"The counts differ: {which}"),
                t("もう一度、封印から数え直してください", "Read the seals and count again"),
                "custody.count_mismatch",
            )

        self.terminal.start(work)
