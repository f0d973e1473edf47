"""A signing key's seed, locked by a passphrase and by a secret that only enrolled terminals hold.

Whoever steals the box alone (a hub, a backup) cannot try passphrases: the key also needs the 32-byte secret.
"""

import hmac
import os
import unicodedata
from enum import Enum
from hashlib import sha256

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from sync import canonical
from sync.canonical import Bytes16, Count
from sync.errors import Malformed, SyncError

SEED_BYTES = 32
SECRET_BYTES = 32
_NONCE_BYTES = 24
_VERSION = 1
_MIB = 1 << 20


class Cost(Enum):
    """argon2id's (passes, bytes of memory), stored in the box."""

    TRAINING = (1, _MIB)  # a rehearsal makes a dozen throwaway keys and must not wait for them
    STANDARD = (3, 64 * _MIB)  # RFC 9106, section 4, second recommended option: for a terminal with less than 2 GiB
    # libsodium's MODERATE, for people and roots of a real deployment: 0.65 to 0.75 s on two shared cores of a 2.8 GHz
    # Xeon, where (3, 128 MiB) took 0.35 s and (3, 64 MiB) 0.2 s. It is the dearest that leaves a person waiting less
    # than a second; four times the memory of STANDARD makes each guess on special hardware four times as dear.
    MODERATE = (3, 256 * _MIB)


class WrongPassphrase(SyncError):
    """The passphrase, or the terminal's secret, does not open this box."""

    code = "lockbox.wrong_passphrase"
    ja = "合言葉が違うか、この端末は登録されていません。"
    en = "The passphrase is wrong, or this terminal is not enrolled."
    todo_ja = "確かめてもう一度。忘れたときは管理者が再設定します。"
    todo_en = "Check your typing and try again; if it is forgotten, the manager resets it."


class _Box(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    version: int
    passes: Count
    memory: Count
    salt: Bytes16
    nonce: bytes
    sealed: bytes


def lock(seed: bytes, passphrase: str, secret: bytes, *, cost: Cost) -> bytes:
    """Return the 32-byte seed locked by passphrase and 32-byte secret (argon2id RFC 9106, XSalsa20-Poly1305)."""
    if len(seed) != SEED_BYTES or len(secret) != SECRET_BYTES:
        raise ValueError("seed and secret have 32 bytes each")
    salt, nonce = os.urandom(16), os.urandom(_NONCE_BYTES)
    key = _key(passphrase, secret, salt, cost)
    passes, memory = cost.value
    return canonical.encode(_Box(_VERSION, passes, memory, salt, nonce, bindings.crypto_secretbox(seed, nonce, key)))


def unlock(locked: bytes, passphrase: str, secret: bytes) -> bytes:
    """Return the 32-byte seed; raises WrongPassphrase, or Malformed for what is no lockbox."""
    box = canonical.decode(locked, _Box)
    if box.version != _VERSION or len(box.nonce) != _NONCE_BYTES:
        raise Malformed(kind="lockbox", reason="version")
    if len(secret) != SECRET_BYTES:
        raise WrongPassphrase()
    cost = cost_of(locked)  # only our own: a box made by a stranger must not make a terminal reserve all its memory
    try:
        seed = bindings.crypto_secretbox_open(box.sealed, box.nonce, _key(passphrase, secret, box.salt, cost))
    except CryptoError as error:
        raise WrongPassphrase() from error
    if len(seed) != SEED_BYTES:
        raise Malformed(kind="lockbox", reason="length")
    return seed


def cost_of(locked: bytes) -> Cost:
    """What opening this box costs; Malformed for what is no lockbox of ours."""
    box = canonical.decode(locked, _Box)
    try:
        return Cost((box.passes, box.memory))
    except ValueError as error:
        raise Malformed(kind="lockbox", reason="cost") from error


def _key(passphrase: str, secret: bytes, salt: bytes, cost: Cost) -> bytes:
    # NFKC: the same passphrase typed with a Japanese IME in full width is the same passphrase.
    typed = unicodedata.normalize("NFKC", passphrase).encode()
    passes, memory = cost.value
    stretched = bindings.crypto_pwhash_alg(32, typed, salt, passes, memory, bindings.crypto_pwhash_ALG_ARGON2ID13)
    return hmac.new(secret, b"demado lockbox v1\0" + stretched, sha256).digest()
