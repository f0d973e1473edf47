"""Bundles for the examiner's tests, made by the hub that the world has, and by one that lies and signs all of it again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from hub.audit.bundle_file import evidence, read_from
from hub.audit.verify import Report, examine, verify
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.queue import queue
from sync import canonical
from sync.keys.certificate import certificate_id
from sync.keys.keys import Signer
from sync.keys.party import Party
from sync.record.bundle import Bundle, BundledObject, decode_bundle, encode_bundle
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, cosign, sign
from sync.record.merkle import Frontier, leaf_hash
from tests.records import MORNING_MS, RecordMaker, World

SECONDS = MORNING_MS // 1000


def site_world(seed: str = "world") -> World:
    """A world whose hub's certificate names its site: then every word of the deployment is bound by a signature."""
    world = World(seed=seed)
    certificate = world.certify("hub-1", "hub", "contractor", sites=(world.deployment.site,))
    world.hub = Party(world.deployment, world.signer("hub-1"), certificate, world.trust())
    return world


def small(world: World) -> RecordMaker:
    """The first minutes of a day: four entries, by a manager, an officer, a clerk and the hub."""
    maker = RecordMaker(world)
    event_type = world.profile.event_types[0].id
    opened = day.OpenDay(day.iso_date(maker.now_ms), event_type, "会場", world.deployment.profile, True)
    maker.do(opened, world.manager)
    maker.do(identity.Attend(True), world.officers[0])
    method = next(m for m in world.profile.methods if m.id in world.profile.event_types[0].methods)
    (issued,) = maker.do(queue.IssueTicket(method.lane or world.profile.lanes[0].id), world.clerks[0])
    assert isinstance(issued, queue.TicketIssued)
    maker.report(issued.ticket, "ticket")
    return maker


def line(world: World, note: str, by: Party, time_s: int = SECONDS) -> str:
    """A cosignature by a machine of this world."""
    return cosign(note, world.deployment.key_name(by.name), by.signer, time_s)


def bundle(maker: RecordMaker, *, city: int | None = None, office: int | None = None) -> Bundle:
    """The record as its hub would export it, the city's and the office's cosignatures on checkpoints of these sizes."""
    world = maker.world
    held = {certificate_id(one): one for one in maker.certificates}
    for machine in (world.hub, world.office, world.desk):
        held[machine.certificate_id] = machine.certificate
    for issuer in world.issuers.values():
        held[certificate_id(issuer)] = issuer
    checkpoints = []
    for size in sorted({maker.size, city or maker.size, office or maker.size}):
        note = maker.note(size)
        lines = [line(world, note, by) for by, wanted in ((world.desk, city), (world.office, office)) if wanted == size]
        checkpoints.append(CosignedCheckpoint(note, tuple(sorted(lines, key=str.encode))))
    return Bundle(
        world.deployment.encode(),
        tuple(held[key] for key in sorted(held)),
        (BundledObject("profile", world.profile_raw),),
        tuple(maker.entries),
        tuple(checkpoints),
    )


def report_on(world: World, contents: Bundle) -> Report:
    """What the examiner says of a bundle, given the true roots."""
    roots = world.deployment
    return examine(evidence("bundle", contents), contractor_root=roots.contractor_root, city_root=roots.city_root)


def report_on_bytes(world: World, data: bytes, file: Path) -> Report:
    """What the examiner says of a bundle's bytes, given the true roots."""
    file.write_bytes(data)
    roots = world.deployment
    return verify(file, contractor_root=roots.contractor_root, city_root=roots.city_root)


def report_on_changed(world: World, data: bytes) -> Report:
    """As report_on_bytes, of what is in memory: a file for each of four thousand changed bytes took a third of the time."""
    roots = world.deployment
    read = read_from("bundle", io.BytesIO(data))
    return examine(read, contractor_root=roots.contractor_root, city_root=roots.city_root)


def encoded(contents: Bundle) -> bytes:
    return b"".join(encode_bundle(contents))


def decoded(data: bytes) -> Bundle:
    return decode_bundle(io.BytesIO(data))


def end_of(contents: Bundle, body: bytes) -> bytes:
    """An end record that fits these bytes: what anybody can write who changes them."""
    lines = sum(len(one.cosignatures) for one in contents.checkpoints)
    counts = [
        len(contents.certificates),
        len(contents.objects),
        len(contents.entries),
        len(contents.checkpoints),
        lines,
    ]
    return canonical.encode(["end", canonical.encode(counts), sha256(body).digest()])


def signed_again(world: World, contents: Bundle, entries: Sequence[bytes], hub: Signer | None = None) -> Bundle:
    """What a dishonest hub can do: other entries, with a tree and a checkpoint over them of its own."""
    frontier = Frontier()
    for body in entries:
        frontier.append(leaf_hash(body))
    origin = world.deployment.origin
    note = sign(Checkpoint(origin, frontier.size, frontier.root()), origin, hub or world.hub.signer)
    return replace(contents, entries=tuple(entries), checkpoints=(CosignedCheckpoint(note),))


def codes(report: Report) -> list[str]:
    """The codes of what was found."""
    return [one.code for one in report.problems]


def at(report: Report, entry: int) -> list[str]:
    """The codes of what was found at an entry."""
    return [one.code for one in report.problems if one.entry == entry]


def named(report: Report, *words: str) -> Iterable[str]:
    """The objects named in findings that begin with one of these words."""
    return [one.object for one in report.problems if one.object.startswith(words)]
