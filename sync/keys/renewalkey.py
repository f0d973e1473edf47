"""A manager's renewal key: certifies again the people of the roster, and new terminals, and can make nobody else.

It lies in the homes of terminals (`renewal.locked`), under the manager's passphrase and the terminals' secret, and never
on a hub: whoever steals the hub has nothing to certify with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from sync import canonical
from sync.canonical import Text
from sync.errors import Malformed, SyncError
from sync.keys.certificate import parse
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost, WrongPassphrase, lock, unlock
from sync.wholefile import write_whole

FILE: Final = "renewal.locked"
PENDING: Final = "renewal.pending"
"""Beside it, while its manager changes their passphrase: the same key under the new one."""


class NoRenewalKey(SyncError):
    """This terminal holds no renewal key of this person."""

    code = "renewal.no_key"
    ja = "この端末に、あなたの更新用の鍵はありません。"
    en = "This terminal holds no renewal key of yours."
    todo_ja = "更新用の鍵のある端末で行うか、事務所に `demado enrol staff` の鍵の配布を頼んでください。"
    todo_en = "Use a terminal that has it, or ask the office to hand it out."


class OtherPassphrase(WrongPassphrase):
    """The person's passphrase does not open their renewal key: they have changed it at another terminal."""

    code = "renewal.other_passphrase"
    ja = "この端末の更新用の鍵は、前の合言葉のままです。"
    en = "The renewal key on this terminal is still under your earlier passphrase."
    todo_ja = "合言葉を変えた端末で更新してください。"
    todo_en = "Renew at the terminal where you changed the passphrase."


class LockedRenewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One manager's renewal key, locked; `chain` begins with its own certificate."""

    person: Text
    chain: tuple[bytes, ...]
    locked: bytes

    def unlock(self, passphrase: str, secret: bytes) -> RenewalKey:
        """Open the key; WrongPassphrase. Takes most of a second, by design, so it is called in a thread."""
        return RenewalKey(self.person, Signer(unlock(self.locked, passphrase, secret)), self.chain)


class RenewalKey(msgspec.Struct, frozen=True):
    """An open renewal key, in memory only, while its manager is signed in."""

    person: str
    signer: Signer
    chain: tuple[bytes, ...]
    """Its certificate, then the issuers' above it."""

    @property
    def certificate(self) -> bytes:
        return self.chain[0]

    @property
    def not_after_ms(self) -> int:
        """Until when it can certify."""
        return min(parse(encoded).not_after_ms for encoded in self.chain)

    def lock(self, passphrase: str, secret: bytes, *, cost: Cost = Cost.MODERATE) -> LockedRenewal:
        """The key locked anew, for a manager whose passphrase changes."""
        return LockedRenewal(self.person, self.chain, lock(self.signer.seed, passphrase, secret, cost=cost))


def load_renewals(home: Path) -> dict[str, LockedRenewal]:
    """The locked renewal keys in a terminal's home, by manager; none is no fault. Malformed."""
    try:
        held = canonical.decode((home / FILE).read_bytes(), tuple[LockedRenewal, ...])
    except FileNotFoundError:
        return {}
    return {one.person: one for one in held}


def save_renewals(home: Path, renewals: Iterable[LockedRenewal]) -> None:
    """Put these keys into a terminal's home, each in place of the one that its manager had there."""
    held = load_renewals(home) | {one.person: one for one in renewals}
    if held:
        write_whole(home / FILE, canonical.encode(tuple(held[name] for name in sorted(held))), secret=True)


def prepare_renewal(home: Path, renewal: LockedRenewal) -> None:
    """Keep a renewal key under the passphrase that its manager is about to have, beside the one that counts; OSError.

    Whatever cuts the change off, one of the two opens with the passphrase that counts then.
    """
    _keep_prepared(home, _prepared(home) | {renewal.person: renewal})


def settle_renewal(home: Path, person: str) -> None:
    """The change is made: what this manager prepared takes the place of the one before; OSError leaves both."""
    if (made := _prepared(home).get(person)) is not None:
        save_renewals(home, [made])
    drop_prepared(home, person)


def drop_prepared(home: Path, person: str) -> None:
    """This manager's change was refused, or is made; what another has prepared stays."""
    _keep_prepared(home, {name: one for name, one in _prepared(home).items() if name != person})


def _keep_prepared(home: Path, renewals: Mapping[str, LockedRenewal]) -> None:
    if renewals:
        write_whole(home / PENDING, canonical.encode(tuple(renewals[name] for name in sorted(renewals))), secret=True)
    else:
        (home / PENDING).unlink(missing_ok=True)


def _prepared(home: Path) -> dict[str, LockedRenewal]:
    """What is prepared, by manager; OSError. A damaged file opens with no passphrase: it counts as none."""
    try:
        held = canonical.decode((home / PENDING).read_bytes(), tuple[LockedRenewal, ...])
    except (FileNotFoundError, Malformed):
        return {}
    return {one.person: one for one in held}


def open_renewal(home: Path, person: str, passphrase: str, secret: bytes) -> RenewalKey:
    """Open the renewal key of somebody whose own key this passphrase opens; NoRenewalKey, OtherPassphrase, Malformed."""
    held = load_renewals(home).get(person)
    if held is None:
        raise NoRenewalKey(person=person)
    try:
        return held.unlock(passphrase, secret)
    except WrongPassphrase:
        with suppress(OSError, WrongPassphrase):
            if (one := _prepared(home).get(person)) is not None:
                opened = one.unlock(passphrase, secret)
                with suppress(OSError):  # a disk that is full still: the next time
                    settle_renewal(home, person)
                return opened
        raise OtherPassphrase(person=person) from None
