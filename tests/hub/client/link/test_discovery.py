"""Hubs found by mDNS: what an announcement says is shown, and believed in nothing."""

from __future__ import annotations

import secrets

from hypothesis import given
from hypothesis import strategies as st

from hub.client.link.discovery import SERVICE, FoundHub, _read, browse
from hub.site.announce import Announcer

OURS = bytes(range(16))


async def test_hub_of_ours_is_found_and_one_of_another_contract_is_shown_as_such() -> None:
    mine, theirs = f"hub-{secrets.token_hex(4)}", f"hub-{secrets.token_hex(4)}"
    announcers = [
        Announcer(mine, 7421, {"v": "1", "deployment": OURS.hex(), "site": "緑センター", "path": "/link"}, "127.0.0.1"),
        Announcer(theirs, 7422, {"v": "1", "deployment": "ff" * 16, "site": "ほか", "path": "/link"}, "127.0.0.1"),
    ]
    for announcer in announcers:
        announcer.start()
    seen: list[FoundHub] = []
    try:
        found = {hub.name: hub for hub in await browse(5, OURS, seen.append, settle_s=3)}
    finally:
        for announcer in announcers:
            await announcer.stop()
    assert found[mine].ours and found[mine].urls == ("ws://127.0.0.1:7421/link",)
    assert found[mine].site == "緑センター"
    assert not found[theirs].ours
    assert {mine, theirs} <= {hub.name for hub in seen}, "each is told as it answers"


async def test_nothing_is_found_where_nobody_announces() -> None:
    hubs = await browse(0.3, bytes(16), lambda hub: None)
    assert not any(hub.ours for hub in hubs)


PROPERTIES = st.dictionaries(st.binary(max_size=12), st.none() | st.binary(max_size=80), max_size=5)


@given(st.text(max_size=80), PROPERTIES, st.lists(st.text(max_size=20), max_size=3), st.integers(-1, 70_000))
def test_announcement_of_anybody_never_breaks_a_terminal(
    name: str, properties: dict[bytes, bytes | None], addresses: list[str], port: int
) -> None:
    hub = _read(name, properties, [*addresses, "192.168.10.1"], port, OURS)
    if hub is None:
        assert not 0 < port < 65536
    else:
        assert hub.addresses == ("192.168.10.1",) or all(address.count(".") == 3 for address in hub.addresses)
        assert hub.site.isprintable() and len(hub.site) <= 60


def test_announcement_without_an_address_is_no_hub() -> None:
    assert _read("hub-1." + SERVICE, {}, ["fe80::1"], 7420, OURS) is None
