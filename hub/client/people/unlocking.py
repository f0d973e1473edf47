"""Opening a person's key on this machine: the tries are counted, and the machine's own secret is needed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from hub.client.people.attempts import Attempts
from sync.errors import SyncError
from sync.keys.lockbox import Cost, WrongPassphrase, lock
from sync.keys.party import LockedPerson, Person, person_file
from sync.keys.renewalkey import (
    NoRenewalKey,
    RenewalKey,
    drop_prepared,
    load_renewals,
    open_renewal,
    prepare_renewal,
    settle_renewal,
)
from sync.wholefile import replace_secret

log = logging.getLogger(__name__)

T = TypeVar("T")

ATTEMPTS = "attempts"
"""The count of wrong passphrases, in the machine's folder."""


class NotEnrolled(SyncError):
    """The machine's folder has no secret: no key of a person opens here, whatever the passphrase."""

    code = "lockbox.not_enrolled"
    ja = "この端末は登録されていません（secret がありません）。"
    en = "This machine is not enrolled: its secret is missing."
    todo_ja = "管理者に端末の登録を頼んでください。"
    todo_en = "Ask the manager to enrol this machine."


class NoPassphrase(SyncError):
    """Enter was pressed and nothing typed: no guess, and none of the tries is spent on it."""

    code = "lockbox.no_passphrase"
    ja = "合言葉が入っていません。"
    en = "No passphrase was typed."
    todo_ja = "合言葉を入れて Enter。まちがいの数には入りません"
    todo_en = "Type it, then Enter; this does not count as a wrong try."


class KeyNotKept(SyncError):
    """The disk took no key under the new passphrase: the one before counts."""

    code = "people.key_not_kept"
    ja = "この端末のディスクに鍵を書けません。合言葉は変わっていません。"
    en = "This machine's disk took no key; the passphrase has not changed."
    todo_ja = "空き容量と権限を確かめ、もう一度行ってください。いまの合言葉のまま使えます。"
    todo_en = "Check its free space and rights, then try again; the passphrase of now goes on to open it."


class Keyring:
    """The way to people's keys on one machine: at the lock screen, and wherever a second person signs."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.attempts = Attempts(home / ATTEMPTS)

    def secret(self) -> bytes:
        """The machine's enrolment secret; NotEnrolled."""
        try:
            return (self._home / "secret").read_bytes()
        except OSError as error:
            raise NotEnrolled(why=error.strerror) from error

    def unlock(self, who: LockedPerson, passphrase: str) -> Person:
        """Open this person's key. Takes most of a second, by design, so it is called in a thread.

        WrongPassphrase (data: `free` tries before a pause, `left_s` of the pause), TooManyTries, NoPassphrase, NotEnrolled.
        """
        secret = self.secret()
        return self._counted(who.person, passphrase, lambda: who.unlock(passphrase, secret))

    @property
    def renewals(self) -> frozenset[str]:
        """The managers whose renewal key this machine has; Malformed."""
        return frozenset(load_renewals(self._home))

    def renewal(self, person: str, passphrase: str) -> RenewalKey:
        """Open a manager's renewal key, as unlock; NoRenewalKey where this machine has none of theirs."""
        secret = self.secret()
        if person not in self.renewals:
            raise NoRenewalKey(person=person)
        return self._counted(person, passphrase, lambda: open_renewal(self._home, person, passphrase, secret))

    def change(self, who: LockedPerson, old: str, new: str, cost: Cost) -> LockedPerson:
        """Their same key under a new passphrase, in this machine's folder alone; what the file held is overwritten.

        As unlock; KeyNotKept. For officers, whose keys lie on desks; a terminal's people get a new key instead
        (hub.client.people.newkey).
        """
        person = self.unlock(who, old)
        changed = msgspec.structs.replace(who, locked=lock(person.signer.seed, new, self.secret(), cost=cost))
        file = person_file(self._home, who.person)
        try:
            replace_secret(file, changed.encode())
        except OSError as error:
            if not _holds(file, changed.encode()):
                raise KeyNotKept(person=who.person, why=error.strerror or str(error)) from error
            log.error("what held the earlier key could not be overwritten: %s", error)
        return changed

    def prepare(self, key: RenewalKey, passphrase: str, cost: Cost) -> None:
        """Keep a manager's renewal key under the passphrase that they are about to have; KeyNotKept."""
        try:
            prepare_renewal(self._home, key.lock(passphrase, self.secret(), cost=cost))
        except OSError as error:
            raise KeyNotKept(person=key.person, why=error.strerror or str(error)) from error

    def relock(self, person: str) -> None:
        """The manager's passphrase has changed: what was prepared counts from now on."""
        try:
            settle_renewal(self._home, person)
        except OSError as error:  # both are kept, and the one opens that fits
            log.error("a renewal key is not in its place yet: %s", error)

    def leave(self, person: str) -> None:
        """The manager's passphrase has not changed: what was prepared goes."""
        try:
            drop_prepared(self._home, person)
        except OSError as error:  # it opens with a passphrase that nobody has
            log.warning("a renewal key that was prepared cannot be removed: %s", error)

    def _counted(self, person: str, passphrase: str, opening: Callable[[], T]) -> T:
        if not passphrase:
            raise NoPassphrase(person=person)
        self.attempts.begin(person)
        try:
            opened = opening()
        except WrongPassphrase as error:
            free, left_s = self.attempts.free(person), self.attempts.left_s(person)
            raise WrongPassphrase(person=person, free=free, left_s=left_s) from error
        self.attempts.opened(person)
        return opened


def _holds(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except OSError:
        return False
