"""Two terminals take the record over at one epoch: each side is told what it is, and none follows both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hub.client.link.connection import ConnectionState, HubClient
from hub.client.link.succession import RivalHub
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.site.continuity.takeover import HUB, STANDBY, TakeOverDraft
from hub.site.daemon import Hub
from hub.site.options import Options
from hub.succession import RivalTakeOver, certificates_of
from sync.keys.party import Party
from sync.messages import Resume, Succeeded
from tests.hub.client.sites import Site, soon


async def taken_over(site: Site, number: int, old: Path | None = None) -> Hub:
    """The hub that terminal `number` becomes, by two people's word, from the record as it is on the `old` hub's disk."""
    home, world = site.folder / f"terminal-{number}", site.world
    world.save_home(world.machine(f"terminal-{number}", "terminal", "contractor"), home)
    world.save_home(world.machine(f"standby-{number}", "standby_hub", "contractor"), home / STANDBY)
    shutil.copy((old or site.folder / "hub") / "record.sqlite", home / "replica.sqlite")
    draft = await TakeOverDraft.open(home, [], site.now_ms)
    draft.sign(world.manager)
    draft.sign(world.clerks[0])
    await draft.finish(site.now_ms)
    options = Options(home / HUB, "127.0.0.1", 0, devices="none", announce=False, simulated_start_ms=site.now_ms)
    return Hub(options, Party.load(home / HUB), world.profile_raw)


async def test_a_terminal_of_one_refuses_the_other_by_name_and_the_one_that_the_office_left_stops(
    tmp_path: Path,
) -> None:
    site = Site(tmp_path)
    await site.start()
    await site.open_day(officers=False)
    await site.stop_hub()
    first, second = await taken_over(site, 8), await taken_over(site, 9)
    urls = [str((await hub.start())["listening"]) for hub in (first, second)]
    party = site.world.machine("terminal-7", "terminal", "contractor")
    keep = tmp_path / "terminal-7" / "replica.sqlite"
    keep.parent.mkdir()
    client = await soon(HubClient.open(urls[0], party, keep=keep))
    assert client.booth.continuity.epoch == 2
    size = client.size
    await soon(client.close())

    client = await soon(HubClient.open(urls[1], party, keep=keep))  # the networks meet
    assert client.state is ConnectionState.REFUSED and isinstance(client.problem, RivalHub), client.problem
    assert client.problem.data["answered"] == "standby-9" and client.problem.data["followed"] == "standby-8"
    assert client.size == size and "同じ回" in client.problem.ja
    await soon(client.until(lambda: second.challenges.rival is not None))  # and the other one was shown the proof
    assert first.challenges.rival is None and second.scribe.refusing is None
    await soon(client.close())

    entries = (await first.challenges.succession() or pytest.fail("no succession")).entries
    resume = Resume("hub-1", first.scribe.size, bytes(16), 0, bytes(32), "", entries,
                    certificates_of(entries, first.party.trust))  # fmt: skip
    with pytest.raises(RivalTakeOver):
        await second.challenges.on_resume(resume)  # what an office says that follows the first
    other = await soon(HubClient.open(urls[1], site.world.machine("terminal-6", "terminal", "contractor"), keep=None))
    command = queue.IssueTicket(site.world.profile.lanes[0].id)
    refused = await soon(other.submit(command, site.world.clerks[0], at_ms=site.now_ms + 1000))
    assert isinstance(refused, Refusal) and refused.data["fault"] == "continuity.rival_take_over"
    await soon(other.close())
    for hub in (first, second):
        await hub.stop()
    await site.stop()


def told(hub: Hub, proof: Succeeded) -> Resume:
    """What an office says that knows this take-over."""
    return Resume("hub-1", hub.scribe.size, bytes(16), 0, bytes(32), "", proof.entries, proof.certificates)


async def test_the_proof_of_its_own_take_over_or_of_an_earlier_one_stops_no_hub(tmp_path: Path) -> None:
    site = Site(tmp_path)
    await site.start()
    await site.open_day(officers=False)
    await site.stop_hub()
    second = await taken_over(site, 8)
    await second.start()
    own = await second.challenges.succession()
    assert own is not None
    await second.challenges.on_resume(told(second, own))
    await second.stop()
    third = await taken_over(site, 9, tmp_path / "terminal-8" / HUB)
    await third.start()
    assert third.scribe.epoch == 3
    await third.challenges.on_resume(told(third, own))  # whoever keeps what it proved then has nothing against this one
    assert third.challenges.rival is None and third.scribe.refusing is None and not third.challenges.halted.is_set()
    await third.stop()
    await site.stop()
