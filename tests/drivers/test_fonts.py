"""No character ever comes out as a box, whatever fonts the machine has."""

from __future__ import annotations

import pylopdf_fonts_jp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.announcement import LETTERS
from drivers.fonts import GETA, Face, covers, face

PACKAGED = Face((pylopdf_fonts_jp.sans_path(),))
EVERYTHING_A_TICKET_SAYS = (
    "0123456789-()ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:% "
    "訓練再市出張窓口月火水木金土日前に人約分番号でお呼びします。画面をごらんください席はなれるときは受付へまもなく"
    "小金井市千葉市新潟市青森市長岡市交付前設定カード電子証明関係（発行・更新など）暗証番号再設定健康保険証利用申込公金"
    "受取口座登録申請サポート特急" + "".join(LETTERS.values())
)


@pytest.mark.parametrize("letters", [PACKAGED, face(), face(bold=True), face(bold=True, fixed=True)])
def test_every_character_of_a_ticket_is_covered(letters: Face) -> None:
    assert letters.uncovered(EVERYTHING_A_TICKET_SAYS) == ""


def test_a_rare_kanji_of_a_name_comes_from_the_next_font() -> None:
    assert face(bold=True).uncovered("𠮷野家 髙﨑") == ""


def test_a_character_no_font_has_is_drawn_as_the_missing_type_mark() -> None:
    assert PACKAGED.uncovered("A\U0001f9ffB") == "\U0001f9ff"
    assert "".join(piece for _, piece in PACKAGED.runs("A\U0001f9ffB", 30)) == f"A{GETA}B"


def test_decomposed_kana_and_variation_selectors_draw_as_plain_text() -> None:
    assert "".join(piece for _, piece in PACKAGED.runs("か\u3099葛\U000e0100", 30)) == "が葛"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_nothing_drawn_is_ever_uncovered(text: str) -> None:
    letters = face(bold=True)
    for font, piece in letters.runs(text, 20):
        path = next(path for path in letters.files if str(path) == str(font.path))
        assert all(covers(path, char) for char in piece)
