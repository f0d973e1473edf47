import csv
import datetime
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import load_profile
from hub.domain.guard import check_digit
from hub.domain.reservations.reservation import HeaderMap, Import, Problem, Reservation, header_map, read_reservations

DAY = datetime.date(2025, 8, 6)
MAP = HeaderMap(lanes={"出張交付": "delivery", "交付申請サポート": "application_support", "特急": ""})
HEADER = ["予約番号", "希望時間", "氏名（カナ）", "生年月日", "電話番号", "人数", "メニュー", "備考"]
GOOD = ["KG-0001", "9:30", "ﾔﾏﾀﾞ ﾊﾅｺ", "S60.4.3", "090-0000-1234", "１名", "出張交付", "①髙～, 「角」"]
TAKEN = Reservation(
    number="KG-0001",
    slot=570,
    lane="delivery",
    people=1,
    kana="ヤマダ ハナコ",
    birth_date=datetime.date(1985, 4, 3),
    phone="09000001234",
    note="①髙～, 「角」",
)


def file(*rows: list[str], newline: str = "\r\n", between: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=newline, delimiter=between).writerows(rows)
    return out.getvalue()


def row(**changes: str) -> list[str]:
    places = dict(zip(("number", "time", "kana", "birth", "phone", "people", "lane", "note"), range(8), strict=True))
    changed = list(GOOD)
    for field, text in changes.items():
        changed[places[field]] = text
    return changed


def read(text: str, mapping: HeaderMap = MAP, date: datetime.date | None = DAY) -> Import:
    return read_reservations(text.encode(), mapping, date=date)


def reasons(found: Import) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.reason_code) for problem in found.problems]


def balanced(found: Import) -> bool:
    return len(found.rows) + len({problem.line for problem in found.problems}) + found.blank == found.records


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_the_same_row_is_read_from_every_encoding_and_line_ending(encoding: str, newline: str) -> None:
    found = read_reservations(file(HEADER, GOOD, newline=newline).encode(encoding), MAP, date=DAY)
    assert (found.rows, found.problems, found.encoding) == ([TAKEN], [], encoding)


def test_unicode_text_of_a_spreadsheet_is_read() -> None:
    found = read_reservations(file(HEADER, GOOD, between="\t").encode("utf-16"), MAP, date=DAY)
    assert (found.rows, found.problems) == ([TAKEN], [])


def test_header_names_are_compared_after_normalising() -> None:
    found = read(file([" 予約番号 ", "希望 時間", "氏名(ｶﾅ)", "生年月日", "ＴＥＬ", "人数", "メニュー", "備考"], GOOD))
    assert found.rows == [TAKEN]


def test_header_names_are_the_mappings_own() -> None:
    mapping = HeaderMap(number=("整理コード",), kana=("よみ",))
    assert read(file(["整理コード", "よみ"], ["A1", "ハナ"]), mapping).rows == [Reservation("A1", kana="ハナ")]
    assert reasons(read(file(["予約番号"], ["A1"]), mapping)) == [(0, "", "file.missing_column")]


def test_first_accepted_name_wins_and_the_other_column_is_reported() -> None:
    found = read(file(["予約番号", "連絡先電話番号", "電話番号"], ["1", "090-0000-0001", "090-0000-0002"]))
    assert found.rows[0].phone == "09000000001"
    assert found.unused == ("電話番号",)


def test_column_that_is_not_needed_is_not_kept_and_is_reported() -> None:
    # AOMO-8-01, KOGA-T3-01
    found = read(file(["予約番号", "住所"], ["1", "小金井市本町"]))
    assert found.unused == ("住所",)
    assert "小金井" not in repr(found)


def test_bad_row_is_refused_with_line_column_and_reason_and_the_others_are_taken() -> None:
    rows = [row(number=f"KG-{n}") for n in range(6)]
    rows[1][3], rows[3][1], rows[4][4] = "1985/2/30", "25:10", "9000001234"
    found = read(file(HEADER, *rows))
    assert [taken.number for taken in found.rows] == ["KG-0", "KG-2", "KG-5"]
    assert reasons(found) == [
        (3, "生年月日", "cell.date_none"),
        (5, "希望時間", "cell.time_none"),
        (6, "電話番号", "cell.phone_zero"),
    ]
    assert balanced(found)


def test_every_problem_of_a_row_is_named_at_once() -> None:
    found = read(file(HEADER, row(birth="x", phone="x", people="x", kana="山", lane="x", time="x")))
    assert {problem.reason_code for problem in found.problems} == {
        *("cell.date", "cell.phone", "cell.people", "cell.kana", "cell.lane", "cell.time")
    }
    assert balanced(found) and found.rows == []


def test_line_number_is_that_of_the_file_also_after_line_ends_inside_quotes() -> None:
    text = file(HEADER, row(note="一\r\n二\r\n三"), row(number="KG-2", people="0"))
    assert reasons(read(text)) == [(5, "人数", "cell.people_range")]


def test_blank_lines_are_counted_and_take_nothing() -> None:
    found = read(file(HEADER) + "\r\n,,,,,,,\r\n" + file(GOOD) + "\r\n")
    assert (len(found.rows), found.blank, found.records) == (1, 3, 4)
    assert balanced(found)


def test_second_row_of_a_number_is_refused_and_names_the_first() -> None:
    found = read(file(HEADER, row(), row(number="KG-0002"), row(number="ｋｇ－０００１")))
    assert reasons(found) == [(4, "予約番号", "row.duplicate")]
    assert "2行目" in found.problems[0].ja and "line 2" in found.problems[0].en


def test_refused_row_does_not_block_its_correction() -> None:
    found = read(file(HEADER, row(people="0"), row()))
    assert [(taken.number, taken.people) for taken in found.rows] == [("KG-0001", 1)]


def test_row_with_other_columns_than_the_header_is_refused() -> None:
    found = read(file(HEADER, [*GOOD, "余分"], GOOD[:4], [*GOOD, "", ""]))
    assert reasons(found) == [(2, "", "row.too_many"), (3, "", "row.too_few")]
    assert len(found.rows) == 1  # empty cells at the end are how spreadsheets save


def test_open_quote_costs_one_row() -> None:
    found = read(file(HEADER) + 'KG-1,"9:30\r\n' + file(GOOD))
    assert reasons(found) == [(2, "", "row.quotes")]
    assert found.rows == [TAKEN]


def test_lane_that_takes_no_reservations_is_refused() -> None:
    # CHIB-2.1-07
    found = read(file(HEADER, row(lane="特急"), row(number="2", lane="なし")))
    assert reasons(found) == [(2, "メニュー", "cell.lane_closed"), (3, "メニュー", "cell.lane")]
    assert "出張交付" in found.problems[1].ja and "特急" not in found.problems[1].ja


def test_row_of_another_day_is_refused() -> None:
    text = file(
        ["予約番号", "予約日", "予約日時"],
        ["1", "令和7年8月6日", ""],
        ["2", "2025/8/7", ""],
        ["3", "", "2025/8/7 9:30"],
    )
    assert reasons(read(text)) == [(3, "予約日", "cell.other_day"), (4, "予約日時", "cell.other_day")]
    assert len(read(text, date=None).rows) == 3


def test_day_and_time_may_share_a_column() -> None:
    found = read(
        file(["予約番号", "予約日時"], ["1", "2025年8月6日 9:30〜10:00"]), HeaderMap(required=("number", "time"))
    )
    assert found.rows == [Reservation("1", slot=570)]


def test_column_that_the_mapping_requires_must_be_there_and_filled() -> None:
    mapping = HeaderMap(required=("time", "phone"))
    assert reasons(read(file(["予約番号", "時間"], ["1", "9:00"]), mapping)) == [(0, "", "file.missing_column")]
    found = read(file(["予約番号", "時間", "電話"], ["1", "9:00", " "], ["", "9:00", "090-0000-0001"]), mapping)
    assert reasons(found) == [(2, "電話", "cell.required"), (3, "予約番号", "cell.required")]


def test_control_characters_are_refused() -> None:
    assert reasons(read(file(HEADER, row(note="\x1b[2Jx")))) == [(2, "備考", "cell.control")]
    header = read(file(["予約番号", "\x1b[2J住所"], ["1", "x"]))
    assert header.unused == ("[2J住所",)


def test_overlong_cells_are_refused() -> None:
    found = read(file([*HEADER, "住所"], [*row(note="長" * 501), ""], [*row(number="2"), "長" * 2001]))
    assert reasons(found) == [(2, "備考", "cell.note_long"), (3, "住所", "cell.too_long")]


def test_pin_below_a_column_of_that_name_is_refused() -> None:
    found = read(file(["予約番号", "暗証番号"], ["1", "1234"], ["2", ""]))
    assert reasons(found) == [(2, "暗証番号", "guard.pin")]
    assert "1234" not in repr(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("broken", [b"\xff", b"\x81", b"\x80", b"\0"])
@pytest.mark.parametrize("at", [2, 4, 5])
def test_a_byte_that_is_broken_costs_its_row_alone(encoding: str, broken: bytes, at: int) -> None:
    lines = ["予約番号,備考", *(f"KG-{number},車いす" for number in range(2, 6))]
    rows = "\r\n".join([*lines, ""]).encode(encoding).splitlines(keepends=True)
    rows[at - 1] = rows[at - 1].rstrip() + broken + b"\r\n"
    found = read_reservations(b"".join(rows), MAP, date=None)
    assert not found.refused and [row.number for row in found.rows] == [f"KG-{n}" for n in range(2, 6) if n != at]
    assert reasons(found) == [(at, "備考", "cell.control" if broken == b"\0" else "cell.undecodable")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"PK\x03\x04abc", "file.xlsx"),
        (b"\xff\xff", "file.undecodable"),
        (b"a\0b", "file.nul"),
        (b"x" * (5 * 1024 * 1024 + 1), "file.too_large"),
        (file(["氏名"], ["1"]).encode(), "file.missing_column"),
        (file(["予約番号", "予約番号"], ["1", "2"]).encode(), "file.column_twice"),
        ('"予約番号\n1\n'.encode(), "file.header_quotes"),
        ("予約番号\n".encode() + b"1\n" * 20_001, "file.too_many_rows"),
    ],
)
def test_file_that_cannot_be_read_is_refused_as_a_whole(data: bytes, code: str) -> None:
    found = read_reservations(data, MAP, date=None)
    assert (found.refused, found.rows, reasons(found)) == (True, [], [(0, "", code)])
    assert found.problems[0].ja and found.problems[0].en


def test_file_without_its_header_shows_nothing_of_its_first_row() -> None:
    found = read(file(row(note="123456789018")))
    assert found.refused
    assert "ヤマダ" not in repr(found) and "123456789018" not in repr(found)


numbers = st.text("0123456789", min_size=11, max_size=11).filter(lambda body: body.strip("0") != "")


@given(numbers, st.integers(0, 7), st.sampled_from(["", " ", "-", "－", "　", "."]), st.booleans())
def test_row_with_a_my_number_is_refused_and_its_digits_are_nowhere(
    body: str, column: int, separator: str, wide: bool
) -> None:
    number = body + str(check_digit(body))
    written = separator.join((number[:4], number[4:8], number[8:]))
    if wide:
        written = written.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    bad = row(number="KG-9")
    bad[column] = written
    found = read(file(HEADER, GOOD, bad))
    assert reasons(found) == [(3, HEADER[column], "guard.my_number")]
    assert found.rows == [TAKEN]
    assert number not in repr(found) and written not in repr(found)
    assert number[:4] not in repr(found.problems).replace("KG-0001", "")


odd_cells = st.sampled_from(
    ["", " ", "1", "9:30", "KG-1", "①", '"', 'a"b', "x\ny", ",", "令和7年8月6日", "123456789018"]
)
any_cell = odd_cells | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@given(st.lists(st.lists(any_cell, max_size=9), max_size=8), st.sampled_from(["\r\n", "\n", "\r"]))
def test_rows_and_refused_rows_and_blank_lines_are_all_the_lines(rows: list[list[str]], newline: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    found = read(out.getvalue())
    assert balanced(found)
    assert found.records == len(rows)  # what the writer wrote, not what the reader thinks it saw


@given(st.text('"a1,\r\n９KG-:', max_size=60))
def test_nothing_is_dropped_from_a_file_with_broken_quotes(text: str) -> None:
    found = read("予約番号,時間\n" + text)
    assert balanced(found)
    unread = [problem for problem in found.problems if problem.reason_code == "row.quotes"]
    assert len({problem.line for problem in unread}) == len(unread)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    found = read_reservations(data, MAP, date=None)
    assert found.refused or balanced(found)
    found = read_reservations("予約番号,時間\r\n".encode() + data, MAP, date=None)
    assert found.refused or balanced(found)


def test_koganeis_map_takes_reservations_for_delivery_alone() -> None:
    # KOGA-6-05
    mapping = header_map(load_profile("koganei"))
    found = read(file(["予約番号", "区分"], ["1", "出張交付"], ["2", "交付申請サポート"], ["3", ""]), mapping)
    assert [(taken.number, taken.lane) for taken in found.rows] == [("1", "delivery"), ("3", "delivery")]
    assert reasons(found) == [(3, "区分", "cell.lane_closed")]


def test_chibas_delivery_lane_takes_no_reservations() -> None:
    # CHIB-2.1-07
    mapping = header_map(load_profile("chiba"))
    found = read(file(["予約番号", "区分"], ["1", "申請受付"], ["2", "交付受付"]), mapping)
    assert [taken.lane for taken in found.rows] == ["application"]
    assert reasons(found) == [(3, "区分", "cell.lane_closed")]


def test_problem_says_what_to_do_in_both_languages() -> None:
    found = read(file(HEADER, row(people="0")))
    assert found.problems == [
        Problem(2, "人数", "cell.people_range", "人数は1人から99人までです。", "The number of people must be 1 to 99.")
    ]


def test_a_card_to_be_issued_again_is_not_booked_where_the_contract_says_so_and_the_way_is_told() -> None:
    """CHIB-2.1-04: 再交付=はい is refused with the ward's office; three people take three seats."""
    text = file(
        ["再交付申請", "予約番号", "人数"], ["はい", "1", "1"], ["いいえ", "2", "3"], ["", "3", "1"], ["？", "4", "1"]
    )
    found = read(text, header_map(load_profile("chiba")))
    assert [(taken.number, taken.people) for taken in found.rows] == [("2", 3), ("3", 1)]
    assert reasons(found) == [(2, "再交付申請", "cell.reissue"), (5, "再交付申請", "cell.yes_no")]
    assert "区役所" in found.problems[0].ja and balanced(found)
    elsewhere = read(text, header_map(load_profile("koganei")))
    assert len(elsewhere.rows) == 4 and elsewhere.unused == ("再交付申請",)
