"""What a mistyped command line is told: click's English sentence, and a Japanese one before it."""

from __future__ import annotations

import click


def japanese(error: click.ClickException) -> str:
    """The Japanese sentence for a fault of the command line; empty where the message has its own Japanese already."""
    if _has_japanese(error.message):
        return ""
    match error:
        case click.NoSuchOption():
            return f"{error.option_name} という指定はありません。"
        case click.MissingParameter():
            return f"{_named(error)} がありません。"
        case click.BadParameter():
            return f"{_named(error)} の値が正しくありません。"
        case click.FileError():
            return f"{error.ui_filename} を開けません。"
        case click.UsageError():
            return "コマンドの書き方が違います。"
    return ""


def show(error: click.ClickException) -> None:
    """Print the fault on standard error: the Japanese sentence, click's own, and where help is."""
    context = getattr(error, "ctx", None)
    sentence = japanese(error)
    if sentence:
        hint = f"（使い方：{context.command_path} --help）" if context is not None else ""
        click.echo(sentence + hint, err=True)
    error.show()


def _named(error: click.BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param and error.ctx else "")
    return hint if isinstance(hint, str) else "、".join(hint)


def _has_japanese(text: str) -> bool:
    return any(ord(letter) > 0x3000 for letter in text)
