"""Reading a contract profile: its file, by shipped id or by path, into what the rules ask of it; or why not."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from hub.domain.contracts.calendar import FIRST_YEAR, LAST_YEAR
from hub.domain.contracts.check import comments, contradictions, dates, in_japanese, locate, texts
from hub.domain.contracts.contract import Profile
from hub.domain.guard import check_text

LARGEST, LONGEST_LINE = 1 << 20, 4096
"""Bytes: thirty times the largest contract that we know, and eight times its longest line. What is nested thousands deep in
one line is read for minutes."""


class ProfileError(Exception):
    """A profile that cannot be used: which file, which key, and why (Japanese, then what was found)."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file, self.key, self.reason = file, key, reason


def shipped() -> list[str]:
    """Ids of the profiles that come with Demado, sorted."""
    return sorted(f.name.removesuffix(".toml") for f in _shipped_folder().iterdir() if f.name.endswith(".toml"))


def profile_bytes(path_or_id: str | Path) -> bytes:
    """The profile file's bytes, by shipped id or by path; ProfileError if there is no such file."""
    name = str(path_or_id)
    source = _shipped_folder() / f"{name}.toml" if name in shipped() else Path(name)
    try:
        return source.read_bytes()
    except OSError as error:
        known = "、".join(shipped())
        reason = f"契約の名前でもファイルでもありません。名前は {known} / no such contract or file ({error.strerror})"
        raise ProfileError(name, "-", reason) from error


def load_profile(path_or_id: str | Path) -> Profile:
    """Read and check a profile by shipped id or by path; ProfileError names file, key and reason."""
    return decode_profile(profile_bytes(path_or_id), str(path_or_id))


def profile_hash(raw: bytes) -> bytes:
    """SHA-256 (32 bytes) of the profile file's bytes: what `day.opened` pins."""
    return hashlib.sha256(raw).digest()


def decode_profile(raw: bytes, name: str) -> Profile:
    """Decode and cross-check a profile's bytes; ProfileError(name, key, reason) for the first thing that is wrong."""
    try:
        return _decoded(raw)
    except _Wrong as wrong:
        raise ProfileError(name, wrong.key, wrong.reason) from wrong.__cause__


class _Wrong(Exception):
    """The first thing that is wrong with a profile, whatever its file is called."""

    def __init__(self, key: str, reason: str) -> None:
        self.key, self.reason = key, reason


# The same bytes are the same profile, and nobody changes one: `verify` and an office meet theirs in every record, and
# reading one costs what hundreds of commands do. Sixteen are more contracts than one process has to do with.
@lru_cache(maxsize=16)
def _decoded(raw: bytes) -> Profile:
    tree = _tree(raw)
    for key, day in dates(tree):
        if (
            not FIRST_YEAR <= day.year <= LAST_YEAR
        ):  # "9999-12-31" for no end: its holidays would be worked out for hours
            raise _Wrong(key, f"{day.isoformat()}：{FIRST_YEAR}年から{LAST_YEAR}年までの日付にしてください")
    # Comments too: no rule reads them, and the file is kept in every record byte for byte.
    for key, text in (*texts(tree), *comments(raw.decode("utf-8-sig"))):
        if finding := check_text(text):
            raise _Wrong(key, finding.ja)
    try:
        profile = msgspec.convert(tree, Profile, strict=True)
    except msgspec.ValidationError as error:
        key, message = locate(tree, Profile) or ("-", str(error))
        raise _Wrong(key, in_japanese(message)) from error
    for key, reason in contradictions(profile):
        raise _Wrong(key, reason)
    return profile


def _tree(raw: bytes) -> dict[str, object]:
    """The TOML tree of a file that somebody may have made to be read for ever: _Wrong for that, and for what is none."""
    if len(raw) > LARGEST or max(map(len, raw.split(b"\n"))) > LONGEST_LINE:
        raise _Wrong("-", f"契約プロファイルは {LARGEST // 1024} KiB まで、1行は {LONGEST_LINE} バイトまでです")
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))  # Windows' editor puts a mark before UTF-8
    except (ValueError, RecursionError) as error:  # as well as what is no UTF-8 and no TOML, numbers beyond all bounds
        raise _Wrong("-", f"TOMLとして読めません ({error})") from error


def _shipped_folder() -> Traversable:
    return resources.files("hub.domain.contracts") / "profiles"
