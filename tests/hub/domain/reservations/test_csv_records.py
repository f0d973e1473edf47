import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.reservations.csv_records import LARGEST, Decoded, Fault, decode, delimiter, records

cell = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    ['"', ",", "\n", "\r\n", "\r", '","', "", " ", "a,b", '="x"', "①髙～"]
)
newlines = st.sampled_from(["\r\n", "\n", "\r"])


@given(st.lists(st.lists(cell, min_size=1, max_size=4), max_size=5), newlines, st.sampled_from([",", "\t"]))
def test_what_a_csv_writer_quotes_is_read_back(rows: list[list[str]], newline: str, between: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=between, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(rows)
    assert [list(record.cells or ()) for record in records(out.getvalue(), between)] == rows


def line_ends(text: str) -> int:
    return len(re.findall("\r\n|\r|\n", text))


@given(st.text('ab",\r\n=', min_size=1, max_size=40))
def test_every_line_of_a_file_belongs_to_exactly_one_record(text: str) -> None:
    found = list(records(text, ","))
    assert found[0].line == 1
    after_the_last = 1 + line_ends(text) + (0 if text[-1] in "\r\n" else 1)
    for record, following in zip(found, [*(record.line for record in found[1:]), after_the_last], strict=True):
        inside = 0 if record.cells is None else line_ends(",".join(record.cells))
        assert following == record.line + 1 + inside  # a broken record gives up one line and no more


def test_line_of_a_record_is_where_it_starts() -> None:
    text = 'a,b\r\n"x\r\ny",1\r\nc,d\r\n'
    assert [(record.line, record.cells) for record in records(text, ",")] == [
        (1, ("a", "b")),
        (2, ("x\r\ny", "1")),
        (4, ("c", "d")),
    ]


def test_quote_that_never_closes_costs_its_own_line_only() -> None:
    assert [record.cells for record in records('a,"b\nc,d\ne,f', ",")] == [None, ("c", "d"), ("e", "f")]


def test_stray_quote_does_not_pair_with_the_next_rows_quotes() -> None:
    assert [record.cells for record in records('1,"b\n2,"x,y"\n', ",")] == [None, ("2", "x,y")]


def test_number_kept_as_a_formula_is_read() -> None:
    assert [record.cells for record in records('="0012",b\n', ",")] == [("0012", "b")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_of_offices_is_read(encoding: str) -> None:
    text = "予約番号,備考\r\nKG-1,①髙～―\r\n"
    assert decode(text.encode(encoding)) == Decoded(text, encoding)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_both_byte_orders_of_utf_16_are_read(mark: bytes) -> None:
    codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert decode(mark + "予約番号\t人数".encode(codec)) == Decoded("予約番号\t人数", "utf-16")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "file.empty"),
        (b"PK\x03\x04" + bytes(30), "file.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30), "file.xls"),
        (b"a,b\n1,\0\n", "file.nul"),
        ("予約番号".encode("utf-16-le"), "file.undecodable"),
        ("ab,cd\n".encode("utf-16-le"), "file.nul"),
        (b"a" * (LARGEST + 1), "file.too_large"),
        (b"\xef\xbb\xbfa\n\xff\n", "file.undecodable"),
        (b"\xff\xfea", "file.undecodable"),
        (b"a\n\x80\n", "file.undecodable"),
    ],
)
def test_file_that_is_no_such_text_is_refused_by_name(data: bytes, code: str) -> None:
    found = decode(data)
    assert isinstance(found, Fault) and found.code == code


def test_undecodable_names_the_line() -> None:
    data = "予約番号\r\nKG-1\r\n".encode("cp932") + b"\x81\x20\r\n"
    assert decode(data) == Fault("file.undecodable", {"line": "3"})


def test_tabs_separate_where_the_header_has_no_comma() -> None:
    assert delimiter("\r\na\tb\n1,2\t3") == "\t"
    assert delimiter("a,b\tc\n") == ","


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_a_named_fault(data: bytes) -> None:
    found = decode(data)
    if isinstance(found, Decoded):
        assert all(record.line >= 1 for record in records(found.text, delimiter(found.text)))
    else:
        assert found.code.startswith("file.")


def test_a_quote_that_nobody_closed_swallows_no_other_row() -> None:
    text = '番号,氏名,備考\n1,あ,"車いす\n2,い,なし\n3,う,ベビーカー"\n4,え,\n'
    assert [(record.line, record.cells) for record in records(text, ",")] == [
        (1, ("番号", "氏名", "備考")),
        (2, None),
        (3, ("2", "い", "なし")),
        (4, None),
        (5, ("4", "え", "")),
    ]


def test_a_note_on_two_lines_is_one_cell() -> None:
    text = '番号,氏名,備考\n1,あ,"車いす、\n入口まで, 迎え"\n'
    assert [record.cells for record in records(text, ",")][1] == ("1", "あ", "車いす、\n入口まで, 迎え")
