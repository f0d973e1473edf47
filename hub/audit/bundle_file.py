"""A record bundle as evidence: read strictly, and where that fails read on as far as the items go.

Whoever changes a byte and not the hash at the end is caught by the hash alone, which cannot say what was changed. So
every item that can still be told apart is examined, and the finding names the entry or the certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from hub.audit.evidence import Evidence, Unreadable
from hub.audit.problem import Problem, fault
from sync.record.bundle import MAGIC, Bundle, BundledObject, decode_bundle
from sync.record.bundlefaults import BundleError
from sync.record.checkpoint import CosignedCheckpoint


class Item(NamedTuple):
    """One item of a bundle, its form not checked; `ordinal` counts items of this kind before it."""

    number: int
    kind: str
    ordinal: int
    parts: tuple[bytes, ...]


def read(path: Path) -> Evidence:
    """The bundle in this file, with what is wrong in its form; Unreadable if the file cannot be opened."""
    try:
        with open(path, "rb") as file:
            return read_from(str(path), file)
    except OSError as error:
        raise Unreadable(path=str(path), reason=error.strerror) from error


def read_from(path: str, file: IO[bytes]) -> Evidence:
    """As read(), from an open binary file at its beginning."""
    try:
        return evidence(path, decode_bundle(file))
    except BundleError as error:
        file.seek(0)
        return _as_far_as_possible(path, file.read(), error)


def evidence(path: str, contents: Bundle, problems: tuple[Problem, ...] = ()) -> Evidence:
    """A bundle's contents as evidence."""
    return Evidence(
        path,
        "bundle",
        contents.deployment or None,
        contents.certificates,
        (),
        contents.objects,
        contents.entries,
        contents.checkpoints,
        problems,
    )


def _as_far_as_possible(path: str, data: bytes, error: BundleError) -> Evidence:
    deployment, certificates, objects, entries = b"", [], [], []
    checkpoints: list[CosignedCheckpoint] = []
    for item in items(data):
        text = item.parts[-1].decode("utf-8", "replace")
        if item.kind == "deployment":
            deployment = deployment or item.parts[-1]
        elif item.kind == "certificate":
            certificates.append(item.parts[-1])
        elif item.kind == "object":
            objects.append(BundledObject(item.parts[0].decode("utf-8", "replace"), item.parts[-1]))
        elif item.kind == "entry":
            entries.append(item.parts[-1])
        elif item.kind == "checkpoint":
            checkpoints.append(CosignedCheckpoint(text))
        elif item.kind == "cosignature" and checkpoints:
            last = checkpoints.pop()
            checkpoints.append(CosignedCheckpoint(last.note, (*last.cosignatures, text)))
    contents = Bundle(deployment, tuple(certificates), tuple(objects), tuple(entries), tuple(checkpoints))
    return evidence(path, contents, (_named(error, data),))


def items(data: bytes) -> Iterator[Item]:
    """The items that can be told apart, up to the first that cannot."""
    at, counts = len(MAGIC), dict[str, int]()
    number = 0
    while at + 2 <= len(data):
        many, length = data[at] & 0x0F, data[at + 1] & 0x1F
        kind = data[at + 2 : at + 2 + length].decode("ascii", "replace")
        at += 2 + length
        parts: list[bytes] = []
        for _ in range(many - 1):
            width = {0xC4: 1, 0xC5: 2, 0xC6: 4}.get(data[at] if at < len(data) else 0, 0)
            size = int.from_bytes(data[at + 1 : at + 1 + width], "big")
            if not width or at + 1 + width + size > len(data):
                return
            parts.append(data[at + 1 + width : at + 1 + width + size])
            at += 1 + width + size
        if len(parts) != (2 if kind in ("object", "end") else 1):
            return
        ordinal = counts.get(kind, 0)
        counts[kind] = ordinal + 1
        yield Item(number, kind, ordinal, tuple(parts))
        number += 1


def _named(error: BundleError, data: bytes) -> Problem:
    """The error with the entry or object that stands at its item number."""
    number, kind = error.data["item"], error.data["kind"]
    before = [item for item in items(data) if item.number < int(str(number))]
    ordinal = sum(item.kind == kind for item in before)
    if kind == "entry":
        return fault(error, entry=ordinal)
    if not kind and before:
        return fault(error, object=f"item {number} (after {before[-1].kind} {before[-1].ordinal})")
    return fault(error, object=f"{kind} {ordinal} (item {number})" if kind else f"item {number}")
