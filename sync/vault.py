"""Personal data sealed per subject (a visit or a reservation): destroying the subject's key destroys the data.

The sealed bytes travel and are hashed into the record; the keys live here, in a file of their own, each only wrapped.
A key becomes durable before anything sealed under it leaves. What no code here reaches: copies of this file made
earlier, and blocks a flash controller has set aside; both hold keys only wrapped under a secret that is not on that
flash. Python cannot wipe a key from memory; it is gone from there when the process ends.

SyncError
└── VaultError
    ├── WrongWrappingKey    the file was made under another secret
    ├── UnknownSubject      no key was ever kept for it
    ├── KeyDestroyed        the data cannot be read any more, as it should be
    ├── KeyDiffers          another key already seals this subject
    ├── CannotOpen          altered bytes, another subject's bytes, or another key
    ├── TooLarge            more than 16 MiB
    └── NotErased           the old key may still stand in the write-ahead log
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from nacl.bindings import (
    crypto_box_seal,
    crypto_box_seal_open,
    crypto_secretbox_easy,
    crypto_secretbox_KEYBYTES,
    crypto_secretbox_NONCEBYTES,
    crypto_secretbox_open_easy,
)
from nacl.exceptions import CryptoError

from sync.errors import SyncError

KEY_BYTES: Final = crypto_secretbox_KEYBYTES
LARGEST: Final = 16 * 1024 * 1024  # bytes; the largest photo J-LIS takes is 7 MB, with room for a still at full size
_SMALLEST_BUCKET: Final = 512  # bytes; a reservation's kana name, birth date, phone and note fit, whoever it is
_LENGTH_BYTES: Final = 4


class VaultError(SyncError):
    """What went wrong with a sealed piece of personal data or with its key."""

    code = "vault"
    ja = "個人情報の保管で問題が起きました。"
    en = "Something went wrong with sealed personal data."


class WrongWrappingKey(VaultError):
    """The key file was made under another secret."""

    code = "vault.wrong_wrapping_key"
    ja = "個人情報の鍵を開けません。解錠の秘密が違います。"
    en = "The keys of the personal data cannot be opened: this is not the secret they were locked with."
    todo_ja = "この端末の責任者が、このハブの秘密で解錠してください。"
    todo_en = "Have the manager unlock with this hub's own secret."


class UnknownSubject(VaultError):
    """No key was ever kept for this subject."""

    code = "vault.unknown_subject"
    ja = "この受付の個人情報の鍵はありません。"
    en = "There is no key for this subject's personal data."
    todo_ja = "番号を確かめてください。"
    todo_en = "Check the number."


class KeyDestroyed(VaultError):
    """The key was destroyed: the data is erased, and no new key is made for the subject."""

    code = "vault.key_destroyed"
    ja = "この個人情報は消去済みです。"
    en = "This personal data has been erased."
    todo_ja = "必要なら、ご本人からもう一度うかがってください。"
    todo_en = "If it is needed, ask the person again."


class KeyDiffers(VaultError):
    """Another key already stands for this subject; it is not replaced, or what it seals would be lost."""

    code = "vault.key_differs"
    ja = "この受付には別の鍵がすでにあります。"
    en = "Another key is already kept for this subject."
    todo_ja = "取り込みをやめ、責任者に知らせてください。"
    todo_en = "Stop the import and tell the manager."


class CannotOpen(VaultError):
    """The bytes were altered, belong to another subject, or are sealed under another key."""

    code = "vault.cannot_open"
    ja = "封をした個人情報を開けません。別の受付のものか、書き換えられています。"
    en = "The sealed data does not open: it belongs to another subject or was altered."
    todo_ja = "使わずに、責任者に知らせてください。"
    todo_en = "Do not use it; tell the manager."


class TooLarge(VaultError):
    """More than the 16 MiB that one seal takes."""

    code = "vault.too_large"
    ja = "データが大きすぎて封をできません（上限16 MiB）。"
    en = "The data is too large to seal (limit 16 MiB)."
    todo_ja = "小さくしてやり直してください。"
    todo_en = "Make it smaller and try again."


class NotErased(VaultError):
    """The key is gone from the vault, but its old wrapped bytes may still stand in the write-ahead log."""

    code = "vault.not_erased"
    ja = "鍵の消去がまだ終わっていません。"
    en = "Erasing the key is not finished yet."
    todo_ja = "ほかの画面を閉じて、消去をもう一度行ってください。"
    todo_en = "Close what else reads the vault and erase again."


def new_key() -> bytes:
    """A fresh random 32-byte key for one subject."""
    return os.urandom(KEY_BYTES)


def seal_with(key: bytes, subject: str, plain: bytes) -> bytes:
    """Plain (at most 16 MiB) sealed for subject: nonce (24 bytes) and XSalsa20-Poly1305 of the padded plain text.

    Lengths of sealed bytes come in powers of two above 512 bytes, so that they tell little.
    """
    if len(plain) > LARGEST:
        raise TooLarge(size=len(plain))
    return _lock(key, b"data", subject, _pad(plain))


def open_with(key: bytes, subject: str, sealed: bytes) -> bytes:
    """The plain text that seal_with sealed under this key for this subject; CannotOpen otherwise."""
    return _unpad(_unlock(key, b"data", subject, sealed))


def key_from_manager_copy(copy: bytes, subject: str, public: bytes, private: bytes) -> bytes:
    """The subject's key out of Vault.manager_copy, with the manager's X25519 pair; CannotOpen for any other."""
    try:
        opened = crypto_box_seal_open(copy, public, private)
    except (CryptoError, ValueError, TypeError) as wrong:
        raise CannotOpen(subject=subject) from wrong
    key, named = opened[:KEY_BYTES], opened[KEY_BYTES:]
    if named != _name(subject):
        raise CannotOpen(subject=subject)
    return key


class Vault:
    """The keys of one hub's subjects, in one SQLite file; may be called from several threads.

    wrapping_key: 32 bytes that are not stored on the same medium. manager: the manager's X25519 public key, to which
    each new key is sealed as well, so that a take-over can read what a dead hub sealed.
    """

    def __init__(self, path: Path | str, wrapping_key: bytes, *, manager: bytes | None = None) -> None:
        if len(wrapping_key) != KEY_BYTES:
            raise WrongWrappingKey(length=len(wrapping_key))
        self._wrapping_key = wrapping_key
        self._manager = manager
        self._lock = threading.Lock()
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # nobody else's to read, before the first byte
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")  # the key is on disk before what it seals goes anywhere
            self._db.execute("PRAGMA secure_delete=ON")  # freed bytes are overwritten with zeros
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS key"
                " (subject TEXT PRIMARY KEY, wrapped BLOB, manager_copy BLOB, destroyed INTEGER NOT NULL DEFAULT 0)"
            )
            self._db.execute("CREATE TABLE IF NOT EXISTS proof (of_wrapping_key BLOB NOT NULL)")
            self._prove_wrapping_key()
        except BaseException:
            self._db.close()
            raise

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
        """The plain text; UnknownSubject, KeyDestroyed or CannotOpen otherwise."""
        with self._lock:
            key = self._key(subject)
        return open_with(key, subject, sealed)

    def adopt(self, subject: str, key: bytes) -> None:
        """Keep a key made elsewhere (an importer, a terminal, a take-over); the same key again changes nothing."""
        if len(key) != KEY_BYTES:
            raise CannotOpen(subject=subject, length=len(key))
        with self._lock:
            try:
                known = self._key(subject)
            except UnknownSubject:
                self._insert(subject, key)
                return
        if known != key:
            raise KeyDiffers(subject=subject)

    def manager_copy(self, subject: str) -> bytes | None:
        """The key sealed to the manager (crypto_box_seal), or None where no manager's key was given."""
        with self._lock:
            return self._row(subject)[1]

    def destroy(self, subject: str) -> None:
        """Overwrite and forget the subject's key, for ever, in the file and its log; again is harmless.

        NotErased when another connection holds the log open: call again.
        """
        with self._lock:
            if self._exists(subject):
                with self._transaction():
                    # First zeros of the same length in the same place, then nothing: secure_delete covers what is freed.
                    self._db.execute(
                        "UPDATE key SET wrapped = zeroblob(length(wrapped)),"
                        " manager_copy = zeroblob(length(manager_copy)), destroyed = 1 WHERE subject = ?",
                        (subject,),
                    )
                    self._db.execute("UPDATE key SET wrapped = NULL, manager_copy = NULL WHERE subject = ?", (subject,))
            else:  # a key on its way must find the door closed
                self._db.execute("INSERT INTO key (subject, destroyed) VALUES (?, 1)", (subject,))
            if not self._truncate_log():
                raise NotErased(subject=subject)

    def subjects(self) -> list[str]:
        """The subjects whose keys are held, sorted."""
        with self._lock:
            rows = self._db.execute("SELECT subject FROM key WHERE destroyed = 0 ORDER BY subject").fetchall()
        return [subject for (subject,) in rows]

    def close(self) -> None:
        """Truncate the log and close the file."""
        with self._lock:
            self._truncate_log()
            self._db.close()

    def __enter__(self) -> "Vault":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prove_wrapping_key(self) -> None:
        """A wrong secret must show when the vault is opened, not when the first key is needed."""
        row = self._db.execute("SELECT of_wrapping_key FROM proof").fetchone()
        if row is None:
            proof = _lock(self._wrapping_key, b"proof", "", b"")
            self._db.execute("INSERT INTO proof VALUES (?)", (proof,))
            return
        try:
            _unlock(self._wrapping_key, b"proof", "", row[0])
        except CannotOpen as wrong:
            raise WrongWrappingKey() from wrong

    def _exists(self, subject: str) -> bool:
        return self._db.execute("SELECT 1 FROM key WHERE subject = ?", (subject,)).fetchone() is not None

    def _row(self, subject: str) -> tuple[bytes, bytes | None]:
        row = self._db.execute(
            "SELECT wrapped, manager_copy, destroyed FROM key WHERE subject = ?", (subject,)
        ).fetchone()
        if row is None:
            raise UnknownSubject(subject=subject)
        wrapped, copy, destroyed = row
        if destroyed:
            raise KeyDestroyed(subject=subject)
        return wrapped, copy

    def _key(self, subject: str) -> bytes:
        return _unlock(self._wrapping_key, b"wrap", subject, self._row(subject)[0])

    def _insert(self, subject: str, key: bytes) -> None:
        wrapped = _lock(self._wrapping_key, b"wrap", subject, key)
        copy = None if self._manager is None else crypto_box_seal(key + _name(subject), self._manager)
        self._db.execute("INSERT INTO key (subject, wrapped, manager_copy) VALUES (?, ?, ?)", (subject, wrapped, copy))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _truncate_log(self) -> bool:
        busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _name(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()


def _bound(key: bytes, purpose: bytes, subject: str) -> bytes:
    # XSalsa20-Poly1305 has no associated data; a key derived from the subject refuses another subject's bytes as surely.
    return hashlib.blake2b(subject.encode(), digest_size=KEY_BYTES, key=key, person=b"demado." + purpose).digest()


def _lock(key: bytes, purpose: bytes, subject: str, plain: bytes) -> bytes:
    nonce = os.urandom(crypto_secretbox_NONCEBYTES)  # 24 random bytes never meet twice; no counter to be restored
    return nonce + crypto_secretbox_easy(plain, nonce, _bound(key, purpose, subject))


def _unlock(key: bytes, purpose: bytes, subject: str, locked: bytes) -> bytes:
    nonce, box = locked[:crypto_secretbox_NONCEBYTES], locked[crypto_secretbox_NONCEBYTES:]
    try:
        return crypto_secretbox_open_easy(box, nonce, _bound(key, purpose, subject))
    except (CryptoError, ValueError, TypeError) as wrong:  # too short is ValueError or TypeError, by where it is cut
        raise CannotOpen(subject=subject) from wrong


def _pad(plain: bytes) -> bytes:
    bucket = _SMALLEST_BUCKET
    while bucket < _LENGTH_BYTES + len(plain):
        bucket *= 2
    return (len(plain).to_bytes(_LENGTH_BYTES, "big") + plain).ljust(bucket, b"\x00")


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
