import datetime as dt
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.domain.guard import MASK, _fold, _my_numbers, _pins, check_digit, check_text, is_my_number, redact

# Artificial numbers worked out by hand from 省令85号 第5条, with both edges of "r <= 1 gives 0" and r = 10.
WORKED = ["123456789018", "987654321093", "000000000060", "000000000051", "983205673214"]
SEPARATORS = ["", " ", "  ", "　", "\t", "\u00a0", "-", "－", "‐", "‑", "–", "—", "―", "−", "ー", "ｰ", " - "]
SEPARATORS += [",", "，", "、", ".", "．", "・", "。", "\u200b", "\u00ad", "\n", "\r\n", "─"]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

bodies = st.text("0123456789", min_size=11, max_size=11).filter(lambda body: body.strip("0") != "")
numbers = bodies.map(lambda body: body + str(check_digit(body)))
groupings = st.sampled_from([(4, 4, 4), (1,) * 12, (3, 3, 3, 3), (12,), (6, 6), (2, 10), (4, 8), (3, 4, 5)])
prose = st.text("あいう山田カナABCabc（）「」：:/", max_size=12)


def written(digits: str, grouping: tuple[int, ...], separator: str) -> str:
    parts, at = [], 0
    for length in grouping:
        parts.append(digits[at : at + length])
        at += length
    return separator.join(parts)


@pytest.mark.parametrize("number", WORKED)
def test_worked_examples_are_my_numbers(number: str) -> None:
    assert is_my_number(number)
    assert check_text(number) is not None


def test_all_zeros_is_no_my_number() -> None:
    assert check_text("000000000000") is None


@given(numbers, groupings, st.sampled_from(SEPARATORS), st.booleans(), prose, prose)
def test_every_valid_number_is_found_in_every_writing(
    number: str, grouping: tuple[int, ...], separator: str, wide: bool, before: str, after: str
) -> None:
    # NIIG-8.1-14, AOMO-8-04
    text = written(number, grouping, separator)
    found = check_text(before + (text.translate(FULL_WIDTH) if wide else text) + after)
    assert found is not None
    assert (found.code, found.start, found.end) == ("guard.my_number", len(before), len(before) + len(text))


@given(
    numbers,
    groupings,
    st.sampled_from("\u034f\ufe0e\ufe0f\U000e0100\u20e3\u0301\u180b\u115f\u3164\uffa0\u2800\u2060\ufeff"),
)
def test_marks_and_letters_that_nobody_sees_hide_no_number(number: str, groups: tuple[int, ...], unseen: str) -> None:
    found = check_text(f"番号{written(number, groups, unseen)}。")
    assert found is not None and found.code == "guard.my_number"
    keycaps = "".join(digit + "\ufe0f\u20e3" for digit in number)
    assert check_text(keycaps) is not None and redact(keycaps).startswith(MASK)


KANJI = [str.maketrans("0123456789", zero + "一二三四五六七八九") for zero in "〇零○"]


@given(numbers, groupings, st.sampled_from(["", " ", "　", "、", "・", "-", "\n", "\u200b"]), st.sampled_from(KANJI))
def test_a_number_written_in_kanji_is_found_and_leaves_no_digit(
    number: str, groups: tuple[int, ...], between: str, kanji: dict[int, int]
) -> None:
    text = f"番号は{written(number.translate(kanji), groups, between)}です"
    found = check_text(text)
    assert found is not None and found.code == "guard.my_number"
    assert redact(text) == f"番号は{MASK}です"
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert check_text(text.replace(number.translate(kanji)[-1] + "です", wrong.translate(kanji)[-1] + "です")) is None


@pytest.mark.parametrize(
    "text",
    [
        "一、二、三、四、五、六、七、八、九、十、十一、十二",
        "令和七年八月六日から二〇二六年三月三一日まで",
        "本町六丁目六番三号 042-387-9832",
        "一二三四五六七八九〇一二三四",
        "一二三四五六七八九〇一八三",
        "三一二三四五六七八九〇一八",
    ],
)
def test_what_else_is_written_in_kanji_passes(text: str) -> None:
    assert check_text(text) is None


@given(bodies, st.integers(1, 9), groupings, st.sampled_from(SEPARATORS), prose)
def test_no_number_with_a_wrong_check_digit_is_found(
    body: str, off: int, grouping: tuple[int, ...], separator: str, before: str
) -> None:
    # NIIG-8.1-14
    wrong = body + str((check_digit(body) + off) % 10)
    assert check_text(before + written(wrong, grouping, separator)) is None


@given(numbers, st.text("0123456789", min_size=1, max_size=11), st.booleans())
def test_digits_inside_a_longer_run_are_not_found(number: str, more: str, in_front: bool) -> None:
    assert check_text(more + number if in_front else number + more) is None


@given(st.text("0123456789", min_size=23, max_size=23), st.sampled_from(["", " ", "-", "　"]))
def test_form_id_of_23_digits_passes(form_id: str, separator: str) -> None:
    assert check_text(written(form_id, (4, 4, 4, 4, 4, 3), separator)) is None


@given(st.text("0123456789", min_size=4, max_size=4), st.text("0123456789", min_size=4, max_size=4))
def test_phone_numbers_pass(middle: str, last: str) -> None:
    # AOMO-8-04
    assert check_text(f"090-{middle}-{last}") is None
    assert check_text(f"電話 090{middle}{last} まで") is None


def test_number_followed_by_a_phone_number_is_found_although_both_have_23_digits() -> None:
    assert check_text("1234 5678 9018 090-1234-5678") is not None
    assert check_text("123456789018 09012345678") is not None


@given(
    numbers,
    st.sampled_from([(4, 4, 4), (3, 3, 3, 3)]),
    st.text(st.sampled_from("/_:|=~+;'*()[]（）／：＿＊・ "), min_size=1, max_size=3),
)
def test_whatever_marks_stand_between_its_groups_a_number_is_found(
    number: str, groups: tuple[int, ...], between: str
) -> None:
    assert check_text(f"番号（{written(number, groups, between)}）") is not None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
@pytest.mark.parametrize("between", [", ", "、", " ", "・"])
def test_two_dates_are_two_dates(between: str, one: dt.date, two: dt.date) -> None:
    assert check_text(f"希望日 {one}{between}{two}") is None
    assert check_text(f"{one:%Y/%m/%d}{between}{two:%Y/%m/%d}") is None


def test_a_number_beside_a_date_is_found() -> None:
    assert check_text("2025-08-06 123456789018") is not None and check_text("1234 5678 9018 2025-08-06") is not None


def test_mixed_separators_do_not_hide_a_number() -> None:
    found = check_text("番号は１２３４ 5678－9018です")
    assert found is not None and (found.start, found.end) == (3, 17)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("暗証番号は1234です", "1234"),
        ("暗証番号（4桁）は、１２３４", "１２３４"),
        ("暗証：1 2 3 4", "1 2 3 4"),
        ("1234が暗証番号", "1234"),
        ("0987（PIN）", "0987"),
        ("PIN code: 4321", "4321"),
        ("pin is 4321", "4321"),
        ("PINコード 4321", "4321"),
        ("ピン番号 4321", "4321"),
        ("パスワードは、たしか ABC123", "ABC123"),
        ("ﾊﾟｽﾜｰﾄﾞ:ABC123XYZ", "ABC123XYZ"),
        ("password=s3cr3tpw", "s3cr3tpw"),
        ("署名用パスワード ＡＢＣ１２３", "ＡＢＣ１２３"),
    ],
)
def test_pin_beside_its_word_is_found(text: str, value: str) -> None:
    # KOGA-7.1-11
    found = check_text(text)
    assert found is not None and found.code == "guard.pin"
    assert text[found.start : found.end] == value
    assert redact(text) == text.replace(value, MASK)


@pytest.mark.parametrize(
    "text",
    [
        "暗証番号の説明を受けた。4名",
        "暗証番号再設定 2025年8月6日",
        "暗証番号変更 2025/08/06 10:30",
        "spinning 1234",
        "ピンク 1234",
        "password reset",
        "パスワードコード",
        "予約 KG-0012 9:30",
        "",
    ],
)
def test_ordinary_text_passes(text: str) -> None:
    assert check_text(text) is None
    assert redact(text) == text


def test_finding_and_its_sentences_hold_no_digits_of_the_number() -> None:
    found = check_text("番号 1234 5678 9018")
    assert found is not None
    for said in (repr(found.code), found.ja, found.en):
        assert "1234" not in said and "9018" not in said


pieces = st.one_of(
    numbers,
    st.text("0123456789 -.,－　暗証番号PINabc、/", max_size=20),
    st.sampled_from([*SEPARATORS, "暗証番号は", "PIN ", "2025-08-06", "090-1234-5678", MASK]),
    st.text(max_size=5),
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_redact_is_idempotent_and_leaves_no_valid_number(text: str) -> None:
    once = redact(text)
    assert check_text(once) is None
    assert redact(once) == once
    assert not any(is_my_number(run) for run in re.findall(r"(?<![0-9])[0-9]{12}(?![0-9])", once))


@given(numbers, st.text(max_size=20), st.text(max_size=20))
def test_redact_leaves_nothing_of_a_number_in_any_surroundings(number: str, before: str, after: str) -> None:
    assume(not before[-1:].isdecimal() and not after[:1].isdecimal())
    assume(number not in before and number not in after)
    assert number not in redact(before + number + after)


pins = st.builds(
    "{}{}{}".format, st.sampled_from(["pin", "PIN ", "暗証", "暗証番号は"]), bodies.map(lambda b: b[:4]), prose
)
odd = st.text(st.characters(categories=["Nd", "No", "Nl", "Lu", "Cf", "Zs", "Pd"]), max_size=14)


@given(numbers | pins | odd, st.booleans())
def test_what_the_guard_finds_is_never_passed_over_to_save_time(text: str, wide: bool) -> None:
    text = text.translate(FULL_WIDTH) if wide else text
    folded = _fold(text)
    assert check_text(text) == (next(_my_numbers(folded), None) or next(_pins(folded), None))
