"""A record against what others remember: an old one put back and another one are told apart, and what never came in is named."""

from __future__ import annotations

import pytest

from hub.audit.bundle_file import evidence
from hub.audit.memory import Memory
from hub.audit.verify import Report, examine
from hub.domain.queue import queue
from sync.keys.party import Party
from sync.record.command import Signed, read_command
from sync.record.unrecorded import UNTOLD, Fault, Unrecorded, sign_report
from tests.hub.audit.bundles import bundle, codes, site_world, small
from tests.records import MORNING_MS, RecordMaker, World

WORLD = site_world()


def looked_at(maker: RecordMaker, *notes: str, reports: tuple[bytes, ...] = ()) -> Report:
    roots = maker.world.deployment
    return examine(
        evidence("bundle", bundle(maker)),
        contractor_root=roots.contractor_root,
        city_root=roots.city_root,
        memory=Memory(notes, reports),
    )


def grown(more: int, later_ms: int = 0) -> RecordMaker:
    maker = small(WORLD)
    maker.now_ms += later_ms
    for _ in range(more):
        maker.do(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0])
    return maker


def reported(*commands: Unrecorded, by: Party | None = None) -> bytes:
    return sign_report(by or WORLD.terminal, MORNING_MS, "", list(commands))


def sent(signed: Signed, number: int, fault: Fault = "unanswered", told: int = UNTOLD) -> Unrecorded:
    return Unrecorded(number, signed, WORLD.clerks[0].chain, fault, told, UNTOLD, MORNING_MS)


def test_a_checkpoint_of_this_record_finds_nothing_wrong() -> None:
    maker = grown(3)
    assert looked_at(maker, maker.note(), maker.note(5)).problems == ()


def test_an_old_record_put_back_says_how_many_are_missing_and_since_when() -> None:
    report = looked_at(grown(1), grown(4).note())
    (found,) = report.problems
    assert found.code == "seen.rolled_back" and found.data["missing"] == "3"
    assert found.data["until"] == "2025-08-06 09:00"


def test_another_past_is_named() -> None:
    assert codes(looked_at(grown(4, later_ms=60_000), grown(3).note())) == ["seen.forked"]


def test_a_checkpoint_that_the_hub_did_not_sign_accuses_nobody() -> None:
    stranger = RecordMaker(World(seed="another world"))
    assert codes(looked_at(grown(1), stranger.note(0))) == ["seen.other_record"]
    longer, here = grown(4).note(), grown(1)
    unsigned = longer.partition("\n\n")[0] + "\n\n" + here.note().partition("\n\n")[2]
    assert codes(looked_at(here, unsigned)) == ["seen.not_by_hub"]


def test_a_command_that_never_came_in_is_named_with_who_signed_it() -> None:
    maker = grown(2)
    signed = maker.sign(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0])
    report = looked_at(maker, reports=(reported(sent(signed, 0)),))
    (found,) = report.problems
    assert found.code == "commands.missing"
    assert (found.data["person"], found.data["command"]) == ("staff-2", "queue.issue")
    dropped = looked_at(maker, reports=(reported(sent(signed, 0, "dropped", told=3)),))
    assert codes(dropped) == ["commands.dropped"]


def command_of(maker: RecordMaker, index: int) -> Signed:
    from sync.record.entry import decode_entry

    return decode_entry(maker.entries[index]).command


def test_commands_that_stand_in_the_record_as_they_were_sent_find_nothing_wrong() -> None:
    maker = grown(3)
    commands = [sent(command_of(maker, maker.size - 3 + at), at) for at in range(3)]
    assert looked_at(maker, reports=(reported(*commands),)).problems == ()


def test_commands_recorded_in_another_order_are_named() -> None:
    maker = grown(3)
    commands = [sent(command_of(maker, maker.size - 1 - at), at) for at in range(2)]
    assert codes(looked_at(maker, reports=(reported(*commands),))) == ["commands.reordered"]


@pytest.mark.parametrize(("fault", "code"), [("moved", "commands.moved"), ("refused_recorded",) * 2])
def test_what_the_hub_had_told_otherwise_is_named(fault: Fault, code: str) -> None:
    maker = grown(2)
    told = 1 if fault == "moved" else UNTOLD
    report = looked_at(maker, reports=(reported(sent(command_of(maker, maker.size - 1), 0, fault, told)),))
    assert codes(report) == [code if code.startswith("commands.") else f"commands.{code}"]


def test_a_command_that_nobody_signed_accuses_no_hub() -> None:
    maker = grown(1)
    signed = maker.sign(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0])
    forged = Signed(signed.payload, bytes(64))
    assert codes(looked_at(maker, reports=(reported(sent(forged, 0)),))) == ["command.forged"]


def test_a_report_that_no_terminal_signed_is_refused() -> None:
    maker = grown(1)
    assert codes(looked_at(maker, reports=(reported(by=WORLD.office),))) == ["unrecorded.bad_report"]
    assert codes(looked_at(maker, reports=(b"nothing",))) == ["sync.malformed"]


def test_a_changed_byte_in_a_report_is_found() -> None:
    maker = grown(1)
    data = bytearray(reported(sent(command_of(maker, maker.size - 1), 0)))
    data[len(data) // 3] ^= 1
    assert not looked_at(maker, reports=(bytes(data),)).holds
    assert read_command(command_of(maker, maker.size - 1).payload).kind == "queue.issue"
