"""A new passphrase is long enough and nothing that a stranger would try first; what is refused says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.keys.passphrase import (
    BadPassphrase,
    PassphraseGuessable,
    PassphraseNamesPerson,
    PassphraseTooShort,
    PassphraseUntypeable,
    check_passphrase,
)

NAMES = ("山田 太郎", "Yamada Taro", "staff-12")


@pytest.mark.parametrize("passphrase", ["", "a", "kq7!mz2", "  kq7!mz2  ", "a b c d"])
def test_fewer_than_eight_characters_are_refused_and_spaces_do_not_count(passphrase: str) -> None:
    with pytest.raises(PassphraseTooShort):
        check_passphrase(passphrase, NAMES)


@pytest.mark.parametrize(
    "passphrase",
    [
        "12345678", "87654321", "１２３４５６７８", "00000000", "19800401", "123456789018", "qwertyui", "QWERTYuiop", "asdfghjkl",
        "password", "Password1", "pass word 1", "mynumber2025", "himitsu123", "demado1234", "abcdefgh", "1qaz2wsx",
        "aaaaaaaa", "abababab", "maruomaruo", "11112222", "abcd1234", "kmxkkmxw",
    ],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(passphrase: str) -> None:
    with pytest.raises(PassphraseGuessable):
        check_passphrase(passphrase, NAMES)


@pytest.mark.parametrize(
    "passphrase", ["yamada-kq7!mz", "kq7!TAROmz2", "kq7mstaff-12x", "ＹＡＭＡＤＡkq7!mz", "ya ma da kq7!"]
)
def test_a_persons_own_name_and_number_are_refused(passphrase: str) -> None:
    with pytest.raises(PassphraseNamesPerson):
        check_passphrase(passphrase, NAMES)


@pytest.mark.parametrize(
    "passphrase", ["出窓の外の青い犬です", "kq7!mz2#é", "kq7!mz2#\x00", "kq7!\x1bmz2#", "kq7!mz2#\x7f"]
)
def test_what_a_lock_screen_does_not_take_is_refused_before_anybody_is_locked_out(passphrase: str) -> None:
    with pytest.raises(PassphraseUntypeable):
        check_passphrase(passphrase)


@pytest.mark.parametrize(
    "passphrase", ["kawa-tsukue-3-ame", "Green bicycle 1958", "kq7!mz2#", "ｋｑ７！ｍｚ２＃", "kmxkqmxw"]
)
def test_unrelated_words_and_random_characters_are_accepted(passphrase: str) -> None:
    check_passphrase(passphrase, NAMES)


@given(st.text(max_size=30))
def test_every_text_is_accepted_or_refused_by_name_and_never_repeated(passphrase: str) -> None:
    try:
        check_passphrase(passphrase, NAMES)
    except BadPassphrase as error:
        assert error.code.startswith("passphrase.")
        assert error.data in ({}, {"least": 8})
