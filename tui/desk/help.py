"""F1 on the desk: its keys, its shapes, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import tokens
from tui.cells import Line, Span, fit, line, wrap
from tui.frame_lines import whole
from tui.layer import Layer, Prompt

if TYPE_CHECKING:
    from tui.desk.screen import DeskTerminal

KEYS = (
    ("1-5", "印をつける・はずす（映像を見ながら）", "tick while you watch"),
    ("Enter", "決定へ。そのあと 1から4 で選ぶ", "then choose 1 to 4"),
    ("F8", "署名して決定・受取り（これだけが署名です）", "sign: nothing else does"),
    ("F5", "次の依頼（上下の矢印でも）", "next request (arrow keys too)"),
    ("F6", "映像の会議と印・書類を数え直す", "meeting, or count again"),
    ("F7", "静止画を見る（+ - で大きさ、矢印で動かす）", "stills: + - zoom, arrows move"),
    ("F9 1", "依頼を次の順番の職員に回す", "pass it on to the next officer"),
    ("F9 2", "2人目の職員がここで確かめる（例外の依頼）", "a second officer looks here"),
    ("F9 3", "撮り直しを頼む（理由、それから F8）", "once more: reason, then F8"),
    ("F9 8", "English", "日本語"),
    ("Ctrl+L", "席を離れる（担当からはずれます）", "leave the seat, off duty"),
)

SHAPES = (
    (tokens.BUSY, "開いている依頼", "open"),
    (tokens.WAIT, "待っている依頼", "waiting"),
    (tokens.REPLY, "署名ずみ、記録待ち", "signed, record awaited"),
    (tokens.WARN, "期限が切れた", "expired"),
    (tokens.SEAL, "受け取る書類", "papers to sign for"),
    (tokens.BAD, "切断・食い違い・信用できない", "cut, differs, refused"),
)


class DeskHelp(Layer):
    """Laid over the page; Esc goes back."""

    modal = True

    def __init__(self, terminal: DeskTerminal) -> None:
        super().__init__(terminal)
        self.desk_terminal = terminal

    def body(self, width: int, height: int, under: list[Line]) -> list[Line]:
        t, closed = self.t, self.desk_terminal.refused_by()
        problem = closed or self.desk_terminal.desk.problem
        rows: list[Line] = []
        if problem is not None:
            first, *more = wrap(f"{tokens.BAD}{t(problem.ja, problem.en)}", width - 2)
            rows += [line(Span(f" {first}", "bad")), *(line(Span(f"   {words}", "bad")) for words in more)]
            rows.append(line(f"   {problem.code}"))
            if closed is not None:
                rows += [line(f"   {words}") for words in wrap(t(closed.todo_ja, closed.todo_en), width - 4)]
            rows.append([])
        elif (said := self.desk_terminal.said) is not None and said.code:
            rows += whole(t, said, width)
        rows.append(line(Span(t(" キー", " Keys"), "title")))
        rows += [[Span(f" {fit(key, 8)}", "key"), Span(t(ja, en))] for key, ja, en in KEYS]
        rows.append(line(Span(t(" 記号", " Shapes"), "title")))
        named = [f" {shape} {t(ja, en)}" for shape, ja, en in SHAPES]
        rows += [line(fit(one, 30), other) for one, other in zip(named[::2], named[1::2], strict=True)]
        return rows[:height]

    def prompt(self) -> Prompt:
        return Prompt(self.t("ヘルプ", "help"), "", self.t("Esc＝もどる", "Esc=back"))

    def key(self, key: str, char: str) -> bool:
        if key in ("escape", "enter", "f1"):
            self.terminal.close(self)
            return True
        return False
