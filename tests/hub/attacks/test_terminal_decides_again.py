"""A terminal shows nothing that does not follow from what people signed, whatever its hub says and signs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hub.client.link.connection import ConnectionState
from hub.domain import codec
from hub.domain.booth import decide
from hub.domain.identity import identity
from hub.domain.identity.identity import OfficerAttended, RequestState
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.replay.faults import ReplayError
from sync import messages
from sync.keys.certificate import Certificate, certificate_id, issue, parse
from sync.keys.keys import Signer
from sync.messages import Committed
from sync.record.entry import decode_entry
from tests.hub.attacks.dishonest import (
    Scene,
    contractor_decides,
    record,
    refused,
    scene_at,
    soon,
    state_of,
    until_request,
)


async def show(scene: Scene, first: int) -> None:
    """The hub tells everybody of its entries from `first` on."""
    await scene.hub.tell(scene.hub.committed(first, []))


async def test_an_honest_record_is_shown_as_it_is(tmp_path: Path) -> None:
    maker = record(3)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        assert client.connected and client.proved and state_of(client) == (codec.encode_booth(maker.booth), maker.size)


@pytest.mark.parametrize("keep", [True, False])
async def test_an_event_that_no_command_leads_to_is_refused_and_not_shown(tmp_path: Path, keep: bool) -> None:
    maker = record(2)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal(keep=keep)
        before, first = state_of(client), maker.size
        command, who = queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0]
        decided = decide(maker.world.profile, maker.booth, command, maker.context(), maker.by(who))
        assert not isinstance(decided, Refusal) and isinstance(decided[0], queue.TicketIssued)
        stated = msgspec.structs.replace(decided[0], number="A-099")  # the clerk asked for the next number
        maker.append(maker.sign(command, who), maker.context(), (stated,))
        await show(scene, first)
        assert (await refused(client)).code == "replay.other_events"
        assert state_of(client) == before


async def test_a_contractors_key_that_decides_for_the_city_is_refused_and_not_shown(tmp_path: Path) -> None:
    maker = record(0)
    asked = until_request(maker)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        before, first = state_of(client), maker.size
        contractor_decides(maker, asked)
        await show(scene, first)
        problem = await refused(client)
        assert (problem.code, problem.data["rule"]) == ("replay.rule_refuses", "role.city_only")
        assert state_of(client) == before
        assert client.booth.identity.requests[asked.request].state is RequestState.PENDING


async def test_a_decision_that_the_city_made_about_another_record_is_refused_and_not_shown(tmp_path: Path) -> None:
    """A hub that showed the city's desk another past and the booth this one."""
    maker = record(0)
    asked = until_request(maker)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        before, first = state_of(client), maker.size
        elsewhere = msgspec.structs.replace(maker.decision(asked), checkpoint_root=b"r" * 32)
        maker.do(elsewhere, next(one for one in maker.world.officers if one.person == asked.officer))
        await show(scene, first)
        assert (await refused(client)).code == "record.forked" and state_of(client) == before


@pytest.mark.parametrize("seen", ["live", "after a restart", "on top of a snapshot", "before a snapshot"])
@pytest.mark.parametrize("ours", [True, False])
async def test_a_decision_about_a_size_of_which_no_checkpoint_was_shown_is_held_against_our_own_tree(
    tmp_path: Path, seen: str, ours: bool
) -> None:
    """One checkpoint covers a batch of entries; the city's decision may name any size since its request."""
    maker = record(0)
    asked = until_request(maker)
    root = maker.frontier.root() if ours else b"r" * 32
    decision = msgspec.structs.replace(maker.decision(asked), checkpoint_root=root)
    officer = next(one for one in maker.world.officers if one.person == asked.officer)
    for _ in range(2):
        maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    async with scene_at(tmp_path, maker) as scene:
        keep = "snapshot" not in seen
        if seen == "before a snapshot":
            maker.do(decision, officer)
            client = await scene.terminal(keep=False)
        else:
            client = await scene.terminal(keep=keep)
            if seen == "after a restart":
                await scene.leave(client)
                client = await scene.terminal()
            first = maker.size
            maker.do(decision, officer)
            await show(scene, first)
        if ours:
            await soon(client.until(lambda: client.size == maker.size and client.proved))
            assert state_of(client) == (codec.encode_booth(maker.booth), maker.size)
        else:
            assert (await refused(client)).code == "record.forked"
            assert asked.request not in client.booth.identity.requests or (
                client.booth.identity.requests[asked.request].state is RequestState.PENDING
            )


async def test_what_is_asked_before_a_snapshot_may_be_decided_after_it_is_proved(tmp_path: Path) -> None:
    maker = record(0)
    asked = until_request(maker)
    decision = maker.decision(asked)
    officer = next(one for one in maker.world.officers if one.person == asked.officer)
    for _ in range(2):
        maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal(keep=False)
        await soon(client.until(lambda: client.proved))
        for act in (queue.IssueTicket(maker.world.profile.lanes[0].id), decision):
            first = maker.size
            maker.do(act, officer if act is decision else maker.world.clerks[0])
            await show(scene, first)
            await soon(client.until(lambda: client.size == maker.size))
        assert client.connected and state_of(client) == (codec.encode_booth(maker.booth), maker.size)


async def test_an_officers_attendance_signed_by_the_hub_is_refused(tmp_path: Path) -> None:
    maker = record(1)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        before, first = state_of(client), maker.size
        event = OfficerAttended("officer-1", True, (), "officer-1", maker.now_ms)
        maker.append(maker.sign(identity.Attend(True), maker.world.hub), maker.context(), (event,))
        await show(scene, first)
        assert isinstance(await refused(client), ReplayError) and state_of(client) == before


async def test_what_no_signed_checkpoint_covers_yet_is_not_shown(tmp_path: Path) -> None:
    maker = record(1)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        before, first = state_of(client), maker.size
        maker.do(queue.IssueTicket(maker.world.profile.lanes[0].id), maker.world.clerks[0])
        await scene.hub.tell(Committed(first, maker.entries[first:], "", []))
        await scene.hub.tell(messages.Ticked(1))
        await soon(client.until(lambda: client.replica is not None and client.replica.reached == maker.size))
        assert state_of(client) == before
        await scene.hub.tell(Committed(maker.size, [], maker.note(), []))
        await scene.hub.drop_links()  # and what waited for a checkpoint is asked for again
        await soon(client.until(lambda: client.size == maker.size))


async def test_a_snapshot_is_provisional_until_its_entries_have_led_to_it(tmp_path: Path) -> None:
    maker = record(3)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal(keep=False)
        assert client.size == maker.size
        await soon(client.until(lambda: client.proved))
        assert any(isinstance(message, messages.PastWanted) for message in scene.hub.heard)
        assert state_of(client) == (codec.encode_booth(maker.booth), maker.size)


async def test_a_snapshot_that_its_entries_do_not_lead_to_is_thrown_away_with_its_hub(tmp_path: Path) -> None:
    maker, other = record(3), record(5)
    async with scene_at(tmp_path, maker) as scene:
        lie = codec.encode_booth(other.booth)
        scene.hub.welcome = lambda honest: msgspec.structs.replace(honest, state=lie)
        client = await scene.terminal(keep=False)
        assert (await refused(client)).code == "record.forked"
        assert client.size == 0 and not client.booth.queue.tickets
        assert client.state is ConnectionState.REFUSED


async def test_a_certificate_that_no_root_proves_is_not_kept(tmp_path: Path) -> None:
    maker = record(1)
    stranger = Signer.generate()
    fields = msgspec.structs.asdict(parse(maker.world.manager.certificate))
    forged = issue(Certificate(**{**fields, "subject": stranger.public, "issuer": stranger.public}), stranger)
    async with scene_at(tmp_path, maker) as scene:
        scene.hub.welcome = lambda honest: msgspec.structs.replace(
            honest, certificates=[*honest.certificates, forged, b"no certificate"]
        )
        client = await scene.terminal()
        assert client.connected and certificate_id(forged) not in client.party.trust
        await scene.hub.tell(Committed(maker.size, [], "", [], [forged]))
        await scene.hub.tell(messages.Ticked(1))
        await scene.leave(client)
        again = await scene.terminal()
        assert again.connected and certificate_id(forged) not in again.party.trust


async def test_a_terminal_that_starts_again_goes_on_from_its_own_snapshot(tmp_path: Path) -> None:
    maker = record(4)
    async with scene_at(tmp_path, maker) as scene:
        client = await scene.terminal()
        await scene.leave(client)
        again = await scene.terminal()
        assert state_of(again) == (codec.encode_booth(maker.booth), maker.size)
        maker.append(decode_entry(maker.entries[-1]).command, maker.context(), ())
        await scene.hub.tell(scene.hub.committed(maker.size - 1, []))
        assert (
            await refused(again)
        ).code == "replay.repeated_command"  # it knows the commands of its past all the same
