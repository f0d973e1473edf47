"""A machine that was to step in for the hub answers at its address, though the record names another: nobody follows it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hub.client.link.connection import ConnectionState, HubClient
from hub.client.link.connection_state import NotConnected
from hub.domain.continuity.continuity import ConfirmSwitchedOff, TakeOver
from hub.domain.queue import queue
from sync import messages
from sync.vault.sealing import seal_to_person
from tests import records
from tests.hub.attacks.dishonest import DishonestHub, Scene, record, refused, scene_at, soon, state_of
from tests.records import RecordMaker

SECRET = b"S" * 32


class Standby(DishonestHub):
    """A stand-by machine with the whole record, which every terminal has."""

    def __init__(self, maker: RecordMaker, name: str = "standby-1") -> None:
        super().__init__(maker)
        self.party = maker.world.machine(name, "standby_hub", "contractor")

    def _answer(self, message: messages.Message) -> messages.Message | None:
        match message:
            case messages.VaultWanted(id, key):  # the copy that it keeps has the secret sealed to each manager
                return messages.VaultBox(id, "locked", seal_to_person(SECRET, key, self.world.deployment.origin))
            case messages.OpenVault():
                return messages.VaultDone(message.id, b"")
        return super()._answer(message)


def nothing_new(honest: messages.Welcome) -> messages.Welcome:
    """It says that there is nothing to fold: its own checkpoint is over the very record that the terminal holds."""
    return msgspec.structs.replace(honest, entries=[], note="")


async def goes_to(client: HubClient, scene: Scene, other: DishonestHub) -> None:
    """The hub's name leads to another machine from now on."""
    await other.start()
    client.url = other.url
    await scene.hub.drop_links()


def secrets_at(other: DishonestHub) -> list[bytes]:
    return [message.secret for message in other.heard if isinstance(message, messages.OpenVault)]


@pytest.mark.parametrize("tickets", [3, 0])
@pytest.mark.parametrize("folds_nothing", [True, False])
async def test_a_stand_by_that_took_nothing_over_is_refused_and_hears_no_secret(
    tmp_path: Path, folds_nothing: bool, tickets: int
) -> None:
    maker = record(tickets)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        before, other = state_of(client), Standby(maker)
        if folds_nothing:
            other.welcome = nothing_new
        else:
            maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
        await goes_to(client, scene, other)
        try:
            assert (await refused(client)).code == "record.forked"
            assert client.state is ConnectionState.REFUSED and state_of(client) == before
            with pytest.raises(NotConnected):
                await client.vault.unlock(maker.world.manager)
            assert secrets_at(other) == [] and not any(isinstance(one, messages.Submit) for one in other.heard)
        finally:
            await other.stop()


async def test_a_machine_that_has_not_shown_a_record_yet_is_asked_for_no_secret(tmp_path: Path) -> None:
    maker = record(1)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        other = Standby(maker)
        other._welcome = lambda follow: None  # type: ignore[assignment, method-assign, return-value]  # it keeps silent
        other.welcome = lambda silent: silent
        await goes_to(client, scene, other)
        try:
            await soon(other.met.wait())
            assert client.state is ConnectionState.CATCHING_UP
            with pytest.raises(NotConnected):
                await client.vault.unlock(maker.world.manager)
            assert secrets_at(other) == []
        finally:
            await other.stop()


async def test_after_a_take_over_the_machine_that_made_it_is_followed_and_another_stand_by_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = record(2)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        first, second = Standby(maker, "standby-1"), Standby(maker, "standby-2")
        statement = ConfirmSwitchedOff(first.party.signer.public, 2, maker.size, maker.frontier.root())
        monkeypatch.setattr(records, "EPOCH", 2)
        for who in (maker.world.clerks[0], maker.world.manager):
            maker.do(statement, who)
        maker.do(TakeOver(2), first.party)
        maker.certificates[first.party.certificate] = None
        await goes_to(client, scene, first)
        try:
            await soon(client.until(lambda: client.connected and client.size == maker.size))
            assert client.booth.continuity.epoch == 2
            second.welcome = nothing_new
            await second.start()
            client.url = second.url
            await first.drop_links()
            assert (await refused(client)).code == "record.forked"
            assert client.size == maker.size and not any(isinstance(one, messages.Submit) for one in second.heard)
        finally:
            await first.stop()
            await second.stop()
