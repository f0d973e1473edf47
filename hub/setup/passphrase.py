"""The passphrase of what opens by it alone: a root, and the registry of an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sync.keys.passphrase import PassphraseTooShort, check_passphrase

LEAST_ALONE: Final = 16
"""Characters without spaces: four short words. No machine's secret stands behind these files, so whoever copies one
may guess for years on hardware of their own."""


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
