"""A key's fingerprint, for two people who compare it by voice: thirty digits in six groups.

Thirty digits are 99 bits: nobody makes a second key with the same ones. Digits are the same in every language, and
Japanese has a reading for each that no other digit is heard as (ヨン and ナナ, never シ and シチ).
"""

import unicodedata
from hashlib import sha256
from typing import Final

GROUPS: Final = 6
GROUP_DIGITS: Final = 5  # as long as a person keeps in mind while saying them
DIGITS: Final = GROUPS * GROUP_DIGITS

_READING: Final = dict(
    zip("0123456789", ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"), strict=True)
)


def fingerprint(key: bytes) -> str:
    """Return the thirty digits of a public key (32 bytes), in six groups separated by spaces."""
    if len(key) != 32:
        raise ValueError("a fingerprint is of a 32-byte public key")
    number = int.from_bytes(sha256(b"demado fingerprint v1\0" + key).digest()) % 10**DIGITS
    digits = f"{number:0{DIGITS}}"
    return " ".join(digits[at : at + GROUP_DIGITS] for at in range(0, DIGITS, GROUP_DIGITS))


def reading(group: str) -> str:
    """Return how a group of digits is read aloud in Japanese, digit by digit."""
    return "・".join(_READING[digit] for digit in group)


def same(typed: str, key: bytes) -> bool:
    """Say whether what a person typed is this key's whole fingerprint; spaces, hyphens and full width do not matter."""
    wanted = fingerprint(key).replace(" ", "")
    given = unicodedata.normalize("NFKC", typed)
    if any(not (char.isspace() or char in "-‐‑–—ー.,、・" or char in "0123456789") for char in given):
        return False
    return "".join(char for char in given if char in "0123456789") == wanted
