"""verify reads a record where it lies: a bundle, a hub's folder, a terminal's copy, an office's database."""

from __future__ import annotations

import asyncio
import sqlite3
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from hub.audit.bundle_file import evidence
from hub.audit.evidence import Unreadable
from hub.audit.exporting import bundle_of
from hub.audit.verify import Report, load, load_all, verify
from hub.client.proof.keeper import Keeper
from hub.domain import city_only, permission
from hub.office.receiver import Receiver
from hub.office.store import FILE, OfficeStore
from sync.messages import Receipt
from sync.record.bundle import DEPLOYMENT, write_bundle
from sync.record.bundlefaults import BundleIncomplete
from sync.record.checkpoint import CosignedCheckpoint, verify_cosignature
from sync.record.store import RecordStore
from tests.hub.audit.bundles import bundle, codes, encoded, line, site_world
from tests.hub.office.sending import NOW, Sender, batch_of
from tests.records import RecordMaker, World


@pytest.fixture(scope="module")
def world() -> World:
    return site_world()


@pytest.fixture(scope="module")
def maker(world: World) -> RecordMaker:
    maker = RecordMaker(world)
    maker.day(tickets=1)
    return maker


def checked(world: World, path: Path) -> Report:
    """The report, given the true roots."""
    roots = world.deployment
    return verify(path, contractor_root=roots.contractor_root, city_root=roots.city_root)


async def keep(maker: RecordMaker, home: Path, *, cosigned: bool = True) -> Path:
    """A hub's folder after its day, stopped: its record with the cosignatures of office and desk."""
    world = maker.world
    world.save_home(world.hub, home)
    async with await maker.write(home / "record.sqlite") as store:
        await store.put_certificates([world.office.certificate, world.desk.certificate, world.issuers["city"]])
        if cosigned:
            for by in (world.office, world.desk):
                name, added = world.deployment.key_name(by.name), line(world, maker.note(), by)
                await store.add_cosignature(maker.size, name, added)
    return home


@pytest.fixture
def home(maker: RecordMaker, tmp_path: Path) -> Path:
    return asyncio.run(keep(maker, tmp_path / "hub"))


def test_a_hubs_folder_and_its_record_file_hold(world: World, maker: RecordMaker, home: Path) -> None:
    for path in (home, home / "record.sqlite"):
        report = checked(world, path)
        assert report.problems == () and report.remarks == ()
        assert report.size == report.attested == report.city_witnessed == report.office_cosigned == maker.size
        assert report.root == maker.frontier.root().hex() and report.form == "store"


def test_a_record_is_not_written_out_where_its_evidence_is_named(maker: RecordMaker, home: Path) -> None:
    evidence = load(home)
    assert len(evidence.entries) == len(maker.entries)
    assert len(repr(evidence)) < len(evidence.path) + 50


def test_a_record_that_a_hub_has_open_is_not_readable(world: World, maker: RecordMaker, home: Path) -> None:
    async def held() -> None:
        store = await RecordStore.open(home / "record.sqlite", origin=world.deployment.origin)
        try:
            with pytest.raises(Unreadable):
                await asyncio.to_thread(load, home)
        finally:
            await store.close()

    asyncio.run(held())


def test_a_changed_entry_in_the_database_is_named(world: World, home: Path) -> None:
    with sqlite3.connect(home / "record.sqlite") as db:
        db.execute("DROP TRIGGER entry_is_never_changed")
        (body,) = db.execute("SELECT body FROM entry WHERE idx = 7").fetchone()
        db.execute("UPDATE entry SET body = ? WHERE idx = 7", (body[:-1] + b"x",))
    db.close()
    report = checked(world, home)
    assert ("record.damaged", 7) in [(one.code, one.entry) for one in report.problems]


def test_an_entry_removed_from_the_end_of_the_database_is_found(world: World, maker: RecordMaker, home: Path) -> None:
    with sqlite3.connect(home / "record.sqlite") as db:
        db.execute("DROP TRIGGER entry_is_never_removed")
        db.execute("DELETE FROM outcome WHERE idx = ?", (maker.size - 1,))
        db.execute("DELETE FROM entry WHERE idx = ?", (maker.size - 1,))
    db.close()
    assert not checked(world, home).holds


def test_a_terminals_copy_holds_with_what_lies_in_the_terminals_folder(
    world: World, maker: RecordMaker, tmp_path: Path
) -> None:
    async def copy() -> None:
        keeper = Keeper(tmp_path / "replica.sqlite", world.deployment.origin)
        await keeper.open()
        keeper.keep(maker.entries, maker.ids, maker.note(), list(maker.certificates), lambda size: None)
        await keeper.close()

    world.save_home(world.terminal, tmp_path)
    asyncio.run(copy())
    report = checked(world, tmp_path)
    assert report.problems == () and report.size == report.replayed == maker.size


async def sent(world: World, maker: RecordMaker, home: Path) -> None:
    """An office's folder that has received this record in two batches."""
    office = world.machine("office-1", "office", "contractor")
    for known in (world.issuers["contractor"], world.hub.certificate):
        office.trust.add(known)
    world.save_home(office, home)
    store = await OfficeStore.open(str(home / FILE))
    try:
        hub = Sender(await Receiver.open(office, store, lambda: NOW), world, world.hub.signer)
        for first, end in ((0, 10), (10, maker.size)):
            receipt = await hub.send(batch_of(maker, first, end))
            assert isinstance(receipt, Receipt), await store.quarantine.all()
            name = world.deployment.key_name("office-1")
            assert verify_cosignature(maker.note(end), receipt.line, name, world.office.signer.public)
    finally:
        await store.close()


def test_an_offices_database_holds(world: World, maker: RecordMaker, tmp_path: Path) -> None:
    asyncio.run(sent(world, maker, tmp_path))
    report = checked(world, tmp_path)
    assert report.problems == () and report.record == "hub-1"
    assert report.size == report.attested == report.office_cosigned == maker.size
    assert report.city_witnessed == 0
    assert sorted({one.size for one in report.witnesses}) == [10, maker.size]


def test_an_office_that_holds_several_hubs_objects_reads_each_record_with_its_own(
    world: World, maker: RecordMaker, tmp_path: Path
) -> None:
    asyncio.run(sent(world, maker, tmp_path))
    with sqlite3.connect(tmp_path / FILE) as db:
        for number in range(2, 9):
            body = msgspec.structs.replace(world.deployment, record=f"hub-{number}").encode()
            db.execute("INSERT INTO object VALUES (?, 'deployment', ?)", (sha256(body).digest(), body))
    db.close()
    assert checked(world, tmp_path).problems == ()


def test_a_changed_entry_in_an_offices_database_is_named(world: World, maker: RecordMaker, tmp_path: Path) -> None:
    asyncio.run(sent(world, maker, tmp_path))
    with sqlite3.connect(tmp_path / FILE) as db:
        (key, body) = db.execute("SELECT key, body FROM entry ORDER BY key LIMIT 1 OFFSET 7").fetchone()
        db.execute("UPDATE entry SET body = ? WHERE key = ?", (body[:-1] + b"x", key))
    db.close()
    assert 7 in [one.entry for one in checked(world, tmp_path).problems]


def test_hub_and_bundle_and_office_give_the_same_bundle(
    world: World, maker: RecordMaker, home: Path, tmp_path: Path
) -> None:
    # NAGA-10-01
    made = bundle_of(load(home))
    write_bundle(tmp_path / "record.bundle", made)
    assert checked(world, tmp_path / "record.bundle").problems == ()
    assert encoded(bundle_of(load(tmp_path / "record.bundle"))) == encoded(made)
    asyncio.run(sent(world, maker, tmp_path / "office"))
    office = bundle_of(load(tmp_path / "office"))
    assert office.entries == made.entries and office.deployment == made.deployment and office.objects == made.objects
    write_bundle(tmp_path / "office.bundle", office)
    assert checked(world, tmp_path / "office.bundle").problems == ()


def test_a_bundle_takes_along_the_certificates_it_needs_and_no_others(
    world: World, maker: RecordMaker, home: Path
) -> None:
    made = bundle_of(load(home))
    needed = {*maker.certificates, world.hub.certificate, world.office.certificate, world.desk.certificate}
    assert set(made.certificates) == needed | set(world.issuers.values())


def test_a_bundle_leaves_out_checkpoints_that_nobody_cosigned_but_for_the_newest(
    world: World, maker: RecordMaker
) -> None:
    with_a_city = evidence("x", bundle(maker, city=3))
    uncosigned = CosignedCheckpoint(maker.note(2))
    held = msgspec.structs.replace(with_a_city, checkpoints=(uncosigned, *with_a_city.checkpoints))
    assert [one.size for one in bundle_of(held).checkpoints] == [3, maker.size]
    assert encoded(bundle_of(held)) == encoded(bundle_of(with_a_city))


def test_a_record_without_deployment_or_newest_checkpoint_is_not_exported(world: World, maker: RecordMaker) -> None:
    whole = evidence("x", bundle(maker, city=3))
    for lacking in (
        msgspec.structs.replace(whole, deployment=None),
        msgspec.structs.replace(whole, checkpoints=()),
        msgspec.structs.replace(whole, checkpoints=whole.checkpoints[:1]),
        msgspec.structs.replace(whole, entries=whole.entries[:-1]),
    ):
        with pytest.raises(BundleIncomplete):
            bundle_of(lacking)


def test_a_damaged_record_is_not_exported(home: Path) -> None:
    with sqlite3.connect(home / "record.sqlite") as db:
        db.execute("DROP TRIGGER entry_is_never_changed")
        db.execute("UPDATE entry SET body = x'00' WHERE idx = 3")
    db.close()
    with pytest.raises(BundleIncomplete):
        bundle_of(load(home))


def test_entries_that_the_hub_has_not_signed_are_found(world: World, maker: RecordMaker, tmp_path: Path) -> None:
    async def unsigned() -> None:
        async with await RecordStore.open(tmp_path / "record.sqlite", origin=world.deployment.origin) as store:
            await store.put_object("profile", world.profile_raw)
            await store.put_object(DEPLOYMENT, world.deployment.encode())
            certificates = [*maker.certificates, world.hub.certificate]
            outcomes = [(maker.ids[index], index, None) for index in range(maker.size)]
            await store.append(maker.entries[:5], outcomes[:5], maker.note(5), certificates)
            await store.append(maker.entries[5:8], outcomes[5:8], None)

    asyncio.run(unsigned())
    report = checked(world, tmp_path)
    assert codes(report) == ["checkpoint.entries_after"] and report.problems[0].entry == 5 and report.attested == 5


def test_without_given_roots_the_report_says_that_they_are_the_files_own(
    world: World, maker: RecordMaker, tmp_path: Path
) -> None:
    write_bundle(tmp_path / "b", bundle(maker))
    report = verify(tmp_path / "b")
    assert report.holds and [one.code for one in report.remarks] == ["remark.roots_as_stated"]
    half = verify(tmp_path / "b", city_root=world.deployment.city_root)
    assert half.holds and [one.code for one in half.remarks] == ["remark.roots_as_stated"]
    assert not half.roots.contractor_given and half.roots.city_given


def test_a_hub_whose_certificate_names_no_site_leaves_the_site_unproven(tmp_path: Path) -> None:
    world = World()
    maker = RecordMaker(world)
    maker.open()
    write_bundle(tmp_path / "b", bundle(maker))
    assert [one.code for one in checked(world, tmp_path / "b").remarks] == ["remark.site_unproven"]


def test_a_hub_that_has_recorded_nothing_yet_holds_and_says_so(world: World, tmp_path: Path) -> None:
    asyncio.run(keep(RecordMaker(world), tmp_path, cosigned=False))
    report = checked(world, tmp_path)
    assert report.holds and report.size == report.attested == 0
    assert [one.code for one in report.remarks] == ["remark.empty"]


@pytest.mark.parametrize("name", ["", "absent", "empty"])
def test_what_holds_no_record_is_not_readable(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Unreadable):
        load_all(tmp_path / name)


def test_a_database_that_is_no_record_is_not_readable(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.sqlite") as db:
        db.execute("CREATE TABLE thing(id)")
    db.close()
    for path in (tmp_path, tmp_path / "other.sqlite"):
        with pytest.raises(Unreadable):
            load_all(path)


def test_the_citys_own_commands_are_the_same_in_the_rules_and_in_their_second_table() -> None:
    assert {kind.__struct_config__.tag for kind in permission.CITY_ONLY} == city_only.COMMANDS
