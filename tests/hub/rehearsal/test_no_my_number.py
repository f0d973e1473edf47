"""A rehearsed day leaves no My Number in any file, socket or log, although people and files tried to bring one in."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.client.link.connection import Done, HubClient
from hub.domain import codec
from hub.domain.booth import Command
from hub.domain.custody import disposal
from hub.domain.day import day
from hub.domain.guard import check_digit, is_my_number
from hub.domain.moment import iso_date
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from hub.rehearsal import plainness
from hub.rehearsal.deployment import Plan, build
from hub.rehearsal.processes import environment, python
from sync.record import command as signed_commands
from tests.hub.rehearsal.conftest import Days

NUMBER = "12345678901" + str(check_digit("12345678901"))
WIDE = NUMBER.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
WRITTEN = (NUMBER, f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}", f"{NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:]}", WIDE)


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16-le"])
def test_one_that_did_stand_there_would_be_found(tmp_path: Path, written: str, encoding: str) -> None:
    (tmp_path / "file").write_bytes(b"\0\1" + f"\n{written}\n".encode(encoding) + b"\xff")
    assert plainness.holding_my_numbers(tmp_path)


@pytest.mark.parametrize("longer", [f"1{NUMBER}", f"{NUMBER}1", f"a{NUMBER}", f"{NUMBER}f", f"１{WIDE}", f"{WIDE}１"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_twelve_digits_within_a_longer_run_are_a_hash_and_no_number(tmp_path: Path, longer: str, encoding: str) -> None:
    (tmp_path / "file").write_bytes(f"\n{longer}\n".encode(encoding))
    assert plainness.holding_my_numbers(tmp_path) == []


def test_a_number_that_begins_or_ends_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(NUMBER.encode())
    assert plainness.holding_my_numbers(tmp_path)


PARTS = [
    part.encode(encoding)
    for encoding in ("utf-8", "cp932", "utf-16-le")
    for part in (NUMBER, WIDE, NUMBER[:7], WIDE[7:], "1234", "5678-", "９０18　", "－", "x")
]
"""A number, pieces of which one can be made, and what stands between; ASCII is the same in the first two."""


@given(st.lists(st.sampled_from([*PARTS, bytes(70), b"7" * 50]), max_size=8).map(b"".join))
def test_looking_around_wide_digits_alone_finds_what_rewriting_the_whole_finds(data: bytes) -> None:
    whole = [data]
    for encoding in ("utf-8", "cp932", "utf-16-le"):
        rewritten = data
        for wide, half in zip("０１２３４５６７８９－　", "0123456789- ", strict=True):
            rewritten = rewritten.replace(wide.encode(encoding), half.encode())
        whole.append(rewritten)
    narrow = data
    for half in "0123456789- ":
        narrow = narrow.replace(half.encode("utf-16-le"), half.encode())
    found = any(is_my_number(re.sub(rb"[ -]", b"", one).decode())
                for text in (*whole, narrow) for one in plainness.TWELVE.findall(text))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "file").write_bytes(data)
        assert bool(plainness.holding_my_numbers(Path(folder))) == found


def test_a_rehearsed_day_with_practice_lists_leaves_none(days: Days) -> None:
    folder, made = days("koganei")
    assert made.invariants["no_my_number_in_clear"]
    assert plainness.holding_my_numbers(folder) == []
    assert list(folder.rglob("*.log")), "the logs were among what was searched"


async def _try_everywhere(plan: Plan, url: str) -> list[str]:
    """Somebody types the number wherever a command takes a text; the codes of the refusals."""
    client = await HubClient.open(url, plan.party("terminal-1"), keep=plan.home("terminal-1") / "replica.sqlite")
    clerk, manager = plan.clerks[0], plan.manager
    today = iso_date(time.time_ns() // 1_000_000)
    opened = day.OpenDay(today, plan.profile.event_types[0].id, "会場", plan.deployment.profile, True)

    async def do(command: Command) -> Done:
        done = await client.submit(command, manager)
        assert isinstance(done, Done), done
        return done

    await do(opened)
    lane = plan.profile.lanes_of(plan.profile.event_types[0].id)[0].id
    ticket = (await do(queue.IssueTicket(lane))).index
    await do(queue.CallTicket(ticket, "窓口1"))
    await do(queue.StartService(ticket))
    held = (await do(visit.OpenVisit(ticket, plan.profile.methods_of_lane(lane)[0].id))).index
    codes = []
    for text in WRITTEN:
        for command in (
            visit.AbandonVisit(held, f"書類 {text} が不足"),
            queue.CallTicket(ticket, text),
            queue.IssueTicket(lane, reservation=text),
            visit.DoStep(held, text),
            visit.DoStep(held, "check", (text,)),
            visit.CountSheets(held, "count", {text: 1}),
            day.OpenDay(text, opened.event_type, text, opened.profile, True),
        ):
            answer = await client.submit(command, clerk if not isinstance(command, day.OpenDay) else manager)
            assert isinstance(answer, Refusal)
            codes.append(answer.code)
    simple, printed = queue.IssueTicket("delivery"), disposal.Line("list_print", 1, "shredded")
    asked = disposal.AskDisposal((printed,), opened.date)
    longer = msgspec.msgpack.decode(codec.encode_command(asked)[1])
    longer["lines"][0].append(NUMBER)
    smuggled: list[tuple[str, Command, dict[str, object]]] = [
        ("guard.personal_number", simple, {"acts_on": NUMBER}),
        ("command.malformed", simple, {"acts_on": "ヤマダ ハナコ"}),
        ("custody.manifest_differs", simple, {"manifest": NUMBER.encode()}),
        ("command.malformed", asked, {"args": msgspec.Raw(msgspec.msgpack.encode(longer))}),
    ]
    for code, carrying, more in smuggled:
        answer = await _where_no_rule_looks(client, plan, carrying, more)
        assert answer.code == code
    await client.close()
    return codes


async def _where_no_rule_looks(client: HubClient, plan: Plan, command: Command, more: dict[str, object]) -> Refusal:
    """A terminal that is not ours signs more than ours would: beside the arguments, or a field too many in them."""
    kind, arguments = codec.encode_command(command)
    identifier = os.urandom(16)
    ours = signed_commands.Command(
        deployment=plan.deployment.id,
        record=plan.deployment.record,
        epoch=1,
        id=identifier,
        certificate=plan.manager.certificate_id,
        made_ms=client.now_ms(),
        kind=kind,
        args=msgspec.Raw(arguments),
    )
    signed = signed_commands.sign_command(msgspec.structs.replace(ours, **more), plan.manager.signer)
    answer = await client.send_signed(identifier, signed, plan.manager.chain)
    assert isinstance(answer, Refusal)
    return answer


def test_what_is_typed_into_any_command_is_refused_and_stays_nowhere(tmp_path: Path) -> None:
    # NIIG-8.1-14, AOMO-8-04
    now = time.time_ns() // 1_000_000
    plan = build(tmp_path, "koganei", site="緑センター", date_ms=now, now_ms=now)
    with (tmp_path / "hub.log").open("wb") as log:
        hub = subprocess.Popen(
            [*python(), "tui", "hub", "--home", str(plan.home("hub")), "--no-announce", "--log", "DEBUG",
             "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=log, env=environment(), text=True,
        )  # fmt: skip
    try:
        assert hub.stdout is not None
        url = hub.stdout.readline().split('"listening": "')[1].split('"')[0]
        codes = asyncio.run(asyncio.wait_for(_try_everywhere(plan, url), 60))
    finally:
        hub.terminate()
        hub.wait(20)
    assert set(codes) == {"guard.personal_number"}, codes
    (tmp_path / "passphrases.txt").unlink()
    assert (tmp_path / "hub.log").stat().st_size > 0
    assert plainness.holding_my_numbers(tmp_path) == []
    wanted = [form.encode(encoding) for form in WRITTEN for encoding in ("utf-8", "cp932", "utf-16-le")]
    assert plainness.holding(tmp_path, wanted) == []
