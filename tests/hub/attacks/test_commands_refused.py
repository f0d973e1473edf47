"""A compromised terminal: whatever it makes of a person's signed command, the hub refuses it and nothing changes.

It holds commands that people signed (old ones, other people's, for other records), certificates, and keys of its own;
what it lacks is a key that may do what it wants done.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain import codec
from hub.domain.custody import custody
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome
from hub.domain.queue import queue
from sync import canonical
from sync.errors import SyncError
from sync.keys.certificate import Certificate, certificate_id, issue, parse
from sync.keys.keys import sign_payload
from sync.record.command import PAYLOAD_TYPE, Signed, read_command
from tests.hub.site.test_scribe import Bench, bench_at, refusal_of
from tests.records import MORNING_MS, YEAR_MS, World

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEN_YEARS_MS = 10 * YEAR_MS


def state_of(bench: Bench) -> tuple[bytes, int, str]:
    return codec.encode_booth(bench.scribe.booth), bench.scribe.size, bench.scribe.note


async def refused(bench: Bench, signed: Signed, certificates: list[bytes]) -> str:
    """The code with which the hub refuses it, its state and its record unchanged."""
    before, known = state_of(bench), set(bench.scribe.party.trust)
    try:
        outcome = await bench.scribe.submit(signed, certificates)
    except SyncError as error:
        code = error.code
    else:
        code = refusal_of(outcome)
    assert state_of(bench) == before
    assert {
        one for one in set(bench.scribe.party.trust) - known if parse(one).person not in bench_people(bench)
    } == set()
    return code


def bench_people(bench: Bench) -> set[str]:
    world = bench.world
    return {one.person for one in (world.manager, *world.clerks, *world.officers)}


def decision(bench: Bench) -> identity.DecideIdentity:
    deployment = bench.world.deployment
    return identity.DecideIdentity(1, 1, deployment.record, deployment.profile, 1, bytes(32), Outcome.CONFIRMED, ())


@FEW
@given(st.data())
async def test_any_bit_of_a_signed_command_turned(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    async with bench_at(tmp_path_factory.mktemp("hub")) as bench:
        await bench.open()
        signed = bench.sign(queue.IssueTicket(bench.lane))
        payload, signature = bytearray(signed.payload), bytearray(signed.signature)
        part = data.draw(st.sampled_from([payload, signature]))
        part[data.draw(st.integers(0, len(part) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        bent = Signed(bytes(payload), bytes(signature))
        code = await refused(bench, bent, bench.world.clerks[0].chain)
        assert code.startswith(("command.", "trust.", "sync.malformed"))


@FEW
@given(st.data())
async def test_a_command_cut_off_at_any_byte(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    async with bench_at(tmp_path_factory.mktemp("hub")) as bench:
        await bench.open()
        signed = bench.sign(queue.IssueTicket(bench.lane))
        cut = Signed(signed.payload[: data.draw(st.integers(0, len(signed.payload) - 1))], signed.signature)
        assert await refused(bench, cut, bench.world.clerks[0].chain) == "sync.malformed"


async def test_a_recorded_command_sent_again_is_answered_and_not_done_again(tmp_path: Path) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        signed = bench.sign(queue.IssueTicket(bench.lane))
        first = await bench.send(signed)
        before = state_of(bench)
        for _ in range(3):
            assert (await bench.send(signed)).index == first.index
        assert state_of(bench) == before


@pytest.mark.parametrize(("field", "other"), [("deployment", bytes(16)), ("record", "hub-9"), ("epoch", 2)])
async def test_a_command_that_a_person_signed_for_another_record(tmp_path: Path, field: str, other: object) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        clerk = bench.world.clerks[0]
        command = read_command(bench.sign(queue.IssueTicket(bench.lane)).payload)
        payload = canonical.encode(msgspec.structs.replace(command, **{field: other}))  # type: ignore[arg-type]
        signed = Signed(payload, sign_payload(clerk.signer, PAYLOAD_TYPE, payload))
        assert (await refused(bench, signed, clerk.chain)).startswith("command.elsewhere")


@FEW
@given(name=st.sampled_from(["terminal-1", "hub-1", "staff-3", "officer-1", "contractor-issuer", "stranger"]))
async def test_another_key_in_place_of_the_signers(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    async with bench_at(tmp_path_factory.mktemp("hub")) as bench:
        await bench.open()
        payload = bench.sign(queue.IssueTicket(bench.lane)).payload
        signed = Signed(payload, sign_payload(bench.world.signer(name), PAYLOAD_TYPE, payload))
        assert await refused(bench, signed, bench.world.clerks[0].chain) == "command.forged"


def self_made(world: World, **fields: object) -> tuple[bytes, str]:
    """A certificate that the terminal makes itself, with its own key as issuer and subject."""
    key = world.signer("terminal-1")
    cert = parse(world.clerks[0].certificate)
    made = {**msgspec.structs.asdict(cert), "subject": key.public, "issuer": key.public, **fields}
    return issue(Certificate(**made), key), "terminal-1"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"roles": ("manager",)},
        {"kind": "officer", "party": "city", "roles": ("city_staff",), "person": "officer-1"},
        {"kind": "hub", "roles": (), "person": "hub-1"},
    ],
)
async def test_a_certificate_of_its_own_making_gives_a_terminal_no_rights(
    tmp_path: Path, fields: dict[str, object]
) -> None:
    async with bench_at(tmp_path) as bench:
        await bench.open()
        world = bench.world
        encoded, key = self_made(world, **fields)
        command = read_command(bench.sign(queue.IssueTicket(bench.lane)).payload)
        payload = canonical.encode(msgspec.structs.replace(command, certificate=certificate_id(encoded)))
        signed = Signed(payload, sign_payload(world.signer(key), PAYLOAD_TYPE, payload))
        code = await refused(bench, signed, [encoded, *world.clerks[0].chain])
        assert code in ("trust.unknown_issuer", "trust.not_allowed", "trust.city_only")


@FEW
@given(who=st.sampled_from(["manager", "clerk", "hub"]), what=st.sampled_from(["decide", "attend", "accept"]))
async def test_no_key_of_the_contractors_does_what_is_the_citys(
    tmp_path_factory: pytest.TempPathFactory, who: str, what: str
) -> None:
    async with bench_at(tmp_path_factory.mktemp("hub")) as bench:
        await bench.open()
        world = bench.world
        by = {"manager": world.manager, "clerk": world.clerks[0], "hub": world.hub}[who]
        command = {
            "decide": decision(bench),
            "attend": identity.Attend(True),
            "accept": custody.AcceptTransfer(1, bytes(32), ("S-1",), {}),
        }[what]
        chain = by.chain if not callable(by.chain) else by.chain()
        assert await refused(bench, bench.sign(command, by), chain) == "role.city_only"


@FEW
@given(off_ms=st.integers(-TEN_YEARS_MS, TEN_YEARS_MS))
async def test_a_signers_clock_up_to_ten_years_off_decides_nothing(
    tmp_path_factory: pytest.TempPathFactory, off_ms: int
) -> None:
    """What a command says of its own time gives it no right and takes none: order is the index, time is the hub's."""
    async with bench_at(tmp_path_factory.mktemp("hub")) as bench:
        await bench.open()
        bench.maker.now_ms = MORNING_MS + off_ms
        outcome = await bench.send(bench.sign(queue.IssueTicket(bench.lane)))
        assert outcome.index == 1 and bench.scribe.booth.latest_ms == bench.watch.now_ms()


@FEW
@given(years=st.integers(1, 10), way=st.sampled_from([-1, 1]))
async def test_a_certificate_that_has_run_out_or_not_begun_by_the_hubs_clock(
    tmp_path_factory: pytest.TempPathFactory, years: int, way: int
) -> None:
    async with bench_at(tmp_path_factory.mktemp("hub")) as bench:
        await bench.open()
        world, clerk = bench.world, bench.world.clerks[0]
        begin = MORNING_MS + way * years * YEAR_MS
        span = {"not_before_ms": begin, "not_after_ms": begin + YEAR_MS // 2}
        cert = world.certify(clerk.person, "staff", "contractor", clerk.roles, **span)
        command = read_command(bench.sign(queue.IssueTicket(bench.lane)).payload)
        payload = canonical.encode(msgspec.structs.replace(command, certificate=certificate_id(cert), made_ms=begin))
        signed = Signed(payload, sign_payload(clerk.signer, PAYLOAD_TYPE, payload))
        assert await refused(bench, signed, [cert, world.issuers["contractor"]]) == "trust.outside_validity"
