"""The hub's announcement by mDNS, heard by avahi on another machine of the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.site.announce import Announcer, addresses
from tests.hub.site.hubs import Site, soon, until
from tests.hub.site.networks import Place, browser, network

ACROSS = pytest.mark.needs("root", "iproute2", "avahi-daemon", "avahi-utils", "dbus")


@pytest.fixture
async def lan(needs: object) -> AsyncIterator[list[Place]]:
    async with network(3) as places:
        yield places


async def announced(site: Site, place: Place, listen: str = "0.0.0.0:0") -> str:
    """Start the site's hub at this place, announced; the port it serves at."""
    site.hub.prefix = place.inside
    await site.hub.launch("--devices", "none", "--log", "INFO", listen=listen)
    await site.hub.ready()
    return site.hub.address.rpartition(":")[2]


def serial(site: Site) -> str:
    return f"hub-1-{site.world.deployment.id.hex()[:8]}"


@ACROSS
async def test_another_machine_finds_the_hub_hears_its_goodbye_and_two_hubs_are_two(
    lan: list[Place], tmp_path: Path
) -> None:
    here, there, terminal = lan
    one, two = (Site(tmp_path / name, seed=name, training=False) for name in ("one", "two"))
    try:
        async with browser(terminal, tmp_path / "browser") as heard:
            port = await announced(one, here)
            found = await heard.until("=;", serial(one))
            assert found[7:9] == [here.address, port]
            for said in ('"v=1"', '"path=/link"', '"site=site-1"', f'"deployment={one.world.deployment.id.hex()}"'):
                assert said in found[9]
            await announced(two, there)
            other = await heard.until("=;", serial(two))
            assert other[7] == there.address and other[3] != found[3] and other[6] != found[6]
            assert await one.hub.stop() == 0
            await heard.until("-;", serial(one))
            assert not any(line.startswith("-") and serial(two) in line for line in heard.seen)
            assert await two.hub.stop() == 0
            await heard.until("-;", serial(two))
    finally:
        await one.close()
        await two.close()


@ACROSS
async def test_an_address_that_changes_under_a_running_hub_is_announced(lan: list[Place], tmp_path: Path) -> None:
    here, _, terminal = lan
    site = Site(tmp_path / "site", training=False)
    try:
        async with browser(terminal, tmp_path / "browser") as heard:
            port = await announced(site, here)
            assert (await heard.until("=;", serial(site)))[7] == here.address
            moved = await here.move("10.99.0.77")
            await until(lambda: f"at {moved.address}" in site.hub.complaint())
            await heard.look_again()
            assert (await heard.until("=;", serial(site), moved.address))[8] == port
            assert await site.hub.stop() == 0
            await heard.until("-;", serial(site))
    finally:
        await site.close()


@ACROSS
async def test_a_hub_on_loopback_is_announced_on_its_own_machine_only(lan: list[Place], tmp_path: Path) -> None:
    here, _, terminal = lan
    training, real = Site(tmp_path / "training", seed="t"), Site(tmp_path / "real", seed="r", training=False)
    try:
        async with browser(terminal, tmp_path / "away") as away:
            await announced(training, here, "127.0.0.1:0")
            # The real one comes second: when it is heard, the first would have been heard before.
            await announced(real, here)
            await away.until("=;", serial(real))
            assert not any(serial(training) in line for line in away.seen)
            async with browser(here, tmp_path / "home", "lo") as home:
                found = await home.until("=;", serial(training))
                assert found[7] == "127.0.0.1"
        assert await training.hub.stop() == 0
    finally:
        await training.close()
        await real.close()


async def test_without_multicast_it_is_said_once_and_nothing_else_happens(caplog: pytest.LogCaptureFixture) -> None:
    announcer = Announcer("hub-9", 7420, {}, only="203.0.113.9")  # an address this machine does not have
    announcer.start()
    async with asyncio.timeout(60):
        while "mDNS is not available" not in caplog.text:  # noqa: ASYNC110  # it tells nobody but the log
            await asyncio.sleep(0.02)
    await soon(announcer.stop())
    assert caplog.text.count("mDNS is not available") == 1


def test_all_addresses_but_loopback_are_announced_unless_one_is_asked_for() -> None:
    assert addresses("127.0.0.1") == ["127.0.0.1"]
    found = addresses()
    assert found == ["127.0.0.1"] or not any(address.startswith("127.") for address in found)
