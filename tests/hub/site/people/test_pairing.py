"""A new terminal at a real hub's door, over real sockets: how it comes in, and every way in which it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from hub.audit.reading import acceptances
from hub.audit.verify import load_all
from hub.client.joining.granting import certify_terminal, joining_of, make_grant, next_name
from hub.client.joining.invitation import Invitation, invite, read_invitation
from hub.client.joining.pairing import join
from hub.client.link.connection import Done, HubClient
from hub.domain.people import pairing
from hub.domain.people.pairing import AcceptPairing, ClosePairing, OpenPairing, Phase, Why
from hub.domain.refusal import Refusal
from sync import messages
from sync.clock import real_ms
from sync.keys.certificate import certificate_id
from sync.keys.party import Deployment, Party
from sync.keys.renewalkey import RenewalKey
from sync.link.link import dial
from sync.link.pairing import Joining
from sync.link.pairingfaults import (
    GrantRefused,
    HomeTaken,
    OtherHub,
    PairingBurnt,
    PairingBusy,
    PairingClosed,
    PairingDeclined,
    PairingError,
    PairingLost,
    WrongCode,
)
from sync.messages import Message, PairingCode, PairingGrant
from tests.hub.site.hubs import Site, machine, read_record, soon

SECRET = bytes(range(32))


class Booth:
    """A hub as a process, a manager's terminal beside it, and new terminals that want to join."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = Site(folder)
        self.world = self.site.world
        self.heard: asyncio.Queue[Message] = asyncio.Queue()
        self.manager: HubClient
        self.shown: asyncio.Queue[Joining] = asyncio.Queue()

    async def start(self) -> None:
        await self.site.hub.start()
        party = machine(self.world)
        self.manager = await soon(HubClient.open(self.site.hub.url, party, on_other=self.heard.put_nowait))
        self.site.clients.append(self.manager)

    @property
    def invitation(self) -> Invitation:
        found = invite(self.site.hub.url, self.world.hub.signer.public)
        assert found is not None
        return found

    async def open(self) -> PairingCode:
        """The manager opens a window; what their terminal shows."""
        done = await soon(self.manager.submit(OpenPairing(), self.world.manager))
        assert isinstance(done, Done), done
        said = await soon(self.heard.get())
        assert isinstance(said, PairingCode) and said.window == done.index
        return said

    def call(self, code: str, home: str = "new", invitation: Invitation | None = None) -> asyncio.Task[Party]:
        """Somebody types a code at a new terminal."""

        def shown(joining: Joining, _: Deployment) -> None:
            self.shown.put_nowait(joining)

        return asyncio.create_task(join(invitation or self.invitation, code, self.folder / home, shown))

    async def proved(self) -> pairing.Window:
        """The window, once the record says that a terminal knew its code."""
        await soon(
            self.manager.until(
                lambda: (held := self.manager.booth.pairing.window) is not None and held.phase is Phase.PROVED
            )
        )
        held = self.manager.booth.pairing.window
        assert held is not None
        return held

    async def accept(self, window: pairing.Window, *, secret: bytes = SECRET, key: bytes = b"") -> Done | Refusal:
        """The manager accepts: certify, enter it into the record, and send the grant."""
        world = self.world
        joining = joining_of(window, world.deployment, world.hub.signer.public)
        issuer = RenewalKey("staff-1", world.signer("contractor-issuer"), (world.issuers["contractor"],))
        name = next_name(self.manager.booth.pairing, self.manager.party.trust)
        made = certify_terminal(issuer, self.manager.party.trust, world.deployment, key or window.key, name, real_ms())
        accepted = await soon(
            self.manager.submit(AcceptPairing(window.window, window.key, name, certificate_id(made)), world.manager)
        )
        if isinstance(accepted, Done):
            grant = make_grant(issuer, joining, made, secret)
            await self.manager.send(PairingGrant(window.window, grant))
        return accepted

    async def events(self) -> list[pairing.PairingEvent]:
        """What the record on disk says of pairing, once the hub has stopped."""
        await self.manager.close()
        await self.site.hub.stop()
        found = await read_record(self.site.home)
        return [event for _, events in found for event in events if isinstance(event, pairing.PairingEvent)]


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    made = Booth(tmp_path)
    try:
        await made.start()
        yield made
    finally:
        await made.site.close()


async def test_new_terminal_joins_with_the_code_and_can_work_at_once(booth: Booth) -> None:
    said = await booth.open()
    call = booth.call(said.code)
    window = await booth.proved()
    mine = joining_of(window, booth.world.deployment, booth.world.hub.signer.public)
    assert mine.fingerprint == (await soon(booth.shown.get())).fingerprint
    assert isinstance(await booth.accept(window), Done)
    party = await soon(call)
    assert party.name == "terminal-21" and party.deployment == booth.world.deployment
    home = booth.folder / "new"
    assert (home / "secret").read_bytes() == SECRET
    assert (home / "hub.key").read_bytes() == booth.world.hub.signer.public
    again = Party.load(home)
    client = await soon(HubClient.open(booth.site.hub.url, again, keep=home / "replica.sqlite"))
    assert client.connected
    await client.close()
    kinds = [type(event).__name__ for event in await booth.events()]
    assert kinds == ["PairingOpened", "PairingProved", "PairingAccepted", "PairingFinished"]
    # Whoever enrols machines finds the terminal's certificate there.
    (record,) = await asyncio.to_thread(load_all, booth.site.home)
    (event,) = acceptances(record)
    assert event.name == "terminal-21" and again.certificate in record.certificates


async def test_three_wrong_codes_burn_the_right_one_and_stand_in_the_record(booth: Booth) -> None:
    said = await booth.open()
    wrong = f"{(int(said.code) + 1) % 10**8:08}"
    for _ in range(2):
        with pytest.raises(WrongCode):
            await soon(booth.call(wrong))
        await asyncio.sleep(0.6)  # the hub hears a caller twice a second at most
    with pytest.raises(PairingBurnt):
        await soon(booth.call(wrong))
    with pytest.raises(PairingClosed):
        await soon(booth.call(said.code))
    kinds = [type(event).__name__ for event in await booth.events()]
    assert kinds == ["PairingOpened", "PairingFailed", "PairingFailed", "PairingFailed", "PairingBurnt"]
    assert not (booth.folder / "new").exists()


async def test_code_is_never_in_the_record_nor_in_a_log_nor_on_a_page(booth: Booth) -> None:
    said = await booth.open()
    async with aiohttp.ClientSession() as session:
        for page in ("health", "board/board.html", "board/board.js"):
            async with session.get(f"http://{booth.site.hub.address}/{page}") as answer:
                assert said.code not in await answer.text()
    with pytest.raises(WrongCode):
        await soon(booth.call("00000000" if said.code != "00000000" else "11111111"))
    await booth.events()
    for file in booth.site.home.rglob("*"):
        if file.is_file():
            assert said.code.encode() not in file.read_bytes(), file
    assert said.code not in booth.site.hub.complaint()


async def test_without_a_window_nobody_is_heard(booth: Booth) -> None:
    with pytest.raises(PairingClosed):
        await soon(booth.call("12345678"))
    assert await booth.events() == []


async def test_one_terminal_at_a_time(booth: Booth) -> None:
    said = await booth.open()
    first = booth.call(said.code)
    await booth.proved()
    with pytest.raises(PairingBusy):
        await soon(booth.call(said.code, home="other"))
    first.cancel()


async def test_manager_who_declines_leaves_the_new_terminal_with_nothing(booth: Booth) -> None:
    said = await booth.open()
    call = booth.call(said.code)
    window = await booth.proved()
    assert isinstance(await soon(booth.manager.submit(ClosePairing(window.window), booth.world.manager)), Done)
    with pytest.raises(PairingDeclined):
        await soon(call)
    assert not (booth.folder / "new").exists()
    ended = (await booth.events())[-1]
    assert isinstance(ended, pairing.PairingEnded) and ended.why is Why.DECLINED


async def test_terminal_that_goes_away_before_the_manager_answers_ends_the_window(booth: Booth) -> None:
    said = await booth.open()
    call = booth.call(said.code)
    window = await booth.proved()
    call.cancel()
    await soon(booth.manager.until(lambda: booth.manager.booth.pairing.window is None))
    refused = await booth.accept(window)
    assert isinstance(refused, Refusal) and refused.code == "pairing.no_window"
    ended = (await booth.events())[-1]
    assert isinstance(ended, pairing.PairingEnded) and ended.why is Why.LOST


async def test_certificate_for_another_key_is_refused_by_the_terminal_and_the_record_says_so(booth: Booth) -> None:
    said = await booth.open()
    call = booth.call(said.code)
    window = await booth.proved()
    await booth.accept(window, key=booth.world.signer("somebody else").public)
    with pytest.raises(GrantRefused):
        await soon(call)
    assert not (booth.folder / "new").exists()
    ended = (await booth.events())[-1]
    assert isinstance(ended, pairing.PairingEnded) and ended.why is Why.UNFIT


async def test_clerk_opens_no_window(booth: Booth) -> None:
    refused = await soon(booth.manager.submit(OpenPairing(), booth.world.clerks[0]))
    assert isinstance(refused, Refusal) and refused.code == "role.not_allowed"


async def test_second_window_is_refused_while_one_is_open(booth: Booth) -> None:
    await booth.open()
    refused = await soon(booth.manager.submit(OpenPairing(), booth.world.manager))
    assert isinstance(refused, Refusal) and refused.code == "pairing.already_open"


async def test_window_does_not_outlive_its_hub(booth: Booth) -> None:
    said = await booth.open()
    await booth.site.hub.kill()
    await booth.site.hub.start()
    with pytest.raises(PairingClosed):
        await soon(booth.call(said.code))
    ended = (await booth.events())[-1]
    assert isinstance(ended, pairing.PairingEnded) and ended.why is Why.EXPIRED


async def test_hub_with_another_key_than_the_qr_code_says_is_refused_before_a_word(booth: Booth) -> None:
    said = await booth.open()
    other = invite(booth.site.hub.url, booth.world.signer("somebody else").public)
    assert other is not None
    with pytest.raises(OtherHub) as raised:
        await soon(booth.call(said.code, invitation=read_invitation(other.text)))
    assert raised.value.data["expected"] != raised.value.data["got"]
    assert [type(event).__name__ for event in await booth.events()] == ["PairingOpened"]


async def test_folder_in_use_is_left_alone(booth: Booth) -> None:
    said = await booth.open()
    (booth.folder / "new").mkdir()
    (booth.folder / "new" / "key.seed").write_bytes(b"mine")
    with pytest.raises(HomeTaken):
        await soon(booth.call(said.code))
    assert (booth.folder / "new" / "key.seed").read_bytes() == b"mine"


@pytest.mark.parametrize("said", [b"", b"\x00", b"x" * 4000, b"\x93\xa5knock"])
async def test_strangers_rubbish_costs_no_try_and_harms_nobody(booth: Booth, said: bytes) -> None:
    code = (await booth.open()).code
    socket = await dial(booth.invitation.pair_url)
    await soon(socket.receive())
    await socket.send(said)
    await soon(socket.receive())
    await socket.close()
    await asyncio.sleep(0.6)
    call = booth.call(code)
    await booth.accept(await booth.proved())
    assert (await soon(call)).name == "terminal-21"


async def test_nobody_listens_at_the_typed_address(tmp_path: Path) -> None:
    with pytest.raises(PairingLost):
        await soon(join(Invitation("127.0.0.1", 9), "12345678", tmp_path / "new", lambda *_: None))


async def test_grant_of_a_terminal_that_did_not_accept_is_dropped(booth: Booth) -> None:
    said = await booth.open()
    call = booth.call(said.code)
    window = await booth.proved()
    await booth.manager.send(messages.PairingGrant(window.window, b"mine"))
    assert isinstance(await booth.accept(window), Done)
    assert (await soon(call)).name == "terminal-21"


async def test_a_grant_for_another_window_is_dropped_also_when_it_comes_from_who_accepted(booth: Booth) -> None:
    said = await booth.open()
    call = booth.call(said.code)
    window = await booth.proved()
    send = booth.manager.send

    async def twice(message: Message) -> None:
        if isinstance(message, PairingGrant):
            await send(messages.PairingGrant(message.window + 1, b"of another window"))
        await send(message)

    booth.manager.send = twice  # type: ignore[method-assign]
    assert isinstance(await booth.accept(window), Done)
    assert (await soon(call)).name == "terminal-21"


def test_every_fault_of_pairing_says_what_to_do_in_both_languages() -> None:
    kinds = [PairingError, *PairingError.__subclasses__()]
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert kind.ja and kind.en and kind.todo_ja and kind.todo_en
