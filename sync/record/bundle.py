"""The record bundle: a whole record in one file of one canonical form (docs/record-bundle.md)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from sync import canonical
from sync.errors import Malformed
from sync.keys.certificate import certificate_id, parse
from sync.record.bundlefaults import (
    BundleChanged,
    BundleForeign,
    BundleNotCanonical,
    BundleOrder,
    BundleTooLarge,
    BundleTrailing,
    BundleTruncated,
)
from sync.record.checkpoint import CosignedCheckpoint, decode_body, note_body, signature_lines
from sync.record.entry import decode_entry
from sync.wholefile import WouldOverwrite, whole_file

MAGIC = b"demado-record-bundle/1\n"
DEPLOYMENT = "deployment"  # the kind under which a store keeps the deployment's own object

# Largest body per kind, in bytes: what a reader allocates before it has checked anything.
LARGEST = {
    "deployment": 1 << 20,  # an object of a few KiB; 1 MiB is the most that one envelope carries
    "certificate": 16 << 10,  # about 600 bytes, some more with many sites
    "object": 1 << 20,
    "entry": 1 << 20,
    "checkpoint": 64 << 10,  # MAX_NOTE_CHARS of sync.record.checkpoint in UTF-8
    "cosignature": 1 << 10,  # a name of at most 256 characters and 104 characters of base64
}
MOST_ENTRIES = 1 << 26  # 67 million: 50,000 a day for three and a half years
MOST_OTHERS = 1 << 20  # certificates, objects, checkpoints and cosignatures each; city desks cosign per decision

_ORDER = ("deployment", "certificate", "object", "entry", "checkpoint", "cosignature", "end")


class BundledObject(msgspec.Struct, frozen=True):
    """A file that entries refer to by its SHA-256, with its kind (such as "profile")."""

    kind: str
    body: bytes

    @property
    def hash(self) -> bytes:
        """SHA-256 of the body (32 bytes)."""
        return sha256(self.body).digest()


class Bundle(msgspec.Struct, frozen=True):
    """A record's content: certificates sorted by id, objects by hash, checkpoints by size, the newest over all."""

    deployment: bytes
    certificates: tuple[bytes, ...]
    objects: tuple[BundledObject, ...]
    entries: tuple[bytes, ...]
    checkpoints: tuple[CosignedCheckpoint, ...]

    @property
    def checkpoint(self) -> CosignedCheckpoint:
        """The newest checkpoint, which covers every entry."""
        return self.checkpoints[-1]


class _Item(msgspec.Struct, frozen=True):
    number: int
    kind: str
    parts: tuple[bytes, ...]

    @property
    def body(self) -> bytes:
        return self.parts[-1]


def write_bundle(path: Path | str, contents: Bundle) -> None:
    """Write the bundle, whole or not at all, for its owner alone: whoever hands it on decides who reads it.

    WouldOverwrite if anything has this name: it may be the record itself.
    """
    if os.path.lexists(path):
        raise WouldOverwrite(path=str(path))
    with whole_file(Path(path), secret=True) as file:
        for piece in encode_bundle(contents):
            file.write(piece)


def encode_bundle(contents: Bundle) -> Iterator[bytes]:
    """The bundle's bytes, item by item; raises BundleError where the contents could not be read back."""
    yield MAGIC
    digest, checks = sha256(MAGIC), _Checks()
    for number, (kind, *parts) in enumerate(_parts(contents)):
        checks.take(_Item(number, kind, tuple(parts)))
        piece = canonical.encode([kind, *parts])
        digest.update(piece)
        yield piece
    yield canonical.encode(["end", canonical.encode(checks.counts()), digest.digest()])
    checks.complete()


def _parts(contents: Bundle) -> Iterator[tuple[str, *tuple[bytes, ...]]]:
    yield "deployment", contents.deployment
    for body in contents.certificates:
        yield "certificate", body
    for one in contents.objects:
        yield "object", one.kind.encode(), one.body
    for body in contents.entries:
        yield "entry", body
    for checkpoint in contents.checkpoints:
        yield "checkpoint", checkpoint.note.encode()
        for line in checkpoint.cosignatures:
            yield "cosignature", line.encode()


def read_bundle(path: Path | str) -> Bundle:
    """The bundle in this file, every structural rule checked and no signature; raises BundleError leaves."""
    with open(path, "rb") as file:
        return decode_bundle(file)


def decode_bundle(file: IO[bytes]) -> Bundle:
    """As read_bundle(), from an open binary file; nothing is allocated beyond the format's limits."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BundleForeign(item=0, kind="")
    checks = _Checks()
    bodies: dict[str, list[bytes]] = {kind: [] for kind in _ORDER}
    objects: list[BundledObject] = []
    checkpoints: list[tuple[str, list[str]]] = []
    for item in _items(file, checks):
        checks.take(item)
        if item.kind == "object":
            objects.append(BundledObject(item.parts[0].decode(), item.body))
        elif item.kind == "checkpoint":
            checkpoints.append((item.body.decode(), []))
        elif item.kind == "cosignature":
            checkpoints[-1][1].append(item.body.decode())
        else:
            bodies[item.kind].append(item.body)
    checks.complete()
    return Bundle(
        bodies["deployment"][0],
        tuple(bodies["certificate"]),
        tuple(objects),
        tuple(bodies["entry"]),
        tuple(CosignedCheckpoint(note, tuple(lines)) for note, lines in checkpoints),
    )


def _items(file: IO[bytes], checks: _Checks) -> Iterator[_Item]:
    """Every item before the end record, whose counts and hash are checked, and that nothing follows."""
    digest = sha256(MAGIC)
    number = 0
    while True:
        item, raw = _read_item(file, number)
        if item.kind == "end":
            break
        digest.update(raw)
        yield item
        number += 1
    if item.parts != (canonical.encode(checks.counts()), digest.digest()):
        raise BundleChanged(item=number, kind="end")
    if file.read(1):
        raise BundleTrailing(item=number + 1, kind="")


def _read_item(file: IO[bytes], number: int) -> tuple[_Item, bytes]:
    """One msgpack array [kind, bin...]: read by hand, because its length stands nowhere before it."""
    raw = bytearray()

    def take(count: int, kind: str) -> bytes:
        got = file.read(count)
        raw.extend(got)
        if len(got) != count:
            raise BundleTruncated(item=number, kind=kind)
        return got

    head = take(2, "")
    count, length = head[0] & 0x0F, head[1] & 0x1F
    if head[0] & 0xF0 != 0x90 or head[1] & 0xE0 != 0xA0:  # fixarray of a fixstr: all that the format uses
        raise BundleNotCanonical(item=number, kind="")
    name = take(length, "")
    kind = name.decode("ascii", "replace")
    if kind not in _ORDER:
        raise BundleNotCanonical(item=number, kind=kind)
    if count != (3 if kind in ("object", "end") else 2):
        raise BundleNotCanonical(item=number, kind=kind)
    parts = []
    for _ in range(count - 1):
        form = take(1, kind)[0]
        if form not in (0xC4, 0xC5, 0xC6):  # bin 8, 16, 32
            raise BundleNotCanonical(item=number, kind=kind)
        size = int.from_bytes(take(1 << form - 0xC4, kind), "big")
        if size > LARGEST.get(kind, 1 << 10):
            raise BundleTooLarge(item=number, kind=kind, size=size)
        parts.append(take(size, kind))
    if canonical.encode([kind, *parts]) != bytes(raw):  # a longer length form than needed
        raise BundleNotCanonical(item=number, kind=kind)
    return _Item(number, kind, tuple(parts)), bytes(raw)


class _Checks:
    """The rules between items: order, no doubles, limits, and each body in its kind's form; shared by both ways."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(_ORDER[:-1], 0)
        self._last: _Item | None = None
        self._size = -1  # of the newest checkpoint

    def counts(self) -> list[int]:
        """Number of certificates, objects, entries, checkpoints, cosignatures."""
        return [self._counts[kind] for kind in _ORDER[1:-1]]

    def take(self, item: _Item) -> None:
        """Check one item against those before it."""
        last = self._last
        if not _may_follow(item, last):
            raise BundleOrder(item=item.number, kind=item.kind)
        try:
            self._check_body(item)
        except (Malformed, UnicodeDecodeError, msgspec.MsgspecError) as fault:
            raise BundleNotCanonical(item=item.number, kind=item.kind, reason=str(fault)) from fault
        if len(item.body) > LARGEST[item.kind]:
            raise BundleTooLarge(item=item.number, kind=item.kind, size=len(item.body))
        self._counts[item.kind] += 1
        if self._counts[item.kind] > (MOST_ENTRIES if item.kind == "entry" else MOST_OTHERS):
            raise BundleTooLarge(item=item.number, kind=item.kind, count=self._counts[item.kind])
        self._last = item

    def complete(self) -> None:
        """Check that the bundle may end here: the newest checkpoint covers every entry."""
        last = self._last
        if last is None or self._size != self._counts["entry"]:
            raise BundleOrder(item=0 if last is None else last.number + 1, kind="end")

    def _check_body(self, item: _Item) -> None:
        if item.kind == "certificate":
            parse(item.body)
        elif item.kind == "object":
            kind = item.parts[0].decode()
            if not 0 < len(kind) <= 64 or not kind.isprintable() or kind == DEPLOYMENT:
                raise Malformed(kind="object", reason="its kind")
        elif item.kind == "entry":
            if decode_entry(item.body).index != self._counts["entry"]:
                raise BundleOrder(item=item.number, kind=item.kind, expected=self._counts["entry"])
        elif item.kind == "checkpoint":
            note = item.body.decode()
            signature_lines(note)
            size = decode_body(note_body(note)).size
            if not self._size < size <= self._counts["entry"]:
                raise BundleOrder(item=item.number, kind=item.kind, size=size)
            self._size = size
        elif item.kind == "cosignature":
            _check_line(item.body.decode())


def _may_follow(item: _Item, last: _Item | None) -> bool:
    if last is None or item.kind == "deployment":
        return last is None and item.kind == "deployment"
    if item.kind == "cosignature":
        # Lines follow their own checkpoint, sorted as bytes and each once.
        return last.kind == "checkpoint" or (last.kind == "cosignature" and last.body < item.body)
    if item.kind == "checkpoint" and last.kind in ("checkpoint", "cosignature"):
        return True  # by rising size, which is checked with the body
    if item.kind != last.kind:
        return _ORDER.index(last.kind) < _ORDER.index(item.kind)
    if item.kind == "certificate":
        return certificate_id(last.body) < certificate_id(item.body)
    if item.kind == "object":
        return sha256(last.body).digest() < sha256(item.body).digest()
    return item.kind == "entry"


def _check_line(line: str) -> None:
    # A note with this one line is well formed exactly if the line is.
    signature_lines(f"x\n\n{line}\n")
