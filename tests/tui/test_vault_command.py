"""`demado vault audit` and `demado record readings`: what is left, until when, and who has read it."""

import asyncio
import hashlib
import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.client.views.booking import seal_list
from hub.domain.identity import identity, still
from hub.domain.personal import personal
from hub.domain.personal.disclosure import Reveal
from hub.domain.photo import photo
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.reports.event_picture import AttachPicture, ConfirmPicture, PictureAttached
from hub.domain.reservations.reservation import Reservation
from hub.domain.visit import steps, visit
from hub.domain.visit.circumstances import method_of
from sync.keys.certificate import Kind
from sync.keys.certificate import Party as Side
from sync.vault.sealing import new_key
from sync.vault.vault import FILE, Vault
from tests.records import MORNING_MS, RecordMaker, World
from tui.command import main

NAME, PHONE = "サトウ ハナコ", "0900000001"
ROWS = [Reservation(f"R-{n}", 540, "delivery", 1, NAME, None, PHONE, "") for n in (1, 2)]


class Home:
    """A hub's folder after a morning: two reservations, one of whom came and was read of."""

    def __init__(self, folder: Path, more: str = "") -> None:
        """`more`: what the contract says beyond Koganei's."""
        self.home = folder / "hub"
        self.maker = RecordMaker(World(more=more))
        self.keys: dict[str, bytes] = {}
        maker, world = self.maker, self.maker.world
        maker.open()
        made = seal_list(ROWS, "delivery", "2025-08-06")
        assert not isinstance(made, Refusal)
        self.keys = made.keys
        maker.do(made.commands[0], world.manager)
        clerk = world.clerks[0]
        (issued,) = maker.do(queue.IssueTicket("delivery", reservation="R-1"), clerk)
        assert isinstance(issued, queue.TicketIssued)
        maker.do(queue.CallTicket(issued.ticket, "窓口1"), clerk)
        maker.do(queue.StartService(issued.ticket), clerk)
        (opened,) = maker.do(visit.OpenVisit(issued.ticket, "delivery_booth"), clerk)
        assert isinstance(opened, visit.VisitOpened)
        maker.do(Reveal("R-1", "kana", "reservation_check", opened.visit), clerk)

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(sorted(self.maker.booth.personal.held))

    def ask(self) -> int:
        (asked,) = self.maker.do(personal.AskErasure(self.subjects, "2025-08-13"), self.maker.world.manager)
        assert isinstance(asked, personal.ErasureAsked)
        return asked.request

    def erase(self) -> None:
        request, world = self.ask(), self.maker.world
        self.maker.do(personal.ConsentErasure(request, "小市発第12号", "2025-08-06"), world.officers[0])
        self.maker.do(personal.ErasePersonal(self.subjects, "期限", request), world.manager)

    def write(self, *, destroyed: bool = False) -> Path:
        """The folder as a hub that has stopped leaves it."""
        world = self.maker.world
        world.save_home(world.hub, self.home)

        async def record() -> None:
            store = await self.maker.write(self.home / "record.sqlite")
            await store.close()

        asyncio.run(record())
        with Vault(self.home / FILE) as vault:
            vault.unlock(new_key(), {world.manager.signer.public: b"sealed"})
            vault.adopt_all(self.keys)
            if destroyed:
                vault.destroy(*self.keys)
        return self.home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def audit(home: Path, *more: str) -> tuple[int, dict[str, object]]:
    result = run("vault", "audit", "--home", str(home), "--json", *more)
    return result.exit_code, json.loads(result.stdout)


def test_what_is_left_is_shown_with_the_time_until_which_it_may_be(home: Home) -> None:
    status, found = audit(home.write())
    assert (status, found["clean"], found["overdue"], found["stray"]) == (0, True, 0, [])
    left = found["left"]
    assert isinstance(left, list) and [one["standing"] for one in left] == ["kept", "kept"]
    assert {one["reservation"] for one in left} == {"R-1", "R-2"} and all(one["key"] for one in left)
    assert found["managers"] == 1
    words = run("vault", "audit", "--home", str(home.home)).stdout
    assert "2025-08-14 00:00:00 まで" in words and "予約 R-1" in words
    assert NAME not in words and PHONE not in words


def test_what_is_left_too_long_ends_badly(home: Home) -> None:
    folder = home.write()
    assert audit(folder, "--at", "2025-08-12")[0] == 0
    status, found = audit(folder, "--at", "2025-08-13")
    assert (status, found["overdue"]) == (1, 2)


def test_what_waits_for_the_city_is_not_overdue_until_the_contract_ends(home: Home) -> None:
    home.ask()
    folder = home.write()
    status, found = audit(folder, "--at", "2025-09-30")
    assert status == 0 and {one["standing"] for one in found["left"]} == {"waiting"}  # type: ignore[attr-defined]
    assert audit(folder, "--at", "2026-03-31")[0] == 1


def test_at_the_deployments_end_what_is_left_is_due_while_the_certificates_still_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sooner than the contract's own end, and than a week after the visit."""
    certify, ends_ms = World.certify, MORNING_MS + 39 * 3_600_000 - 1  # with 2025-08-07

    def ending(world: World, name: str, kind: Kind, side: Side, *roles: tuple[str, ...], **more: object) -> bytes:
        return certify(world, name, kind, side, *roles, **({"not_after_ms": ends_ms} if kind == "hub" else {}), **more)

    monkeypatch.setattr(World, "certify", ending)
    home = Home(tmp_path)
    home.ask()
    folder = home.write()
    assert "2025-08-07 21:00:00 まで" in run("vault", "audit", "--home", str(folder)).stdout
    status, found = audit(folder, "--at", "2025-08-06")
    assert status == 0 and {one["standing"] for one in found["left"]} == {"kept"}  # type: ignore[attr-defined]
    assert audit(folder, "--at", "2025-08-07")[0] == 1  # nobody is left who could wait for the city


def test_after_erasing_nothing_is_left(home: Home) -> None:
    home.erase()
    status, found = audit(home.write(destroyed=True))
    assert (status, found["left"], found["erased"], found["stray"]) == (0, [], 2, [])
    (done,) = found["erasures"]  # type: ignore[misc]
    assert (done["people"], done["reference"], done["by_city"], done["erased"]) == (2, "小市発第12号", True, 2)
    words = run("vault", "audit", "--home", str(home.home)).stdout
    assert "カナ氏名・生年月日" in words and "予定日 2025-08-13" in words and "市の署名" in words


def test_a_key_that_is_there_although_the_record_says_it_is_erased_is_named(home: Home) -> None:
    subjects = home.subjects
    home.erase()
    status, found = audit(home.write())
    assert status == 1 and found["stray"] == list(subjects)
    assert "消したはずの鍵" in run("vault", "audit", "--home", str(home.home)).stdout


def test_a_log_that_may_still_hold_what_was_erased_is_named(home: Home) -> None:
    home.erase()
    folder = home.write(destroyed=True)
    reader = sqlite3.connect(folder / FILE)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM key").fetchall()  # somebody reads and keeps the log
    writer = sqlite3.connect(folder / FILE)
    writer.execute("INSERT INTO key (subject, destroyed) VALUES ('x', 1)")
    writer.commit()
    try:
        status, found = audit(folder)
        assert status == 1 and found["log_bytes"]
    finally:
        reader.close()
        writer.close()


def test_a_machine_without_a_vault_says_so(home: Home) -> None:
    folder = home.write()
    (folder / FILE).unlink()
    status, found = audit(folder)
    assert status == 0 and found["vault"] is False
    assert "この機械に鍵はありません" in run("vault", "audit", "--home", str(folder)).stdout


def test_a_picture_that_is_alive_or_a_file_is_left_and_one_that_was_destroyed_is_counted(home: Home) -> None:
    maker, clerk = home.maker, home.maker.world.clerks[0]
    opened = next(iter(maker.booth.visits.visits))
    maker.do(visit.AbandonVisit(opened, "帰られた"), clerk)
    ticket = maker.booth.visits.visits[opened].ticket
    (begun,) = maker.do(visit.OpenVisit(ticket, "collect_in_person"), clerk)
    assert isinstance(begun, visit.VisitOpened)
    shot = maker.size
    maker.do(photo.Shoot(begun.visit, "photo"), clerk)
    status, found = audit(home.write())
    assert (status, found["pictures"]) == (1, ["A-001 asked"])
    maker.do(photo.ReportFailed(shot, "camera.absent"), maker.world.hub)
    places = {"camera": "none", "hub": "erased", "spool": "unused", "terminal": "unused"}
    maker.do(photo.ReportDestroyed(shot, places), maker.world.hub)
    shutil.rmtree(home.home)
    folder = home.write()
    status, found = audit(folder)
    assert (status, found["pictures"], found["pictures_destroyed"]) == (0, [], 1)
    (folder / "devices").mkdir()
    (folder / "devices" / "DSC_0001").write_bytes(b"\xff\xd8\xff\xe0 a face")
    status, found = audit(folder)
    assert (status, found["picture_files"]) == (1, ["devices/DSC_0001"])
    assert "写真のファイル" in run("vault", "audit", "--home", str(folder)).stdout


PICTURES = """
[[report_form]]
report = "incident_report"
period = "day"
pictures = "7"
columns = [{ field = "date", ja = "日付" }]
"""
"""A contract whose daily report shows how it went."""


def test_a_picture_for_a_report_is_no_photo_of_an_applicant_once_another_has_seen_that_it_shows_nobody(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path, PICTURES)
    maker, jpeg = home.maker, b"\xff\xd8\xff\xe0 an empty hall"
    digest = hashlib.sha256(jpeg).digest()
    (attached,) = maker.do(AttachPicture("2025-08-06", digest, "会場の全景"), maker.world.manager)
    assert isinstance(attached, PictureAttached)
    file = home.home / "pictures" / f"{digest.hex()}.jpg"

    def write() -> Path:
        shutil.rmtree(home.home, ignore_errors=True)
        file.parent.mkdir(parents=True)
        file.write_bytes(jpeg)
        return home.write()

    folder = write()
    status, found = audit(folder)
    assert (status, found["picture_files"]) == (1, [])
    told = run("vault", "audit", "--home", str(folder)).stdout
    assert "人が写っていないか未確認" in told and "会場の全景" in told and "写真のファイル" not in told
    assert re.search(r"pictures/ +1件  × 残り 1", run("vault", "end", "--home", str(folder)).stdout)

    maker.do(ConfirmPicture(attached.picture, digest), maker.world.clerks[0])
    assert audit(write())[0] == 0
    told = run("vault", "audit", "--home", str(folder)).stdout
    assert "報告書に使う催しの写真 1枚（人は写っていない）" in told and "×" not in told
    assert re.search(r"pictures/ +1件  ○ 残り 0  報告書の写真", run("vault", "end", "--home", str(folder)).stdout)

    file.write_bytes(jpeg + b" and somebody in it")  # other bytes than were looked at
    (folder / "pictures" / "of-whom.jpg").write_bytes(jpeg)  # bytes that the record has not under this name
    status, found = audit(folder)
    assert (status, found["event_pictures"]) == (1, [])
    assert found["picture_files"] == [f"pictures/{file.name}", "pictures/of-whom.jpg"]


def test_a_still_of_an_identity_check_is_left_until_the_hub_says_that_it_is_gone(home: Home) -> None:
    maker, (clerk, officer) = home.maker, (home.maker.world.clerks[0], home.maker.world.officers[0])
    opened = next(iter(maker.booth.visits.visits))
    method = method_of(maker.world.profile, maker.booth.visits.visits[opened])
    for step in steps.booth_steps(method):
        if step.kind in steps.CITY_KINDS:
            break
        maker._step(opened, step, clerk)
    maker.do(identity.Attend(True), officer)
    request = maker.size
    maker.do(identity.RequestIdentity(opened, step.id, ("運転免許証",)), clerk)
    maker.do(identity.TakeUp(request, bytes(still.KEY_BYTES)), officer)
    asked = maker.size
    maker.do(still.TakeStill(request, "運転免許証", True), clerk)
    maker.do(still.ReportStill(asked, bytes(still.COMMITMENT_BYTES)), maker.world.hub)
    maker.do(identity.WithdrawRequest(request), clerk)
    status, found = audit(home.write())
    assert (status, found["pictures"]) == (1, ["A-001 still"])
    assert (
        "残っている写真 / a picture that is alive: A-001 still"
        in run("vault", "audit", "--home", str(home.home)).stdout
    )
    maker.do(still.ReportStillsGone(request, "erased", "dropped"), maker.world.hub)
    shutil.rmtree(home.home)
    status, found = audit(home.write())
    assert (status, found["pictures"]) == (0, [])


def test_readings_are_listed_with_who_what_and_for_what_and_never_what_stood_there(home: Home) -> None:
    folder = home.write()
    result = run("record", "readings", str(folder))
    assert result.exit_code == 0 and "staff-2" in result.stdout and "カナ氏名" in result.stdout
    assert NAME not in result.stdout
    (read,) = json.loads(run("record", "readings", str(folder), "--json").stdout)
    assert (read["person"], read["reservation"], read["field"]) == ("staff-2", "R-1", "kana")


def test_a_folder_without_a_record_is_an_error_of_its_own(tmp_path: Path) -> None:
    assert run("vault", "audit", "--home", str(tmp_path)).exit_code == 2


def test_a_vaults_file_that_is_none_is_an_error_of_its_own(home: Home) -> None:
    folder = home.write()
    (folder / FILE).write_bytes(b"no database" * 100)
    assert run("vault", "audit", "--home", str(folder)).exit_code == 2


def test_at_the_contracts_end_every_store_is_listed_and_none_is_left(home: Home) -> None:
    """KOGA-T17-01: run at 2026-04-01 -> all stores listed, none left."""
    home.erase()
    folder, world = home.write(destroyed=True), home.maker.world
    desk = home.home.parent / "desk"
    world.save_home(world.desk, desk)
    shutil.copy(folder / "record.sqlite", desk / "replica.sqlite")
    alone = run("vault", "end", "--home", str(desk), "--at", "2026-04-01")
    assert alone.exit_code == 1 and f"まだ見ていない機械：{world.hub.name}" in alone.stdout
    found = run("vault", "end", "--home", str(folder), "--home", str(desk), "--at", "2026-04-01")
    assert found.exit_code == 0 and "どの機械にも残っていません" in found.stdout
    for path in (*folder.iterdir(), *desk.iterdir()):
        assert path.name.removesuffix("-wal").removesuffix("-shm") in found.stdout, "every store is listed"


def test_a_key_a_paper_or_an_unknown_file_is_left(home: Home) -> None:
    """KOGA-T17-01."""
    folder = home.write()
    for name, words in (
        ("vault.sqlite", "残り 2"),
        ("documents/pack.pdf", "残り 1"),
        ("list.xlsx", "知らないファイル"),
    ):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(b"%PDF")
        found = run("vault", "end", "--home", str(folder), "--at", "2026-04-01")
        assert found.exit_code == 1 and words in found.stdout, name


def test_the_end_of_a_folder_that_is_no_machines_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["vault", "end", "--home", str(tmp_path)])
    assert done.exit_code == 2 and "party.home_incomplete" in done.output, done.output


@pytest.mark.parametrize("file", ["record.sqlite", FILE])
@pytest.mark.parametrize("how", ["folder", "link to nowhere", "link to itself", "no record"])
def test_a_machine_whose_files_cannot_be_read_is_not_called_clean(home: Home, file: str, how: str) -> None:
    folder = home.write()
    path = folder / file
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "no record":
        path.write_bytes(b"garbage" * 30)
    else:
        path.symlink_to(path if how == "link to itself" else folder / "nowhere")
    found = run("vault", "end", "--home", str(folder))
    assert found.exit_code == 2 and "audit.unreadable" in found.stderr, found.output


def test_a_bundle_for_which_there_is_no_room_is_refused_with_a_code_and_what_to_do(home: Home, tmp_path: Path) -> None:
    folder = home.write()
    (tmp_path / "file").write_bytes(b"")
    said = run("record", "export", str(folder), "--out", str(tmp_path / "file" / "bundle"))
    assert said.exit_code == 2 and "files.fault" in said.stderr and "→" in said.stderr
