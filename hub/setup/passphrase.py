"""The passphrase of what opens by it alone: a root, and the registry of an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sync.keys.lockbox import SECRET_BYTES, WrongPassphrase, unlock
from sync.keys.passphrase import PassphraseTooShort, check_passphrase

LEAST_ALONE: Final = 16
"""Characters without spaces: four short words. No machine's secret stands behind these files, so whoever copies one
may guess for years on hardware of their own."""


NO_SECRET: Final = bytes(SECRET_BYTES)
"""A lockbox wants a machine's secret; what must open anywhere has none, and a dearer cost and longer passphrase."""


class WrongAlone(WrongPassphrase):
    """Not the passphrase of this root or registry: it is nobody's to set again."""

    code = "passphrase.wrong_alone"
    ja = "合言葉が、このルート鍵・登録簿のものと違います。"
    en = "This is not the passphrase of this root or registry."
    todo_ja = "フォルダーと、金庫の紙を確かめてもう一度。だれも再設定できません。失ったときは作り直しです。"
    todo_en = (
        "Check the folder and the paper in the safe, then try again: nobody can set it anew; if it is lost, begin anew."
    )


def open_alone(locked: bytes, passphrase: str) -> bytes:
    """The 32 bytes that a passphrase guards by itself; WrongAlone, Malformed."""
    try:
        return unlock(locked, passphrase, NO_SECRET)
    except WrongPassphrase:
        raise WrongAlone from None


class TooShortAlone(PassphraseTooShort):
    """Long enough for a person's key, and too short for a file that opens by its passphrase alone."""

    code = "passphrase.too_short_alone"
    ja = f"ルート鍵と発行鍵の合言葉は、空白を除いて{LEAST_ALONE}文字から。"
    en = f"The passphrase of a root or issuing key has {LEAST_ALONE} characters at least, not counting spaces."
    todo_ja = "つながりのない言葉を4つか5つ並べてください。紙に書いて封をし、別の金庫に置いてかまいません。"
    todo_en = "Put four or five unrelated words together; a sealed paper copy in another safe is fine."


def check_alone(passphrase: str, names: Iterable[str] = ()) -> None:
    """Raise a BadPassphrase leaf unless this passphrase may guard a file by itself."""
    try:
        check_passphrase(passphrase, names)
    except PassphraseTooShort:
        raise TooShortAlone(least=LEAST_ALONE) from None  # eight would not do here either
    if len("".join(passphrase.split())) < LEAST_ALONE:
        raise TooShortAlone(least=LEAST_ALONE)
