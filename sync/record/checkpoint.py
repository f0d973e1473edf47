"""Checkpoints of the record as C2SP signed notes, and cosignatures on them (tlog-checkpoint, tlog-cosignature)."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256

import msgspec

from sync.errors import Malformed, SyncError
from sync.keys.keys import SIGNATURE_BYTES, Signer, verify

NOTE_ED25519 = 0x01  # signed-note, "Signature types": Ed25519 over the note's text
COSIGNATURE_V1 = 0x04  # tlog-cosignature: Ed25519 over a time and the note's text
MAX_TIME_S = (1 << 63) - 1  # tlog-cosignature, "Format"
MAX_NOTE_CHARS = 16_384  # three lines and a few dozen cosignatures; a longer one is no checkpoint of ours

_BODY = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
_LINE = re.compile(r"— ([^ \n+]+) ([A-Za-z0-9+/]+={0,2})")


class BadCheckpoint(SyncError):
    """A checkpoint or cosignature that the named key did not sign, or not over this text."""

    code = "checkpoint.bad_signature"
    ja = "記録の署名済みの写し（チェックポイント）の署名が正しくありません。"
    en = "The checkpoint is not signed by the expected key."
    todo_ja = "この記録を信用せず、責任者に知らせてください。"
    todo_en = "Do not rely on this record; tell the manager."


class Checkpoint(msgspec.Struct, frozen=True):
    """What a record's writer states: the log's origin, how many entries it has, and their Merkle root (32 bytes)."""

    origin: str
    size: int
    root: bytes


class CosignedCheckpoint(msgspec.Struct, frozen=True):
    """A signed note and the cosignature lines on it, sorted."""

    note: str
    cosignatures: tuple[str, ...] = ()

    @property
    def stated(self) -> Checkpoint:
        """What the note says, whoever signed it; raises Malformed."""
        return decode_body(note_body(self.note))

    @property
    def size(self) -> int:
        """Number of entries the note is about; raises Malformed."""
        return self.stated.size


def encode_body(cp: Checkpoint) -> str:
    """Return the note's text, three lines (tlog-checkpoint, "Note text"); ValueError for what it cannot carry."""
    body = f"{cp.origin}\n{cp.size}\n{base64.b64encode(cp.root).decode()}\n"
    if not _printable(cp.origin) or len(cp.root) != 32 or _BODY.fullmatch(body) is None:
        raise ValueError("no checkpoint")
    return body


def decode_body(body: str) -> Checkpoint:
    """Return the checkpoint in a note's text; Malformed for extension lines and every other deviation."""
    found = _BODY.fullmatch(body)
    if found is None or not _printable(found[1]):
        raise Malformed(kind="Checkpoint", reason="body")
    return Checkpoint(found[1], int(found[2]), _unbase64(found[3]))


def note_body(note: str) -> str:
    """A signed note's text without its signatures (C2SP signed-note)."""
    return note.partition("\n\n")[0] + "\n"


def sign(cp: Checkpoint, name: str, signer: Signer) -> str:
    """Return the checkpoint as a note signed under a key name (signed-note, Ed25519)."""
    body = encode_body(cp)
    return f"{body}\n{_line(name, NOTE_ED25519, signer.public, signer.sign(body.encode()))}\n"


def open_note(text: str, keys: Mapping[str, bytes]) -> Checkpoint:
    """Return the checkpoint once every named key's signature on it holds; raises Malformed, BadCheckpoint.

    Lines by other names are cosignatures for others to check; a line by a named key that does not hold is refused.
    """
    if not keys:
        raise ValueError("a note is opened against at least one key")
    body, lines = _split(text)
    checkpoint = decode_body(body)
    for name, public in keys.items():
        wanted = key_id(name, NOTE_ED25519, public)
        blobs = [blob for who, blob in lines.values() if who == name and blob[:4] == wanted]
        if len(blobs) != 1 or not verify(public, body.encode(), blobs[0][4:]):
            raise BadCheckpoint(name=name, origin=checkpoint.origin, size=checkpoint.size)
    return checkpoint


def signed_by_one_of(text: str, name: str, keys: Iterable[bytes]) -> tuple[Checkpoint, bytes] | None:
    """The checkpoint of a note and which of these keys signed it under a name; None if none did.

    A hub has two keys where one was renewed, and a record that was taken over has two hubs.
    """
    for key in keys:
        try:
            shown = open_note(text, {name: key})
        except (Malformed, BadCheckpoint):
            continue
        return shown, key
    return None


def cosign(note_text: str, name: str, signer: Signer, time_s: int) -> str:
    """Return one cosignature/v1 line (without newline) at a time in seconds (tlog-cosignature, "Format")."""
    body, _ = _split(note_text)
    decode_body(body)
    if not 0 <= time_s <= MAX_TIME_S:
        raise ValueError("a time in seconds since 1970")
    blob = time_s.to_bytes(8, "big") + signer.sign(_cosigned(body, time_s))
    return _line(name, COSIGNATURE_V1, signer.public, blob)


def verify_cosignature(note_text: str, line: str, name: str, public: bytes) -> int:
    """Return the time (s) at which this name and key cosigned this note; raises Malformed, BadCheckpoint."""
    body, _ = _split(note_text)
    decode_body(body)
    who, blob = _read_line(line)
    if len(blob) != 4 + 8 + SIGNATURE_BYTES:
        raise Malformed(kind="cosignature", reason="length")
    time_s = int.from_bytes(blob[4:12], "big")
    if time_s > MAX_TIME_S:
        raise Malformed(kind="cosignature", reason="time")
    expected = key_id(name, COSIGNATURE_V1, public)
    if who != name or blob[:4] != expected or not verify(public, _cosigned(body, time_s), blob[12:]):
        raise BadCheckpoint(name=name, line=line)
    return time_s


def signature_lines(note_text: str) -> tuple[str, ...]:
    """Return the note's signature lines (without newlines), the writer's first; raises Malformed."""
    return tuple(_split(note_text)[1])


def line_name(line: str) -> str:
    """The key's name in a signature line ("— name base64"), empty where there is none."""
    return (line.split(" ") + ["", ""])[1]


@lru_cache(maxsize=64)  # a record's hub, office and desks have a few; each note is read under the same ones
def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """Return the 4-byte key id: the start of SHA-256(name, newline, algorithm byte, public key) (signed-note)."""
    return sha256(name.encode() + b"\n" + bytes((algorithm,)) + public).digest()[:4]


def _cosigned(body: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{body}".encode()


def _line(name: str, algorithm: int, public: bytes, signature: bytes) -> str:
    blob = key_id(name, algorithm, public) + signature
    line = f"— {name} {base64.b64encode(blob).decode()}"
    if not _printable(name) or _LINE.fullmatch(line) is None:
        raise ValueError("a key name has no spaces, plus signs or control characters")
    return line


def _split(text: str) -> tuple[str, dict[str, tuple[str, bytes]]]:
    """The note's text, and each of its signature lines with the name and the bytes in it."""
    body, gap, rest = text.partition("\n\n")
    if not gap or not rest.endswith("\n") or len(text) > MAX_NOTE_CHARS:
        raise Malformed(kind="note", reason="no signed note")
    lines = rest[:-1].split("\n")
    read = {line: _read_line(line) for line in lines}
    if len(read) != len(lines):
        raise Malformed(kind="note", reason="a signature line twice")
    return body + "\n", read


def _read_line(line: str) -> tuple[str, bytes]:
    found = _LINE.fullmatch(line)
    if found is None or not _printable(found[1]):
        raise Malformed(kind="note", reason="signature line")
    blob = _unbase64(found[2])
    if len(blob) <= 4:
        raise Malformed(kind="note", reason="signature line")
    return found[1], blob


def _unbase64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Malformed(kind="note", reason="base64") from error
    # base64 has spare bits at its end: without this, several texts would carry one signature.
    if base64.b64encode(raw).decode() != text:
        raise Malformed(kind="note", reason="base64")
    return raw


def _printable(text: str) -> bool:
    return text.isprintable() and text == text.strip() and text != ""
