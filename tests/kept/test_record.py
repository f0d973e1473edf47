"""What older programs recorded is checked by today's; or is refused by name, with the version that can check it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from hub import VERSION
from hub.audit.bundle_file import read
from hub.audit.reading import days
from hub.domain.booth import decide
from hub.domain.day import day
from hub.domain.day.day import RULES
from hub.domain.identity import identity
from hub.listentries import revocations_entry
from sync.record.bundle import BundledObject, write_bundle
from tests import lists
from tests.hub.audit.bundles import bundle, codes, report_on, small
from tests.kept import shapes
from tests.kept.record import file_of, report
from tests.records import RecordMaker, World
from tui.command import main

WORLD = World("koganei")
REVOKED = lists.revocations(WORLD, 1, WORLD.clerks[0].person)
KEPT = sorted(shapes.HERE.glob("rules-*.bundle"))
MEND = (
    "today's rules decide {file} otherwise than the program that recorded it: mend that; or raise RULES and VERSION, "
    "leave this bundle as it is, and keep another with `python -m tests.kept.record`"
)


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_a_kept_record_holds_under_its_rules_and_is_refused_by_name_under_others(file: Path) -> None:
    found = report(file)
    if file == file_of(RULES):
        assert found.holds and found.replayed == found.size, "\n".join(
            [MEND.format(file=file.name), *(f"{one.where_en}: {one.en} {one.data}" for one in found.problems)]
        )
    else:
        wrong = found.problems[0]
        program = shapes.read(file.with_suffix(".txt")).program
        assert (wrong.code, wrong.data["program"]) == ("replay.unknown_rules", program)


def test_todays_rules_have_a_kept_record_of_a_whole_day() -> None:
    assert file_of(RULES) in KEPT, "keep one with `python -m tests.kept.record`"
    (one,) = days(read(file_of(RULES)))
    assert one.closed and one.counts.visits and one.counts.tickets.no_show and one.counts.custody.accepted
    assert one.software == (shapes.read(shapes.file_of(RULES)).program,)
    assert file_of(RULES).stat().st_size < 60_000  # it is kept for ever, beside one for each number to come


def by_other_rules(program: str) -> RecordMaker:
    """The opening of a day as rules 99 have it, recorded by this version of the program."""
    maker = RecordMaker(WORLD)
    maker.do(identity.Attend(True), WORLD.officers[0])
    maker.software = program
    event_type, profile = WORLD.profile.event_types[0].id, WORLD.deployment.profile
    asked = day.OpenDay(day.iso_date(maker.now_ms), event_type, "会場", profile, True)
    decided = decide(WORLD.profile, maker.booth, asked, maker.context(), maker.by(WORLD.manager))
    assert isinstance(decided, tuple) and isinstance(opened := decided[0], day.DayOpened)
    maker.append(maker.sign(asked, WORLD.manager), maker.context(), (msgspec.structs.replace(opened, rules="99"),))
    maker.certificates.update(dict.fromkeys(WORLD.manager.chain))
    return maker


def test_a_record_by_another_programs_rules_names_the_version_that_checks_it(tmp_path: Path) -> None:
    made = bundle(by_other_rules("99.0.0"))
    (wrong,) = report_on(WORLD, made).problems
    assert (wrong.code, wrong.entry) == ("replay.unknown_rules", 1)
    assert wrong.data == {"program": "99.0.0", "here": VERSION, "finds": "replay.other_events"}
    write_bundle(tmp_path / "record.bundle", made)
    done = CliRunner().invoke(main, ["verify", str(tmp_path / "record.bundle")])
    assert (
        done.exit_code == 1
        and "NEXT: check it to its end with `demado verify` of program version 99.0.0" in done.output
    )
    assert "RESULT: this version cannot check it to its end" in done.output and "does NOT hold" not in done.output


def test_this_programs_own_entry_by_other_rules_is_a_fault() -> None:
    assert codes(report_on(WORLD, bundle(by_other_rules(VERSION)))) == ["replay.other_events"]


def let_pass(program: str) -> RecordMaker:
    """A record in which a program let somebody sign on whose key had been revoked."""
    maker = small(WORLD)
    trust = WORLD.trust()
    trust.add_list(REVOKED)
    taking = revocations_entry(trust, "contractor", 1, 0, ())
    assert taking is not None
    maker.do(taking, WORLD.hub)
    maker.booth = msgspec.structs.replace(maker.booth, keys=type(maker.booth.keys)())
    maker.software = program
    maker.no_show()
    return maker


@pytest.mark.parametrize(("program", "code"), [("0.2.0", "replay.unknown_rules"), (VERSION, "replay.rule_refuses")])
def test_what_an_older_program_under_these_rules_let_pass_by_mistake_is_no_accusation(program: str, code: str) -> None:
    made = bundle(let_pass(program))
    held = replace(
        made, objects=tuple(sorted((*made.objects, BundledObject("revocations", REVOKED)), key=lambda one: one.hash))
    )
    first = next(one for one in report_on(WORLD, held).problems if one.code.startswith("replay."))
    assert first.code == code
    if program != VERSION:
        assert (first.data["program"], first.data["finds"]) == (program, "replay.rule_refuses")


def test_what_else_is_wrong_in_another_programs_record_is_found_all_the_same() -> None:
    """A hub that only says of its forged entries that another program wrote them hides nothing that a signature shows."""
    maker = by_other_rules("99.0.0")
    forged = msgspec.structs.replace(maker.sign(day.CloseDay(), WORLD.manager), signature=bytes(64))
    maker.append(forged, maker.context(), ())
    made = report_on(WORLD, bundle(maker))
    assert [(one.entry, one.code) for one in made.problems] == [
        (1, "replay.unknown_rules"),
        (2, "replay.bad_signature"),
    ]
    assert not made.holds
