"""A new terminal's folder is there whole or not at all, and remembers its hub's key."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.client.joining.newhome import need_free, need_writable, write_home
from hub.client.link.knownhub import KnownHub
from sync.keys.party import Party
from sync.link.link import OtherKey, connect, dial
from sync.link.pairingfaults import HomeNotWritten, HomeTaken
from tests.hub.site.hubs import machine, site_at, soon
from tests.records import MORNING_MS, World

WORLD = World()


def write(home: Path) -> None:
    write_home(home, machine(WORLD), secret=b"s" * 32, profile=WORLD.profile_raw, hub_key=WORLD.hub.signer.public)


@pytest.mark.parametrize("there", [False, True])
def test_home_is_made_in_a_free_place(tmp_path: Path, there: bool) -> None:
    home = tmp_path / "site" / "new"
    if there:
        home.mkdir(parents=True)
    need_free(home)
    write(home)
    assert Party.load(home).name == "terminal-1" and KnownHub(home).key() == WORLD.hub.signer.public
    assert [path.name for path in home.parent.iterdir()] == ["new"]


def test_home_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(HomeTaken):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_disk_that_does_not_take_it_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(HomeNotWritten):
        need_writable(tmp_path / ("x" * 250))
    with pytest.raises(HomeNotWritten):
        write(tmp_path / ("x" * 250))  # its name while it is written is too long for the file system
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", [False, True])
def test_a_place_that_was_tried_is_as_free_as_before(tmp_path: Path, there: bool) -> None:
    home = tmp_path / "new"
    if there:
        home.mkdir()
    need_writable(home)
    assert home.exists() == there and [path.name for path in tmp_path.rglob("*")] == ["new"] * there


def test_a_terminal_that_joined_a_standby_hub_remembers_no_key_of_it(tmp_path: Path) -> None:
    write_home(tmp_path / "home", machine(WORLD), secret=b"s" * 32, profile=WORLD.profile_raw, hub_key=None)
    assert KnownHub(tmp_path / "home").key() is None


def test_first_hub_is_remembered_and_no_later_one_takes_its_place(tmp_path: Path) -> None:
    known = KnownHub(tmp_path)
    assert known.key() is None
    known.met(b"1" * 32)
    known.met(b"2" * 32)
    assert known.key() == b"1" * 32


def test_damaged_memory_of_a_hub_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "hub.key").write_bytes(b"short")
    assert KnownHub(tmp_path).key() is None


async def test_link_to_another_key_ends_before_we_have_said_who_we_are(tmp_path: Path) -> None:
    async with site_at(tmp_path) as site:
        await site.hub.start()
        party = machine(site.world)
        before = len(party.trust)
        socket = await dial(site.hub.url)
        known = site.world.signer("somebody else").public
        with pytest.raises(OtherKey) as raised:
            await soon(connect(socket, party, lambda: MORNING_MS, expect={"hub"}, hub_key=known))
        await socket.close()
        assert raised.value.expected != raised.value.got
        assert len(party.trust) == before
