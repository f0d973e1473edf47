"""The vault: the keys of one hub's subjects (a visit, a reservation). Destroying a subject's key destroys its data.

What is sealed travels and is hashed into the record; the keys lie here, in a file of their own, each only wrapped under
the vault's secret. That secret is on no disk but sealed to the managers (`holders`); a hub has it in memory between a
manager's unlocking and the close of the day. Without it keys can be listed, copied and destroyed, but neither read nor
added. A terminal keeps a copy of the file (`mirror`), so that a take-over has the keys and needs the same manager.

A key becomes durable before anything sealed under it leaves. What no code here reaches: copies of this file made
earlier, and blocks a flash controller has set aside; both hold keys only wrapped under a secret that is not on that
flash. Python cannot wipe a key from memory; it is gone from there when the process ends.
"""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sync.soundness import NOT_DAMAGE, damage, primary
from sync.vault.sealing import (
    KEY_BYTES,
    field_key,
    lock_under,
    new_key,
    open_with,
    seal_to_person,
    seal_with,
    unlock_under,
)
from sync.vault.vaultfaults import (
    CannotOpen,
    KeyDestroyed,
    KeyDiffers,
    NotErased,
    UnknownSubject,
    VaultDamaged,
    VaultLocked,
    VaultUnusable,
    WrongWrappingKey,
)

FILE = "vault.sqlite"
"""The vault's file in the home of a hub, and its copy in the home of a terminal."""


MEMORY = ":memory:"
"""In the place of a path: a vault that is gone with its process."""

UNREADABLE = b"demado: the vault of this terminal could not be read\n"
"""Stands in a new hub's home for a copy that not a byte could be had of: no vault, and no empty file, which would be one."""


class Copy(msgspec.Struct, frozen=True):
    """A vault's content as it stands in the file: nothing in it opens without a manager's key."""

    proof: bytes
    """An empty text under the vault's secret, by which a wrong secret is noticed."""
    holders: dict[bytes, bytes]
    """A manager's public key (Ed25519) to the vault's secret sealed to it."""
    wrapped: dict[str, bytes]
    """Subject to its key under the vault's secret."""


class Vault:
    """One vault file; locked until `unlock`. May be called from several threads."""

    def __init__(self, path: Path | str, secret: bytes | None = None) -> None:
        """Open or make the file; with `secret` also unlock it, WrongWrappingKey if it is another's.

        VaultDamaged, and the file is as it was; VaultUnusable.
        """
        self._secret: bytes | None = None
        self._lock = threading.Lock()
        self._path = path = Path(path)
        if why := damage(path):
            raise VaultDamaged(path=str(path), why=why)
        try:
            if str(path) != MEMORY:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # nobody else's to read, before the first byte
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.DatabaseError) as fault:
            raise VaultUnusable(path=str(path), why=str(fault)) from fault
        try:
            self._set_up()
            if secret is not None:
                self.unlock(secret)
        except sqlite3.DatabaseError as fault:
            self._db.close()
            raise _named(fault, path) from fault
        except BaseException:
            self._db.close()
            raise

    def _set_up(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")  # the key is on disk before what it seals goes anywhere
        self._db.execute("PRAGMA secure_delete=ON")  # freed bytes are overwritten with zeros
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS key"
            " (subject TEXT PRIMARY KEY, wrapped BLOB, destroyed INTEGER NOT NULL DEFAULT 0)"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS proof (of_secret BLOB NOT NULL)")
        self._db.execute("CREATE TABLE IF NOT EXISTS holder (key BLOB PRIMARY KEY, sealed BLOB NOT NULL)")
        for columns in ("subject, wrapped, destroyed FROM key", "of_secret FROM proof", "key, sealed FROM holder"):
            self._db.execute(f"SELECT {columns} LIMIT 1")  # another program's file has other ones

    # ------------------------------------------------------------------ the secret

    @property
    def made(self) -> bool:
        """Whether a secret was ever set."""
        with self._lock:
            return self._proof() is not None

    @property
    def locked(self) -> bool:
        return self._secret is None

    def need(self, secret: bytes) -> None:
        """WrongWrappingKey unless this is the vault's secret (32 bytes), or there is none yet."""
        if len(secret) != KEY_BYTES:
            raise WrongWrappingKey(length=len(secret))
        with self._lock:
            proof = self._proof()
        if proof is not None:
            try:
                unlock_under(secret, b"proof", "", proof)
            except CannotOpen as wrong:
                raise WrongWrappingKey() from wrong

    def unlock(self, secret: bytes, holders: Mapping[bytes, bytes] | None = None) -> None:
        """Hold the vault's secret in memory; the first one ever given becomes it. WrongWrappingKey if it is another's.

        holders: who can open it from now on, by public key, with the secret sealed to each; None leaves them as they are.
        """
        self.need(secret)
        with self._lock:
            with self._transaction():  # never a vault whose secret nobody holds
                if self._proof() is None:
                    self._db.execute("INSERT INTO proof VALUES (?)", (lock_under(secret, b"proof", "", b""),))
                if holders is not None:
                    self._put_holders(holders)
            self._secret = secret

    def admit(self, keys: Iterable[bytes], record: str) -> None:
        """Let the managers with these Ed25519 keys open this record's vault from now on too; VaultLocked if it is."""
        with self._lock:
            if self._secret is None:
                raise VaultLocked
            sealed = [(key, seal_to_person(self._secret, key, record)) for key in keys]
            with self._transaction():
                self._db.executemany("INSERT OR REPLACE INTO holder VALUES (?, ?)", sealed)

    def rekey(self, secret: bytes, holders: Mapping[bytes, bytes]) -> None:
        """Wrap every key under another secret, held by these alone: who held the old one opens nothing of this file.

        VaultLocked before unlock; NotErased as destroy's: the old wrappings may still stand in the log.
        """
        if len(secret) != KEY_BYTES:
            raise WrongWrappingKey(length=len(secret))
        with self._lock:
            subjects = [subject for (subject,) in self._db.execute("SELECT subject FROM key WHERE destroyed = 0")]
            keys = {subject: self._key(subject) for subject in subjects}
            if self._secret is None:
                raise VaultLocked
            with self._transaction():
                for subject, key in keys.items():
                    self._db.execute(
                        "UPDATE key SET wrapped = ? WHERE subject = ?",
                        (lock_under(secret, b"wrap", subject, key), subject),
                    )
                self._db.execute("UPDATE proof SET of_secret = ?", (lock_under(secret, b"proof", "", b""),))
                self._put_holders(holders)
            self._secret = secret
            if not self._truncate_log():
                raise NotErased(subjects=len(keys))

    def lock(self) -> None:
        """Forget the secret; again is harmless."""
        with self._lock:
            self._secret = None

    def holders(self) -> dict[bytes, bytes]:
        """Manager's public key to the secret sealed to it."""
        with self._lock:
            return dict(self._db.execute("SELECT key, sealed FROM holder"))

    def _put_holders(self, holders: Mapping[bytes, bytes]) -> None:
        self._db.execute("DELETE FROM holder")
        self._db.executemany("INSERT INTO holder VALUES (?, ?)", sorted(holders.items()))

    # ------------------------------------------------------------------ keys

    def seal(self, subject: str, plain: bytes) -> bytes:
        """Plain sealed under the subject's key, which is made at the first call; KeyDestroyed after destroy."""
        with self._lock:
            try:
                key = self._key(subject)
            except UnknownSubject:
                key = new_key()
                self._insert(subject, key)
        return seal_with(key, subject, plain)

    def open_(self, subject: str, sealed: bytes) -> bytes:
        """The plain text; VaultLocked, UnknownSubject, KeyDestroyed or CannotOpen otherwise."""
        with self._lock:
            key = self._key(subject)
        return open_with(key, subject, sealed)

    def field_key(self, subject: str, field: str) -> bytes:
        """The key of one field, for somebody who may read that one; errors as open_."""
        with self._lock:
            return field_key(self._key(subject), subject, field)

    def adopt(self, subject: str, key: bytes) -> None:
        """As adopt_all, for one key."""
        self.adopt_all({subject: key})

    def adopt_all(self, keys: Mapping[str, bytes]) -> None:
        """Keep keys made elsewhere (an importer, a terminal), all or none; the same keys again change nothing."""
        with self._lock, self._transaction():
            for subject, key in keys.items():
                if len(key) != KEY_BYTES:
                    raise CannotOpen(subject=subject, length=len(key))
                try:
                    known = self._key(subject)
                except UnknownSubject:
                    self._insert(subject, key)
                    continue
                if known != key:
                    raise KeyDiffers(subject=subject)

    def destroy(self, *subjects: str) -> None:
        """Overwrite and forget these subjects' keys, for ever, in the file and its log; again is harmless.

        NotErased when another connection holds the log open: call again. A locked vault destroys too.
        """
        with self._lock:
            with self._transaction():
                for subject in subjects:
                    # First zeros of the same length in the same place, then nothing: secure_delete covers what is
                    # freed. A subject that is not known yet is closed all the same: a key may be on its way.
                    self._db.execute(
                        "INSERT INTO key (subject, destroyed) VALUES (?, 1) ON CONFLICT (subject)"
                        " DO UPDATE SET wrapped = zeroblob(length(wrapped)), destroyed = 1",
                        (subject,),
                    )
                    self._db.execute("UPDATE key SET wrapped = NULL WHERE subject = ?", (subject,))
            if not self._truncate_log():
                raise NotErased(subjects=len(subjects))

    def discard(self, *subjects: str) -> None:
        """Overwrite and drop keys under which nothing was ever sealed: a name used once may come again. As destroy else."""
        with self._lock:
            with self._transaction():
                for subject in subjects:
                    self._db.execute("UPDATE key SET wrapped = zeroblob(length(wrapped)) WHERE subject = ?", (subject,))
                    self._db.execute("DELETE FROM key WHERE subject = ? AND destroyed = 0", (subject,))
            if not self._truncate_log():
                raise NotErased(subjects=len(subjects))

    def subjects(self) -> list[str]:
        """The subjects whose keys are held, sorted; a locked vault lists them too."""
        with self._lock:
            rows = self._db.execute("SELECT subject FROM key WHERE destroyed = 0 ORDER BY subject").fetchall()
        return [subject for (subject,) in rows]

    # ------------------------------------------------------------------ a copy elsewhere

    def copy(self, subjects: Iterable[str] | None = None) -> Copy:
        """What a terminal keeps of these subjects (None: of all), as it stands in the file."""
        with self._lock:
            wrapped = dict(self._db.execute("SELECT subject, wrapped FROM key WHERE destroyed = 0"))
            holders = dict(self._db.execute("SELECT key, sealed FROM holder"))
            proof = self._proof() or b""
        if subjects is not None:
            wrapped = {subject: wrapped[subject] for subject in subjects if subject in wrapped}
        return Copy(proof, holders, wrapped)

    def mirror(self, copy: Copy) -> None:
        """Keep what the hub's vault has: its holders, its proof and these keys; a destroyed key stays destroyed."""
        if not copy.proof:
            return
        with self._lock, self._transaction():
            self._db.execute("DELETE FROM proof")
            self._db.execute("INSERT INTO proof VALUES (?)", (copy.proof,))
            self._put_holders(copy.holders)
            self._db.executemany(
                "INSERT INTO key (subject, wrapped) VALUES (?, ?) ON CONFLICT (subject)"
                " DO UPDATE SET wrapped = excluded.wrapped WHERE destroyed = 0",
                sorted(copy.wrapped.items()),
            )

    def take_back(self, copy: Copy) -> int:
        """Take the keys of a copy that are unknown here; how many. A vault that was never made becomes the copy.

        WrongWrappingKey if the copy is under another secret: its keys would open with nothing that opens the others.
        """
        if not copy.proof:
            return 0
        with self._lock:
            proof = self._proof()
        if proof is None:
            self.mirror(copy)
            return len(copy.wrapped)
        if proof != copy.proof:  # made once for each secret, and copied as it is
            raise WrongWrappingKey(keys=len(copy.wrapped))
        with self._lock, self._transaction():
            known = {subject for (subject,) in self._db.execute("SELECT subject FROM key")}
            fresh = [one for one in sorted(copy.wrapped.items()) if one[0] not in known]
            self._db.executemany("INSERT INTO key (subject, wrapped) VALUES (?, ?)", fresh)
        return len(fresh)

    # ------------------------------------------------------------------ the file

    def close(self) -> None:
        """Truncate the log and close the file."""
        with self._lock:
            self._secret = None
            self._truncate_log()
            self._db.close()

    def __enter__(self) -> "Vault":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _proof(self) -> bytes | None:
        row = self._db.execute("SELECT of_secret FROM proof").fetchone()
        return None if row is None else bytes(row[0])

    def _key(self, subject: str) -> bytes:
        if self._secret is None:
            raise VaultLocked
        row = self._db.execute("SELECT wrapped, destroyed FROM key WHERE subject = ?", (subject,)).fetchone()
        if row is None:
            raise UnknownSubject(subject=subject)
        wrapped, destroyed = row
        if destroyed:
            raise KeyDestroyed(subject=subject)
        return unlock_under(self._secret, b"wrap", subject, wrapped)

    def _insert(self, subject: str, key: bytes) -> None:
        assert self._secret is not None  # _key was asked before
        wrapped = lock_under(self._secret, b"wrap", subject, key)
        self._db.execute("INSERT INTO key (subject, wrapped) VALUES (?, ?)", (subject, wrapped))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as fault:
            if self._db.in_transaction:  # SQLite has rolled back by itself where the disk is full
                self._db.execute("ROLLBACK")
            if isinstance(fault, sqlite3.DatabaseError):
                raise _named(fault, self._path) from fault
            raise

    def _truncate_log(self) -> bool:
        busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _named(fault: sqlite3.DatabaseError, path: Path) -> VaultDamaged | VaultUnusable:
    kind = VaultUnusable if primary(fault) in NOT_DAMAGE else VaultDamaged
    return kind(path=str(path), why=str(fault))


def carry(origin: Path, target: Path) -> str:
    """Take what a terminal kept of the vault along into the home of a hub to be; what is wrong with it, or nothing.

    A damaged file goes along as it lies, or UNREADABLE for it: at the new hub it keeps a fresh vault from being made, under whose secret the
    keys that other terminals keep would be lost, until `demado recover` has fetched them.
    """
    if not origin.exists():
        return ""
    try:
        kept = Vault(origin)
    except (VaultDamaged, VaultUnusable) as fault:
        try:
            shutil.copyfile(origin, target)
        except OSError:
            target.write_bytes(UNREADABLE)
        return str(fault)
    with kept, Vault(target) as made:
        made.mirror(kept.copy())
    return ""
