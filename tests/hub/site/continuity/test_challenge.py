"""A hub that is shown its own signature over more than it holds, or its successor, stops writing and stays so."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from hub.client.link.connection import HubClient
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.site.clock import SystemClock
from hub.site.continuity import behind, succeeded
from hub.site.continuity.challenge import Challenges, need_unsucceeded
from hub.site.continuity.offered import FOLDER, offered
from hub.site.continuity.takeover import HUB
from hub.site.daemon import Hub
from hub.site.options import Options
from hub.site.scribe import Scribe
from sync import messages
from sync.keys.party import HomeDamaged, Party, write_list
from sync.link.link import Link, connect, dial
from sync.record.reader import open_readonly
from sync.record.store import RecordStore
from tests import lists
from tests.hub.office.test_succession import CHAIN, forged_succession
from tests.hub.parties import told
from tests.hub.site.continuity.test_takeover import WORLD, Booth
from tests.hub.site.hubs import ROOT, Site, machine, site_at, soon, until
from tests.records import RecordMaker


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@contextlib.asynccontextmanager
async def linked(site: Site, name: str) -> AsyncIterator[Link]:
    """A terminal's bare link, for what no honest client sends by itself."""
    link = await soon(connect(await dial(site.hub.url), machine(site.world, name), now_ms, expect={"hub"}))
    try:
        await link.send(messages.Follow(0, bytes(32), False, False))
        yield link
    finally:
        await link.close()


async def health(site: Site) -> dict[str, object]:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://{site.hub.address}/health") as answer:
            return dict(await answer.json())


async def settled(site: Site, refusing: str) -> None:
    """Wait until the hub refuses with this code (it hears messages in turn, and answers none of these)."""
    async with asyncio.timeout(60):
        while (await health(site))["refusing"] != refusing:  # noqa: ASYNC110  # it happens in another process
            await asyncio.sleep(0.05)


class Restored:
    """A site whose hub's card was put back, and what a terminal holds of the time before."""

    def __init__(self, site: Site, note: str, entries: list[bytes], certificates: list[bytes]) -> None:
        self.site = site
        self.holding = messages.Holding(note, len(entries), certificates)
        self.entries = entries


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    return Booth(tmp_path)


@pytest.fixture
async def restored(tmp_path: Path) -> AsyncIterator[Restored]:
    async with site_at(tmp_path) as site:
        await site.hub.start("--devices", "none")
        client = await site.terminal()
        await site.open_day(client)
        await site.issue(client)
        await soon(client.close())
        await site.hub.stop()
        shutil.copytree(site.home, tmp_path / "card")
        await site.hub.start("--devices", "none")
        client = await site.terminal()
        for _ in range(3):
            await site.issue(client)
        await soon(client.close())
        await site.hub.stop()
        async with await open_readonly(site.home / "record.sqlite") as reader:
            entries = [body async for body in reader]
            note, certificates = await reader.checkpoint(), await reader.certificates()
        assert note is not None
        shutil.rmtree(site.home)
        shutil.copytree(tmp_path / "card", site.home)
        await site.hub.start("--devices", "none")
        yield Restored(site, note, entries, certificates)


async def fresh(restored: Restored) -> HubClient:
    """A terminal that knows nothing of the time before."""
    return await restored.site.terminal()


async def test_a_hub_that_is_shown_its_own_longer_record_refuses_commands_over_restarts(restored: Restored) -> None:
    site = restored.site
    async with linked(site, "terminal-2") as link:
        await link.send(restored.holding)
        await settled(site, "hub.behind")
        client = await fresh(restored)
        before = client.size
        result = await soon(client.submit(queue.IssueTicket(site.lane), site.world.clerks[0]))
        assert isinstance(result, Refusal)
        assert result.data["fault"] == "hub.behind"
        assert "demado recover" in result.todo_ja
        await soon(client.close())
    await site.hub.kill()
    await site.hub.start("--devices", "none")
    assert (await health(site))["refusing"] == "hub.behind"
    client = await fresh(restored)
    assert isinstance(await soon(client.submit(queue.IssueTicket(site.lane), site.world.clerks[0])), Refusal)
    assert client.size == before


async def test_a_hub_that_refuses_hands_new_lists_on_and_its_log_stays_short(restored: Restored) -> None:
    site = restored.site
    async with linked(site, "terminal-2") as link:
        await link.send(restored.holding)
        await settled(site, "hub.behind")
    client = await fresh(restored)
    for number in (1, 2):
        encoded = lists.revocations(site.world, number, "terminal-3")
        write_list(site.home, encoded)
        await until(lambda encoded=encoded: encoded in client.party.trust.lists())  # type: ignore[misc]
    said = site.hub.complaint()
    assert "hub.behind" in said and "Traceback" not in said
    await soon(client.close())


async def test_what_a_stranger_to_this_hubs_key_claims_stops_nothing(restored: Restored) -> None:
    site = restored.site
    forged = restored.holding.note.replace("hub-1 ", "hub-1 AAAA", 1)
    async with linked(site, "terminal-2") as link:
        for note in ("", "nonsense", forged, restored.holding.note[:-8] + "AAAAAA=\n"):
            await link.send(messages.Holding(note, 7, []))
        client = await fresh(restored)
        await site.issue(client)
    assert (await health(site))["refusing"] == ""


async def test_a_terminal_that_claims_more_than_the_hub_once_signed_fills_no_disk(restored: Restored) -> None:
    site, held = restored.site, restored.holding
    async with linked(site, "terminal-2") as link:
        await link.send(held)
        assert isinstance(await soon(asked(link)), messages.PastWanted)
    await settled(site, "hub.behind")
    for claim in (messages.Holding("", 2_000_000, []), messages.Holding("nonsense", 7, [])):
        async with linked(site, "terminal-2") as link:
            await link.send(claim)
            await link.send(messages.ProofWanted(1, 2))  # an answer that comes after whatever the claim led to
            assert isinstance(await soon(asked(link)), messages.Proof)
    async with linked(site, "terminal-2") as link:
        await link.send(msgspec.structs.replace(held, size=2_000_000))
        wanted = await soon(asked(link))
        assert isinstance(wanted, messages.PastWanted) and wanted.count <= len(restored.entries)
    assert not offered(site.home)


async def test_a_copy_is_asked_for_when_the_hub_is_behind_and_of_a_terminal_alone(restored: Restored) -> None:
    site, held = restored.site, restored.holding
    async with await open_readonly(site.folder / "card" / "record.sqlite") as reader:
        fits = messages.Holding(await reader.checkpoint() or "", reader.size, held.certificates)
    desk = await soon(
        connect(await dial(site.hub.url), site.world.machine("desk-1", "desk", "city"), now_ms, expect={"hub"})
    )
    await desk.send(messages.Follow(0, bytes(32), False, False))
    async with linked(site, "terminal-2") as link:
        await link.send(fits)  # a moment of the hub's own record: nothing is wrong, and nothing is wanted
        await link.send(messages.ProofWanted(1, fits.size))
        assert isinstance(await soon(asked(link)), messages.Proof)  # it was heard before the desk speaks
        await desk.send(held)
        await settled(site, "hub.behind")  # the desk was heard, and believed
        await link.send(held)
        assert await soon(asked(link)) == messages.PastWanted(0, len(restored.entries))
        await link.send(messages.Past(0, restored.entries))
        assert await soon(asked(link)) == messages.Kept(len(restored.entries))
    await desk.close()
    assert {path.name.partition(".")[0] for path in (site.home / FOLDER).iterdir()} == {"terminal-2"}


async def test_a_terminal_that_offers_its_copy_again_is_not_asked_from_the_first_entry_again(
    restored: Restored,
) -> None:
    site, held = restored.site, restored.holding
    async with linked(site, "terminal-2") as link:
        await link.send(msgspec.structs.replace(held, size=0))  # a copy of nothing is none
        await link.send(held)
        wanted = await soon(asked(link))
        assert isinstance(wanted, messages.PastWanted) and wanted.first == 0
        await link.send(held)
        await link.send(messages.Past(0, restored.entries))
        assert await soon(asked(link)) == messages.Kept(len(restored.entries))
    assert [path.stem for path in offered(site.home)] == ["terminal-2"]


async def asked(link: Link) -> messages.Message:
    """What the hub says next that is no beat and no entry."""
    while True:
        message = await link.receive()
        if isinstance(message, messages.PastWanted | messages.Proof | messages.Kept):
            return message


async def test_a_terminal_gives_its_copy_and_recover_takes_the_entries_back(restored: Restored) -> None:
    site = restored.site
    async with linked(site, "terminal-2") as link:
        await link.send(restored.holding)
        while True:
            message = await soon(link.receive())
            if isinstance(message, messages.PastWanted):
                part = restored.entries[message.first : message.first + message.count]
                await link.send(messages.Past(message.first, part))
            elif isinstance(message, messages.Kept):
                break
    await site.hub.stop()
    assert [path.stem for path in offered(site.home)] == ["terminal-2"]
    status, said = await recover(site.home)
    assert status == 0, said
    async with await open_readonly(site.home / "record.sqlite") as reader:
        found = [body async for body in reader]
    assert found[:-1] == restored.entries
    assert behind.load(site.home) is None
    await site.hub.start("--devices", "none")
    client = await fresh(restored)
    issued = await site.issue(client)
    assert issued.number.endswith("-005")


async def recover(home: Path, *options: str) -> tuple[int, str]:
    """`demado recover` in a process of its own: its exit status, and all it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tui", "recover", "--home", str(home), *options),
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await soon(process.communicate())
    assert process.returncode is not None
    return process.returncode, out.decode()


@pytest.mark.parametrize("file", [behind.FILE, succeeded.FILE])
@pytest.mark.parametrize("data", [b"", b"\x00", b"\xff" * 40, b"\x81\xa4size\xc3"])
def test_a_damaged_mark_stops_the_hub_by_name_and_says_what_to_do(tmp_path: Path, file: str, data: bytes) -> None:
    (tmp_path / file).write_bytes(data)
    with pytest.raises(HomeDamaged) as raised:
        behind.load(tmp_path) if file == behind.FILE else need_unsucceeded(tmp_path)
    assert "demado recover" in raised.value.todo_ja and file in str(raised.value)


async def test_a_hub_with_a_damaged_mark_does_not_start_and_recovers_without_it(restored: Restored) -> None:
    site = restored.site
    await site.hub.stop()
    (site.home / behind.FILE).write_bytes(b"rubbish")
    with pytest.raises(HomeDamaged) as raised:
        await Hub(Options(site.home, "127.0.0.1", 0, devices="none", announce=False), Party.load(site.home),
                  site.world.profile_raw).start()  # fmt: skip
    assert raised.value.code == "hub.behind_damaged"
    (site.home / FOLDER).mkdir()
    copy = site.home / FOLDER / "terminal-2.sqlite"
    async with await RecordStore.open(copy, origin=site.world.deployment.origin) as store:
        await store.append(restored.entries, [], restored.holding.note, restored.holding.certificates)
    status, said = await recover(site.home)
    assert status == 1 and "hub.behind_damaged" in said
    status, said = await recover(site.home, "--without-rest")
    assert status == 0, said


@pytest.mark.parametrize(("whose", "taken"), [("hub", True), ("standby-2", True), ("standby-1", False)])
async def test_a_machine_that_the_record_does_not_name_starts_no_hub_on_it(
    booth: Booth, whose: str, taken: bool
) -> None:
    home = booth.home / HUB
    if taken:
        await booth.taken()
    else:  # a stand-by certificate beside a record of which nobody has taken anything over
        WORLD.save_home(WORLD.machine("standby-1", "standby_hub", "contractor"), home)
        async with await booth.maker.write(home / "record.sqlite"):
            pass
    party = WORLD.machine("hub-1", "hub", "contractor") if whose == "hub" else machine_of(whose)
    async with await RecordStore.open(home / "record.sqlite", origin=WORLD.deployment.origin) as store:
        scribe = await Scribe.start(party, store, WORLD.profile_raw, WORLD.profile, SystemClock())
        try:
            with pytest.raises(HomeDamaged) as raised:
                Challenges(home, party, scribe, SystemClock())
            assert raised.value.data["why"] == "the record names another machine as its hub"
            if taken:
                Challenges(home, machine_of("standby-1"), scribe, SystemClock())
        finally:
            await scribe.close()


def machine_of(name: str) -> Party:
    return WORLD.machine(name, "standby_hub", "contractor")


async def test_the_first_proof_that_a_hub_was_succeeded_is_the_one_that_is_kept(tmp_path: Path) -> None:
    maker = RecordMaker(WORLD)
    maker.open()
    party = WORLD.machine("hub-1", "hub", "contractor")
    for encoded in maker.certificates:
        party.trust.add(encoded)
    first, second = (forged_succession(maker, maker.size - back) for back in (0, 1))
    async with await maker.write(tmp_path / "record.sqlite") as store:
        scribe = await Scribe.start(party, store, WORLD.profile_raw, WORLD.profile, SystemClock())
        try:
            challenges = Challenges(tmp_path, party, scribe, SystemClock())
            for proof in (first, second):
                with pytest.raises(succeeded.HubSucceeded):
                    await challenges.on_resume(told(entries=proof, certificates=CHAIN))
            assert challenges.halted.is_set()
        finally:
            await scribe.close()
    kept = succeeded.load(tmp_path)
    assert kept is not None and kept.entries == first
