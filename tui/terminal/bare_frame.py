"""The frame of a screen that has no booth behind it yet: a head, rows, what is said, the line that is typed, the keys."""

from __future__ import annotations

from tui import tokens
from tui.cells import Line, Span, fit_line, line, line_width, spread
from tui.field import Field
from tui.frame_lines import rule
from tui.words import Tongue


def bare_frame(
    t: Tongue, width: int, height: int, rows: list[Line], said: Line, todo: str, label: str, field: Field
) -> tuple[list[Line], tuple[int, int]]:
    """Every row, and where the cursor stands."""
    head = [line(Span(t(" 出窓 demado", " demado"), "title")), [], rule(width, False), []]
    body = [*head, *rows][: height - 4]
    typed = line(f" {label}> ", Span("*" * len(field.text) if field.secret else field.text, "input"))
    hint = line(Span(t("Enter＝次へ  Esc＝もどる ", "Enter=next  Esc=back "), "dim"))
    made = [
        *body,
        *([[]] * (height - 4 - len(body))),
        said,
        line(Span(f"   {todo}" if todo else "", "dim")),
        spread([*typed, Span("_")], hint, width),
        line(Span(t("F1ヘルプ  F9 English  Ctrl+X終了", "F1 Help  F9 日本語  Ctrl+X Quit"), "dim")),
    ]
    return [fit_line(row, width) for row in made], (line_width(typed), height - 2)


def busy(words: str) -> Line:
    """The row of what is under way."""
    return line(Span(f"{tokens.REPLY}{words}", "reply"))
