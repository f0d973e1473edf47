"""What a desk refuses to believe: a hub that is real on the wire and lies in what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from hub.client.desk.casebook import CASE_EVENTS
from hub.client.desk.desk import DeskClient
from hub.client.desk.stated import MADE
from hub.client.link.connection import Done
from hub.domain import city_only, codec
from hub.domain.booth import Event
from hub.domain.codec import encode_refusal
from hub.domain.custody import custody
from hub.domain.identity import identity
from hub.domain.identity.city_check import DRAWN_BYTES, CityCheck
from hub.domain.identity.identity import Outcome, RequestState
from hub.domain.identity.still import StillTaken
from hub.domain.queue import queue
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit import steps as visit_steps
from hub.domain.visit import visit
from hub.replay.faults import RuleRefuses
from hub.replay.replay import Replay
from sync import messages
from sync.errors import SyncError
from sync.keys.party import Person
from sync.keys.trust import KeyRevoked
from sync.link.link import WEBSOCKET_BYTES, Link, PeerRefused, accept, server_socket
from sync.messages import Handoff, Message
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import CommandElsewhere, read_command, sign_command
from sync.record.entry import decode_entry, encode_entry
from sync.record.merkle import Frontier, Tree, leaf_hash
from tests import lists
from tests.hub.client.sites import ALL_TICKED, soon
from tests.records import RecordMaker, World


class Liar:
    """A hub with the hub's own key that sends a desk whatever the test tells it to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.party = world.hub
        self.maker = RecordMaker(world)
        self.links: asyncio.Queue[Link] = asyncio.Queue()
        self.heard: asyncio.Queue[Message] = asyncio.Queue()
        self.proofs_from: RecordMaker | None = None
        """Whose tree answers ProofWanted; the shown record's if None."""
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/link", self._serve)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self.runner.addresses[0][1]}/link"

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=WEBSOCKET_BYTES)
        await ws.prepare(request)
        link = await accept(server_socket(ws), self.party, lambda: self.maker.now_ms, allow={"desk"})
        self.links.put_nowait(link)
        try:
            while True:
                message = await link.receive()
                if isinstance(message, messages.Follow):
                    await link.send(self.first_word())
                elif isinstance(message, messages.ProofWanted):
                    tree = tree_of(self.proofs_from or self.maker)
                    proof = tree.consistency_proof(message.old, message.new) if message.new <= tree.size else []
                    await link.send(messages.Proof(message.old, message.new, proof))
                self.heard.put_nowait(message)
        except SyncError:
            return ws

    def first_word(self) -> Message:
        """What it says to whom follows it."""
        return self.welcome()

    def welcome(self) -> messages.Welcome:
        maker = self.maker
        return messages.Welcome(
            profile=self.world.profile_raw,
            people=[],
            boot="boot-1",
            state=b"",
            frontier=b"",
            state_size=maker.size,
            entries=[],
            note=maker.note() if maker.size else "",
            certificates=list(maker.certificates),
            size=maker.size,
        )

    def handoff(self, index: int, *, size: int | None = None, known: int = 0) -> Handoff:
        """The honest handoff of an entry, as of a size, with the proof from what the desk knows."""
        maker, size = self.maker, self.maker.size if size is None else size
        tree = tree_of(maker)
        return Handoff(
            request=index,
            entry=maker.entries[index],
            index=index,
            note=maker.note(size),
            inclusion=tree.inclusion_proof(index, size),
            consistent_from=known,
            consistency=tree.consistency_proof(known, size) if known else [],
            certificates=list(maker.certificates),
            profile=self.world.deployment.profile,
        )

    def until_request(self) -> int:
        """A record up to a request for the city; its index."""
        maker = self.maker
        maker.open()
        maker.no_show()
        who = self.world.clerks[0]
        method = next(m for m in self.world.profile.methods if m.id in self.world.profile.event_types[0].methods)
        (issued,) = maker.do(queue.IssueTicket(method.lane or self.world.profile.lanes[0].id), who)
        assert isinstance(issued, queue.TicketIssued)
        maker.do(queue.CallTicket(issued.ticket, "窓口1"), who)
        maker.do(queue.StartService(issued.ticket), who)
        opened = maker.size
        maker.do(visit.OpenVisit(issued.ticket, method.id), who)
        for step in visit_steps.booth_steps(method):
            if step.kind in visit_steps.CITY_KINDS:
                break
            maker._step(opened, step, who)
        (asked,) = maker.do(identity.RequestIdentity(opened, step.id, ("運転免許証",)), who)
        return maker.size - 1


class StandBy(Liar):
    """A stand-by machine with its own key that took nothing over: it says no Welcome, but what the test tells it to."""

    def __init__(self, world: World, fork: RecordMaker) -> None:
        super().__init__(world)
        self.party = world.machine("standby-1", "standby_hub", "contractor")
        self.maker = fork
        self.says: Message = messages.Lists([])

    def first_word(self) -> Message:
        return self.says

    def note(self) -> str:
        """Its own signature under its own record."""
        origin = self.world.deployment.origin
        return sign(Checkpoint(origin, self.maker.size, self.maker.frontier.root()), origin, self.party.signer)


def tree_of(maker: RecordMaker) -> Tree:
    tree = Tree()
    for body in maker.entries:
        tree.append(leaf_hash(body))
    return tree


class Scene:
    """One liar and one desk that has linked to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World()
        self.liar = Liar(self.world)
        self.desks: list[DeskClient] = []

    async def desk(self) -> DeskClient:
        """The desk, linked (or as refused as it will be); again after a restart."""
        party = self.world.machine("desk-1", "desk", "city")
        self.desks.append(DeskClient(party, self.folder / "desk-1", lambda: self.liar.maker.now_ms))
        await soon(self.desks[-1].join_hub(self.liar.url))
        return self.desks[-1]

    async def send(self, message: Message) -> None:
        if not hasattr(self, "link"):
            self.link = await soon(self.liar.links.get())
        await self.link.send(message)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = Scene(tmp_path)
    await scene.liar.start()
    yield scene
    for desk in scene.desks:
        await desk.close()
    await scene.liar.runner.cleanup()


def evidence(scene: Scene) -> list[str]:
    return sorted(path.name.rsplit("-", 1)[0] for path in (scene.folder / "desk-1" / "evidence").glob("*.msgpack"))


async def test_what_an_honest_hub_hands_over_is_shown(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    await scene.send(scene.liar.handoff(index))
    await soon(desk.until(lambda: bool(desk.requests)))
    assert desk.problem is None and not (scene.folder / "desk-1" / "evidence").exists()


async def test_an_entry_that_is_not_in_the_tree_is_refused(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    honest = scene.liar.handoff(index)
    other = scene.liar.handoff(index - 1)
    for lie in (
        msgspec.structs.replace(honest, entry=other.entry),
        msgspec.structs.replace(honest, index=index - 1),
        msgspec.structs.replace(honest, inclusion=honest.inclusion[:-1]),
        msgspec.structs.replace(honest, inclusion=[bytes(32), *honest.inclusion[1:]]),
    ):
        before = desk.problem
        await scene.send(lie)
        await soon(desk.until(lambda before=before: desk.problem is not before))  # type: ignore[misc]
        assert desk.problem is not None and desk.problem.code == "handoff.not_in_record"
        assert desk.requests == ()
    assert evidence(scene) == ["handoff.not_in_record"] * 4


async def test_a_checkpoint_that_the_hub_did_not_sign_is_refused(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    honest = scene.liar.handoff(index)
    smaller = scene.liar.maker.note(index)
    await scene.send(
        msgspec.structs.replace(honest, note=honest.note.partition("\n\n")[0] + "\n\n" + smaller.partition("\n\n")[2])
    )
    await soon(desk.until(lambda: desk.problem is not None))
    assert desk.problem is not None and desk.problem.code == "checkpoint.bad_signature"
    assert desk.requests == ()


async def test_an_older_record_is_refused_by_name_and_nothing_is_signed_for_it(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    await scene.send(scene.liar.handoff(index))
    await soon(desk.until(lambda: bool(desk.requests)))
    await desk.close()
    scene.desks.clear()
    restored = RecordMaker(scene.world)  # an old card was put back: the hub has forgotten
    for body, id in zip(scene.liar.maker.entries[:-3], scene.liar.maker.ids, strict=False):
        restored.entries.append(body)
        restored.ids.append(id)
        restored.frontier.append(leaf_hash(body))
    restored.certificates, restored.now_ms = scene.liar.maker.certificates, scene.liar.maker.now_ms
    scene.liar.maker = restored
    desk = await scene.desk()
    assert desk.refused_hub and desk.problem is not None and desk.problem.code == "record.rolled_back"
    assert evidence(scene) == ["record.rolled_back"]
    refused = await desk.decide(index, scene.world.officers[0], Outcome.CONFIRMED, ALL_TICKED)
    assert isinstance(refused, Refusal) and refused.data["fault"] == "record.rolled_back"


async def test_a_longer_record_with_another_past_is_refused_by_name(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    await scene.send(scene.liar.handoff(index))
    await soon(desk.until(lambda: bool(desk.requests)))
    other = Liar(scene.world)
    other.maker.now_ms += 60_000  # the same people and the same acts, at other times: another record
    index = other.until_request()
    other.maker.no_show("窓口2")
    lie = other.handoff(index, known=desk.seen[0])
    await scene.send(lie)
    await soon(desk.until(lambda: desk.refused_hub))
    assert desk.problem is not None and desk.problem.code == "record.forked"
    assert evidence(scene) == ["record.forked"]


async def test_another_root_at_the_size_it_knows_is_refused_by_name(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    await scene.send(scene.liar.handoff(index))
    await soon(desk.until(lambda: bool(desk.requests)))
    other = Liar(scene.world)
    other.maker.now_ms += 60_000
    await scene.send(other.handoff(other.until_request()))
    await soon(desk.until(lambda: desk.refused_hub))
    assert desk.problem is not None and desk.problem.code == "record.forked"


async def test_a_proof_from_another_size_than_it_knows_is_asked_for_and_believed(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    before = desk.seen[0]
    scene.liar.maker.no_show("窓口2")
    await scene.send(scene.liar.handoff(index, known=before - 2))
    await soon(desk.until(lambda: bool(desk.requests)))
    assert messages.ProofWanted(before, scene.liar.maker.size) in [scene.liar.heard.get_nowait() for _ in range(2)]
    assert desk.seen[0] == scene.liar.maker.size


async def test_a_letter_that_comes_late_is_an_older_moment_of_the_same_record_and_is_taken(scene: Scene) -> None:
    index = scene.liar.until_request()
    scene.liar.maker.no_show("窓口2")
    desk = await scene.desk()
    newest = desk.seen
    assert newest[0] == scene.liar.maker.size
    await scene.send(scene.liar.handoff(index, size=index + 1))
    await soon(desk.until(lambda: bool(desk.requests)))
    assert desk.seen == newest and desk.problem is None


async def test_a_late_letter_of_another_record_is_refused(scene: Scene) -> None:
    scene.liar.until_request()
    scene.liar.maker.no_show("窓口2")
    desk = await scene.desk()
    other = Liar(scene.world)
    other.maker.now_ms += 60_000
    await scene.send(other.handoff(other.until_request()))
    await soon(desk.until(lambda: desk.refused_hub))
    assert desk.problem is not None and desk.problem.code == "record.rolled_back" and desk.requests == ()


def contractor_decides(liar: Liar, request: int) -> None:
    """The hub writes a decision that the contractor's manager signed, as if the rules had let it pass."""
    maker, world = liar.maker, liar.world
    asked = maker.booth.identity.requests[request]
    decision = maker.decision(
        identity.IdentityRequested(
            request, asked.visit, asked.number, asked.window, asked.method, asked.step, (), "", 0, 0, ""
        )
    )
    event = identity.IdentityDecided(
        request, asked.visit, asked.number, asked.step, Outcome.CONFIRMED, "", "staff-1", maker.now_ms
    )
    maker.append(maker.sign(decision, world.manager), maker.context(), (event,))


async def test_an_entry_in_which_a_contractors_key_decides_is_refused_though_it_stands_in_the_record(
    scene: Scene,
) -> None:
    index = scene.liar.until_request()
    contractor_decides(scene.liar, index)
    desk = await scene.desk()
    await scene.send(scene.liar.handoff(index))
    await soon(desk.until(lambda: bool(desk.requests)))
    await scene.send(scene.liar.handoff(index + 1))
    await soon(desk.until(lambda: desk.problem is not None))
    assert desk.problem is not None and desk.problem.code == "handoff.not_allowed"
    assert desk.problem.data["why"] == "role.city_only"
    assert [one.id for one in desk.requests] == [index] and desk.outcomes == {}


def test_replay_names_the_entry_in_which_a_contractors_key_decides() -> None:
    liar = Liar(World())
    index = liar.until_request()
    contractor_decides(liar, index)
    trust = liar.world.trust()
    for encoded in liar.maker.certificates:
        trust.add(encoded)
    replay = Replay(liar.world.deployment, trust, {liar.world.deployment.profile: liar.world.profile})
    for body in liar.maker.entries[: index + 1]:
        replay.take(body)
    with pytest.raises(RuleRefuses) as caught:
        replay.take(liar.maker.entries[index + 1])
    assert caught.value.data["rule"] == "role.city_only" and caught.value.data["index"] == index + 1


async def test_a_handoff_under_another_contract_profile_is_refused(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    await scene.send(msgspec.structs.replace(scene.liar.handoff(index), profile=bytes(32)))
    await soon(desk.until(lambda: desk.problem is not None))
    assert desk.problem is not None and desk.problem.code == "handoff.other_profile"


async def test_what_it_has_seen_is_on_disk_before_it_cosigns(scene: Scene) -> None:
    index = scene.liar.until_request()
    await scene.desk()
    maker = scene.liar.maker
    await scene.send(messages.CosignWanted(maker.note(), 0, []))
    while not isinstance(answer := await soon(scene.liar.heard.get()), messages.Cosigned):
        pass
    assert answer.size == maker.size
    again = DeskClient(scene.world.machine("desk-1", "desk", "city"), scene.folder / "desk-1")
    scene.desks.append(again)
    assert again.seen == (maker.size, maker.frontier.root()) and index < maker.size


async def test_one_handoff_by_two_ways_is_one_request(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    for _ in range(2):
        await scene.send(scene.liar.handoff(index))
    await scene.send(messages.CosignWanted(scene.liar.maker.note(), 0, []))
    while not isinstance(await soon(scene.liar.heard.get()), messages.Cosigned):
        pass
    assert [one.id for one in desk.requests] == [index]


@pytest.mark.parametrize("kind", [messages.CosignWanted, Handoff, messages.Committed, messages.StillsOver])
async def test_a_stand_by_that_took_nothing_over_is_heard_in_nothing_it_says(scene: Scene, kind: type[Message]) -> None:
    liar = scene.liar
    index = liar.until_request()
    desk = await scene.desk()
    await scene.send(liar.handoff(index))
    await soon(desk.until(lambda: bool(desk.requests)))
    signing = asyncio.create_task(desk.decide(index, scene.world.officers[0], Outcome.CONFIRMED, ALL_TICKED))
    while not isinstance(decision := await soon(liar.heard.get()), messages.Decision):
        pass
    seen, fork = desk.seen, liar.maker.branch(liar.maker.size)
    fork.no_show("窓口2")
    rogue = StandBy(scene.world, fork)
    honest = rogue.handoff(index, known=seen[0])
    answer = messages.OutcomeOf(
        read_command(decision.signed.payload).id, None, encode_refusal(refuse("identity.expired"))
    )
    words: dict[type, Message] = {
        messages.CosignWanted: messages.CosignWanted(rogue.note(), seen[0], honest.consistency),
        Handoff: msgspec.structs.replace(honest, note=rogue.note()),
        messages.Committed: messages.Committed(0, [], "", [answer]),
        messages.StillsOver: messages.StillsOver(index),
    }
    rogue.says = words[kind]
    await rogue.start()
    assert desk.lan is not None
    desk.lan.url = rogue.url
    await scene.link.close()
    await soon(rogue.links.get())
    way = desk.lan
    await soon(desk.until(lambda: isinstance(way.problem, PeerRefused)))
    await rogue.runner.cleanup()
    assert desk.seen == seen and desk.unconfirmed == {index}
    heard = [rogue.heard.get_nowait() for _ in range(rogue.heard.qsize())]
    assert all(isinstance(one, messages.Follow) for one in heard), "nothing was answered, nothing cosigned"
    way.url = liar.url
    await soon(liar.links.get())
    await soon(desk.until(lambda: desk.connected))
    assert not desk.refused_hub
    signing.cancel()


# ------------------------------------------------------------------ what an entry may say


async def shown(scene: Scene, index: int) -> DeskClient:
    """A desk that was handed the request of that entry."""
    desk = await scene.desk()
    await scene.send(scene.liar.handoff(index))
    await soon(desk.until(lambda: bool(desk.requests)))
    return desk


async def refusing(scene: Scene, desk: DeskClient, index: int, code: str) -> str:
    """Hand that entry over; why the desk refuses it, under that code."""
    await scene.send(scene.liar.handoff(index, known=desk.seen[0]))
    await soon(desk.until(lambda: desk.problem is not None))
    assert desk.problem is not None and desk.problem.code == code, desk.problem
    return str(desk.problem.data.get("why"))


def decided(scene: Scene, index: int, /, **stated: object) -> identity.IdentityDecided:
    """What the rules make of the maker's confirming decision about a request, but as stated."""
    maker, asked = scene.liar.maker, scene.liar.maker.booth.identity.requests[index]
    event = identity.IdentityDecided(
        index, asked.visit, asked.number, asked.step, Outcome.CONFIRMED, "", "officer-1", maker.now_ms,
        checklist=CityCheck().every_point(), drawn=bytes(DRAWN_BYTES),
    )  # fmt: skip
    return msgspec.structs.replace(event, **stated)


async def test_a_clerks_command_states_no_decision_of_the_city(scene: Scene) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    desk = await shown(scene, index)
    made = maker.sign(queue.IssueTicket(scene.world.profile.lanes[0].id), scene.world.clerks[0])
    maker.append(made, maker.context(), (decided(scene, index),))
    assert await refusing(scene, desk, maker.size - 1, "handoff.not_allowed") == "role.city_only"
    assert [one.id for one in desk.requests] == [index] and desk.outcomes == {}
    await desk.close()
    scene.desks.clear()
    assert [one.id for one in (await scene.desk()).requests] == [index], "nor after a start"


BENT: tuple[dict[str, object], ...] = (
    {"outcome": Outcome.REFUSED, "reason": "顔が違う"},
    {"request": 3},
    {"stills": (bytes(32),)},
    {"officer": "officer-2"},
)


@pytest.mark.parametrize("stated", BENT, ids=lambda one: next(iter(one)))
async def test_an_officers_decision_says_what_they_signed_and_nothing_else(
    scene: Scene, stated: dict[str, object]
) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    desk = await shown(scene, index)
    asked = identity.IdentityRequested(
        index, maker.booth.identity.requests[index].visit, "", "", "", "", (), "", 0, 0, ""
    )
    signed = maker.sign(maker.decision(asked), scene.world.officers[0])
    for encoded in scene.world.officers[0].chain:
        maker.certificates.setdefault(encoded)
    context = maker.context()
    event = decided(scene, index, **stated)
    maker.append(signed, context, ())  # what it states is nothing that our own rules would fold
    bend(maker, event)
    assert await refusing(scene, desk, maker.size - 1, "handoff.other_events") == next(iter(stated))
    assert [one.id for one in desk.requests] == [index] and desk.outcomes == {}


def bend(maker: RecordMaker, event: Event) -> None:
    """The newest entry states this event and no other."""
    entry = decode_entry(maker.entries.pop())
    events = msgspec.Raw(codec.encode_events((event,)))
    maker.entries.append(encode_entry(msgspec.structs.replace(entry, events=events)))
    maker.frontier = Frontier()
    for body in maker.entries:
        maker.frontier.append(leaf_hash(body))


async def test_a_booth_persons_command_about_one_case_ends_no_other(scene: Scene) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    desk = await shown(scene, index)
    asked = maker.booth.identity.requests[index]
    made = maker.sign(identity.WithdrawRequest(index - 1), scene.world.clerks[0])
    closed = identity.RequestClosed(
        index, asked.visit, asked.number, RequestState.WITHDRAWN, maker.now_ms, scene.world.clerks[0].person
    )
    maker.append(made, maker.context(), (closed,))
    assert await refusing(scene, desk, maker.size - 1, "handoff.other_events") == "request"
    assert [one.id for one in desk.requests] == [index]


@pytest.mark.parametrize(("written", "signed"), [(2, 1), (2, 2), (1, 2)])
async def test_an_entry_of_an_epoch_that_no_take_over_has_begun_is_refused(
    scene: Scene, written: int, signed: int
) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    entry = decode_entry(maker.entries[index])
    meant = msgspec.structs.replace(read_command(entry.command.payload), epoch=signed)
    command = sign_command(meant, scene.world.clerks[0].signer)
    maker.entries[index] = encode_entry(msgspec.structs.replace(entry, epoch=written, command=command))
    maker.frontier = Frontier()
    for body in maker.entries:
        maker.frontier.append(leaf_hash(body))
    desk = await scene.desk()
    assert await refusing(scene, desk, index, "handoff.not_in_record") == "epoch"
    assert desk.requests == ()


async def test_an_entry_that_says_another_place_than_the_one_where_it_stands_is_refused(scene: Scene) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    entry = decode_entry(maker.entries[index])
    maker.entries[index] = encode_entry(msgspec.structs.replace(entry, index=index - 1))
    maker.frontier = Frontier()
    for body in maker.entries:
        maker.frontier.append(leaf_hash(body))
    desk = await scene.desk()
    await refusing(scene, desk, index, "handoff.not_in_record")
    assert desk.requests == ()


async def test_a_command_that_was_signed_for_another_record_is_no_word_in_this_one(scene: Scene) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    desk = await shown(scene, index)
    clerk = scene.world.clerks[0]
    ours = read_command(maker.sign(identity.WithdrawRequest(index), clerk).payload)
    elsewhere = sign_command(msgspec.structs.replace(ours, record="hub-2"), clerk.signer)
    asked = maker.booth.identity.requests[index]
    closed = identity.RequestClosed(
        index, asked.visit, asked.number, RequestState.WITHDRAWN, maker.now_ms, clerk.person
    )
    maker.append(elsewhere, maker.context(), (closed,))
    await refusing(scene, desk, maker.size - 1, CommandElsewhere.code)
    assert [one.id for one in desk.requests] == [index]


@pytest.mark.parametrize("other", [{"hub": "hub-2"}, {"profile": bytes(32)}], ids=["record", "contract"])
async def test_a_decision_about_another_record_or_contract_is_none_about_this_case(
    scene: Scene, other: dict[str, object]
) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    desk = await shown(scene, index)
    asked = identity.IdentityRequested(
        index, maker.booth.identity.requests[index].visit, "", "", "", "", (), "", 0, 0, ""
    )
    officer = scene.world.officers[0]
    signed = maker.sign(msgspec.structs.replace(maker.decision(asked), **other), officer)
    for encoded in officer.chain:
        maker.certificates.setdefault(encoded)
    context, event = maker.context(), decided(scene, index)
    maker.append(signed, context, ())
    bend(maker, event)
    await refusing(scene, desk, maker.size - 1, CommandElsewhere.code)
    assert [one.id for one in desk.requests] == [index] and desk.outcomes == {}


async def test_a_clerk_offers_the_city_no_boxes_in_a_managers_place(scene: Scene) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    desk = await shown(scene, index)
    maker.append(maker.sign(custody.OfferTransfer(("KG-1",)), scene.world.clerks[0]), maker.context(), ())
    assert await refusing(scene, desk, maker.size - 1, "handoff.not_allowed") == "role.not_allowed"


async def test_who_is_certified_for_another_site_asks_nothing_here(scene: Scene) -> None:
    index, maker = scene.liar.until_request(), scene.liar.maker
    elsewhere = scene.world.certify("staff-9", "staff", "contractor", ("worker",), sites=("site-2",))
    foreign = Person(scene.world.signer("staff-9"), elsewhere, "", [elsewhere, scene.world.issuers["contractor"]])
    desk = await shown(scene, index)
    maker.do(identity.WithdrawRequest(index), foreign)
    await refusing(scene, desk, maker.size - 1, "trust.wrong_site")
    assert [one.id for one in desk.requests] == [index]


async def test_a_desk_acts_on_no_word_of_whom_the_newest_lists_revoke(scene: Scene) -> None:
    index = scene.liar.until_request()
    desk = await scene.desk()
    revoked = lists.revocations(scene.world, 1, scene.world.clerks[0].person)
    await scene.send(msgspec.structs.replace(scene.liar.handoff(index), lists=[revoked]))
    await soon(desk.until(lambda: desk.problem is not None))
    assert isinstance(desk.problem, KeyRevoked) and desk.requests == ()


async def test_an_answer_is_kept_until_its_own_entry_is_proved_whatever_a_hub_says_before(scene: Scene) -> None:
    index, liar, maker = scene.liar.until_request(), scene.liar, scene.liar.maker
    desk = await shown(scene, index)
    signing = asyncio.create_task(desk.decide(index, scene.world.officers[0], Outcome.CONFIRMED, ALL_TICKED))
    while not isinstance(decision := await soon(liar.heard.get()), messages.Decision):
        pass
    sent = read_command(decision.signed.payload)
    event = decided(scene, index, drawn=args(decision).drawn, opened_ms=args(decision).opened_ms)
    done = messages.OutcomeOf(sent.id, maker.size, b"", codec.encode_events((event,)))
    await scene.send(messages.Committed(0, [], "", [done]))
    mine = maker.sign(queue.IssueTicket(scene.world.profile.lanes[0].id), scene.world.clerks[0], id=sent.id)
    maker.append(mine, maker.context(), ())  # another's command under the same id is another command
    await scene.send(liar.handoff(maker.size - 1, known=desk.seen[0]))
    await soon(desk.until(lambda: desk.seen[0] == maker.size))
    assert desk.unconfirmed == {index} and not signing.done()
    for encoded in scene.world.officers[0].chain:
        maker.certificates.setdefault(encoded)
    maker.append(decision.signed, maker.context(), (event,))
    await scene.send(liar.handoff(maker.size - 1, known=desk.seen[0]))
    answer = await soon(signing)
    assert isinstance(answer, Done) and answer.index == maker.size - 1 and desk.unconfirmed == set()


def args(decision: messages.Decision) -> identity.DecideIdentity:
    """What an officer has signed."""
    command = codec.decode_command("identity.decide", bytes(read_command(decision.signed.payload).args))
    assert isinstance(command, identity.DecideIdentity)
    return command


def test_for_every_event_that_a_desk_reads_it_is_known_what_makes_it() -> None:
    assert set(MADE) == {*CASE_EVENTS, StillTaken}
    commands = set(codec.COMMANDS.values())
    for event, made in MADE.items():
        assert commands.issuperset(made.by)
        named = {*made.same, *filter(None, (made.begins, made.who))}
        assert named <= {one.name for one in msgspec.structs.fields(event)}
        for name in made.same:
            assert any(name in {one.name for one in msgspec.structs.fields(kind)} for kind in made.by)


def test_what_only_the_city_states_only_the_citys_commands_make() -> None:
    for event in city_only.EVENTS & MADE.keys():
        assert {kind.__struct_config__.tag for kind in MADE[event].by} <= city_only.COMMANDS
