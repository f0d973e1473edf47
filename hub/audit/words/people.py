"""Keys and vouched numbers in the words of an auditor."""

from __future__ import annotations

from hub.audit.words.said import Said
from hub.domain.people.newkey import KeySucceeded
from hub.domain.people.vouching import NumberVouched


def sentence(event: KeySucceeded | NumberVouched) -> Said:
    """What happened to a person's key, or which refusal a manager answered for."""
    match event:
        case KeySucceeded(person=person, reset=True):
            return Said(
                f"{person} の忘れた合言葉を再設定し、新しい鍵にした",
                f"the forgotten passphrase of {person} was reset: a new key",
            )
        case KeySucceeded(person=person):
            return Said(f"{person} が合言葉を変え、新しい鍵にした", f"{person} changed to a new key")
        case NumberVouched():
            return Said(
                "拒まれた数字を、マイナンバーではないとした（理由あり）",
                "refused digits were said to be no My Number (with a reason)",
            )
