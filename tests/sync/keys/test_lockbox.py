"""A lockbox opens to its passphrase on an enrolled terminal, and to nothing less."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import Malformed, SyncError
from sync.keys.lockbox import Cost, WrongPassphrase, lock, unlock

SEED, SECRET, OTHER_SECRET = b"s" * 32, b"k" * 32, b"K" * 32


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.text(max_size=40))
def test_the_passphrase_and_the_secret_give_the_seed_back(seed: bytes, passphrase: str) -> None:
    assert unlock(lock(seed, passphrase, SECRET, cost=Cost.TRAINING), passphrase, SECRET) == seed


@pytest.mark.parametrize("cost", list(Cost))
def test_each_cost_is_read_from_the_box(cost: Cost) -> None:
    assert unlock(lock(SEED, "出窓 2025", SECRET, cost=cost), "出窓 2025", SECRET) == SEED


def test_a_wrong_passphrase_or_another_terminals_secret_is_refused() -> None:
    locked = lock(SEED, "correct horse", SECRET, cost=Cost.TRAINING)
    for passphrase, secret in (
        ("correct horsE", SECRET),
        ("correct horse ", SECRET),
        ("", SECRET),
        ("correct horse", OTHER_SECRET),
        ("correct horse", b""),
    ):
        with pytest.raises(WrongPassphrase):
            unlock(locked, passphrase, secret)


def test_full_width_typing_is_the_same_passphrase() -> None:
    locked = lock(SEED, "demado-2025 パス", SECRET, cost=Cost.TRAINING)
    assert unlock(locked, "ｄｅｍａｄｏ－２０２５　ﾊﾟｽ", SECRET) == SEED


def test_the_same_seed_and_passphrase_never_make_the_same_box() -> None:
    assert lock(SEED, "p", SECRET, cost=Cost.TRAINING) != lock(SEED, "p", SECRET, cost=Cost.TRAINING)


def test_one_changed_bit_in_any_byte_and_every_truncation_is_refused() -> None:
    locked = lock(SEED, "p", SECRET, cost=Cost.TRAINING)
    for at in range(len(locked)):
        changed = bytearray(locked)
        changed[at] ^= 1 << at % 8
        with pytest.raises(SyncError):
            unlock(bytes(changed), "p", SECRET)
    for length in range(len(locked)):
        with pytest.raises(Malformed):
            unlock(locked[:length], "p", SECRET)


def test_a_box_that_asks_for_a_strangers_cost_is_refused_before_it_takes_any_memory() -> None:
    fields = msgspec.msgpack.decode(lock(SEED, "p", SECRET, cost=Cost.TRAINING))
    for passes, memory in ((1, 1 << 40), (1 << 30, 1 << 20), (1, 8192)):
        with pytest.raises(Malformed):
            unlock(msgspec.msgpack.encode([fields[0], passes, memory, *fields[3:]]), "p", SECRET)


def test_seeds_and_secrets_of_another_length_are_refused() -> None:
    for seed, secret in ((b"s" * 31, SECRET), (SEED, b"")):
        with pytest.raises(ValueError, match="32 bytes"):
            lock(seed, "p", secret, cost=Cost.TRAINING)
