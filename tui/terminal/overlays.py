"""Help and palette, laid over any screen."""

from __future__ import annotations

from tui import tokens
from tui.cells import Line, Span, fit, line, wrap
from tui.field import Field
from tui.frame_lines import whole
from tui.kana import matches
from tui.layer import Layer, Prompt, Terminal, why_words
from tui.layered import LEAST
from tui.terminal import actions
from tui.terminal.actions import Action

REASON_CELLS = 69
"""What a row of 80 cells leaves beside the key."""


class Help(Layer):
    """F1: the keys of this screen with the reasons why not, and what the shapes mean."""

    modal = True

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.top = 0

    def rows(self) -> list[Line]:
        t, station = self.t, self.station
        rows: list[Line] = []
        if station.said is not None and station.said.code:
            rows += whole(t, station.said, LEAST[0])
        rows.append(line(Span(t(" キー", " Keys"), "title")))
        for action in actions.ACTIONS:
            reason = why_words(t, self.terminal.why_not(action.id))
            name = actions.name(self.terminal.page, action)
            first, *more = wrap(f"{name}  {reason}" if reason else name, REASON_CELLS)
            style = "dim" if reason else ""
            rows.append([Span(f" {fit(action.key_words, 7)} ", style or "key"), Span(first, style)])
            rows += [line(Span(" " * 11 + piece, style)) for piece in more]
        rows += [[], line(Span(t(" 記号", " Shapes"), "title"))]
        for shape, ja, en in SHAPES:
            rows.append(line(f" {shape} {t(ja, en)}"))
        names = station.manager_names()
        rows += [[], line(t(f" こまったら管理者へ：{names}", f" If in doubt, ask the manager: {names}"))]
        return rows

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        rows = self.rows()
        self.top = max(0, min(self.top, len(rows) - height))
        return rows[self.top : self.top + height]

    def prompt(self) -> Prompt:
        return Prompt(
            self.t("ヘルプ", "help"), "", self.t("↑↓＝送る  Esc＝もどる", "up, down  Esc=back").replace("↑↓", "上下")
        )

    def key(self, key: str, char: str) -> bool:
        step = {"up": -1, "down": 1, "pageup": -15, "pagedown": 15, "space": 15}.get(key)
        if step is not None:
            self.top += step
        elif key in ("escape", "enter", "f1"):
            self.terminal.close(self)
        else:
            return False
        return True


SHAPES = (
    (tokens.DONE, "すんだ・できる", "done, ready"),
    (tokens.BUSY, "対応中", "being served"),
    (tokens.CALLED, "呼出中", "called"),
    (tokens.WAIT, "待ち", "waiting"),
    (tokens.REPLY, "返事待ち", "waiting for an answer"),
    (tokens.HELD, "保留・再来", "held, will return"),
    (tokens.WARN, "注意・できません", "attention"),
    (tokens.BAD, "故障・切断・差", "fault, cut, difference"),
    (tokens.UNSURE, "不明：人が見て答える", "unsure: a person looks"),
    (tokens.OFF, "対象外・切", "not applicable, off"),
)


class Palette(Layer):
    """Ctrl+P: find an action by kanji, kana, romaji or English. What cannot be done stays, with the reason."""

    modal = True

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.field = Field(kana=True)
        self.at = 0

    def found(self) -> list[Action]:
        """The actions that match what is typed, each by what it is called on this page."""
        return [a for a in actions.ACTIONS if a.id != "palette" and self._matches(a)]

    def _matches(self, action: Action) -> bool:
        ja, en = self.t.both(lambda: self.terminal.page.label(action.id))
        kana = actions.LABEL_KANA.get(ja, "")
        # One key is another act on each page: where the page has a word of its own, the table's would offer another
        # act than Enter does. A longer word for the same act (発券A) keeps them.
        if action.ja in ja or not ja:
            ja, kana = f"{ja} {action.ja} {action.name_ja}", f"{kana} {action.kana}"
            en = f"{en} {action.en} {action.name_en}"
        return matches(self.field.text, f"{ja} {action.key_words}", kana, en)

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, found = self.t, self.found()
        self.at = max(0, min(self.at, len(found) - 1))
        top = max(0, self.at - (height - 4))
        rows: list[Line] = [
            line(Span(t(" さがす：漢字・かな・ローマ字・English", " Find: kanji, kana, romaji, English"), "title")),
            [],
        ]
        for number, action in list(enumerate(found))[top : top + height - 3]:
            reason = why_words(t, self.terminal.why_not(action.id))
            style = "cursor" if number == self.at else "dim" if reason else ""
            name = fit(actions.name(self.terminal.page, action), 44)
            rows.append(
                [
                    Span(">" if number == self.at else " "),
                    Span(fit(action.key_words, 8), style),
                    Span(name, style),
                    Span(f" {reason}", "dim"),
                ]
            )
        if not found:
            rows.append(line(t(" 見つかりません。ほかの言い方でさがす", " Nothing found. Try another word")))
        return rows

    def prompt(self) -> Prompt:
        return Prompt(
            self.t("さがす", "find"), self.field.text, self.t("Enter＝行う  Esc＝もどる", "Enter=do  Esc=back")
        )

    def key(self, key: str, char: str) -> bool:
        match key:
            case "escape":
                self.terminal.close(self)
            case "up" | "down":
                self.at += -1 if key == "up" else 1
            case "enter":
                found = self.found()
                self.terminal.close(self)
                if found:
                    self.terminal.do(found[self.at].id)
            case _:
                if not self.field.feed(key, char):
                    return False
                self.at = 0
        return True
