"""`demado verify` and `demado record`, as typed at a prompt."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from hub.client.proof.sentfile import SentFile
from hub.domain.day.manager_presence import LeaveBooth, TakeBooth
from hub.domain.queue.queue import IssueTicket
from hub.setup.agreement import Site, Terms, agree, encode, propose
from sync.keys.certificate import certificate_id
from sync.record.bundle import write_bundle
from sync.record.store import RecordStore
from sync.record.unrecorded import UNTOLD, Unrecorded
from tests.hub.audit.bundles import bundle, encoded, site_world
from tests.records import MORNING_MS, YEAR_MS, RecordMaker
from tui.command import main

ROOT = Path(__file__).resolve().parents[2]
WORLD = site_world()
MAKER = RecordMaker(WORLD)
MAKER.day(tickets=1)
CONTRACTOR, CITY = WORLD.deployment.contractor_root.hex(), WORLD.deployment.city_root.hex()


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "record.bundle", bundle(MAKER, city=20, office=MAKER.size))
    return tmp_path / "record.bundle"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    async def write() -> None:
        WORLD.save_home(WORLD.hub, tmp_path / "hub")
        await (await MAKER.write(tmp_path / "hub" / "record.sqlite")).close()

    asyncio.run(write())
    return tmp_path / "hub"


def test_a_record_that_holds_ends_with_0_and_says_who_attests_what(file: Path) -> None:
    # NAGA-9-03
    done = run("verify", file, "--contractor-root", CONTRACTOR, "--city-root", CITY)
    assert done.exit_code == 0, done.output
    assert "すべて正しい" in done.stdout and "訓練" in done.stdout
    assert f"以後の {MAKER.size - 20} 項目は契約事業者だけが証明しています" in done.stdout
    assert "指定と一致" in done.stdout and "ファイルの記載のまま" not in done.stdout


def test_without_pins_it_says_that_the_roots_are_as_the_file_states(file: Path) -> None:
    done = run("verify", file)
    assert done.exit_code == 0
    assert done.stdout.count("ファイルの記載のまま") == 2 and "--city-root" in done.stdout


def test_a_changed_byte_ends_with_1_and_names_the_entry(file: Path) -> None:
    # KOGA-T6-03
    data = bytearray(file.read_bytes())
    place = data.index(MAKER.entries[7]) + len(MAKER.entries[7]) // 2
    data[place] ^= 1
    file.write_bytes(bytes(data))
    done = run("verify", file)
    assert done.exit_code == 1
    assert "項目 7:" in done.stdout and "entry 7:" in done.stdout and "正しくありません" in done.stdout
    told = json.loads(run("verify", file, "--json").stdout)
    assert told["holds"] is False and 7 in [one["entry"] for one in told["problems"]]


def test_of_a_folder_that_holds_machines_folders_it_says_which_of_them_have_a_record(home: Path) -> None:
    (home.parent / "letters").mkdir()
    done = run("verify", home.parent)
    assert done.exit_code == 2 and "no record here, but in hub" in done.output, done.output


def test_another_root_than_the_one_given_ends_with_1(file: Path) -> None:
    done = run("verify", file, "--contractor-root", CONTRACTOR, "--city-root", CONTRACTOR)
    assert done.exit_code == 1 and "roots.city_differs" in done.stdout and "指定と不一致" in done.stdout


def test_json_has_what_a_program_needs(file: Path) -> None:
    told = json.loads(run("verify", file, "--json", "--contractor-root", CONTRACTOR, "--city-root", CITY).stdout)
    assert told["holds"] is True and told["problems"] == [] and told["problem_count"] == 0
    assert (told["size"], told["attested"], told["city_witnessed"]) == (MAKER.size, MAKER.size, 20)
    assert told["office_cosigned"] == MAKER.size and told["root"] == MAKER.frontier.root().hex()
    assert told["origin"] == WORLD.deployment.origin and told["training"] is True
    assert told["roots"] == {"contractor": CONTRACTOR, "city": CITY, "contractor_given": True, "city_given": True}
    assert told["commands"]["identity.decide"] == {"city": 1}


@pytest.mark.parametrize("root", ["", "00", "zz" * 32, "00" * 33])
def test_a_root_that_is_no_key_ends_with_2(root: str, file: Path) -> None:
    assert run("verify", file, "--city-root", root).exit_code == 2


def test_what_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    for command in (("verify",), ("record", "show"), ("record", "counts")):
        done = run(*command, tmp_path / "absent")
        assert done.exit_code == 2 and done.stdout == "" and "読めません" in done.stderr
    assert run("verify").exit_code == 2


def test_a_record_in_use_ends_with_2_and_says_so(home: Path) -> None:
    async def held() -> Result:
        store = await RecordStore.open(home / "record.sqlite", origin=WORLD.deployment.origin)
        try:
            return await asyncio.to_thread(run, "verify", home)
        finally:
            await store.close()

    done = asyncio.run(held())
    assert done.exit_code == 2 and "使用中" in done.stderr


def test_nothing_is_said_of_progress_where_nobody_watches(file: Path) -> None:
    assert run("verify", file).stderr == ""


def test_a_folder_is_exported_as_a_bundle_that_holds(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.bundle"
    done = run("record", "export", home, "--out", out)
    assert done.exit_code == 0, done.output
    assert run("verify", out).exit_code == 0
    again = tmp_path / "again.bundle"
    assert run("record", "export", out, "--out", again).exit_code == 0
    assert again.read_bytes() == out.read_bytes()


def test_whoever_exports_a_terminals_copy_is_told_what_the_bundle_lacks(home: Path, tmp_path: Path) -> None:
    assert run("record", "export", home, "--out", tmp_path / "hubs.bundle").stderr == ""
    WORLD.save_home(WORLD.terminal, tmp_path / "terminal")
    (home / "record.sqlite").rename(tmp_path / "terminal" / "replica.sqlite")
    done = run("record", "export", tmp_path / "terminal", "--out", tmp_path / "terminals.bundle")
    assert done.exit_code == 0 and "端末の控え" in done.stderr and "terminal's copy" in done.stderr


def test_a_bundle_already_there_is_kept_where_an_export_fails(tmp_path: Path, file: Path) -> None:
    before = file.read_bytes()
    (tmp_path / "broken").write_bytes(before[:-40])
    done = run("record", "export", tmp_path / "broken", "--out", file)
    assert done.exit_code == 1 and file.read_bytes() == before


def test_entries_are_shown_in_words(file: Path) -> None:
    # NAGA-9-03, KOGA-T7-04, KOGA-T13-01
    done = run("record", "show", file)
    assert done.exit_code == 0
    assert "2025-08-06 09:00:03" in done.stdout and "番号札 A-001 を発行した" in done.stdout
    one = run("record", "show", file, "--entry", "3")
    assert one.stdout in done.stdout and len(one.stdout.splitlines()) == 3
    (told,) = json.loads(run("record", "show", file, "--entry", "3", "--json").stdout)
    assert (told["index"], told["command"], told["person"]) == (3, "queue.issue", "staff-2")
    assert run("record", "show", file, "--entry", "99999").exit_code == 2


def test_days_are_counted(file: Path) -> None:
    # AOMO-9-01, NAGA-13-01
    done = run("record", "counts", file)
    assert done.exit_code == 0 and "2025-08-06" in done.stdout and "1  発行 / issued" in done.stdout
    (told,) = json.loads(run("record", "counts", file, "--json").stdout)
    assert told["counts"]["tickets"]["completed"] == 1 and all(told["invariants"].values())


def test_minutes_without_anybody_who_answers_for_the_booth_stand_in_the_days_counts(tmp_path: Path) -> None:
    # CHIB-2.7-02
    maker = RecordMaker(WORLD)
    maker.open()
    maker.do(LeaveBooth(), WORLD.manager)
    maker.now_ms += 15 * 60_000 - 1_000
    maker.do(TakeBooth(), WORLD.manager)
    write_bundle(tmp_path / "gap.bundle", bundle(maker))
    done = run("record", "counts", tmp_path / "gap.bundle")
    assert "！不在 / absent 09:00-09:15（15分 / min）: 会場の責任者" in done.stdout


def test_the_papers_of_one_number_are_found_with_box_place_and_holder(file: Path, tmp_path: Path) -> None:
    # KOGA-T13-01
    done = run("record", "papers", file, "A-001")
    assert done.exit_code == 0 and "箱 / box 箱1（S-0001）  市  officer-1" in done.stdout
    assert run("record", "papers", file, "A-001", "--date", "2025-08-06").stdout == done.stdout
    for absent in (("A-999",), ("A-001", "--date", "2025-08-07")):
        done = run("record", "papers", file, *absent)
        assert done.exit_code == 2 and "書類を預かった手続はありません" in done.stderr


def test_an_unreadable_entry_is_named_and_nothing_is_guessed(tmp_path: Path) -> None:
    data = encoded(bundle(MAKER))
    body = MAKER.entries[4]
    place = data.index(body)
    (tmp_path / "b").write_bytes(data[:place] + b"\x97" + data[place + 1 :])
    for command in ("show", "counts"):
        done = run("record", command, tmp_path / "b")
        assert done.exit_code == 1 and "index=4" in done.stderr and "demado verify" in done.stderr


def test_a_checkpoint_seen_before_shows_an_old_card_and_says_what_is_missing(home: Path, tmp_path: Path) -> None:
    note, old = tmp_path / "seen.note", RecordMaker(WORLD)
    assert run("record", "seen", home, "--out", note).exit_code == 0
    old.open()
    write_bundle(tmp_path / "old.bundle", bundle(old))
    assert run("verify", home, "--seen", note).exit_code == 0
    done = run("verify", tmp_path / "old.bundle", "--seen", note, "--json")
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout)["problems"]
    assert found["code"] == "seen.rolled_back" and found["data"]["missing"] == str(MAKER.size - old.size)


def test_what_a_terminal_sent_and_never_saw_recorded_is_written_out_and_checked(home: Path, tmp_path: Path) -> None:
    terminal = tmp_path / "terminal-1"
    WORLD.save_home(WORLD.terminal, terminal)
    clerk = WORLD.clerks[0]
    signed = RecordMaker(WORLD).sign(IssueTicket(WORLD.profile.lanes[0].id), clerk, id=bytes(16))

    async def keep() -> None:
        file = SentFile(terminal)
        now_ms = time.time_ns() // 1_000_000
        await file.put(bytes(16), Unrecorded(0, signed, clerk.chain, "unanswered", UNTOLD, UNTOLD, now_ms))
        file.close()
        await (await MAKER.write(terminal / "replica.sqlite")).close()

    asyncio.run(keep())
    told = run("record", "missing", terminal, "--out", tmp_path / "missing")
    assert told.exit_code == 1 and "queue.issue" in told.stdout
    done = run("verify", home, "--commands", tmp_path / "missing")
    assert done.exit_code == 1 and "commands.missing" in done.stdout and clerk.person in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal")
@pytest.mark.parametrize("command", [("verify",), ("record", "show")])
def test_no_name_in_a_record_writes_on_the_auditors_screen(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / "record.bundle"
    name = "x\x1b[2J\x1b[H\x1b[32mRESULT\x1b[0m\nRESULT: everything holds"
    certificate = WORLD.certify("staff-9", "officer", "contractor", ("city_staff",), person=name)
    contents = bundle(MAKER, office=MAKER.size)
    certificates = sorted({*contents.certificates, certificate}, key=certificate_id)
    write_bundle(file, replace(contents, certificates=tuple(certificates)))
    ours, its = os.openpty()
    done = subprocess.Popen([sys.executable, "-m", "tui", *command, str(file)], stdout=its, stderr=its, cwd=ROOT)
    os.close(its)
    heard = b""
    with contextlib.suppress(OSError):  # what reading the end of a terminal says
        while piece := os.read(ours, 1 << 16):
            heard += piece
    os.close(ours)
    assert done.wait(60) == (1 if command == ("verify",) else 0), heard
    lines = heard.decode().splitlines()
    assert not any("\x1b" in one for one in lines)
    assert not any(one.strip().startswith("RESULT: everything holds") for one in lines)


@pytest.mark.parametrize("words", [("export",), ("seen",)])
def test_nothing_that_is_there_is_written_over_and_a_place_that_is_none_is_named(
    home: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    for name in ("record.sqlite", "key.seed"):
        before = (home / name).read_bytes()
        done = run("record", *words, home, "--out", home / name)
        assert done.exit_code == 2 and "files.would_overwrite" in done.output, done.output
        assert (home / name).read_bytes() == before
    done = run("record", *words, home, "--out", tmp_path / "none" / "x")
    assert done.exit_code == 2 and isinstance(done.exception, SystemExit), done.output
    assert "No such file" in done.output


def test_a_report_of_what_is_missing_writes_over_nothing(tmp_path: Path) -> None:
    terminal = tmp_path / "terminal"
    WORLD.save_home(WORLD.machine("terminal-1", "terminal", "contractor"), terminal)
    SentFile(terminal).close()
    asyncio.run(_replica(terminal))
    before = (terminal / "key.seed").read_bytes()
    done = run("record", "missing", terminal, "--out", terminal / "key.seed")
    assert done.exit_code == 2 and "files.would_overwrite" in done.output, done.output
    assert (terminal / "key.seed").read_bytes() == before
    done = run("record", "missing", terminal, "--out", tmp_path / "none" / "x")
    assert done.exit_code == 2 and "No such file" in done.output, done.output


async def _replica(terminal: Path) -> None:
    await (await MAKER.write(terminal / "replica.sqlite")).close()


# ------------------------------------------------------------------ what both organisations have signed


def agreed_file(folder: Path, *, ends_ms: int = MORNING_MS + 30 * YEAR_MS, both: bool = True) -> Path:
    """The agreement about this world's deployment, as the contractor's and the city's root sign it."""
    deployment = WORLD.deployment
    terms = Terms(
        deployment=deployment.id,
        contract=deployment.contract,
        profile=deployment.profile,
        contractor="受託者",
        city="市",
        contractor_root=deployment.contractor_root,
        city_root=deployment.city_root,
        sites=(Site(deployment.site, deployment.record),),
        starts_ms=MORNING_MS - YEAR_MS,
        ends_ms=ends_ms,
        training=deployment.training,
        made_ms=MORNING_MS,
    )
    issuers = {side: WORLD.issuers[side] for side in ("contractor", "city")}
    half = propose(terms, WORLD.profile_raw, WORLD.roots["contractor"], issuers["contractor"])
    whole = agree(half, WORLD.roots["city"], issuers["city"]) if both else half
    (folder / "deployment.agreement").write_bytes(encode(whole))
    return folder / "deployment.agreement"


def test_the_agreement_gives_the_roots_and_binds_what_else_the_file_says(file: Path, tmp_path: Path) -> None:
    done = run("verify", file, "--agreement", agreed_file(tmp_path))
    assert done.exit_code == 0, done.output
    assert "両方が署名した合意書と照合" in done.stdout and "指定と一致" in done.stdout
    other = replace(bundle(MAKER), deployment=replace(WORLD.deployment, training=False).encode())
    write_bundle(tmp_path / "other.bundle", other)
    found = run("verify", tmp_path / "other.bundle", "--agreement", tmp_path / "deployment.agreement")
    assert found.exit_code == 1 and "deployment.not_agreed: differing=training" in found.stdout


def test_without_an_agreement_it_says_what_was_not_compared_and_which_profile_was_applied(file: Path) -> None:
    done = run("verify", file)
    assert "照合していない" in done.stdout and WORLD.deployment.profile.hex() in done.stdout


def test_what_one_side_alone_has_signed_or_nobody_is_no_agreement(file: Path, tmp_path: Path) -> None:
    refused = run("verify", file, "--agreement", agreed_file(tmp_path, both=False))
    assert refused.exit_code == 2 and "この合意書ファイルは使えません" in refused.output
    assert run("verify", file, "--agreement", file).exit_code == 2
