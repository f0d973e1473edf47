"""The office's daily report of Aomori has the event's pictures: confirmed, whole, and no other file in their place."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.hub.rehearsal.conftest import Days
from tui.commands.office import office


def test_a_daily_report_takes_the_pictures_of_the_record_and_no_others(days: Days, tmp_path: Path) -> None:
    """AOMO-5.9-06: in the report is what a second person has confirmed, file for file."""
    folder, made = days("aomori")
    album = tmp_path / "pictures"
    shutil.copytree(folder / "pictures", album)
    (picture,) = album.iterdir()

    def report(*more: str) -> tuple[int, str]:
        asked = ["report", "--home", str(folder / "office"), "--date", made.date, "--out", str(tmp_path / "out")]
        done = CliRunner().invoke(office, [*asked, *more])
        return done.exit_code, done.output

    code, said = report("--pictures", str(album))
    assert code == 0 and "実施状況の写真 1枚" in said, said
    pdf = (tmp_path / "out" / f"daily_report-{made.date}.pdf").read_bytes()
    assert b"/Image" in pdf or b"/DCTDecode" in pdf
    code, said = report()
    assert code == 1 and "--pictures" in said
    picture.write_bytes(picture.read_bytes() + b"another")
    code, said = report("--pictures", str(album))
    assert code == 1 and "記録と違います" in said


@pytest.mark.parametrize("contract", ["koganei"])
def test_a_contract_whose_reports_have_no_pictures_asks_for_none(days: Days, contract: str) -> None:
    folder, _ = days(contract)
    assert not (folder / "pictures").exists()
