"""The city's desk follows the machine that was proved to have taken the record over, and no other."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.client.desk.desk import DeskClient
from hub.client.desk.hub import DeskHub
from hub.domain.identity.identity import OfficerAttended
from hub.domain.moment import MANAGER_ROLES
from hub.domain.queue import queue
from hub.site.continuity.takeover import HUB, STANDBY, TakeOverDraft
from hub.site.daemon import Hub
from hub.site.options import Options
from sync.keys.keys import Signer
from sync.keys.party import Party, Person
from tests import lists
from tests.hub.client.sites import Site, done, soon
from tests.hub.office.test_succession import CHAIN, WORLD, forged_succession
from tests.hub.site.continuity.test_takeover import ROSTER, renewed
from tests.records import RecordMaker


class Line:
    """A site, a desk that has seen its hub's record, and a terminal that takes over from a copy of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.home = site.folder / "terminal-9"
        self.new: Hub | None = None

    def copy(self) -> None:
        """The terminal's copy of the record, as it is now."""
        world = self.site.world
        world.save_home(world.machine("terminal-9", "terminal", "contractor"), self.home)
        world.save_home(world.machine("standby-9", "standby_hub", "contractor"), self.home / STANDBY)
        shutil.copy(self.site.folder / "hub" / "record.sqlite", self.home / "replica.sqlite")

    async def take_over(self) -> str:
        """The address of the hub that the terminal becomes."""
        draft = await TakeOverDraft.open(self.home, [], self.site.now_ms)
        draft.sign(self.site.world.manager)
        draft.sign(self.site.world.clerks[0])
        await draft.finish(self.site.now_ms)
        return await self.serve()

    async def serve(self) -> str:
        home = self.home / HUB
        options = Options(
            home, "127.0.0.1", 0, office=self.site.office, devices="none", announce=False,
            simulated_start_ms=self.site.now_ms,
        )  # fmt: skip
        self.new = Hub(options, Party.load(home), self.site.world.profile_raw)
        return str((await self.new.start())["listening"])


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    site = Site(tmp_path)
    await site.start()
    made = Line(site)
    try:
        yield made
    finally:
        if made.new is not None:
            await made.new.stop()
        await site.stop()


async def seen_by(desk: DeskClient, site: Site) -> None:
    """The desk witnesses the record as it is, since an officer comes on duty through it."""
    site.now_ms += 1_000
    done(await soon(desk.attend(site.world.officers[0], True, at_ms=site.now_ms)))


async def test_a_desk_goes_on_with_the_new_hub_and_signs_for_its_epoch(line: Line) -> None:
    site = line.site
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    await site.open_day(officers=False)
    await seen_by(desk, site)
    await site.stop_hub()
    line.copy()
    url = await line.take_over()
    await soon(desk.join_hub(url))
    assert desk.hub.epoch == 2
    assert not desk.refused_hub and desk.problem is None, "it had seen nothing beyond"
    assert not list((site.folder / "desk-1").glob("evidence/*"))
    result = done(await soon(desk.attend(site.world.officers[1], True, at_ms=site.now_ms + 1_000)))
    assert [event.officer for event in result.events if isinstance(event, OfficerAttended)] == ["officer-2"]
    brings_nothing_unproven(desk, site)


def brings_nothing_unproven(desk: DeskClient, site: Site) -> None:
    """The same proof with a certificate beside it that no root proves: the proof counts, the certificate is not kept."""
    proof = desk.hub.proof()
    assert proof is not None
    made = site.world.certify("terminal-7", "terminal", "contractor")
    rubbish = made[:-1] + bytes([made[-1] ^ 1])
    fresh, home = site.world.machine("desk-2", "desk", "city"), site.folder / "desk-2"
    home.mkdir()
    told = DeskHub(fresh, home, lambda: site.now_ms, lambda: MANAGER_ROLES)
    made_hub = told.hear(proof.entries, [*proof.certificates, rubbish], desk.hub.keys()[0])
    assert made_hub is not None and told.epoch == 2
    assert set(proof.certificates) <= set(fresh.trust) and rubbish not in set(fresh.trust)


async def test_what_a_desk_saw_beyond_the_take_over_stays_as_evidence_and_is_said(line: Line) -> None:
    site = line.site
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    await site.open_day(officers=False)
    await site.stop_hub()
    line.copy()
    await site.start()
    await soon(desk.until(lambda: desk.connected))
    for _ in range(3):
        await site.do(queue.IssueTicket(site.world.profile.lanes[0].id), site.world.clerks[0])
    await site.close_desk(desk)
    desk, size = site.desk(), site.running.scribe.size
    await soon(desk.join_hub(site.url))
    await soon(desk.until(lambda: desk.seen[0] >= size))
    await site.stop_hub()
    url = await line.take_over()
    await soon(desk.join_hub(url))
    assert desk.hub.epoch == 2 and not desk.refused_hub
    assert len(list((site.folder / "desk-1" / "evidence").glob("record.seen_beyond-*"))) == 1
    await site.close_desk(desk)
    assert site.desk().hub.epoch == 2  # it is remembered


async def test_the_old_hub_is_shown_the_proof_by_the_desk_and_stops(line: Line) -> None:
    site = line.site
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    await site.open_day(officers=False)
    await site.stop_hub()
    line.copy()
    url = await line.take_over()
    await soon(desk.join_hub(url))
    await site.start()  # the old hub comes back at its old address, where the desk still knocks
    await soon(site.running.challenges.halted.wait())
    assert site.running.scribe.refusing is not None
    assert site.running.scribe.refusing.code == "hub.succeeded"


class Told:
    """A desk without the record that is shown how a stand-by terminal became the hub."""

    def __init__(self, folder: Path, second: Person = WORLD.clerks[0]) -> None:
        self.maker = RecordMaker(WORLD)
        self.maker.open()
        self.folder = folder
        self.party = WORLD.machine("desk-1", "desk", "city")
        self.entries = forged_succession(self.maker, self.maker.size, second)
        self.chain = [*CHAIN, *second.chain]
        self.hub = self.started()

    def started(self) -> DeskHub:
        """The desk's view of the hub, as after a start."""
        return DeskHub(self.party, self.folder, lambda: self.maker.now_ms, lambda: MANAGER_ROLES)

    def hear(self) -> bool:
        """Whether it goes over."""
        return self.hub.hear(self.entries, self.chain, WORLD.signer("standby-1").public) is not None


@pytest.mark.parametrize("whose", [(), ("staff-1",), ("staff-2",), ("standby-1",), ("contractor-issuer",)])
def test_nobodys_word_makes_a_hub_whose_key_was_revoked_when_a_desk_hears_of_it(
    tmp_path: Path, whose: tuple[str, ...]
) -> None:
    told = Told(tmp_path)
    told.party.trust.add_list(lists.revocations(WORLD, 1, *whose))
    assert told.hear() is not bool(whose)
    assert told.started().epoch == told.hub.epoch == (1 if whose else 2)


def test_the_proof_of_a_take_over_speaks_for_the_machine_that_it_names_and_once(tmp_path: Path) -> None:
    told = Told(tmp_path)
    for other in ("standby-2", "hub-1"):
        assert told.hub.hear(told.entries, told.chain, WORLD.signer(other).public) is None
        assert told.started().epoch == told.hub.epoch == 1
    assert told.hear()
    again = Told(tmp_path, WORLD.clerks[1])
    assert again.entries != told.entries and not again.hear(), "nothing new is said of the epoch that it follows"
    assert told.started().epoch == again.hub.epoch == 2
    assert told.started().proof() == told.hub.proof()


def test_a_take_over_that_was_believed_holds_when_a_key_of_it_is_revoked_later(tmp_path: Path) -> None:
    told = Told(tmp_path)
    assert told.hear()
    told.party.trust.add_list(lists.revocations(WORLD, 1, "staff-1", "staff-2"))
    assert told.started().epoch == 2


def test_one_manager_with_a_key_that_they_made_for_another_is_not_two_people_to_a_desk(tmp_path: Path) -> None:
    told = Told(tmp_path, renewed(WORLD.clerks[0], Signer(b"f" * 32)))
    told.party.trust.add_list(ROSTER)
    assert not told.hear()
    assert told.started().epoch == 1
    own = Told(tmp_path, renewed(WORLD.clerks[0]))
    own.party.trust.add_list(ROSTER)
    assert own.hear(), "a renewed certificate of their own key takes nothing from them"
