"""`demado courier` and `demado office take`: hub -> stick -> office -> stick -> hub, by the commands that people type."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from hub.domain.queue.queue import IssueTicket
from hub.office.daemon import Office
from sync import canonical
from sync.clock import real_ms
from sync.envelopes.saltpack import EnvelopeTruncated
from sync.keys.keys import sign_payload
from sync.keys.party import Party, load_people, people_of_site, read_lists, write_list
from sync.mail.stickfiles import RECEIPT_SUFFIX, REPORT_SUFFIX, SUFFIX
from sync.mail.stickpeople import SUFFIX as PEOPLE
from sync.mail.stickword import INTRODUCTION, PAYLOAD_TYPE, WordRefused, _Signed, _Word, read_word, write_word
from sync.mail.stickword import SUFFIX as WORD
from sync.messages import Receipt
from sync.record.reader import open_readonly
from sync.record.store import RecordStore
from sync.record.unrecorded import UNTOLD, Unrecorded, sign_report
from tests import lists
from tests.hub.site.people.test_newcomers import locked
from tests.records import RecordMaker, World
from tui.command import main

WORLD = World()


class Carried:
    """A hub without a network, its office, and the stick between them."""

    def __init__(self, folder: Path, world: World = WORLD) -> None:
        self.world = world
        self.hub, self.office, self.stick = folder / "hub", folder / "office", folder / "stick"
        world.save_home(world.machine("hub-1", "hub", "contractor"), self.hub)
        world.save_home(world.machine("office-1", "office", "contractor"), self.office)
        self.stick.mkdir()
        self.maker = RecordMaker(world)
        self.maker.open()
        self.maker.no_show()

    def grow(self) -> int:
        """What the hub has recorded by now is on its disk; the record's size."""

        async def add() -> int:
            async with await RecordStore.open(self.hub / "record.sqlite", origin=self.world.deployment.origin) as store:
                if not store.size:
                    await store.put_object("profile", self.world.profile_raw)
                    await store.put_object("deployment", self.world.deployment.encode())
                await self.maker.add(store)
                return store.size

        return asyncio.run(add())

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, [*words, str(self.stick)])

    def write(self) -> Result:
        return self.run("courier", "write", "--home", str(self.hub))

    def read(self) -> Result:
        return self.run("courier", "read", "--home", str(self.hub))

    def take(self) -> Result:
        return self.run("office", "take", "--home", str(self.office))

    def held(self) -> int:
        said = CliRunner().invoke(main, ["office", "counts", "--home", str(self.office), "--json"])
        return sum(int(record["size"]) for record in json.loads(said.output)) if said.output.strip() else 0

    def cosigned(self) -> int:
        async def newest() -> int:
            async with await open_readonly(self.hub / "record.sqlite") as reader:
                return max((one.size for one in await reader.cosignatures()), default=0)

        return asyncio.run(newest())

    def files(self, suffix: str) -> list[Path]:
        return sorted(self.stick.glob(f"*{suffix}"))


@pytest.fixture
def way(tmp_path: Path) -> Carried:
    return Carried(tmp_path)


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def test_a_hub_that_never_has_a_network_brings_its_record_and_takes_receipts_and_lists_home(way: Carried) -> None:
    size = way.grow()
    refused = way.write()
    assert refused.exit_code == 1 and "courier.no_stream" in refused.output and not way.files(SUFFIX)
    ok(way.take())  # an empty stick: the office leaves its keys
    assert f"{size}項目まで" in ok(way.write()) and len(way.files(SUFFIX)) == 1
    write_list(way.office, encoded := lists.revocations(WORLD, 1, "terminal-2"))
    ok(way.take())
    assert way.held() == size and len(way.files(RECEIPT_SUFFIX)) == 1
    assert f"連署は{size}項目まで" in ok(way.read())
    assert way.cosigned() == size
    assert encoded in read_lists(way.hub)
    way.maker.no_show()
    more = way.grow()  # the next day, on the same stick, with what still lies on it
    ok(way.write())
    ok(way.take())
    ok(way.read())
    assert way.held() == way.cosigned() == more > size
    ok(way.write())
    assert way.files(SUFFIX) == []  # what the office has does not lie about on sticks


def test_whom_the_contractor_enrolled_works_at_a_hub_that_never_has_a_network(way: Carried) -> None:
    """Only they: not who is withdrawn, nor anybody in the place of a key that counts; and no stick keeps them for ever."""
    site = people_of_site(way.office, WORLD.deployment.site)
    for person in ("staff-1", "staff-7", "staff-8"):
        locked(person, WORLD).save(site)
    here = msgspec.structs.replace(locked("staff-1", WORLD), name="前からいる人")
    here.save(way.hub)
    way.grow()
    ok(way.take())
    assert not way.files(PEOPLE), "the office knows of no hub yet"
    ok(way.write())
    write_list(way.office, lists.revocations(WORLD, 1, "staff-8"))
    ok(way.take())
    assert [file.name for file in way.files(PEOPLE)] == ["hub-1.people"]
    assert "新しい職員1人" in ok(way.read())
    assert {one.person: one.name for one in load_people(way.hub)} == {
        "staff-1": "前からいる人",
        "staff-7": locked("staff-7", WORLD).name,
    }
    assert "新しい職員" not in ok(way.read()), "once"
    (way.stick / "hub-1.people").write_bytes(b"rubbish")
    ok(way.read())
    shutil.rmtree(site)
    ok(way.take())
    assert not way.files(PEOPLE)


def test_a_stick_that_is_lost_on_the_way_loses_nothing(way: Carried) -> None:
    size = way.grow()
    ok(way.take())
    ok(way.write())
    ok(way.take())
    for receipt in way.files(RECEIPT_SUFFIX):
        receipt.unlink()  # the stick with the receipts never came back
    for envelope in way.files(SUFFIX):
        envelope.unlink()
    ok(way.write())
    ok(way.take())
    ok(way.read())
    assert way.held() == way.cosigned() == size
    assert "すべて受け取っています" in ok(way.write())


def test_an_office_that_lost_its_disk_is_given_everything_again(way: Carried) -> None:
    way.grow()
    for step in (way.take, way.write, way.take, way.read):
        ok(step())
    way.maker.no_show()
    way.grow()
    ok(way.write())  # sealed to a key that the office is about to lose
    for file in (*way.office.glob("office.sqlite*"), *way.files(WORD)):
        file.unlink()
    assert way.take().exit_code == 1  # it cannot open that one, and leaves its new keys
    ok(way.write())
    ok(way.take())
    assert way.held() == way.maker.size


def test_a_running_hub_is_left_alone(way: Carried) -> None:
    way.grow()
    ok(way.take())

    async def held() -> Result:
        async with await RecordStore.open(way.hub / "record.sqlite", origin=WORLD.deployment.origin):
            return await asyncio.to_thread(way.write)

    refused = asyncio.run(held())
    assert refused.exit_code == 1 and "record.in_use" in refused.output and not way.files(SUFFIX)


def test_a_word_that_no_office_of_ours_signed_is_refused(way: Carried) -> None:
    party, offer = Party.load(way.hub), os.urandom(40)
    with contextlib.suppress(IndexError):
        assert read_word(way.stick, party, real_ms()) is None
    write_word(way.stick, WORLD.machine("terminal-1", "terminal", "contractor"), [offer], {"hub-1": 0}, [], real_ms())
    with pytest.raises(WordRefused):
        read_word(way.stick, party, real_ms())
    for file in way.files(WORD):
        file.unlink()
    ok(way.take())
    (word,) = way.files(WORD)
    whole = word.read_bytes()
    for at in range(0, len(whole), 37):
        word.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with contextlib.suppress(WordRefused):
            found = read_word(way.stick, party, real_ms())
            assert found is not None and found.held == {}  # only what nobody reads was changed


def test_a_terminals_report_travels_on_the_stick_too(way: Carried) -> None:
    maker = RecordMaker(WORLD)
    signed = maker.sign(IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0], id=b"never recorded..")
    missing = Unrecorded(0, signed, WORLD.clerks[0].chain, "unanswered", UNTOLD, UNTOLD, real_ms())
    report = sign_report(WORLD.terminal, real_ms(), "", [missing])
    (way.stick / f"terminal-1{REPORT_SUFFIX}").write_bytes(report)
    (way.stick / f"nobody{REPORT_SUFFIX}").write_bytes(b"no report")
    ok(way.take())

    async def aside() -> list[str]:
        office = await Office.open(way.office)
        try:
            return [code for _, code, _, _ in await office.store.quarantine.all()]
        finally:
            await office.close()

    assert asyncio.run(aside()) == ["unrecorded.reported"]


def test_a_contract_that_forbids_media_lets_nothing_onto_a_stick(tmp_path: Path) -> None:
    """CHIB-2.9-04: media block on -> refused, and the stick stays empty; the line to the office is another way."""
    carried = Carried(tmp_path, World("chiba"))
    carried.grow()
    for done in (carried.write(), carried.read()):
        assert done.exit_code == 1 and "courier.media_forbidden" in done.stderr
    assert list(carried.stick.iterdir()) == []


def test_two_sticks_used_in_turn_bring_everything_and_neither_sets_the_other_back(way: Carried, tmp_path: Path) -> None:
    way.grow()
    one, other = way.stick, tmp_path / "other"
    other.mkdir()
    for way.stick in (one, other):
        ok(way.take())  # both say that the office holds nothing
    way.stick = one
    for step in (way.write, way.take, way.read):
        ok(step())
    way.maker.no_show()
    size = way.grow()
    way.stick = other
    for step in (way.write, way.take, way.read):
        ok(step())
    assert way.held() == way.cosigned() == size


def test_an_offices_word_of_before_that_is_copied_back_sets_nothing_back(way: Carried) -> None:
    """Nobody needs a key for that: the word is signed, but it is an old one."""
    way.grow()
    ok(way.take())
    (word,) = way.files(WORD)
    old = word.read_bytes()
    ok(way.write())
    ok(way.take())
    for _ in range(2):
        ok(way.read())
        word.write_bytes(old)
        way.maker.no_show()
        size = way.grow()
        ok(way.write())
        ok(way.take())
    assert way.held() == size


def test_what_waits_is_sealed_anew_when_the_office_stands_inside_of_it(way: Carried) -> None:
    """It came there another way, or by an outbox that a disk has lost: what was sealed from before would overlap."""
    way.grow()
    ok(way.take())
    first = way.files(WORD)[0].read_bytes()
    ok(way.write())
    ok(way.take())
    for file in way.hub.glob("outbox.sqlite*"):
        file.unlink()
    way.maker.no_show()
    size = way.grow()
    newest = way.files(WORD)[0].read_bytes()
    way.files(WORD)[0].write_bytes(first)
    ok(way.write())
    way.files(WORD)[0].write_bytes(newest)
    ok(way.write())
    ok(way.take())
    assert way.held() == size


def test_a_card_put_back_to_before_what_it_wrote_goes_on_after_one_round(way: Carried, tmp_path: Path) -> None:
    way.grow()
    for step in (way.take, way.write, way.take, way.read):
        ok(step())
    way.maker.no_show()
    shutil.copytree(way.hub, tmp_path / "image")
    way.grow()
    old = way.files(WORD)[0].read_bytes()
    ok(way.write())
    ok(way.take())
    shutil.rmtree(way.hub)
    shutil.copytree(tmp_path / "image", way.hub)
    size = way.grow()
    way.files(WORD)[0].write_bytes(old)  # sealed in the place that the office has passed: only its next word says so
    ok(way.write())
    assert way.take().exit_code == 1
    way.maker.no_show()
    size = way.grow()
    ok(way.write())
    ok(way.take())
    ok(way.read())
    assert way.held() == way.cosigned() == size


def test_a_word_that_does_not_say_where_its_streams_stand_is_read_as_ever(way: Carried) -> None:
    """As an office wrote it that is not up to date."""
    way.grow()
    for step in (way.take, way.write, way.take):
        ok(step())
    way.maker.no_show()
    size = way.grow()
    (file,) = way.files(WORD)
    signed = canonical.decode(file.read_bytes(), _Signed)
    word = canonical.decode(signed.payload, _Word)
    assert word.streams
    payload = canonical.encode(msgspec.structs.replace(word, streams=None))
    assert b"streams" not in payload
    signature = sign_payload(Party.load(way.office).signer, PAYLOAD_TYPE, payload)
    file.write_bytes(canonical.encode(_Signed(payload, signature, signed.certificates)))
    ok(way.write())
    ok(way.take())
    ok(way.read())
    assert way.held() == way.cosigned() == size


def litter(stick: Path, suffix: str) -> list[str]:
    """What is no file of ours under names that could be one; their names."""
    names = [f"a{number}{suffix}" for number in range(5)]
    (stick / names[0]).mkdir()
    (stick / names[1]).symlink_to(stick / names[1])
    os.mkfifo(stick / names[2])
    (stick / names[3]).touch()
    os.truncate(stick / names[3], 3 << 30)
    (stick / names[4]).write_bytes(os.urandom(30))
    return names


def refused_by_name(result: Result, *names: str) -> None:
    """It ended as a command ends, and named each of these."""
    assert result.exit_code in (1, 2) and isinstance(result.exception, SystemExit), result.exception
    for name in names:
        assert name in result.output


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_whatever_else_lies_on_a_stick_the_rest_travels(way: Carried) -> None:
    size = way.grow()
    ok(way.take())
    names = {one: litter(way.stick, one) for one in (SUFFIX, RECEIPT_SUFFIX, REPORT_SUFFIX, WORD, INTRODUCTION, PEOPLE)}
    (way.stick / f"hub-1{PEOPLE}").mkdir()
    (way.stick / f"hub-1-of-old{SUFFIX}").mkdir()
    (way.stick / "._mac.envelope").write_bytes(b"another system's own")
    (way.stick / os.fsdecode(b"\x1b[2J\xff.envelope")).write_bytes(b"a name that is no text")
    ok(way.write())
    taken = way.take()
    refused_by_name(taken, *names[SUFFIX], *names[REPORT_SUFFIX][:4], f"hub-1{PEOPLE}", "courier.stick_unwritable")
    assert "._mac" not in taken.output and "\x1b" not in taken.output
    assert way.held() == size
    refused_by_name(way.read(), *names[RECEIPT_SUFFIX])
    assert way.cosigned() == size


def test_a_stick_that_takes_no_file_loses_nothing_and_says_which(way: Carried) -> None:
    size = way.grow()
    ok(way.take())
    (way.stick / f"hub-1{INTRODUCTION}").mkdir()
    refused_by_name(way.write(), "courier.stick_unwritable", f"hub-1{INTRODUCTION}")
    (way.stick / f"hub-1{INTRODUCTION}").rmdir()
    ok(way.write())
    (envelope,) = way.files(SUFFIX)
    receipt = way.stick / f"{envelope.stem}{RECEIPT_SUFFIX}"
    receipt.mkdir()
    way.files(WORD)[0].unlink()
    (way.stick / f"office-1{WORD}").mkdir()
    refused_by_name(way.take(), f"✓ {envelope.name}", f"✗ {receipt.name}", f"✗ office-1{WORD}")
    assert way.held() == size, "it was taken, and that was said"
    receipt.rmdir()
    (way.stick / f"office-1{WORD}").rmdir()
    ok(way.take())
    ok(way.read())
    assert way.cosigned() == size


@pytest.mark.parametrize("broken", ["a folder", "no database"])
def test_a_fault_of_the_machines_own_disk_is_said_and_leaves_the_stick(way: Carried, broken: str) -> None:
    way.grow()
    ok(way.take())
    ok(way.write())
    before = {file.name: file.read_bytes() for file in way.stick.iterdir()}
    for file in (way.hub / "outbox.sqlite", way.office / "office.sqlite"):
        for old in file.parent.glob(f"{file.name}*"):
            old.unlink()
        file.mkdir() if broken == "a folder" else file.write_bytes(b"rubbish" * 1000)
    outbox = "courier.outbox_unusable" if broken == "a folder" else "courier.outbox_damaged"
    office = "office.database" if broken == "a folder" else "office.database_damaged"
    for done, code in ((way.write(), outbox), (way.read(), outbox), (way.take(), office)):
        refused_by_name(done, code)
    assert {file.name: file.read_bytes() for file in way.stick.iterdir()} == before


def test_a_refused_envelope_is_named_with_its_file_its_reason_and_what_to_do(way: Carried) -> None:
    way.grow()
    ok(way.take())
    ok(way.write())
    (envelope,) = way.files(SUFFIX)
    envelope.write_bytes(envelope.read_bytes()[:30])
    refused = way.take()
    assert "demado courier read STICK, then demado courier write STICK" in refused.output
    refused_by_name(refused, envelope.name, EnvelopeTruncated.ja, EnvelopeTruncated.todo_en, EnvelopeTruncated.code)


def test_a_receipt_that_cannot_be_read_and_a_stick_without_any_are_no_success(way: Carried) -> None:
    way.grow()
    ok(way.take())
    assert "受領書はありません" in ok(way.read()), "nothing waits for one"
    ok(way.write())
    refused_by_name(way.read(), "封筒1通が受領書を待っています", "demado office take STICK")
    ok(way.take())
    (receipt,) = way.files(RECEIPT_SUFFIX)
    whole = receipt.read_bytes()
    receipt.write_bytes(whole[:30])
    refused_by_name(way.read(), receipt.name, "courier.stick_unreadable", "封筒1通が受領書を待っています")
    signed = canonical.decode(whole, Receipt)
    receipt.write_bytes(canonical.encode(msgspec.structs.replace(signed, line=signed.line[:-8] + "AAAAAAAA")))
    refused_by_name(way.read(), receipt.name, "courier.wrong_receipt")
    receipt.write_bytes(whole)
    assert "受領書1通" in ok(way.read())


def test_each_end_is_told_what_to_do_with_the_stick_next(way: Carried) -> None:
    way.grow()
    refused_by_name(way.write(), "courier.no_stream", "demado office take STICK")
    assert "demado courier write STICK" in ok(way.take())
    assert "demado office take" in ok(way.write())
    assert "demado courier read STICK" in ok(way.take())


def test_a_command_in_another_machines_folder_leaves_nothing_there(way: Carried, tmp_path: Path) -> None:
    for name, kind, organisation in (("terminal-1", "terminal", "contractor"), ("desk-1", "desk", "city")):
        WORLD.save_home(WORLD.machine(name, kind, organisation), tmp_path / name)
    hubs = [way.office, tmp_path / "terminal-1", tmp_path / "desk-1"]
    offices = [way.hub, tmp_path / "terminal-1", tmp_path / "desk-1"]
    before = {home: sorted(home.rglob("*")) for home in {*hubs, *offices}}
    for home in hubs:
        for what in ("write", "read"):
            refused_by_name(way.run("courier", what, "--home", str(home)), "party.wrong_home")
    for home in offices:
        refused_by_name(way.run("office", "take", "--home", str(home)), "party.wrong_home")
        for words in (["counts"], ["devices", "--date", "2026-07-31"]):
            refused_by_name(CliRunner().invoke(main, ["office", *words, "--home", str(home)]), "party.wrong_home")
        refused_by_name(CliRunner().invoke(main, ["office", "--home", str(home)]), "party.wrong_home")
    empty = tmp_path / "empty"
    empty.mkdir()
    refused_by_name(way.run("courier", "write", "--home", str(empty)), "party.home_incomplete")
    refused_by_name(way.run("office", "take", "--home", str(empty)), "party.home_incomplete")
    assert before == {home: sorted(home.rglob("*")) for home in before}
    assert not any(empty.iterdir()) and not any(way.stick.iterdir())
