"""The hub's vault, locked and open: who unlocks it, who brings keys, and what no file holds."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from immutables import Map

from hub.client.link.connection import HubClient
from hub.client.link.signing import sign_as
from hub.client.views.booking import seal_list
from hub.domain import codec
from hub.domain.personal import personal
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.site.vaultdoor import MOST_FRESH, SUBJECT_LENGTH, _erase_consented
from sync import messages
from sync.keys.party import LockedPerson
from sync.vault import vault
from sync.vault.sealing import open_as_person
from sync.vault.vault import Vault
from sync.vault.vaultfaults import CannotOpen, NoCopyForYou, VaultDamaged, WrongWrappingKey
from tests import lists
from tests.hub.client.sites import soon
from tests.hub.site.vault.booth import ROWS, Booth, subjects, until
from tests.records import World


async def test_until_a_manager_unlocks_the_queue_works_and_nothing_is_deposited_or_read(site: Booth) -> None:
    assert site.running.vault.state == "none"
    await site.do(queue.IssueTicket("delivery"), site.world.clerks[0])
    refused = await soon(site.way.deposit({"r:1": b"k" * 32}))
    assert refused is not None and "vault.locked" in refused.data["fault"]
    read = await site.phone("R-1")
    assert isinstance(read, Refusal) and read.data["fault"] == "vault.locked"
    assert await site.readings() == 0


async def test_only_the_terminal_at_which_a_manager_unlocked_the_vault_brings_keys(site: Booth) -> None:
    assert await site.unlock() is None
    party = site.world.machine("terminal-2", "terminal", "contractor")
    other = await soon(HubClient.open(site.url, party, keep=None))
    refused = await soon(other.vault.deposit({"r:1": b"k" * 32}))
    assert refused is not None and "vault.unlocked_elsewhere" in refused.data["fault"]
    assert not subjects(site.folder / "hub" / vault.FILE)
    await other.close()


async def test_a_terminal_fills_no_disk_with_keys_and_takes_no_place_from_another(site: Booth) -> None:
    assert await site.unlock() is None
    refused = await soon(site.way.deposit({"r" * (SUBJECT_LENGTH + 1): b"k" * 32}))
    assert refused is not None and "vault.too_large" in refused.data["fault"]
    many = {f"r:{n}": b"k" * 32 for n in range(MOST_FRESH)}
    assert await soon(site.way.deposit(many)) is None
    assert await soon(site.way.deposit({"r:1": b"k" * 32})) is None  # the same again is no new one
    refused = await soon(site.way.deposit({"one more": b"k" * 32}))
    assert refused is not None and "vault.too_many_keys" in refused.data["fault"]
    party = site.world.machine("terminal-2", "terminal", "contractor")
    other = await soon(HubClient.open(site.url, party, keep=None))
    assert await soon(other.vault.unlock(site.world.manager, at_ms=site.now_ms + 1)) is None
    assert await soon(other.vault.deposit({"a list of its own": b"k" * 32})) is None
    await other.close()


async def test_no_clerk_unlocks_the_vault(site: Booth) -> None:
    refused = await site.unlock(site.world.clerks[0])
    assert refused is not None and refused.code == "role.not_allowed"
    assert site.running.vault.state == "none"


async def test_a_restart_locks_the_vault_and_the_same_manager_opens_it_again(site: Booth) -> None:
    await site.take_in()
    await site.stop_hub()
    await site.start()
    await site.back()
    assert site.running.vault.state == "locked"
    opened = await site.come()
    read = await site.read("kana", opened)
    assert isinstance(read, Refusal) and await site.readings() == 0
    assert await site.unlock() is None
    assert await site.read("kana", opened) == "サトウ ハナコ"


async def test_the_status_says_how_the_vault_is(site: Booth) -> None:
    terminal = site.terminal
    assert terminal is not None
    for state, act in (("none", None), ("open", site.unlock)):
        if act is not None:
            await act()
        await soon(terminal.until(lambda: terminal.status is not None and terminal.status.vault == state))  # noqa: B023
    await site.do(personal.LockVault(), site.world.manager)
    await soon(terminal.until(lambda: terminal.status is not None and terminal.status.vault == "locked"))


async def test_the_vault_is_locked_with_the_day(site: Booth) -> None:
    await site.unlock()
    await site.close_day()
    await until(lambda: site.running.vault.state == "locked")


async def test_the_secret_is_in_no_file_and_no_other_managers_key_opens_it(site: Booth) -> None:
    # KOGA-T6-02
    await site.take_in()
    with Vault(site.folder / "hub" / vault.FILE) as kept:
        (sealed,) = kept.holders().values()
    secret = open_as_person(sealed, site.world.manager.signer, site.world.deployment.origin)
    everything = b"".join(path.read_bytes() for path in site.folder.rglob("*") if path.is_file())
    assert sealed in everything
    assert secret not in everything and secret.hex().encode() not in everything
    other = site.world.person("staff-9", "staff", "contractor", ("manager", "worker"))
    with pytest.raises(CannotOpen):
        open_as_person(sealed, other.signer, site.world.deployment.origin)
    with pytest.raises(NoCopyForYou):
        await site.unlock(other)


async def test_every_manager_whose_key_lies_here_can_unlock_once_one_has(tmp_path: Path) -> None:
    site = Booth(tmp_path)
    other = site.world.person("staff-9", "staff", "contractor", ("manager", "worker"))
    clerk = site.world.clerks[0]
    for one, roles in ((other, ("manager", "worker")), (clerk, ("worker",))):
        held = LockedPerson(one.person, one.name, roles, one.certificate, one.chain, b"locked")
        held.save(tmp_path / "hub")
    await site.start()
    try:
        await site.open_day(officers=False)
        await site.take_in()
        with Vault(tmp_path / "hub" / vault.FILE) as kept:
            assert kept.holders().keys() == {site.world.manager.signer.public, other.signer.public}
        await site.stop_hub()
        await site.start()
        assert await site.unlock(other) is None
        assert await site.phone("R-1") == "0900000001"
    finally:
        await site.stop()


async def test_a_managers_new_key_opens_the_vault_because_it_was_open_when_it_came(site: Booth) -> None:
    await site.take_in()
    changed = site.world.person("staff-9", "staff", "contractor", ("manager", "worker"))
    site.running.people.people.append(
        LockedPerson(changed.person, changed.name, changed.roles, changed.certificate, changed.chain, b"locked")
    )

    def held() -> bool:
        with Vault(site.folder / "hub" / vault.FILE) as kept:
            return changed.signer.public in kept.holders()

    await until(held)
    await site.stop_hub()
    await site.start()
    assert await site.unlock(changed) is None
    assert await site.phone("R-1") == "0900000001"


async def test_a_manager_who_is_revoked_opens_nothing_of_the_vault_after_the_next_unlocking(tmp_path: Path) -> None:
    site = Booth(tmp_path)
    other = site.world.person("staff-9", "staff", "contractor", ("manager", "worker"))
    held = LockedPerson(other.person, other.name, ("manager", "worker"), other.certificate, other.chain, b"locked")
    held.save(tmp_path / "hub")
    await site.start()
    try:
        await site.open_day(officers=False)
        await site.take_in()
        with Vault(tmp_path / "hub" / vault.FILE) as kept:
            secret = open_as_person(kept.holders()[other.signer.public], other.signer, site.world.deployment.origin)
        site.running.party.take_list(lists.revocations(site.world, 1, "staff-9"))
        assert await site.unlock() is None
        with Vault(tmp_path / "hub" / vault.FILE) as kept:
            assert kept.holders().keys() == {site.world.manager.signer.public}
            with pytest.raises(WrongWrappingKey):
                kept.unlock(secret)
        assert await site.phone("R-1") == "0900000001"
    finally:
        await site.stop()


async def test_a_wrong_secret_opens_nothing_and_is_no_entry(site: Booth) -> None:
    await site.take_in()
    await site.stop_hub()
    await site.start()
    await site.back()
    size = site.running.scribe.size
    assert site.terminal is not None
    manager = site.world.manager
    identifier, signed = sign_as(manager, site.world.deployment, personal.UnlockVault(), site.now_ms)
    asked = messages.OpenVault(identifier, b"w" * 32, signed, manager.chain, site.now_ms)
    answer = await soon(site.way._ask(asked, messages.VaultDone))
    assert codec.decode_refusal(answer.refusal).data["fault"] == "vault.wrong_wrapping_key"
    assert (site.running.vault.state, site.running.scribe.size) == ("locked", size)


def test_the_texts_of_this_test_are_really_sealed() -> None:
    made = seal_list(ROWS, "delivery", "2025-08-06")
    assert not isinstance(made, Refusal)
    plain = msgspec.msgpack.encode(made.commands)
    assert "サトウ".encode() not in plain and b"0900000001" not in plain


async def test_a_damaged_vault_stops_no_queue_and_no_other_is_made_in_its_place(site: Booth) -> None:
    await site.take_in()
    await until(lambda: bool(subjects(site.folder / "terminal" / vault.FILE)))
    kept = subjects(site.folder / "terminal" / vault.FILE)
    await site.stop_hub()
    path = site.folder / "hub" / vault.FILE
    path.write_bytes(SPOILT)
    await site.start()
    await site.back()
    assert site.running.vault.state == "damaged"
    await site.do(queue.IssueTicket("delivery"), site.world.clerks[0])
    with pytest.raises(VaultDamaged):
        await site.unlock()
    for refused in (await soon(site.way.deposit({"r:1": b"k" * 32})), await site.phone("R-1")):
        assert isinstance(refused, Refusal) and "vault.damaged" in str(refused.data["fault"])
    assert await site.readings() == 0
    await site.stop_hub()
    assert path.read_bytes() == SPOILT
    assert subjects(site.folder / "terminal" / vault.FILE) == kept  # the only ones there are now


SPOILT = b"\xc1 not a vault" * 300


def test_the_hub_erases_by_itself_what_is_due_under_a_request_that_the_city_has_consented_to() -> None:
    profile = World().profile
    held = {name: personal.Held(name, name, "2025-08-06", 1, bytes(32), 0) for name in ("a", "b", "c", "d")}
    held["d"] = msgspec.structs.replace(held["d"], date="2025-12-01")  # of a later day: not due yet
    requests = {
        1: personal.Erasure(1, ("a",), "2025-08-06", 0, "hub-1"),  # the city has not answered
        2: personal.Erasure(2, ("gone",), "2025-08-06", 0, "hub-1", "小市発第1号", "2025-08-06"),
        3: personal.Erasure(3, ("b", "d", "gone"), "2025-08-06", 0, "hub-1", "小市発第2号", "2025-08-06"),
    }
    register = personal.Personal(Map(held), Map(), Map(requests))
    due_ms = personal.due_ms(profile, held["b"])
    wanted = _erase_consented(profile, register, due_ms)
    assert wanted is not None and (wanted.subjects, wanted.request) == (("b",), 3)
    assert _erase_consented(profile, register, due_ms - 1) is None
