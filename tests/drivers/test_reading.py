"""How numbers are counted aloud, and that the speech engine itself reads every number of every contract's lanes so."""

from __future__ import annotations

import pytest

from drivers.announcement import number_ja
from drivers.voice.reading import LETTERS, kana_of, number_kana
from drivers.voice.worker import said_by_engine, spoken
from hub.domain.contracts.reading import load_profile, shipped

LANES = sorted({lane.prefix for name in shipped() for lane in load_profile(name).lanes})
"""The letters that tickets of the five contracts begin with."""


@pytest.mark.parametrize(
    ("number", "kana"),
    [
        (0, "ゼロ"),
        (1, "イチ"),
        (4, "ヨン"),
        (7, "ナナ"),
        (9, "キュー"),
        (10, "ジュー"),
        (14, "ジューヨン"),
        (19, "ジューキュー"),
        (20, "ニジュー"),
        (77, "ナナジューナナ"),
        (100, "ヒャク"),
        (101, "ヒャクイチ"),
        (200, "ニヒャク"),
        (300, "サンビャク"),
        (333, "サンビャクサンジューサン"),
        (400, "ヨンヒャク"),
        (600, "ロッピャク"),
        (666, "ロッピャクロクジューロク"),
        (800, "ハッピャク"),
        (888, "ハッピャクハチジューハチ"),
        (910, "キューヒャクジュー"),
        (999, "キューヒャクキュージューキュー"),
        (1000, "セン"),
        (3000, "サンゼン"),
        (8101, "ハッセンヒャクイチ"),
    ],
)
def test_numbers_are_counted_as_people_count(number: int, kana: str) -> None:
    assert kana_of(number) == kana


def test_every_number_has_a_reading_of_its_own() -> None:
    assert len({kana_of(n) for n in range(10_000)}) == 10_000


@pytest.mark.parametrize("n", [-1, 10_000])
def test_what_no_ticket_can_say_is_refused(n: int) -> None:
    with pytest.raises(ValueError):
        kana_of(n)


@pytest.mark.parametrize("lane", [*LANES, "P"])
def test_the_engine_reads_every_number_of_a_lane_as_people_count(lane: str) -> None:
    wrong = []
    for n in range(1000):
        number = f"{lane}-{n:03}"
        wanted, text = number_kana(number) + "バンノカタ", number_ja(number)
        if said_by_engine(text) != wanted and said_by_engine(spoken(text, number_kana(number))) != wanted:
            wrong.append(number)
    assert wrong == []


def test_the_110th_person_is_not_called_as_the_police_are() -> None:
    assert said_by_engine(number_ja("B-110")) == "ビーヒャクトーバンノカタ", "if it is mended there, this goes"
    assert spoken(number_ja("B-110"), number_kana("B-110")) == "ビーヒャクジュー番のかた"


def test_where_an_engine_would_read_otherwise_it_is_given_the_kana() -> None:
    text = number_ja("A-023")
    assert spoken(text, number_kana("A-023")) == text
    assert spoken(text, "エーフタジューサン") == "エーフタジューサン番のかた"
    assert said_by_engine(spoken(text, "エーフタジューサン")) == "エーフタジューサンバンノカタ"


def test_windows_are_read_with_the_particle_and_every_letter_as_its_name() -> None:
    assert said_by_engine("窓口2へおこしください") == "マドグチニエオコシクダサイ"
    for letter, name in LETTERS.items():
        assert said_by_engine(number_ja(f"{letter}-005")) == f"{name}ゴバンノカタ", letter
