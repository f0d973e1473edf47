"""A root of trust: made once, opened by its passphrase alone, shown to others by its card."""

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.setup.passphrase import WrongAlone
from hub.setup.registry import ISSUING, new_contractor
from hub.setup.root import (
    ROOT_FILE,
    Card,
    FingerprintDiffers,
    NotThisRoot,
    card_of,
    decode_card,
    encode_card,
    make_root,
    need_root,
    need_same,
    open_root,
)
from sync.errors import Malformed, SyncError
from sync.keys.fingerprint import fingerprint
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost, cost_of
from sync.keys.party import HomeIncomplete
from sync.keys.passphrase import BadPassphrase
from sync.wholefile import WouldOverwrite
from tests.hub.setup.quick import CONTRACTOR, PROFILE, RAW, terms
from tests.sync.crashing import killed_everywhere

WORDS = "umi kaze tsukue ringo"
NOW_MS = 1_754_438_400_000


def make(folder: Path) -> Card:
    return make_root(folder, "contractor", "株式会社ためし", WORDS, now_ms=NOW_MS, cost=Cost.TRAINING)


def test_a_root_opens_with_its_passphrase_also_in_full_width_and_with_no_other(tmp_path: Path) -> None:
    card = make_root(tmp_path / "root", "city", "ためし市", "umi kaze tsukue 2627", now_ms=NOW_MS)
    root = open_root(tmp_path / "root", "ｕｍｉ　ｋａｚｅ　ｔｓｕｋｕｅ　２６２７")
    assert root.card == card == card_of(tmp_path / "root") and root.signer.public == card.key
    assert decode_card((tmp_path / "root" / "city.card").read_bytes()) == card
    with pytest.raises(WrongAlone):
        open_root(tmp_path / "root", "umi kaze tsukue 2628")


def test_a_root_and_an_issuing_key_cost_who_tries_passphrases_the_dearest(tmp_path: Path) -> None:
    make_root(tmp_path / "root", "contractor", "株式会社ためし", WORDS, now_ms=NOW_MS)
    new_contractor(tmp_path / "registry", CONTRACTOR, terms(), RAW, PROFILE, WORDS)
    for file in (tmp_path / "root" / ROOT_FILE, tmp_path / "registry" / ISSUING):
        assert cost_of(msgspec.msgpack.decode(file.read_bytes())["locked"]) is Cost.MODERATE


def test_no_file_of_a_root_shows_its_private_key_or_is_open_to_others(tmp_path: Path) -> None:
    make(tmp_path / "root")
    seed = open_root(tmp_path / "root", WORDS).signer.seed
    for file in (tmp_path / "root").iterdir():
        assert seed not in file.read_bytes() and WORDS.encode() not in file.read_bytes()
    if os.name == "posix":
        assert (tmp_path / "root").stat().st_mode & 0o077 == 0
        assert (tmp_path / "root" / ROOT_FILE).stat().st_mode & 0o077 == 0


def test_a_root_is_never_made_over_another(tmp_path: Path) -> None:
    card = make(tmp_path / "root")
    with pytest.raises(WouldOverwrite):
        make(tmp_path / "root")
    assert card_of(tmp_path / "root") == card


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_making_a_root_that_is_killed_anywhere_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    folder = tmp_path / "root"
    for _ in killed_everywhere(lambda: make(folder) and None):
        if folder.exists():
            open_root(folder, WORDS)
            return


@pytest.mark.parametrize(
    "weak", ["", "umi kaze 7", "aaaaaaaaaaaaaaaaaaaaaa", "うみ かぜ つくえ りんご ばす でんわ", "umi kaze tameshi"]
)
def test_a_passphrase_that_can_be_guessed_is_refused_before_anything_is_made(tmp_path: Path, weak: str) -> None:
    with pytest.raises(BadPassphrase):
        make_root(tmp_path / "root", "city", "ためし市", weak, now_ms=NOW_MS)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_root_and_a_damaged_root_are_named(tmp_path: Path) -> None:
    with pytest.raises(HomeIncomplete):
        open_root(tmp_path, WORDS)
    make(tmp_path / "root")
    file = tmp_path / "root" / ROOT_FILE
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Malformed):
        open_root(tmp_path / "root", WORDS)


def test_the_other_organisations_root_is_refused_for_a_step_of_ours(tmp_path: Path) -> None:
    card = make(tmp_path / "root")
    need_root(card, "contractor", card.key)
    with pytest.raises(NotThisRoot):
        need_root(card, "city")
    with pytest.raises(NotThisRoot):
        need_root(card, "contractor", Signer.generate().public)


CARD_KEY = Signer(bytes(range(32)))
CARD = encode_card(Card(party="city", organisation="ためし市", key=CARD_KEY.public, made_ms=NOW_MS), CARD_KEY)


@given(st.integers(0, len(CARD) - 1), st.integers(1, 255))
def test_a_changed_card_is_refused_or_its_fingerprint_differs(place: int, change: int) -> None:
    changed = CARD[:place] + bytes([CARD[place] ^ change]) + CARD[place + 1 :]
    with pytest.raises(SyncError):
        need_same(fingerprint(CARD_KEY.public), decode_card(changed))


@given(st.integers(0, len(CARD) - 1))
def test_a_card_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(Malformed):
        decode_card(CARD[:length])


def test_a_card_of_a_stranger_is_betrayed_by_its_digits() -> None:
    stranger = Signer.generate()
    card = decode_card(
        encode_card(Card(party="city", organisation="ためし市", key=stranger.public, made_ms=NOW_MS), stranger)
    )
    with pytest.raises(FingerprintDiffers):
        need_same(fingerprint(CARD_KEY.public), card)


def test_a_card_that_writes_on_the_terminal_is_refused() -> None:
    with pytest.raises(Malformed):
        decode_card(encode_card(Card(party="city", organisation="\x1b[2J市", key=CARD_KEY.public, made_ms=0), CARD_KEY))
