"""The office's copy is one of several: its cosignature decides between branches that part, and puts nothing before more."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from hub.domain.queue import queue
from hub.site.continuity.copies import Copy
from hub.site.continuity.recovery import recover
from hub.site.outside.fromoffice import copy_of
from sync.keys.party import Party
from sync.messages import Held
from sync.record.checkpoint import Checkpoint, cosign, sign
from sync.record.reader import open_readonly
from tests.records import RecordMaker, World

WORLD = World()
NAME = WORLD.deployment.key_name("office-1")


@pytest.fixture
def maker(tmp_path: Path) -> RecordMaker:
    """A record whose hub has lost its card: its home is in tmp_path/hub."""
    maker = RecordMaker(WORLD)
    maker.open()
    maker.no_show()
    WORLD.save_home(WORLD.machine("hub-1", "hub", "contractor"), tmp_path / "hub")
    return maker


def of_terminal(maker: RecordMaker, size: int | None = None, name: str = "terminal-1") -> Copy:
    end = maker.size if size is None else size
    return Copy(name, maker.entries[:end], list(maker.certificates), [maker.note(end)])


def of_office(maker: RecordMaker, size: int | None = None, *, note: str | None = None, line: str | None = None) -> Copy:
    """What a hub fetches of an office that holds so much; cosigned, unless another `line` is given."""
    end = maker.size if size is None else size
    note = maker.note(end) if note is None else note
    line = cosign(note, NAME, WORLD.office.signer, maker.now_ms // 1000) if line is None else line
    held = Held(0, maker.entries[:end], end, note, list(maker.certificates), line)
    hub = WORLD.machine("hub-1", "hub", "contractor")
    return copy_of(held.entries, held.certificates, held, WORLD.office.authority(maker.now_ms), hub)


async def recovered(folder: Path, copies: list[Copy], maker: RecordMaker) -> tuple[list[bytes], int]:
    """The record that comes of it, and how many entries are kept beside it; the order of the copies changes nothing."""
    result = await recover(folder / "hub", copies, maker.now_ms)
    async with await open_readonly(folder / "hub" / "record.sqlite") as reader:
        return [body async for body in reader], result.discrepancies


@pytest.mark.parametrize("turned", [False, True])
async def test_an_office_that_stands_at_last_night_cuts_nothing_off_of_what_a_terminal_has_of_today(
    tmp_path: Path, maker: RecordMaker, turned: bool
) -> None:
    night = maker.size
    maker.no_show()
    copies = [of_terminal(maker), of_office(maker, night)]
    found, beside = await recovered(tmp_path, copies[::-1] if turned else copies, maker)
    assert (found[: maker.size], beside) == (maker.entries, 0)
    assert len(found) == maker.size + 1


async def test_entries_of_a_terminal_beyond_what_anybody_signed_continue_what_the_office_cosigned(
    tmp_path: Path, maker: RecordMaker
) -> None:
    night = maker.size
    maker.no_show()
    longer = Copy("terminal-1", maker.entries, list(maker.certificates), [])
    found, beside = await recovered(tmp_path, [longer, of_office(maker, night)], maker)
    assert (found[: maker.size], beside) == (maker.entries, 0)


async def test_a_copy_that_goes_on_under_the_hubs_next_key_is_more_than_what_the_office_cosigned_before(
    tmp_path: Path, maker: RecordMaker
) -> None:
    """The certificate of the key under the office's note is over by the end of the longer copy: it proves less there."""
    night, office = maker.size, of_office(maker)
    ended = WORLD.certify("hub-1", "hub", "contractor", not_after_ms=maker.now_ms)
    key = WORLD.signer("hub-1-renewed")
    renewed = WORLD.certify("hub-1", "hub", "contractor", subject=key.public)
    WORLD.save_home(Party(WORLD.deployment, key, renewed, WORLD.trust()), tmp_path / "renewed")
    maker.now_ms += 60_000
    maker.no_show()
    origin = WORLD.deployment.origin
    note = sign(Checkpoint(origin, maker.size, maker.frontier.root()), origin, key)
    held = [*maker.certificates, ended]
    longer = Copy("terminal-1", maker.entries, held, [note])
    result = await recover(tmp_path / "renewed", [longer, replace(office, certificates=held)], maker.now_ms)
    assert (night, result.has, result.discrepancies) == (night, maker.size + 1, 0)


@pytest.mark.parametrize("back", [0, 3], ids=["a branch", "a beginning"])
@pytest.mark.parametrize("note", ["none", "not the hub's"])
async def test_what_the_hub_never_signed_takes_no_rank_from_the_office_that_hands_it_out(
    tmp_path: Path, maker: RecordMaker, back: int, note: str
) -> None:
    forged = maker.branch(maker.size - 4)
    forged.no_show()
    maker.no_show()
    signed = of_terminal(maker)
    if note == "none":
        office = of_office(forged, forged.size - back, note="", line="")
    else:  # its own name stands under what it made up itself
        text = forged.note(forged.size - back).partition("\n\n")[0]
        line = cosign(f"{text}\n\n— {WORLD.deployment.origin} AAAAAAAA\n", NAME, WORLD.office.signer, 1)
        office = of_office(forged, forged.size - back, note=f"{text}\n\n{line}\n", line=line)
        assert office.cosigned
    found, _ = await recovered(tmp_path, [signed, office], maker)
    assert found[: maker.size] == maker.entries


async def test_a_hub_gives_up_nothing_that_it_has_signed_for_a_copy_that_it_never_signed(
    tmp_path: Path, maker: RecordMaker
) -> None:
    forged = maker.branch(maker.size - 4)
    for _ in range(3):
        forged.no_show()
    async with await maker.write(tmp_path / "hub" / "record.sqlite"):
        pass
    found, beside = await recovered(tmp_path, [of_office(forged, note="", line="")], maker)
    assert (found[: maker.size], beside) == (maker.entries, forged.size - (maker.size - 4))
    again, beside = await recovered(tmp_path, [of_office(forged, note="", line="")], maker)
    assert (again, beside) == (found, 0)


async def test_what_the_hub_signed_against_the_rules_gives_way_all_the_same(tmp_path: Path, maker: RecordMaker) -> None:
    other = maker.branch(maker.size)
    other.no_show()
    asked = queue.IssueTicket(WORLD.profile.lanes[0].id)
    maker.append(maker.sign(asked, WORLD.clerks[0]), maker.context(), ())  # an entry that led to nothing
    async with await maker.write(tmp_path / "hub" / "record.sqlite"):
        pass
    unsigned = Copy("terminal-1", other.entries, list(other.certificates), [])
    found, beside = await recovered(tmp_path, [unsigned], maker)
    assert (found[: other.size], beside) == (other.entries, 1)


async def test_between_two_branches_that_the_hub_signed_the_one_goes_on_that_the_office_cosigned(
    tmp_path: Path, maker: RecordMaker
) -> None:
    parting = maker.size
    other = maker.branch(parting)
    for _ in range(3):
        other.no_show()
    maker.no_show()
    office = of_office(maker, maker.size - 1)
    copies = [of_terminal(other, name="terminal-2"), office, of_terminal(maker)]
    found, beside = await recovered(tmp_path, copies, maker)
    assert found[: maker.size] == maker.entries, "a terminal has more of that branch than the office"
    assert beside == other.size - parting


async def test_what_the_office_cosigned_before_two_branches_part_decides_nothing(
    tmp_path: Path, maker: RecordMaker
) -> None:
    parting = maker.size
    other = maker.branch(parting)
    other.no_show()
    maker.no_show()
    maker.no_show()
    office = of_office(other, note=other.note(parting))
    found, _ = await recovered(tmp_path, [of_terminal(other, name="terminal-2"), office, of_terminal(maker)], maker)
    assert found[: maker.size] == maker.entries


@pytest.mark.parametrize("whose", ["nobody's", "another key's", "over another size"])
async def test_a_copy_counts_as_the_offices_only_under_its_cosignature(maker: RecordMaker, whose: str) -> None:
    line = {
        "nobody's": "",
        "another key's": cosign(maker.note(), NAME, WORLD.desk.signer, 1),
        "over another size": cosign(maker.note(3), NAME, WORLD.office.signer, 1),
    }[whose]
    copy = of_office(maker, line=line)
    assert (copy.cosigned, list(copy.notes)) == ("", [maker.note()])
    assert of_office(maker).cosigned == maker.note()


@pytest.mark.parametrize("less", [None, 3], ids=["terminals have nothing", "a terminal has less"])
async def test_all_comes_back_from_the_office_alone(tmp_path: Path, maker: RecordMaker, less: int | None) -> None:
    copies = [of_office(maker)] if less is None else [of_terminal(maker, less), of_office(maker)]
    found, beside = await recovered(tmp_path, copies, maker)
    assert (found[: maker.size], beside) == (maker.entries, 0)
