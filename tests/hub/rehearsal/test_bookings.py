"""Reservations of a practice day: rows are taken or refused by name, and persons are sealed before they go anywhere."""

from pathlib import Path

import pytest

from hub.domain.contracts.reading import load_profile
from hub.rehearsal import bookings
from hub.rehearsal.expected import expected
from hub.rehearsal.plainness import holding_any, holding_my_numbers
from hub.rehearsal.session import choose

PROFILE = load_profile("koganei")
SESSION = choose(PROFILE, None, None, None)


def test_a_made_up_list_is_read_whole_and_the_same_for_the_same_seed() -> None:
    for seed in range(3):  # the three encodings
        found = bookings.made_up(PROFILE, SESSION, 25, seed)
        assert len(found.rows) == 25 and not found.problems
        assert found == bookings.made_up(PROFILE, SESSION, 25, seed)


def test_a_bad_row_is_refused_by_line_and_column_and_the_others_are_taken() -> None:
    data = "予約番号,予約時間,氏名カナ,生年月日\r\nK-1,9:30,サトウ ハナコ,昭和64年1月8日\r\nK-2,9:40,タナカ タロウ,H1.1.8\r\n"
    found = bookings.from_file(data.encode("cp932"), PROFILE, SESSION)
    assert [row.number for row in found.rows] == ["K-2"]
    assert [(problem.line, problem.column) for problem in found.problems] == [(2, "生年月日")]


def test_a_name_that_did_stand_in_clear_would_be_found_in_any_encoding(tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp932", "utf-16-le"):
        (tmp_path / encoding).write_bytes(b"\0\1" + "サトウ ハナコ".encode(encoding) + b"\2")
    (tmp_path / "other").write_bytes("スズキ ハナコ".encode())
    found = holding_any(tmp_path, ["サトウ ハナコ"])
    assert [path.name for path in found] == ["cp932", "utf-16-le", "utf-8"]


def test_a_my_number_that_did_stand_in_clear_would_be_found_and_hashes_are_none(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"no 123456789018 here")
    (tmp_path / "spaced").write_bytes(b"1234 5678 9018\n")
    (tmp_path / "hash").write_bytes(b"ab123456789018cd")
    (tmp_path / "wrong digit").write_bytes(b" 123456789017 ")
    assert [path.name for path in holding_my_numbers(tmp_path)] == ["plain", "spaced"]


@pytest.mark.parametrize(("people", "come"), [(None, 0), (8, 8), (12, 12), (1, 8)])
def test_who_says_how_many_come_means_those_of_the_list_too_and_nobody_of_it_stays_away(
    people: int | None, come: int
) -> None:
    rows = "".join(f"K-{number},9:{10 + number},サトウ ハナコ,H1.1.{number + 8}\r\n" for number in range(8))
    data = f"予約番号,予約時間,氏名カナ,生年月日\r\n{rows}".encode("cp932")
    booked, applicants = expected(PROFILE, SESSION, people, data, 1)
    assert len(booked.rows) == 8 and not booked.problems
    assert len(applicants) == come if people is not None else len(applicants) > 8
