"""How long a passphrase must be, by what stands behind it."""

import unicodedata
from typing import Final

from sync.errors import SyncError

ROOT_LEAST: Final = 12
"""A root's or a registry's file opens with the passphrase alone: four words, in kana, have twelve characters."""

PERSON_LEAST: Final = 8
"""A person's key also needs the secret of an enrolled machine, and each wrong try there costs a pause."""


class PassphraseTooShort(SyncError):
    """The passphrase is too easily guessed."""

    code = "passphrase.short"
    ja = "パスフレーズが短すぎるか、同じ文字のくり返しです。"
    en = "The passphrase is too short, or one character over and over."
    todo_ja = "意味のつながらない言葉を4つか5つ並べてください。紙に書いて封をし、別の場所に保管してかまいません。"
    todo_en = "Put four or five unconnected words in a row; a sealed paper copy kept elsewhere is fine."


def need_strength(passphrase: str, least: int) -> None:
    """Raise PassphraseTooShort unless it has `least` characters (NFKC), four of them different."""
    typed = unicodedata.normalize("NFKC", passphrase)
    if len(typed) < least or len(set(typed)) < 4:
        raise PassphraseTooShort(least=least)
