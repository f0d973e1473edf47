"""saltpack v2 signcryption (saltpack.org, "Signcryption format"), byte for byte, kept to what this project sends.

Kept narrower than the specification: at most 4 recipients, at most 1 MiB of plain text, Curve25519 recipients only;
anonymous senders, unknown minor versions, longer msgpack forms than needed and trailing bytes are refused.
"""

import hmac
import os
from collections.abc import Sequence
from hashlib import sha512

import msgspec

from sync import canonical
from sync.canonical import Bytes32
from sync.errors import Malformed, SyncError
from sync.keys.keys import SIGNATURE_BYTES, BoxKey, Signer, verify
from sync.keys.sodium import box_stream, secretbox, secretbox_open

MAX_PLAIN = 1 << 20  # also the specification's chunk size: what we write is always one packet
MAX_RECIPIENTS = 4  # hub, office, desk and one to spare
# 64 KiB beside the plain text: room for the header and for some 700 packets of another writer (87 bytes each).
MAX_MESSAGE = MAX_PLAIN + (1 << 16)

_MODE_SIGNCRYPTION = 3
_SENDER_NONCE = b"saltpack_sender_key_sbox"
_DERIVE_NONCE = b"saltpack_derived_sboxkey"
_IDENTIFIER = hmac.new(b"saltpack signcryption box key identifier", digestmod="sha512")  # a copy for each costs half
_RECIPIENT_NONCES = tuple(b"saltpack_recipsb" + index.to_bytes(8, "big") for index in range(MAX_RECIPIENTS))
_SIGNED_PREFIX = b"saltpack encrypted signature\0"
_ZERO_KEY = bytes(32)


class EnvelopeError(SyncError):
    """An envelope that is not opened; nothing of it is released."""

    code = "envelope"
    ja = "封筒を開けられません。"
    en = "The envelope cannot be opened."
    todo_ja = "送り直しを待ってください。続く場合は責任者に知らせてください。"
    todo_en = "Wait for it to be sent again; if it persists, tell the manager."


class EnvelopeTooLarge(EnvelopeError):
    """More plain text or recipients than an envelope may have."""

    code = "envelope.too_large"
    ja = "封筒が大きすぎるか、宛先が多すぎます。"
    en = "The envelope is too large or has too many recipients."


class EnvelopeTruncated(EnvelopeError):
    """The message ends before its final packet does."""

    code = "envelope.truncated"
    ja = "封筒が途中で切れています。"
    en = "The envelope ends too early."


class EnvelopeTrailing(EnvelopeError):
    """Bytes follow the final packet."""

    code = "envelope.trailing"
    ja = "封筒の後ろに余分なデータがあります。"
    en = "There is data after the envelope's end."


class EnvelopeMisaddressed(EnvelopeError):
    """None of the envelope's recipients is this key."""

    code = "envelope.misaddressed"
    ja = "この封筒の宛先は、この鍵ではありません。"
    en = "This key is not among the envelope's recipients."


class EnvelopeAnonymous(EnvelopeError):
    """The sender hid its key."""

    code = "envelope.anonymous"
    ja = "差出人のない封筒です。"
    en = "The envelope has no sender."


class EnvelopeForged(EnvelopeError):
    """A ciphertext or signature does not hold."""

    code = "envelope.forged"
    ja = "封筒が改ざんされているか、署名が正しくありません。"
    en = "The envelope was altered, or its signature does not hold."
    todo_ja = "中身は使っていません。責任者に知らせてください。"
    todo_en = "Nothing of it was used; tell the manager."


class _Recipient(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    identifier: Bytes32
    sealed_key: bytes


class _Header(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    format: str
    version: tuple[int, int]
    mode: int
    ephemeral: Bytes32
    sealed_sender: bytes
    recipients: tuple[_Recipient, ...]


class Head(msgspec.Struct, frozen=True):
    """The beginning of one message: everything that does not depend on what it says.

    For one message alone: two under the same key and nonce would open each other.
    """

    encoded: bytes
    digest: bytes
    payload_key: bytes
    """The ephemeral key's private half is gone already; this goes with the message."""


def begin(sender: bytes, recipients: Sequence[bytes]) -> Head:
    """Make a head from a sender's public key to 1 to 4 X25519 public keys; EnvelopeTooLarge over 4, EnvelopeForged.

    It is four fifths of the work of a short message, and whoever has nothing to do can have it done before.
    """
    if len(recipients) > MAX_RECIPIENTS:
        raise EnvelopeTooLarge(recipients=len(recipients))
    if not recipients:
        raise ValueError("an envelope needs a recipient")
    ephemeral, payload_key = BoxKey.generate(), os.urandom(32)
    addressed = []
    for index, recipient in enumerate(recipients):
        nonce = _RECIPIENT_NONCES[index]
        shared = derive_key(recipient, ephemeral)
        sealed_key = secretbox(payload_key, nonce, shared)
        addressed.append(_Recipient(_identifier(shared, nonce), sealed_key))
    sealed_sender = secretbox(sender, _SENDER_NONCE, payload_key)
    header = canonical.encode(
        _Header("saltpack", (2, 0), _MODE_SIGNCRYPTION, ephemeral.public, sealed_sender, tuple(addressed))
    )
    return Head(canonical.encode(header), sha512(header).digest(), payload_key)


def seal(plain: bytes, sender: Signer, recipients: Sequence[bytes]) -> bytes:
    """Return one signcrypted message for 1 to 4 X25519 public keys; EnvelopeTooLarge over 1 MiB or 4 recipients."""
    return finish(begin(sender.public, recipients), plain, sender)


def finish(head: Head, plain: bytes, sender: Signer) -> bytes:
    """Return the message that begins with this sender's head; EnvelopeTooLarge over 1 MiB."""
    if len(plain) > MAX_PLAIN:
        raise EnvelopeTooLarge(bytes=len(plain))
    nonce = _payload_nonce(head.digest, 0, final=True)
    signature = sender.sign(_signed_bytes(head.digest, nonce, plain, final=True))
    packet = secretbox(signature + plain, nonce, head.payload_key)
    return head.encoded + canonical.encode((packet, True))


def open_sealed(message: bytes, box: BoxKey) -> tuple[bytes, bytes]:
    """Return (signer's public key, plain text) of a whole message, or raise an EnvelopeError leaf or Malformed.

    The signature proves the signer, not that it may say this: that is for the caller to ask.
    """
    if len(message) > MAX_MESSAGE:
        raise EnvelopeTooLarge(bytes=len(message))
    header_bytes, at = _read_bin(message, 0)
    digest = sha512(header_bytes).digest()
    header = canonical.decode(header_bytes, _Header)
    if (header.format, header.version, header.mode) != ("saltpack", (2, 0), _MODE_SIGNCRYPTION):
        raise Malformed(kind="saltpack", reason="not a version 2.0 signcryption")
    if len(header.recipients) > MAX_RECIPIENTS:
        raise EnvelopeTooLarge(recipients=len(header.recipients))
    payload_key = _find_payload_key(header, box)
    signer = _unbox(header.sealed_sender, _SENDER_NONCE, payload_key)
    if signer == _ZERO_KEY:
        raise EnvelopeAnonymous()
    return signer, _open_packets(message, at, digest, signer, payload_key)


def _open_packets(message: bytes, at: int, digest: bytes, signer: bytes, payload_key: bytes) -> bytes:
    chunks: list[bytes] = []
    final = False
    while not final:
        sealed, final, at = _read_packet(message, at)
        nonce = _payload_nonce(digest, len(chunks), final=final)
        opened = _unbox(sealed, nonce, payload_key)
        signature, chunk = opened[:SIGNATURE_BYTES], opened[SIGNATURE_BYTES:]
        if not verify(signer, _signed_bytes(digest, nonce, chunk, final=final), signature):
            raise EnvelopeForged(part="signature")
        if not chunk and (chunks or not final):
            raise Malformed(kind="saltpack", reason="empty packet")  # "Payload packets": only a lone one may be empty
        chunks.append(chunk)
    if at != len(message):
        raise EnvelopeTrailing(bytes=len(message) - at)
    plain = b"".join(chunks)
    if len(plain) > MAX_PLAIN:
        raise EnvelopeTooLarge(bytes=len(plain))
    return plain


def _find_payload_key(header: _Header, box: BoxKey) -> bytes:
    shared = derive_key(header.ephemeral, box)
    for index, recipient in enumerate(header.recipients):
        nonce = _RECIPIENT_NONCES[index]
        if hmac.compare_digest(recipient.identifier, _identifier(shared, nonce)):
            key = _unbox(recipient.sealed_key, nonce, shared)
            if len(key) != 32:
                raise Malformed(kind="saltpack", reason="payload key")
            return key
    raise EnvelopeMisaddressed(recipients=len(header.recipients))


def derive_key(public: bytes, box: BoxKey) -> bytes:
    """Return the 32-byte key two X25519 keys share, as a saltpack header derives it; EnvelopeForged for low order.

    It is what remains of a box of 32 zeros without its authenticator: XSalsa20 alone ("Header packet").
    """
    shared = box_stream(public, box.private, _DERIVE_NONCE)
    if shared is None:
        raise EnvelopeForged(part="X25519 key")
    return shared


def _identifier(shared: bytes, nonce: bytes) -> bytes:
    mac = _IDENTIFIER.copy()
    mac.update(shared + nonce)
    return mac.digest()[:32]


def _payload_nonce(digest: bytes, index: int, *, final: bool) -> bytes:
    last = digest[15] | 1 if final else digest[15] & 0xFE
    return digest[:15] + bytes((last,)) + index.to_bytes(8, "big")


def _signed_bytes(digest: bytes, nonce: bytes, chunk: bytes, *, final: bool) -> bytes:
    return _SIGNED_PREFIX + digest + nonce + (b"\x01" if final else b"\x00") + sha512(chunk).digest()


def _unbox(sealed: bytes, nonce: bytes, key: bytes) -> bytes:
    opened = secretbox_open(sealed, nonce, key)
    if opened is None:
        raise EnvelopeForged(part="ciphertext")
    return opened


# msgpack's bin forms: marker -> (bytes of length, least length that needs this form) ("bin format family").
_BIN = {0xC4: (1, 0), 0xC5: (2, 1 << 8), 0xC6: (4, 1 << 16)}


def _read_bin(message: bytes, at: int) -> tuple[bytes, int]:
    """Read one msgpack bin, in its shortest form only: a message has one encoding."""
    size = len(message)
    if at >= size:
        raise EnvelopeTruncated(bytes=size)
    form = _BIN.get(message[at])
    if form is None:
        raise Malformed(kind="saltpack", reason="no binary object")
    width, floor = form
    start = at + 1 + width
    if start > size:
        raise EnvelopeTruncated(bytes=size)
    length = int.from_bytes(message[at + 1 : start], "big")
    if length < floor:
        raise Malformed(kind="saltpack", reason="not canonical")
    end = start + length
    if end > size:
        raise EnvelopeTruncated(bytes=size)
    return message[start:end], end


def _read_packet(message: bytes, at: int) -> tuple[bytes, bool, int]:
    """Read one payload packet: a msgpack array of the sealed chunk and the final flag."""
    if at >= len(message):
        raise EnvelopeTruncated(bytes=len(message))
    if message[at] != 0x92:
        raise Malformed(kind="saltpack", reason="no payload packet")
    sealed, at = _read_bin(message, at + 1)
    if at >= len(message):
        raise EnvelopeTruncated(bytes=len(message))
    flag = message[at]
    if flag not in (0xC2, 0xC3):
        raise Malformed(kind="saltpack", reason="final flag")
    return sealed, flag == 0xC3, at + 1
