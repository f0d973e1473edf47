import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tui.commands.reservations import reservations


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(reservations, arguments)
    return result.exit_code, result.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_sample_that_was_written_passes_the_check(tmp_path: Path, encoding: str) -> None:
    out = str(tmp_path / "list.csv")
    code, said = run(
        *("sample", "--contract", "koganei", "--date", "2025-08-06", "--people", "28"),
        *("--seed", "7", "--encoding", encoding, "--out", out),
    )
    assert (code, "28" in said) == (0, True)
    code, said = run("check", out, "--contract", "koganei", "--date", "2025-08-06")
    assert code == 0 and "取込28、不可0" in said


def test_refused_rows_are_listed_with_line_column_and_reason_and_end_with_1(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("予約番号,人数,備考\r\n1,2,\r\n2,0,\r\n3,1,123456789018\r\n".encode("cp932"))
    code, said = run("check", str(path))
    assert code == 1
    assert "人数" in said and "99人まで" in said and "取込1、不可2" in said
    assert "123456789018" not in said


def test_json_has_counts_and_problems_and_no_reservation(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("予約番号,氏名（カナ）,電話番号\n1,ハナコ,090-0000-7777\n2,花子,\n", encoding="utf-8")
    code, said = run("check", str(path), "--json")
    found = json.loads(said)
    assert code == 1
    assert (found["records"], found["taken"], found["refused"], found["blank"]) == (2, 1, 1, 0)
    assert [(p["line"], p["column"], p["reason_code"]) for p in found["problems"]] == [(3, "氏名（カナ）", "cell.kana")]
    assert "7777" not in said and "ハナコ" not in said


def test_namesakes_are_said_by_their_numbers_and_stay_two_people(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("予約番号,氏名（カナ）\nR-1,ハナコ\nR-2,ハナコ\nR-3,タロウ\n", encoding="utf-8")
    code, said = run("check", str(path))
    assert code == 0 and "取込3" in said
    assert "同じ名前の予約：R-1、R-2" in said and "ハナコ" not in said


def test_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    code, said = run("check", str(path))
    assert code == 1 and "CSV UTF-8" in said


def test_bad_sample_is_refused_row_by_row(tmp_path: Path) -> None:
    out = str(tmp_path / "list.csv")
    run("sample", "--contract", "chiba", "--date", "2022-08-06", "--people", "80", "--bad", "5", "--out", out)
    code, said = run("check", out, "--contract", "chiba", "--json")
    found = json.loads(said)
    assert (code, found["taken"], found["refused"]) == (1, 80, 5)


def test_unknown_contract_is_named(tmp_path: Path) -> None:
    code, said = run("sample", "--contract", "nowhere", "--date", "2025-08-06", "--out", str(tmp_path / "x.csv"))
    assert code == 1 and "nowhere" in said


def test_the_free_seats_of_a_day_are_written_per_hour(tmp_path: Path) -> None:
    """CHIB-2.1-02, CHIB-2.1-03: for the reservation system, and not earlier than thirty days before."""
    out, taken = tmp_path / "seats.csv", tmp_path / "list.csv"
    taken.write_text("予約番号,時間,人数\nR-1,14:00,3\n", encoding="utf-8")
    where = ("seats", "--contract", "chiba", "--date", "2022-08-05", "--taken", str(taken), "--out", str(out))
    code, _ = run(*where, "--made", "2022-07-06")
    assert code == 0
    assert "2022-08-05,申請受付,14:00-15:00,12,3,9" in out.read_text(encoding="utf-8-sig").splitlines()
    code, said = run(*where, "--made", "2022-07-05")
    assert code == 1 and "30日前から" in said


def test_a_list_for_a_day_is_checked_against_its_hours_and_seats(tmp_path: Path) -> None:
    """CHIB-1.5-01, NIIG-8.1-06: each row that finds no place is named with its line."""
    path = tmp_path / "list.csv"
    rows = ["予約番号,時間", *(f"R-{n},14:{n:02}" for n in range(13)), "R-99,20:00"]
    path.write_text("\n".join(rows), encoding="utf-8")
    code, said = run("check", str(path), "--contract", "chiba", "--date", "2022-08-05")
    assert code == 1 and "取込12、不可2" in said and "12人まで" in said and "13:00から20:00の前" in said


def test_whom_the_list_does_not_call_told_is_named_by_number(tmp_path: Path) -> None:
    """CHIB-2.1-05: before the day, the list itself shows who is 未案内; a contract without the clause asks for nobody."""
    path = tmp_path / "list.csv"
    path.write_text("予約番号,氏名（カナ）,案内済\nR-1,ハナコ,済\nR-2,タロウ,\n", encoding="utf-8")
    code, said = run("check", str(path), "--contract", "chiba")
    assert code == 0 and "未案内 1件" in said and "\n  R-2\n" in said and "タロウ" not in said
    code, said = run("check", str(path), "--contract", "chiba", "--json")
    assert json.loads(said)["untold"] == ["R-2"]
    code, said = run("check", str(path), "--contract", "koganei")
    assert "未案内" not in said
