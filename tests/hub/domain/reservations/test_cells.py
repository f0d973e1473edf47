import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.reservations import cells
from hub.domain.reservations.cells import ERA_LETTERS, ERAS, Moment, Reason

FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
dates = st.dates(datetime.date(1873, 1, 1), datetime.date(2099, 12, 31))


@given(dates, st.booleans())
def test_every_day_is_read_alike_in_every_writing(day: datetime.date, wide: bool) -> None:
    era, years = next((name, day.year - era.before) for name, era in ERAS.items() if era.first <= day <= era.last)
    year = "元" if years == 1 else str(years)
    for text in (
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02d}.{day.day:02d}",
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{era}{year}年{day.month}月{day.day}日",
        f"{era[0]}{years}年{day.month}月{day.day}日",
        f"{ERA_LETTERS[era]}{years}.{day.month}.{day.day}",
        f"{ERA_LETTERS[era].lower()}{years:02d}-{day.month:02d}-{day.day:02d}",
        f"{ERA_LETTERS[era]}{year}/{day.month}/{day.day}",
    ):
        assert cells.day(text.translate(FULL_WIDTH) if wide else text) == day, text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成元年1月8日", datetime.date(1989, 1, 8)),
        ("昭和64.1.7", datetime.date(1989, 1, 7)),
        ("H31.4.30", datetime.date(2019, 4, 30)),
        ("令和元年5月1日", datetime.date(2019, 5, 1)),
        ("昭和元年12月25日", datetime.date(1926, 12, 25)),
        ("大正15年12月24日", datetime.date(1926, 12, 24)),
        ("大正元年7月30日", datetime.date(1912, 7, 30)),
        ("㍻元年2月3日", datetime.date(1989, 2, 3)),
    ],
)
def test_first_and_last_days_of_eras_are_read(text: str, day: datetime.date) -> None:
    assert cells.day(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("平成元年1月7日", "cell.date_era"),
        ("昭和64.1.8", "cell.date_era"),
        ("H31.5.1", "cell.date_era"),
        ("R0.5.1", "cell.date_era"),
        ("大正15年12月25日", "cell.date_era"),
        ("1985/2/29", "cell.date_none"),
        ("昭和60年2月29日", "cell.date_none"),
        ("1985/4/31", "cell.date_none"),
        ("19851301", "cell.date_none"),
        ("明治5年1月1日", "cell.date_early"),
        ("1800/1/1", "cell.date_early"),
        ("85/4/3", "cell.date_short_year"),
        ("1985/4-3", "cell.date"),
        ("4月3日", "cell.date"),
        ("S600403", "cell.date"),
        ("1985/4/3生", "cell.date"),
    ],
)
def test_day_that_is_none_is_refused_with_its_reason(text: str, code: str) -> None:
    assert cells.day(text) == Reason(code)


def test_birth_date_after_the_visit_is_refused() -> None:
    assert cells.birth_date("R7.8.7", datetime.date(2025, 8, 6)) == Reason("cell.birth_future")
    assert cells.birth_date("R7.8.6", datetime.date(2025, 8, 6)) == datetime.date(2025, 8, 6)


@given(st.integers(0, 23), st.integers(0, 59), st.booleans())
def test_every_time_is_read_alike_in_every_writing(hour: int, minute: int, wide: bool) -> None:
    texts = [f"{hour}:{minute:02d}", f"{hour:02d}:{minute:02d}:00", f"{hour}時{minute}分", f"{hour:02d}{minute:02d}"]
    texts += [f"{hour}:{minute:02d}から"]
    if hour != 12:
        half = hour % 12 if hour >= 12 else hour
        texts += [f"{'午後' if hour >= 12 else '午前'}{half}時{minute:02d}分"]
    texts += [f"{(hour - 1) % 12 + 1}:{minute:02d} {'PM' if hour >= 12 else 'AM'}"]
    if (hour, minute) != (23, 59):
        texts += [f"{hour}:{minute:02d}{wave}23:59" for wave in "〜～-－~"] + [f"{hour}時{minute}分から23時59分まで"]
    for text in texts:
        assert cells.slot(text.translate(FULL_WIDTH) if wide else text) == hour * 60 + minute, text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9時半", 570),
        ("午後1時〜2時", 780),
        ("午前11時〜午後1時", 660),
        ("13時", 780),
        ("25:00", Reason("cell.time_none")),
        ("9:60", Reason("cell.time_none")),
        ("午後13時", Reason("cell.time_none")),
        ("10:00-9:00", Reason("cell.time_order")),
        ("9:30〜9:30", Reason("cell.time_order")),
        ("9:30〜10:75", Reason("cell.time_none")),
        ("午後12時30分", Reason("cell.time_twelve")),
        ("0.395833", Reason("cell.time")),
        ("朝", Reason("cell.time")),
        ("9:30 10:00", Reason("cell.time")),
    ],
)
def test_times_of_other_kinds(text: str, found: int | Reason) -> None:
    assert cells.slot(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "2025/8/6 9:30",
        "令和7年8月6日 午前9時半",
        "2025年8月6日（水）9:30〜10:00",
        "2025-08-06T09:30:00",
        "2025/8/6(水) 9:30",
    ],
)
def test_day_and_time_in_one_cell(text: str) -> None:
    assert cells.moment(text) == Moment(datetime.date(2025, 8, 6), 570)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ"),
        ("やまだ　　はなこ", "ヤマダ ハナコ"),
        ("ｳﾞｨｵﾗ･ｼﾞｪｰﾝ", "ヴィオラ・ジェーン"),
        ("NGUYEN VAN A", "NGUYEN VAN A"),
        ("山田花子", Reason("cell.kana")),
        ("ヤマダ1", Reason("cell.kana")),
        ("ア" * 101, Reason("cell.kana")),
    ],
)
def test_kana_names(text: str, found: str | Reason) -> None:
    assert cells.kana(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("090-0000-1234", "09000001234"),
        ("０９０−００００−１２３４", "09000001234"),
        ("+81 90-0000-1234", "09000001234"),
        ("03(1234)5678", "0312345678"),
        ("9000001234", Reason("cell.phone_zero")),
        ("422112222", Reason("cell.phone_zero")),
        ("12345", Reason("cell.phone")),
        ("090-0000-12345", Reason("cell.phone")),
        ("なし", Reason("cell.phone")),
    ],
)
def test_phone_numbers(text: str, found: str | Reason) -> None:
    assert cells.phone(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("2", 2), ("２名", 2), ("3 人", 3), ("0", Reason("cell.people_range")), ("100", Reason("cell.people_range"))]
    + [("二人", Reason("cell.people")), ("-1", Reason("cell.people")), ("1.5", Reason("cell.people"))],
)
def test_numbers_of_people(text: str, found: int | Reason) -> None:
    # CHIB-2.1-04
    assert cells.people(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("ＫＧ－００１２", "KG-0012"), ("KG‐0012", "KG-0012"), ("1.2E+11", Reason("cell.number"))]
    + [("KG 12", Reason("cell.number")), ("A" * 33, Reason("cell.number")), ("=1", Reason("cell.number"))],
)
def test_reservation_numbers(text: str, found: str | Reason) -> None:
    assert cells.number(text) == found


@given(st.text(max_size=30))
def test_no_text_makes_a_cell_reader_fail(text: str) -> None:
    for read in (cells.number, cells.kana, cells.phone, cells.people, cells.day, cells.slot, cells.moment, cells.note):
        read(text)
