"""What a hub does with a command behind its signer's back is found by the terminal that sent it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from hub.client.link.connection import Done, HubClient
from hub.client.proof import sent
from hub.client.proof.sent import NotRecorded
from hub.domain import codec
from hub.domain.booth import decide
from hub.domain.queue import queue
from hub.domain.refusal import Refusal, refuse
from hub.replay.faults import BadSignature
from sync import canonical, messages
from sync.messages import Committed, OutcomeOf, Submit
from sync.record.command import Signed, read_command
from sync.record.unrecorded import open_report
from tests.hub.attacks.dishonest import Scene, record, refused, scene_at, soon
from tests.records import RecordMaker


def issue(scene: Scene) -> queue.IssueTicket:
    return queue.IssueTicket(scene.hub.world.profile.lanes[0].id)


async def ask(scene: Scene, client: HubClient) -> Done | Refusal:
    return await soon(client.submit(issue(scene), scene.hub.world.clerks[0]))


def status(maker: RecordMaker) -> messages.Status:
    """The hub's beat: it is there, and says nothing else."""
    return messages.Status(maker.now_ms, [], 0, 0, 0, False)


async def test_an_honest_hub_leaves_nothing_to_report(tmp_path: Path) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()
        for _ in range(3):
            assert isinstance(await ask(scene, client), Done)
        assert client.unrecorded == ()
        await scene.leave(client)
        assert (await scene.terminal()).unrecorded == ()


async def test_a_command_that_is_acknowledged_and_not_recorded_is_found_at_once(tmp_path: Path) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()

        def drop(submit: Submit) -> Committed:
            maker = scene.hub.maker
            first = maker.size
            maker.do(issue(scene), maker.world.clerks[1])  # somebody else's stands there instead
            id = read_command(submit.signed.payload).id
            return scene.hub.committed(first, [OutcomeOf(id, first, b"")])

        scene.hub.on_submit = drop
        with pytest.raises(NotRecorded):
            await ask(scene, client)
        (found,) = client.unrecorded
        assert (found.fault, found.told) == ("dropped", scene.hub.maker.size - 1)


async def test_an_acknowledgement_whose_entry_never_comes_is_believed_by_nobody(tmp_path: Path) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()

        def later(submit: Submit) -> Committed:
            id = read_command(submit.signed.payload).id
            return Committed(scene.hub.maker.size, [], "", [OutcomeOf(id, scene.hub.maker.size, b"")])

        scene.hub.on_submit = later
        asking = asyncio.create_task(ask(scene, client))
        await soon(client.until(lambda: any(isinstance(one, Submit) for one in scene.hub.heard)))
        first = scene.hub.maker.size
        scene.hub.maker.do(issue(scene), scene.hub.world.clerks[1])
        assert not asking.done()
        await scene.hub.tell(scene.hub.committed(first, []))
        with pytest.raises(NotRecorded):
            await asking


async def test_a_command_that_is_never_answered_is_reported_and_kept_over_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "OVERDUE_S", 0.0)  # a test does not wait ten seconds
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()
        heard = asyncio.Event()
        scene.hub.on_submit = lambda submit: heard.set()
        asking = asyncio.create_task(ask(scene, client))
        await soon(heard.wait())
        await scene.hub.tell(status(scene.hub.maker))
        await soon(client.until(lambda: bool(client.unrecorded)))
        asking.cancel()
        await scene.leave(client)
        again = await scene.terminal()
        (found,) = again.unrecorded
        assert found.fault == "unanswered" and read_command(found.signed.payload).kind == "queue.issue"
        assert sum(isinstance(one, Submit) for one in scene.hub.heard) == 1  # yesterday's key press is not sent today
        report, by = open_report(again.report(), scene.hub.world.trust())
        assert by.person == report.terminal == "terminal-1" and report.commands == [found]


async def test_a_command_that_was_under_way_at_a_restart_and_was_recorded_is_proved_by_the_record(
    tmp_path: Path,
) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()

        written, size = asyncio.Event(), scene.hub.maker.size

        def silently(submit: Submit) -> None:
            scene.hub.honestly(submit)
            written.set()

        scene.hub.on_submit = silently
        asking = asyncio.create_task(ask(scene, client))
        await soon(written.wait())
        asking.cancel()
        await scene.leave(client)
        again = await scene.terminal()
        assert again.size == size + 1 and again.unrecorded == ()


async def test_a_command_that_was_refused_and_is_recorded_all_the_same_is_found(tmp_path: Path) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()
        kept: list[Submit] = []

        def refuse_it(submit: Submit) -> Committed:
            kept.append(submit)
            no = codec.encode_refusal(refuse("day.not_open"))
            return Committed(
                scene.hub.maker.size, [], "", [OutcomeOf(read_command(submit.signed.payload).id, None, no)]
            )

        scene.hub.on_submit = refuse_it
        assert isinstance(await ask(scene, client), Refusal)
        first = scene.hub.maker.size
        scene.hub.honestly(kept[0])
        await scene.hub.tell(scene.hub.committed(first, []))
        await soon(client.until(lambda: bool(client.unrecorded)))
        (found,) = client.unrecorded
        assert (found.fault, found.found) == ("refused_recorded", first)


async def test_two_commands_that_are_recorded_in_another_order_than_sent_are_found(tmp_path: Path) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()
        waiting: list[Submit] = []

        def turn_round(submit: Submit) -> Committed | None:
            waiting.append(submit)
            if len(waiting) < 2:
                return None
            first = scene.hub.maker.size
            outcomes = [scene.hub.honestly(one).outcomes[0] for one in reversed(waiting)]
            return scene.hub.committed(first, outcomes)

        scene.hub.on_submit = turn_round
        await soon(asyncio.gather(ask(scene, client), ask(scene, client)))
        (found,) = client.unrecorded
        assert found.fault == "reordered" and found.number == 1


async def test_a_command_that_is_recorded_twice_makes_the_hub_refused(tmp_path: Path) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()
        assert isinstance(await ask(scene, client), Done)
        submit = next(one for one in scene.hub.heard if isinstance(one, Submit))
        maker, first = scene.hub.maker, scene.hub.maker.size
        maker.ids.clear()  # it pretends never to have seen it
        scene.hub.honestly(submit)
        await scene.hub.tell(scene.hub.committed(first, []))
        assert (await refused(client)).code == "replay.repeated_command"


async def test_a_command_whose_bytes_were_changed_makes_the_hub_refused_and_stays_reported(tmp_path: Path) -> None:
    async with scene_at(tmp_path, record(1)) as scene:
        client = await scene.terminal()

        def alter(submit: Submit) -> Committed:
            maker, first = scene.hub.maker, scene.hub.maker.size
            command = read_command(submit.signed.payload)
            other = canonical.encode(msgspec.structs.replace(command, made_ms=command.made_ms + 1))
            asked = codec.decode_command(command.kind, bytes(command.args))
            assert not isinstance(asked, Refusal)
            events = decide(maker.world.profile, maker.booth, asked, maker.context(), maker.by(maker.world.clerks[0]))
            assert not isinstance(events, Refusal)
            maker.append(Signed(other, submit.signed.signature), maker.context(), events)
            return scene.hub.committed(first, [OutcomeOf(command.id, first, b"")])

        scene.hub.on_submit = alter
        with pytest.raises(BadSignature):
            await ask(scene, client)
        assert (await refused(client)).code == "replay.bad_signature"
        await scene.leave(client)
        scene.hub.maker = record(1)
        (found,) = (await scene.terminal()).unrecorded
        assert found.fault == "unanswered"  # what was signed is still here, for whoever looks into it
