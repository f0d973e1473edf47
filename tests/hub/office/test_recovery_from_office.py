"""The office knows a longer record than the hub's card: the hub stops, is recovered from the office, and is countersigned."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from hub.audit.verify import verify
from hub.domain import codec
from hub.domain.continuity import continuity
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.office.store import OfficeStore
from sync.record.entry import decode_entry
from tests.hub.office.test_way_to_the_office import OfficeProcess, until
from tests.hub.site.continuity.test_challenge import health, recover, settled
from tests.hub.site.hubs import site_at, soon


async def test_a_restored_card_is_told_by_the_office_and_recovered_from_it(tmp_path: Path) -> None:
    async with site_at(tmp_path) as site:
        office = OfficeProcess(tmp_path / "office")
        site.world.save_home(site.world.office, office.home)
        await office.start()
        options = ("--devices", "none", "--office", office.url)
        try:
            await site.hub.start(*options)
            client = await site.terminal()
            await site.open_day(client)
            await site.hub.stop()
            shutil.copytree(site.home, tmp_path / "card")
            await site.hub.start(*options)
            await soon(client.until(lambda: client.connected))
            for _ in range(3):
                await site.issue(client)
            size = client.size
            await until(lambda: client.status is not None and client.status.office >= size)
            await soon(client.close())
            await site.hub.stop()

            shutil.rmtree(site.home)
            shutil.copytree(tmp_path / "card", site.home)
            await site.hub.start(*options)
            await settled(site, "hub.behind")
            fresh = await site.terminal()
            assert isinstance(await soon(fresh.submit(queue.IssueTicket(site.lane), site.world.clerks[0])), Refusal)
            await soon(fresh.close())
            await site.hub.stop()

            status, said = await recover(site.home, "--office", office.url)
            assert status == 0, said
            events = [event for _, made in await site.record() for event in made]
            (said_so,) = [event for event in events if isinstance(event, continuity.Recovered)]
            assert said_so.sources == ("office-1",)
            assert said_so.to_size >= size

            report = await asyncio.to_thread(verify, site.home)
            assert report.holds and report.office_cosigned >= size, report.problems
            await site.hub.start(*options)
            assert (await health(site))["refusing"] == ""
            again = await site.terminal()
            assert (await site.issue(again)).number.endswith("-004")
            await until(lambda: again.status is not None and again.status.office > said_so.to_size)
        finally:
            await office.stop()
            await site.hub.kill()
        store = await OfficeStore.open(str(office.home / "office.sqlite"))
        try:
            held = await store.record("hub-1")
            assert held is not None
            (body,) = await store.entries(held.no, said_so.to_size, 1)
            (event,) = codec.decode_events(bytes(decode_entry(body).events))
            assert isinstance(event, continuity.Recovered)
            assert held.line.startswith("— " + site.world.deployment.key_name("office-1"))
        finally:
            await store.close()
