"""What a new passphrase must be: long enough, and nothing that a stranger would try first.

The key under it also needs a secret that only enrolled machines hold, so a passphrase is one of two factors: guesses
are made at a terminal, which makes them wait (hub.client.people.attempts), or by somebody who has stolen a terminal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sync.errors import SyncError

SHORTEST = 8
"""Characters: NIST SP 800-63B-4, 3.1.1.2, for a password that is one of two factors."""

LEAST_KINDS = 5
"""Different characters: eight with fewer are a pattern of the fingers (11112222, abababab)."""

LONGEST_RUN = 4
"""Characters that follow each other on a keyboard or in a row of digits before the passphrase counts as such a row."""

SHORTEST_NAME = 3
"""Letters of a name, in Latin script, that must not stand in the passphrase; two (as of "Oi") stand in any word. Nobody
here knows how the kanji of a name are read: whoever enrols a person gives the reading as another name."""

_ROWS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")

_KNOWN = (
    "password", "passwd", "passphrase", "iloveyou", "letmein", "welcome", "administrator", "secret",
    "mynumber", "demado", "kunren", "aikotoba", "himitsu",
)  # fmt: skip
"""Words that stand on everybody's list of first tries, or on the wall of a booth."""


class BadPassphrase(SyncError):
    """A new passphrase that is not accepted; nothing was changed."""

    code = "passphrase"
    ja = "その合言葉は使えません。"
    en = "This passphrase cannot be used."
    todo_ja = "つながりのない言葉を3つほど並べてください。"
    todo_en = "Put about three unrelated words together."


class PassphraseTooShort(BadPassphrase):
    """Fewer than SHORTEST characters."""

    code = "passphrase.too_short"
    ja = f"合言葉が短すぎます（{SHORTEST}文字から）。"
    en = f"The passphrase is too short: {SHORTEST} characters at least."


class PassphraseUntypeable(BadPassphrase):
    """It has characters that a lock screen does not take: an input method would show them while they are typed."""

    code = "passphrase.untypeable"
    ja = "合言葉に使えるのは、英字・数字・記号だけです。"
    en = "A passphrase has letters, digits and signs of the keyboard only."


class PassphraseNamesPerson(BadPassphrase):
    """It holds the person's own name or staff number."""

    code = "passphrase.names_person"
    ja = "自分の名前や職員番号が入っています。"
    en = "It holds the person's own name or staff number."


class PassphraseGuessable(BadPassphrase):
    """A row of keys, only digits, a few characters again and again, or a word that everybody tries.

    Only digits are also what a birth date, a telephone number or a My Number is.
    """

    code = "passphrase.guessable"
    ja = "すぐに当てられる合言葉です。"
    en = "This passphrase is easily guessed."
    todo_ja = "数字だけ・キーの並び・くり返し・よくある言葉は使えません"
    todo_en = "No row of keys, repetition, common word, nor only digits."


def check_passphrase(passphrase: str, names: Iterable[str] = ()) -> None:
    """Raise a BadPassphrase leaf unless a person with these names (and id) may take it. The passphrase is in no data."""
    folded = _fold(passphrase)
    if not (folded.isascii() and folded.isprintable()):
        raise PassphraseUntypeable()
    if len(folded) < SHORTEST:
        raise PassphraseTooShort(least=SHORTEST)
    for name in names:
        if any(part in folded for part in _parts(name)):
            raise PassphraseNamesPerson()
    bare = _without_known(_without_rows(folded))
    # What is left after rows of keys and common words are taken out must be a passphrase by itself, nearly.
    short = len(bare) < SHORTEST // 2 or bare.isdecimal()
    if short or len(set(folded)) < LEAST_KINDS or _repeats(folded):
        raise PassphraseGuessable()


def _fold(text: str) -> str:
    """Full width is half width, capitals are small letters, and spaces add nothing."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _parts(name: str) -> list[str]:
    """What of a name must not stand in a passphrase: the whole of it and its parts."""
    words = re.split(r"[\s・_.-]+", unicodedata.normalize("NFKC", name).casefold())
    return [part for part in ("".join(words), *words) if len(part) >= SHORTEST_NAME]


def _without_rows(folded: str) -> str:
    """The text without runs of LONGEST_RUN and more keys that stand side by side, in either direction."""
    kept, at = [], 0
    while at < len(folded):
        length = max((_run(folded[at:], row) for one in _ROWS for row in (one, one[::-1])), default=1)
        if length < LONGEST_RUN:
            kept.append(folded[at])
            at += 1
        else:
            at += length
    return "".join(kept)


def _run(text: str, row: str) -> int:
    """How many characters at the start of text follow each other in that row."""
    start = row.find(text[0])
    length = 0
    while start >= 0 and length < len(text) and start + length < len(row) and text[length] == row[start + length]:
        length += 1
    return length


def _without_known(text: str) -> str:
    for word in _KNOWN:
        text = text.replace(word, "")
    return text


def _repeats(text: str) -> bool:
    """Whether the text is one piece again and again (maruomaruo)."""
    return text in (text + text)[1:-1]
