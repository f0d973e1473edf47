"""A second reader of the record bundle, made from docs/record-bundle.md alone: it shares no code with the first."""

import base64
from hashlib import sha256
from pathlib import Path

import msgspec
import nacl.signing
import pytest

from sync.keys.certificate import Certificate, certificate_id, issue
from sync.keys.keys import Signer
from sync.record.bundle import Bundle, BundledObject, encode_bundle
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, cosign, sign
from sync.record.command import Command, sign_command
from sync.record.entry import Entry, encode_entry
from sync.record.merkle import Frontier, leaf_hash

# ---- the writer's side: the project's own code

ROOT, HUB, DESK, CLERK = (Signer(name * 32) for name in (b"r", b"h", b"d", b"c"))
PREFIX = "demado.training/" + bytes(range(16)).hex() + "/"
ORIGIN = PREFIX + "hub-1"


def project_writes(count: int) -> bytes:
    common = {"deployment": bytes(range(16)), "issuer": ROOT.public, "not_before_ms": 0, "not_after_ms": 9}
    certificates = []
    for person, kind, party, subject in (
        ("hub-1", "hub", "contractor", HUB),
        ("staff-1", "staff", "contractor", CLERK),
        ("desk-1", "desk", "city", DESK),
    ):
        content = common | {"person": person, "kind": kind, "party": party, "subject": subject.public}
        certificates.append(issue(msgspec.convert(content, Certificate), ROOT))
    entries, frontier = [], Frontier()
    for index in range(count):
        command = Command(
            deployment=bytes(range(16)),
            record="hub-1",
            epoch=1,
            id=index.to_bytes(16, "big"),
            certificate=certificate_id(certificates[1]),
            made_ms=index,
            kind="issue",
            args=msgspec.Raw(msgspec.msgpack.encode({"lane": "A"})),
        )
        context = msgspec.Raw(msgspec.msgpack.encode([index, index, "boot-1", index, "", b""]))
        entry = Entry(1, index, 1, context, sign_command(command, CLERK), msgspec.Raw(b"\x90"))
        entries.append(encode_entry(entry))
        frontier.append(leaf_hash(entries[-1]))
    note = sign(Checkpoint(ORIGIN, count, frontier.root()), ORIGIN, HUB)
    line = cosign(note, PREFIX + "desk-1", DESK, 1_754_000_000)
    deployment = {
        "id": bytes(range(16)),
        "contract": "koganei",
        "profile": sha256(b"[contract]").digest(),
        "contractor_root": ROOT.public,
        "city_root": ROOT.public,
        "training": True,
        "record": "hub-1",
        "site": "booth",
    }
    bundle = Bundle(
        msgspec.msgpack.encode(deployment),
        tuple(sorted(certificates, key=certificate_id)),
        (BundledObject("profile", b"[contract]"),),
        tuple(entries),
        (CosignedCheckpoint(note, (line,)),),
    )
    return b"".join(encode_bundle(bundle))


# ---- the reader's side: the page, msgpack, SHA-256, Ed25519


def read_items(data: bytes) -> list[tuple[bytes, list[bytes]]]:
    """Every item after the magic, with its raw bytes."""
    assert data.startswith(b"demado-record-bundle/1\n")
    at, items = 23, []
    while at < len(data):
        start = at
        count, length = data[at] - 0x90, data[at + 1] - 0xA0
        at += 2
        parts = [data[at : at + length]]
        at += length
        for _ in range(count - 1):
            width = {0xC4: 1, 0xC5: 2, 0xC6: 4}[data[at]]
            length = int.from_bytes(data[at + 1 : at + 1 + width], "big")
            at += 1 + width
            parts.append(data[at : at + length])
            at += length
        items.append((data[start:at], parts))
    return items


def pae(kind: bytes, payload: bytes) -> bytes:
    return b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload])


def signed(key: bytes, message: bytes, signature: bytes) -> None:
    nacl.signing.VerifyKey(key).verify(message, signature)


def merkle_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + merkle_root(leaves[:half]) + merkle_root(leaves[half:])).digest()


def check_line(line: str, name: str, algorithm: int, key: bytes, text: str) -> None:
    dash, shown, encoded = line.split(" ")
    blob = base64.b64decode(encoded, validate=True)
    key_id = sha256(name.encode() + b"\n" + bytes([algorithm]) + key).digest()[:4]
    assert (dash, shown, blob[:4]) == ("—", name, key_id)
    if algorithm == 0x01:
        signed(key, text.encode(), blob[4:])
    else:
        time = int.from_bytes(blob[4:12], "big")
        signed(key, f"cosignature/v1\ntime {time}\n{text}".encode(), blob[12:])


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40])
def test_a_reader_made_from_the_page_reads_and_checks_what_the_project_writes(count: int) -> None:
    items = read_items(project_writes(count))
    *content, (_, end) = items
    before = b"demado-record-bundle/1\n" + b"".join(raw for raw, _ in content)
    assert end[0] == b"end"
    assert end[2] == sha256(before).digest()
    kinds = [parts[0] for _, parts in content]
    counts = [kinds.count(kind) for kind in (b"certificate", b"object", b"entry", b"checkpoint", b"cosignature")]
    assert msgspec.msgpack.decode(end[1]) == counts == [3, 1, count, 1, 1]

    deployment = msgspec.msgpack.decode(content[0][1][1])
    people, by_id = {}, {}
    for _, parts in content:
        if parts[0] == b"certificate":
            payload, signature = msgspec.msgpack.decode(parts[1])
            signed(
                deployment["contractor_root"], pae(b"application/vnd.demado.certificate.v1+msgpack", payload), signature
            )
            certificate = msgspec.msgpack.decode(payload)
            people[certificate["person"]] = by_id[sha256(parts[1]).digest()] = certificate["subject"]

    entries = [parts[1] for _, parts in content if parts[0] == b"entry"]
    for index, body in enumerate(entries):
        version, number, epoch, _, (payload, signature), _ = msgspec.msgpack.decode(body)
        command = msgspec.msgpack.decode(payload)
        assert (version, number, epoch, command["record"]) == (1, index, 1, "hub-1")
        signed(by_id[command["certificate"]], pae(b"application/vnd.demado.command.v1+msgpack", payload), signature)

    (note,) = [parts[1].decode() for _, parts in content if parts[0] == b"checkpoint"]
    (cosignature,) = [parts[1].decode() for _, parts in content if parts[0] == b"cosignature"]
    prefix = f"demado.training/{deployment['id'].hex()}/"
    text, lines = note.split("\n\n")
    text += "\n"
    root = base64.b64encode(merkle_root(entries)).decode()
    assert text == f"{prefix}{deployment['record']}\n{count}\n{root}\n"
    check_line(lines.strip(), prefix + "hub-1", 0x01, people["hub-1"], text)
    check_line(cosignature, prefix + "desk-1", 0x04, people["desk-1"], text)


def test_the_page_names_every_key_in_the_order_it_is_written() -> None:
    page = (Path(__file__).parents[3] / "docs" / "record-bundle.md").read_text(encoding="utf-8")
    for struct, section in ((Certificate, "## Certificate"), (Command, "The command's payload")):
        at = page.index(section)
        for name in struct.__struct_fields__:
            at = page.index(f"`{name}`", at)
