"""Opening a person's key on this machine: the tries are counted, and the machine's own secret is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from hub.client.people.attempts import Attempts
from sync.errors import SyncError
from sync.keys.lockbox import Cost, WrongPassphrase, lock
from sync.keys.party import LockedPerson, Person, person_file
from sync.keys.renewalkey import NoRenewalKey, RenewalKey, load_renewals, open_renewal, save_renewals
from sync.wholefile import replace_secret

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

        As unlock. For officers, whose keys lie on desks; a terminal's people get a new key instead (hub.client.people.newkey).
        """
        person = self.unlock(who, old)
        changed = msgspec.structs.replace(who, locked=lock(person.signer.seed, new, self.secret(), cost=cost))
        replace_secret(person_file(self._home, who.person), changed.encode())
        return changed

    def relock(self, key: RenewalKey, passphrase: str, cost: Cost) -> None:
        """Lock a manager's renewal key on this machine anew: their passphrase has changed."""
        save_renewals(self._home, [key.lock(passphrase, self.secret(), cost=cost)])

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
