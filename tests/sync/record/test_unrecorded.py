"""A terminal's report of what a hub did not honestly record: believed only as that terminal signed it."""

from __future__ import annotations

import msgspec
import pytest

from sync import canonical
from sync.keys.keys import sign_payload
from sync.keys.party import Party
from sync.record.command import Signed
from sync.record.unrecorded import (
    MOST_COMMANDS,
    MOST_REPORTS,
    PAYLOAD_TYPE,
    UNTOLD,
    BadReport,
    Report,
    TooManyReports,
    Unrecorded,
    open_report,
    replaced,
    sign_report,
)
from tests.records import MORNING_MS, World

WORLD = World()
TERMINAL = WORLD.machine("terminal-2", "terminal", "contractor")


def unanswered(number: int) -> Unrecorded:
    return Unrecorded(number, Signed(b"command %d" % number, bytes(64)), [], "unanswered", UNTOLD, UNTOLD, MORNING_MS)


def report(*numbers: int, terminal: str = "terminal-2", record: str = "hub-1") -> Report:
    said = [unanswered(number) for number in numbers]
    return Report(WORLD.deployment.id, record, terminal, MORNING_MS, "", said)


def sealed(by: Party, said: Report, certificates: list[bytes] | None = None) -> bytes:
    """The report as this machine would sign it, whatever it says."""
    payload = canonical.encode(said)
    chain = by.chain() if certificates is None else certificates
    return canonical.encode([payload, sign_payload(by.signer, PAYLOAD_TYPE, payload), chain])


def test_a_report_is_whose_terminal_signed_it() -> None:
    opened, by = open_report(sign_report(TERMINAL, MORNING_MS, "", [unanswered(0)]), WORLD.trust())
    assert (opened, by.person) == (report(0), "terminal-2")
    assert open_report(sealed(TERMINAL, report(0)), WORLD.trust()) == (opened, by)


def test_a_report_of_another_deployment_is_refused_though_our_terminal_signed_it() -> None:
    other = msgspec.structs.replace(report(0), deployment=b"D" * 16)
    with pytest.raises(BadReport):
        open_report(sealed(TERMINAL, other), WORLD.trust())


def test_a_report_without_a_certificate_is_refused_by_name() -> None:
    with pytest.raises(BadReport):
        open_report(sealed(TERMINAL, report(0), []), WORLD.trust())


def test_a_report_longer_than_any_terminals_days_is_refused() -> None:
    said = report(*range(MOST_COMMANDS))
    assert len(open_report(sealed(TERMINAL, said), WORLD.trust())[0].commands) == MOST_COMMANDS
    longer = msgspec.structs.replace(said, commands=[*said.commands, unanswered(MOST_COMMANDS)])
    with pytest.raises(BadReport):
        open_report(sealed(TERMINAL, longer), WORLD.trust())


def test_nobody_reports_in_another_terminals_name_nor_under_another_key() -> None:
    with pytest.raises(BadReport):
        open_report(sealed(TERMINAL, report(0, terminal="terminal-3")), WORLD.trust())
    other = WORLD.machine("terminal-3", "terminal", "contractor")
    with pytest.raises(BadReport):
        open_report(sealed(other, report(0), TERMINAL.chain()), WORLD.trust())
    office = WORLD.machine("office-1", "office", "contractor")
    with pytest.raises(BadReport):
        open_report(sealed(office, report(0, terminal="office-1")), WORLD.trust())


def test_a_report_replaces_what_it_says_again_of_the_same_record_and_nothing_else() -> None:
    kept = [report(1), report(1, 2), report(3), report(1, record="hub-2")]
    assert replaced(report(1, 2), kept) == [0, 1]
    assert replaced(report(4), kept) == []


def test_a_terminal_with_as_many_reports_as_are_kept_adds_none() -> None:
    kept = [report(number) for number in range(MOST_REPORTS)]
    with pytest.raises(TooManyReports):
        replaced(report(MOST_REPORTS), kept)
    assert replaced(report(MOST_REPORTS), kept[1:]) == []
    assert replaced(report(0, MOST_REPORTS), kept) == [0]
