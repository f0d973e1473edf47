"""Whole days, headless, with real processes: every contract holds, the same seed is the same day, nothing secret stands
in clear, and faults end well."""

import asyncio
import base64
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from click.testing import CliRunner

from hub.domain import codec
from hub.domain.contracts.reading import load_profile
from hub.domain.day import day
from hub.domain.identity import identity, still
from hub.domain.people import roster
from hub.domain.personal import disclosure, personal
from hub.domain.photo import photo
from hub.domain.visit import form_id
from hub.rehearsal import plainness, secrets
from hub.rehearsal.conduct import Rehearsal
from hub.rehearsal.deployment import Plan
from hub.rehearsal.job import Ended, Told
from hub.rehearsal.processes import ends_with_us, environment, python
from hub.rehearsal.session import choose
from hub.rehearsal.summary import Summary
from sync.record.entry import decode_entry
from sync.record.reader import open_readonly
from tests.hub.rehearsal.conftest import DAY_PEOPLE, DAY_SEED, Days
from tui.commands.office import office

GIVEN = DAY_PEOPLE + 1
"""Numbers of a day: the last one in the door gets two, and the manager voids the second."""

CONTRACTS = ("aomori", "chiba", "koganei", "nagaoka", "niigata")


def events(folder: Path) -> list[tuple[int, object]]:
    """Every event of the hub's record, with its entry."""

    async def read() -> list[tuple[int, object]]:
        reader = await open_readonly(folder / "hub" / "record.sqlite")
        try:
            found = list[tuple[int, object]]()
            async for body in reader.entries():
                entry = decode_entry(body)
                found += [(entry.index, event) for event in codec.decode_events(bytes(entry.events))]
            return found
        finally:
            await reader.close()

    return asyncio.run(read())


def unkeyed(found: tuple[int, object]) -> object:
    """An event without what is random by design: names of keys, and the digests of what they seal."""
    index, event = found
    match event:
        case day.ReservationsListed():
            slots = [msgspec.structs.replace(slot, subject="", digest=b"") for slot in event.slots]
            return index, event.at_ms, event.by, slots
        case roster.RosterTaken():
            return index, event.party, event.number, [(one.person, one.roles) for one in event.members]
        case photo.PhotoTaken():
            return index, msgspec.structs.replace(event, commitment=b"")
        case form_id.FormRead():
            return index, msgspec.structs.replace(event, tag=b"")
        case still.StillTaken():
            return index, msgspec.structs.replace(event, commitment=b"")
        case still.StillsGone():
            return index, msgspec.structs.replace(event, desk="")
        case identity.RequestTakenUp():
            return index, msgspec.structs.replace(event, key=b"")
        case identity.IdentityDecided():
            return index, msgspec.structs.replace(event, stills=tuple(bytes(1) for _ in event.stills))
        case disclosure.Revealed():
            return index, msgspec.structs.replace(event, subject="")
        case personal.ErasureAsked() | personal.PersonalErased():
            return index, event.at_ms, event.by, len(event.subjects)
    return found


def demado(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [*python(), "tui", "rehearse", *arguments], env=environment(), capture_output=True, text=True, **more
    )


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_headless_day_of_every_contract_holds_in_everything(days: Days, contract: str) -> None:
    folder, made = days(contract)
    assert made.holds, [name for name, true in made.invariants.items() if not true]
    assert made.tickets["issued"] == GIVEN and made.tickets["completed"] > 0 and made.tickets["no_show"] == 1
    assert made.office.cosigned and made.office.size == made.checkpoint.size == made.entries
    assert made.custody["counted"] == made.custody["sealed"] == made.custody["accepted"]
    kept = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert kept["date"] == made.date and kept["checkpoint"]["root"] == made.checkpoint.root
    assert "訓練" in (folder / "counts.txt").read_text(encoding="utf-8")
    tickets = list((folder / "hub" / "devices" / "tickets").glob("*.png"))
    assert len(tickets) == GIVEN


class Overheard(NamedTuple):
    """A day on whose network somebody listens, and whose daemons log everything."""

    folder: Path
    plan: Plan
    ended: Ended
    made: Summary


@pytest.fixture(scope="module")
def overheard(tmp_path_factory: pytest.TempPathFactory) -> Overheard:
    """The same day of Koganei as `days` has, played again: a test may add files to its folder."""
    folder = tmp_path_factory.mktemp("overheard")
    profile = load_profile("koganei")
    session = choose(profile, None, None, None)
    with Rehearsal(folder, "koganei", profile, session, people=DAY_PEOPLE, seed=DAY_SEED, wiretap=True) as rehearsal:
        rehearsal.start()
        ended = rehearsal.listen(lambda told: None)
        return Overheard(folder, rehearsal.plan, ended, rehearsal.finish(ended))


def test_the_same_seed_and_date_give_the_same_events_whoever_listens(days: Days, overheard: Overheard) -> None:
    # That another seed brings another day is test_arrivals' to say, without ten seconds of processes.
    first, again = (list(map(unkeyed, events(folder))) for folder in (days("koganei")[0], overheard.folder))
    assert first == again and len(first) > 100


def test_nothing_secret_of_a_whole_day_stands_in_a_file_on_a_socket_or_in_a_log(overheard: Overheard) -> None:
    # KOGA-11-04, KOGA-T6-02
    folder, plan, ended, made = overheard
    assert made.holds, (made.notes, [name for name, true in made.invariants.items() if not true])
    assert made.invariants["nothing_secret_in_clear"] and made.invariants["no_key_left"]
    assert ended.keys and made.reservations["read"] > 0
    # The listener heard what was said: the open part of each link, and the record as it went to the office.
    heard = b"".join(path.read_bytes() for path in (folder / "wire").iterdir())
    assert plan.deployment.id in heard and heard.count(b"GET /link") >= 4 and len(heard) > 500_000
    assert b"DEBUG" in (folder / "logs" / "hub.log").read_bytes()
    # And it would have been found: the same search, after one of each was put there.
    leaks = {
        "wire/name": plainness.half_width(ended.people[0].kana).encode("cp932"),
        "logs/birth": plainness.full_width(ended.people[0].born.isoformat()).encode()
        if ended.people[0].born
        else ended.people[0].phone.encode(),
        "office/key": base64.b64encode(b"x" + next(iter(ended.keys.values()))),
        "hub/person": plan.manager.signer.seed.hex().encode(),
        "desk/word": plan.passphrases["staff-1"].encode(),
        "terminal-2/hub": (folder / "hub" / "key.seed").read_bytes(),
    }
    for name, data in leaks.items():
        (folder / name).write_bytes(b"before " + data + b" after")
    found = secrets.in_clear(plan, ended.people, ended.keys)
    assert {leak.partition(": ")[2] for leak in found} == set(leaks)


def test_a_hub_killed_in_the_middle_of_the_day_is_back_and_the_day_ends_as_well(tmp_path: Path) -> None:
    # AOMO-9-06
    profile = load_profile("koganei")
    session = choose(profile, None, None, None)
    with Rehearsal(tmp_path, "koganei", profile, session, people=5) as rehearsal:
        rehearsal.start()
        killed = list[int]()

        def told(line: Told) -> None:
            # Twice, at moments that the actors do not choose: between two of their commands or within one. A line that
            # comes while the first one's end is not yet seen is let by: there is nobody to kill.
            hub = rehearsal.hub.process.pid
            if line.at_ms > session.open_ms and len(killed) < 2 and hub not in killed:
                killed.append(hub)
                os.kill(hub, signal.SIGKILL)

        made = rehearsal.finish(rehearsal.listen(told))
    assert len(set(killed)) == 2
    assert made.holds, [name for name, true in made.invariants.items() if not true]
    assert made.tickets["issued"] == 6 and any("起動し直し" in note for note in made.notes)


def test_a_list_with_bad_rows_is_taken_as_far_as_it_is_good_and_each_refusal_is_said(tmp_path: Path) -> None:
    # NIIG-11-01, KOGA-7.5-02
    listed = tmp_path / "予約.csv"
    rows = [
        "予約番号,予約日,予約時間,氏名カナ,電話番号,備考",
        "K-1,2025/8/6,9:10,サトウ ハナコ,090-0000-0001,",
        "K-2,令和7年8月6日,9:20,タナカ タロウ,０９０－００００－０００２,番号は 1234 5678 9018",
        "K-3,2025/8/6,25:00,スズキ ケンジ,090-0000-0003,",
        "K-4,R7.8.6,10:00,ｲﾄｳ ﾐｻｷ,090-0000-0004,",
    ]
    listed.write_bytes("\r\n".join(rows).encode("cp932"))
    out = tmp_path / "out"
    done = demado("--headless", "--people", "3", "--reservations", str(listed), "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3行目「備考」" in done.stdout and "4行目「予約時間」" in done.stdout
    assert "9018" not in done.stdout
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    counted = summary["reservations"]
    assert (counted["listed"], counted["came"], counted["refused_rows"]) == (2, 2, 2)
    slots = [event for _, event in events(out) if type(event).__name__ == "ReservationsListed"]
    assert [slot.number for event in slots for slot in event.slots] == ["K-1", "K-4"]  # type: ignore[attr-defined]
    check_months_report(out, summary)


def check_months_report(out: Path, summary: dict[str, object]) -> None:
    """The office derives the month's report: a table, a PDF and the same PDF to print."""
    reports = out / "reports"
    asked = ["--home", str(out / "office"), "--month", "2025-08", "--out", str(reports)]
    assert CliRunner().invoke(office, ["report", *asked]).exit_code == 0
    table = (reports / "monthly_result-2025-08.csv").read_text(encoding="utf-8-sig").splitlines()
    visits = summary["visits"]
    assert isinstance(visits, dict) and table[2].split(",")[-1] == str(sum(visits.values()))
    made = (reports / "monthly_result-2025-08.pdf").read_bytes()
    assert made.startswith(b"%PDF") and made == (reports / "monthly_result-2025-08-印刷用.pdf").read_bytes()
    asked_about = (reports / "monthly_result-2025-08-問い合わせ.csv").read_text(encoding="utf-8-sig").splitlines()
    assert asked_about[0] == "日付,会場,受け方,区分,質問,回答" and asked_about[-1].startswith("計,")
    assert CliRunner().invoke(office, ["report", *asked, "--check"]).exit_code == 0
    (reports / "monthly_result-2025-08.csv").write_text("edited", encoding="utf-8")
    assert CliRunner().invoke(office, ["report", *asked, "--check"]).exit_code == 1
    planned = CliRunner().invoke(office, ["devices", "--home", str(out / "office"), "--date", str(summary["date"])])
    assert planned.exit_code == 0 and str(summary["venue"]) in planned.stdout


def test_the_command_refuses_a_day_without_a_session_and_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    refused = demado("--headless", "--date", "2025-08-07")
    assert refused.returncode == 1 and "2025-08-06" in refused.stderr
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = demado("--headless", "--out", str(tmp_path))
    assert refused.returncode == 1 and [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def hears_ctrl_c() -> None:
    """What a shell begins in the background ignores it, tests included, and so would all that they begin."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see what is left running")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_breaks_a_rehearsal_off_leaves_nothing_running(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "out"
    running = subprocess.Popen(
        [*python(), "tui", "rehearse", "--headless", "--speed", "600", "--out", str(out)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,
    )
    assert running.stdout is not None
    for line in running.stdout:
        if "開場" in line:
            break
    assert len(left_in(out)) == 2  # hub and office name their homes
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode != 0
    assert left_in(out) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_rehearsal_that_is_broken_off_throws_its_keys_and_passphrases_away(
    tmp_path: Path, number: signal.Signals
) -> None:
    running = subprocess.Popen(
        [*python(), "tui", "rehearse", "--headless", "--speed", "600"],
        env={**environment(), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,
    )
    assert running.stdout is not None
    for line in running.stdout:
        if "開場" in line:
            break
    assert list(tmp_path.glob("demado-rehearsal-*/passphrases.txt"))
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode != 0 and list(tmp_path.glob("demado-rehearsal-*")) == []


@pytest.mark.skipif(not ends_with_us(), reason="no setpriv here")
def test_a_rehearsal_that_is_killed_leaves_no_daemon_running(tmp_path: Path) -> None:
    out = tmp_path / "out"
    running = subprocess.Popen(
        [*python(), "tui", "rehearse", "--headless", "--speed", "600", "--out", str(out)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    for line in running.stdout:
        if "開場" in line:
            break
    assert len(left_in(out)) == 2
    running.kill()
    running.wait(60)
    end = time.monotonic() + 60
    while left_in(out):
        assert time.monotonic() < end, left_in(out)
        time.sleep(0.05)


def left_in(folder: Path) -> list[str]:
    """Command lines of processes that name this folder, other than whoever was started with it as --out."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            line = (process / "cmdline").read_bytes().decode(errors="replace")
        except (OSError, NotADirectoryError):
            continue
        if str(folder) in line and "rehearse" not in line.split("\0"):
            found.append(line)
    return found


def test_a_paced_day_never_runs_faster_than_its_pace_and_an_office_killed_in_it_gets_everything_all_the_same(
    tmp_path: Path,
) -> None:
    # One day for both: its pace leaves the office time to come back before the city, whose desk sits there, needs it.
    profile = load_profile("niigata")
    session = choose(profile, None, None, None)
    speed, middle_ms = 2400.0, (session.open_ms + session.close_ms) // 2
    # Counted from before anything was started: a busy machine makes lines late, and nothing makes them early.
    began = time.monotonic()
    with Rehearsal(tmp_path, "niigata", profile, session, people=4, speed=speed) as rehearsal:
        rehearsal.start()
        office = rehearsal.office
        assert office is not None
        heard = list[tuple[float, int]]()
        killed = list[int]()

        def told(line: Told) -> None:
            heard.append((time.monotonic() - began, line.at_ms))
            if line.at_ms >= middle_ms and not killed:
                killed.append(office.process.pid)
                os.kill(office.process.pid, signal.SIGKILL)

        made = rehearsal.finish(rehearsal.listen(told))
        assert office.restarts == 1
    during = [(real, at_ms) for real, at_ms in heard if session.open_ms <= at_ms <= session.close_ms]
    assert any(at_ms >= middle_ms for _, at_ms in during) and killed
    assert all(real >= (at_ms - session.open_ms) / 1000 / speed for real, at_ms in during)
    assert made.holds, [name for name, true in made.invariants.items() if not true]
    assert made.office.size == made.entries


def test_summary_counts_are_the_records_own(days: Days) -> None:
    # AOMO-5.9-04
    folder, made = days("chiba")
    found = [event for _, event in events(folder)]
    issued = [event for event in found if type(event).__name__ == "TicketIssued"]
    assert len(issued) == made.tickets["issued"] == GIVEN
    assert {lane: held["issued"] for lane, held in made.lanes.items()} == {"application": 8, "delivery": 2}
    assert msgspec.json.decode((folder / "counts.json").read_bytes())["tickets"]["issued"] == GIVEN
