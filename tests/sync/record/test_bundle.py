"""The record bundle: one form for one record, and no byte of it can be another."""

import io
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync import canonical
from sync.errors import SyncError
from sync.keys.certificate import Certificate, certificate_id, issue
from sync.keys.keys import Signer
from sync.record import bundle as bundle_module
from sync.record.bundle import (
    DEPLOYMENT,
    MAGIC,
    Bundle,
    BundledObject,
    CosignedCheckpoint,
    decode_bundle,
    encode_bundle,
    read_bundle,
    write_bundle,
)
from sync.record.bundlefaults import (
    BundleChanged,
    BundleError,
    BundleForeign,
    BundleNotCanonical,
    BundleOrder,
    BundleTooLarge,
    BundleTrailing,
    BundleTruncated,
)
from sync.record.checkpoint import Checkpoint, cosign, open_note, sign, verify_cosignature
from sync.record.command import Command, sign_command
from sync.record.entry import Entry, encode_entry
from sync.record.merkle import Frontier, leaf_hash

ORIGIN = "demado/training/test/hub-1"
ROOT, HUB, OFFICE, CLERK = (Signer(name * 32) for name in (b"r", b"h", b"o", b"c"))


def certificate(person: str, kind: str, subject: Signer) -> bytes:
    content = {
        "deployment": bytes(16),
        "subject": subject.public,
        "person": person,
        "kind": kind,
        "party": "contractor",
        "not_before_ms": 0,
        "not_after_ms": 1,
        "issuer": ROOT.public,
    }
    return issue(msgspec.convert(content, Certificate), ROOT)


CERTIFICATES = [certificate("hub-1", "hub", HUB), certificate("staff-1", "staff", CLERK)]


def entry(index: int) -> bytes:
    command = Command(
        deployment=bytes(16),
        record="hub-1",
        epoch=1,
        id=index.to_bytes(16, "big"),
        certificate=certificate_id(CERTIFICATES[1]),
        made_ms=index,
        kind="issue",
        args=msgspec.Raw(b"\x80"),
    )
    return encode_entry(Entry(1, index, 1, msgspec.Raw(b"\x80"), sign_command(command, CLERK), msgspec.Raw(b"\x90")))


def note(entries: tuple[bytes, ...]) -> str:
    frontier = Frontier()
    for body in entries:
        frontier.append(leaf_hash(body))
    return sign(Checkpoint(ORIGIN, frontier.size, frontier.root()), "hub-1", HUB)


def cosigned(entries: tuple[bytes, ...], *times: int) -> CosignedCheckpoint:
    text = note(entries)
    lines = sorted((cosign(text, "office", OFFICE, time) for time in times), key=str.encode)
    return CosignedCheckpoint(text, tuple(lines))


ENTRIES = tuple(entry(index) for index in range(3))
PROFILES = [BundledObject("profile", b"[contract]\n"), BundledObject("profile", b"[contract]\nid = 2\n")]
SMALL = Bundle(
    deployment=b"deployment",
    certificates=tuple(sorted(CERTIFICATES, key=certificate_id)),
    objects=tuple(sorted(PROFILES, key=lambda one: one.hash)),
    entries=ENTRIES,
    checkpoints=(cosigned(ENTRIES[:1], 1), cosigned(ENTRIES, 2, 3)),
)


def encoded(bundle: Bundle) -> bytes:
    return b"".join(encode_bundle(bundle))


def decoded(data: bytes) -> Bundle:
    return decode_bundle(io.BytesIO(data))


DATA = encoded(SMALL)


def resealed(body: bytes, counts: list[int] | None = None) -> bytes:
    """What an attacker can do who changes the items: write a fitting end record behind them."""
    counts = counts or [2, 2, 3, 2, 3]
    return body + canonical.encode(["end", canonical.encode(counts), sha256(body).digest()])


def item(kind: str, *parts: bytes) -> bytes:
    return canonical.encode([kind, *parts])


BODY = DATA[: -len(canonical.encode(["end", canonical.encode([2, 2, 3, 2, 3]), bytes(32)]))]


def check_signatures(bundle: Bundle) -> None:
    """The part of `verify` that a changed checkpoint, cosignature or entry cannot pass."""
    for checkpoint in bundle.checkpoints:
        shown = open_note(checkpoint.note, {"hub-1": HUB.public})
        assert shown == open_note(note(bundle.entries[: shown.size]), {"hub-1": HUB.public})
        for line in checkpoint.cosignatures:
            verify_cosignature(checkpoint.note, line, "office", OFFICE.public)


def test_a_bundle_reads_back_as_it_was_written(tmp_path: Path) -> None:
    write_bundle(tmp_path / "record.bundle", SMALL)
    assert (tmp_path / "record.bundle").read_bytes() == DATA == resealed(BODY)
    found = read_bundle(tmp_path / "record.bundle")
    assert found == SMALL
    assert found.checkpoint.size == 3
    check_signatures(found)
    assert [file.name for file in tmp_path.iterdir()] == ["record.bundle"]


def test_every_changed_bit_is_refused_on_reading() -> None:
    for at in range(len(DATA)):
        for bit in range(8):
            changed = bytearray(DATA)
            changed[at] ^= 1 << bit
            with pytest.raises(BundleError):
                decoded(bytes(changed))


@given(at=st.integers(0, len(DATA) - 1), byte=st.integers(0, 255))
def test_every_changed_byte_is_refused_on_reading(at: int, byte: int) -> None:
    changed = DATA[:at] + bytes([byte]) + DATA[at + 1 :]
    if changed != DATA:
        with pytest.raises(BundleError):
            decoded(changed)


def test_a_changed_bit_under_a_recomputed_end_record_is_refused_or_leaves_another_canonical_bundle() -> None:
    seen = 0
    for at in range(len(MAGIC), len(BODY)):
        changed = bytearray(BODY)
        changed[at] ^= 1 << at % 8
        forged = resealed(bytes(changed))
        try:
            found = decoded(forged)
        except BundleError:
            continue
        assert encoded(found) == forged  # it is the one form of what it says
        assert found != SMALL
        seen += 1
        if found.checkpoints != SMALL.checkpoints or found.entries != SMALL.entries:
            with pytest.raises((SyncError, AssertionError)):
                check_signatures(found)
    assert seen > 0  # the hash of the end record protects against accidents, signatures against people


def test_a_bundle_cut_anywhere_is_refused() -> None:
    for length in range(len(DATA)):
        with pytest.raises(BundleTruncated if length >= len(MAGIC) else BundleForeign):
            decoded(DATA[:length])


def test_trailing_bytes_are_refused() -> None:
    with pytest.raises(BundleTrailing):
        decoded(DATA + b"\x00")


def test_another_file_is_refused() -> None:
    for data in (b"", b"PK\x03\x04", DATA.replace(b"bundle/1", b"bundle/2")):
        with pytest.raises(BundleForeign):
            decoded(data)


def test_counts_that_do_not_match_are_refused() -> None:
    for counts in ([1, 2, 3, 2, 3], [2, 2, 4, 2, 3], [2, 2, 3, 2]):
        with pytest.raises(BundleChanged):
            decoded(resealed(BODY, counts))


def swapped(bundle: Bundle) -> list[Bundle]:
    newest = bundle.checkpoints[-1]
    return [
        replace(bundle, certificates=bundle.certificates[::-1]),
        replace(bundle, certificates=bundle.certificates[:1] * 2),
        replace(bundle, objects=bundle.objects[::-1]),
        replace(bundle, objects=bundle.objects[:1] * 2),
        replace(bundle, entries=bundle.entries[::-1]),
        replace(bundle, entries=bundle.entries[1:]),
        replace(bundle, entries=(*bundle.entries, entry(3))),
        replace(bundle, checkpoints=bundle.checkpoints[::-1]),
        replace(bundle, checkpoints=bundle.checkpoints[:1]),
        replace(bundle, checkpoints=()),
        replace(bundle, checkpoints=(*bundle.checkpoints, newest)),
        replace(bundle, checkpoints=(CosignedCheckpoint(newest.note, newest.cosignatures[::-1]),)),
        replace(bundle, checkpoints=(CosignedCheckpoint(newest.note, newest.cosignatures[:1] * 2),)),
    ]


@pytest.mark.parametrize("wrong", swapped(SMALL))
def test_items_out_of_order_doubled_or_missing_are_refused_both_ways(wrong: Bundle) -> None:
    with pytest.raises(BundleOrder):
        encoded(wrong)
    body = b"".join(
        [MAGIC, item("deployment", wrong.deployment)]
        + [item("certificate", one) for one in wrong.certificates]
        + [item("object", one.kind.encode(), one.body) for one in wrong.objects]
        + [item("entry", one) for one in wrong.entries]
        + [
            piece
            for one in wrong.checkpoints
            for piece in (
                item("checkpoint", one.note.encode()),
                *(item("cosignature", x.encode()) for x in one.cosignatures),
            )
        ]
    )
    cosignatures = sum(len(one.cosignatures) for one in wrong.checkpoints)
    counts = [len(x) for x in (wrong.certificates, wrong.objects, wrong.entries, wrong.checkpoints)]
    with pytest.raises(BundleOrder):
        decoded(resealed(body, [*counts, cosignatures]))


AT_ENTRY = MAGIC + item("deployment", b"deployment")


@pytest.mark.parametrize(
    ("body", "error", "number", "kind"),
    [
        (MAGIC + item("certificate", CERTIFICATES[0]), BundleOrder, 0, "certificate"),
        (AT_ENTRY + item("deployment", b"another"), BundleOrder, 1, "deployment"),
        (AT_ENTRY + item("cosignature", b"x"), BundleOrder, 1, "cosignature"),
        (AT_ENTRY + item("certificate", b"x"), BundleNotCanonical, 1, "certificate"),
        (AT_ENTRY + item("object", b"", b"x"), BundleNotCanonical, 1, "object"),
        (AT_ENTRY + item("object", DEPLOYMENT.encode(), b"x"), BundleNotCanonical, 1, "object"),
        (AT_ENTRY + item("object", b"\xff", b"x"), BundleNotCanonical, 1, "object"),
        (AT_ENTRY + item("object", b"x"), BundleNotCanonical, 1, "object"),
        (AT_ENTRY + item("entry", b"x"), BundleNotCanonical, 1, "entry"),
        (AT_ENTRY + item("entry", entry(1)), BundleOrder, 1, "entry"),
        (AT_ENTRY + item("checkpoint", b"x"), BundleNotCanonical, 1, "checkpoint"),
        (AT_ENTRY + item("checkpoint", note(ENTRIES).encode()), BundleOrder, 1, "checkpoint"),
        (AT_ENTRY + item("surprise", b"x"), BundleNotCanonical, 1, "surprise"),
        (AT_ENTRY + b"\xdc\x00\x02" + item("entry", entry(0))[1:], BundleNotCanonical, 1, ""),  # array 16
        (AT_ENTRY + b"\x92\xd9\x05entry" + item("entry", entry(0))[7:], BundleNotCanonical, 1, ""),  # str 8
        (MAGIC + b"\x92\xaadeployment\xc5\x00\x01x", BundleNotCanonical, 0, "deployment"),  # bin 16 for one byte
        (MAGIC + b"\x92\xaadeployment\xa1x", BundleNotCanonical, 0, "deployment"),  # a string, not bytes
        (MAGIC + b"\x92\xaadeployment\xc6\xff\xff\xff\xff", BundleTooLarge, 0, "deployment"),
        (AT_ENTRY + b"\x92\xa5entry\xc6\x00\x10\x00\x01", BundleTooLarge, 1, "entry"),
    ],
)
def test_a_wrong_item_is_refused_by_number_and_kind(
    body: bytes, error: type[BundleError], number: int, kind: str
) -> None:
    with pytest.raises(error) as refused:
        decoded(resealed(body))
    assert (refused.value.data["item"], refused.value.data["kind"]) == (number, kind)


@pytest.mark.parametrize(("limit", "kind"), [("MOST_ENTRIES", "entry"), ("MOST_OTHERS", "certificate")])
def test_more_items_of_a_kind_than_any_record_has_are_refused_at_the_first_of_them(
    monkeypatch: pytest.MonkeyPatch, limit: str, kind: str
) -> None:
    monkeypatch.setattr(bundle_module, limit, 1)
    with pytest.raises(BundleTooLarge) as refused:
        decoded(DATA)
    assert (refused.value.data["kind"], refused.value.data["count"]) == (kind, 2)
    monkeypatch.setattr(bundle_module, limit, 3)
    assert decoded(DATA) == SMALL


def test_what_is_too_large_to_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BundleTooLarge):
        write_bundle(tmp_path / "record.bundle", replace(SMALL, deployment=bytes((1 << 20) + 1)))
    assert list(tmp_path.iterdir()) == []


@given(
    count=st.integers(0, 5),
    deployment=st.binary(max_size=40),
    objects=st.dictionaries(st.binary(max_size=300), st.text("ab", min_size=1, max_size=3), max_size=4),
    cosigned_at=st.sets(st.integers(0, 5)),
)
def test_every_record_has_one_bundle_and_it_reads_back(
    count: int, deployment: bytes, objects: dict[bytes, str], cosigned_at: set[int]
) -> None:
    entries = tuple(entry(index) for index in range(count))
    bundle = Bundle(
        deployment,
        SMALL.certificates,
        tuple(sorted((BundledObject(kind, body) for body, kind in objects.items()), key=lambda one: one.hash)),
        entries,
        tuple(cosigned(entries[:size], size + 1) for size in sorted({x for x in cosigned_at if x <= count} | {count})),
    )
    assert decoded(encoded(bundle)) == bundle
