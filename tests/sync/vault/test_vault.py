import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.keys.keys import Signer
from sync.vault import vaultfaults as vault
from sync.vault.sealing import (
    LARGEST,
    field_key,
    new_key,
    open_as_person,
    open_field,
    open_with,
    seal_fields,
    seal_to_person,
    seal_with,
)
from sync.vault.vault import Copy, Vault, carry

SECRET = "ヤマダ ハナコ 1985-04-03 090-0000-1234".encode()
RECORD = "demado/0123/hub-1"
subjects = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.fixture
def wrapping_key() -> bytes:
    return new_key()


@pytest.fixture
def box(tmp_path: Path, wrapping_key: bytes) -> Iterator[Vault]:
    with Vault(tmp_path / "keys.db", wrapping_key) as made:
        yield made


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


@given(subjects, st.binary(max_size=3000))
def test_what_is_sealed_opens_again(subject: str, plain: bytes) -> None:
    key = new_key()
    assert open_with(key, subject, seal_with(key, subject, plain)) == plain


@given(subjects, subjects, st.binary(max_size=100))
def test_another_subjects_bytes_never_open_even_under_the_same_key(subject: str, other: str, plain: bytes) -> None:
    key = new_key()
    sealed = seal_with(key, subject, plain)
    if subject != other:
        with pytest.raises(vault.CannotOpen):
            open_with(key, other, sealed)


@given(st.data())
def test_one_changed_or_missing_byte_is_never_opened(data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal_with(key, "v:1", SECRET))
    at = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(vault.CannotOpen):
        open_with(key, "v:1", bytes(sealed[:at]))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(vault.CannotOpen):
        open_with(key, "v:1", bytes(sealed))


@given(st.binary(max_size=500), st.binary(max_size=500))
def test_lengths_of_two_reservations_look_alike(one: bytes, other: bytes) -> None:
    assert len(seal_with(new_key(), "r:1", one)) == len(seal_with(new_key(), "r:1", other))


def test_sealed_lengths_are_few() -> None:
    lengths = {len(seal_with(new_key(), "v:1", bytes(size))) for size in range(0, 70_000, 97)}
    assert len(lengths) == 9  # 512 bytes to 128 KiB by powers of two


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(vault.TooLarge):
        seal_with(new_key(), "v:1", bytes(LARGEST + 1))


def test_sealing_the_same_twice_shows_nothing_in_common(box: Vault) -> None:
    assert box.seal("v:1", SECRET) != box.seal("v:1", SECRET)


def test_vault_opens_what_it_sealed_also_after_a_restart(tmp_path: Path, wrapping_key: bytes) -> None:
    with Vault(tmp_path / "keys.db", wrapping_key) as before:
        sealed = before.seal("r:KG-0012", SECRET)
    with Vault(tmp_path / "keys.db", wrapping_key) as after:
        assert after.open_("r:KG-0012", sealed) == SECRET
        assert after.subjects() == ["r:KG-0012"]


def test_each_subject_has_a_key_of_its_own(box: Vault) -> None:
    one, other = box.seal("v:1", SECRET), box.seal("v:2", SECRET)
    assert box.open_("v:1", one) == box.open_("v:2", other) == SECRET
    with pytest.raises(vault.CannotOpen):
        box.open_("v:2", one)


def test_destroyed_is_unreadable_for_ever(tmp_path: Path, wrapping_key: bytes) -> None:
    with Vault(tmp_path / "keys.db", wrapping_key) as box:
        sealed, other = box.seal("v:1", SECRET), box.seal("v:2", SECRET)
        box.destroy("v:1")
        box.destroy("v:1")
        assert box.subjects() == ["v:2"]
        assert box.open_("v:2", other) == SECRET
    with Vault(tmp_path / "keys.db", wrapping_key) as box:
        with pytest.raises(vault.KeyDestroyed):
            box.open_("v:1", sealed)
        with pytest.raises(vault.KeyDestroyed):
            box.seal("v:1", SECRET)
        with pytest.raises(vault.KeyDestroyed):
            box.adopt("v:1", new_key())


def test_key_that_arrives_after_its_subject_was_destroyed_is_not_kept(box: Vault) -> None:
    box.destroy("r:late")
    with pytest.raises(vault.KeyDestroyed):
        box.adopt("r:late", new_key())


def test_unknown_subject_is_named(box: Vault) -> None:
    with pytest.raises(vault.UnknownSubject) as raised:
        box.open_("v:9", seal_with(new_key(), "v:9", SECRET))
    assert raised.value.data == {"subject": "v:9"}


def test_wrong_wrapping_key_is_named_at_once(tmp_path: Path, wrapping_key: bytes) -> None:
    Vault(tmp_path / "keys.db", wrapping_key).close()
    with pytest.raises(vault.WrongWrappingKey):
        Vault(tmp_path / "keys.db", new_key())
    with pytest.raises(vault.WrongWrappingKey):
        Vault(tmp_path / "keys.db", b"short")
    Vault(tmp_path / "keys.db", wrapping_key).close()


def test_no_plain_text_and_no_key_stands_in_the_files(tmp_path: Path, wrapping_key: bytes) -> None:
    key = new_key()
    with Vault(tmp_path / "keys.db", wrapping_key) as box:
        box.seal("v:1", SECRET)
        box.adopt("v:2", key)
        open_files = everything(tmp_path)
    for kept in (open_files, everything(tmp_path)):
        assert b"v:2" in kept
        assert SECRET not in kept and key not in kept and wrapping_key not in kept


def test_after_destroy_the_wrapped_key_is_in_no_file(tmp_path: Path, wrapping_key: bytes) -> None:
    path = tmp_path / "keys.db"
    with Vault(path, wrapping_key) as box:
        for number in range(200):  # many pages, so that freed space is really moved about
            box.seal(f"v:{number}", SECRET)
        reader = sqlite3.connect(path)
        (wrapped,) = reader.execute("SELECT wrapped FROM key WHERE subject = 'v:77'").fetchone()
        reader.close()
        assert wrapped in everything(tmp_path)
        box.destroy("v:77")
        left = everything(tmp_path)
        assert wrapped not in left and wrapped[:24] not in left and wrapped[-16:] not in left
        assert (tmp_path / "keys.db-wal").stat().st_size == 0
    assert not (tmp_path / "keys.db-wal").exists()


def test_destroy_that_could_not_reach_the_log_says_so_and_can_be_repeated(tmp_path: Path, wrapping_key: bytes) -> None:
    path = tmp_path / "keys.db"
    with Vault(path, wrapping_key) as box:
        sealed = box.seal("v:1", SECRET)
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM key").fetchall()  # an open read keeps the old pages in the log
        box._db.execute("PRAGMA busy_timeout=50")
        with pytest.raises(vault.NotErased):
            box.destroy("v:1")
        with pytest.raises(vault.KeyDestroyed):
            box.open_("v:1", sealed)
        reader.close()
        box.destroy("v:1")


def test_key_made_elsewhere_opens_what_was_sealed_elsewhere(box: Vault) -> None:
    key = new_key()
    sealed = seal_with(key, "r:KG-0001", SECRET)
    box.adopt("r:KG-0001", key)
    box.adopt("r:KG-0001", key)
    assert box.open_("r:KG-0001", sealed) == SECRET
    with pytest.raises(vault.KeyDiffers):
        box.adopt("r:KG-0001", new_key())
    assert box.open_("r:KG-0001", sealed) == SECRET


def test_a_field_opens_with_its_own_key_and_with_no_other() -> None:
    key = new_key()
    sealed = seal_fields(key, "r:1", {"kana": "ヤマダ ハナコ", "phone": "090-0000-1234"})
    phone = field_key(key, "r:1", "phone")
    assert open_field(phone, "r:1", "phone", sealed) == "090-0000-1234"
    for wrong in (
        (phone, "r:1", "kana"),
        (phone, "r:2", "phone"),
        (key, "r:1", "phone"),
        (field_key(key, "r:1", "kana"), "r:1", "phone"),
        (phone, "r:1", "note"),
    ):
        with pytest.raises(vault.CannotOpen):
            open_field(*wrong, sealed)


@given(st.binary(max_size=40))
def test_what_is_no_sealed_map_is_refused_by_name(junk: bytes) -> None:
    with pytest.raises(vault.CannotOpen):
        open_field(new_key(), "r:1", "kana", junk)


@given(st.text(max_size=40), st.text(max_size=40))
def test_fields_of_two_people_look_alike(one: str, other: str) -> None:
    sealed = {
        len(seal_fields(new_key(), "r:1", {"kana": text, "phone": "" if text == one else "03"}))
        for text in (one, other)
    }
    if max(len(one.encode()), len(other.encode())) <= 124:
        assert len(sealed) == 1


def test_a_locked_vault_lists_and_destroys_but_neither_reads_nor_takes(tmp_path: Path, wrapping_key: bytes) -> None:
    path = tmp_path / "keys.db"
    with Vault(path, wrapping_key) as box:
        sealed = box.seal("v:1", SECRET)
        box.seal("v:2", SECRET)
        box.lock()
        assert box.locked and box.subjects() == ["v:1", "v:2"]
        for refused in (
            lambda: box.open_("v:1", sealed),
            lambda: box.seal("v:1", SECRET),
            lambda: box.field_key("v:1", "kana"),
            lambda: box.adopt("v:3", new_key()),
        ):
            with pytest.raises(vault.VaultLocked):
                refused()
        box.destroy("v:2")
        box.unlock(wrapping_key)
        assert box.open_("v:1", sealed) == SECRET
        with pytest.raises(vault.KeyDestroyed):
            box.field_key("v:2", "kana")


def test_the_first_secret_makes_the_vault_and_no_other_opens_it(tmp_path: Path, wrapping_key: bytes) -> None:
    with Vault(tmp_path / "keys.db") as box:
        assert not box.made and box.locked
        box.unlock(wrapping_key)
        assert box.made and not box.locked
        box.lock()
        with pytest.raises(vault.WrongWrappingKey):
            box.unlock(new_key())
        assert box.locked


def test_keys_are_adopted_all_or_none(box: Vault) -> None:
    box.adopt("r:2", new_key())
    with pytest.raises(vault.KeyDiffers):
        box.adopt_all({"r:1": new_key(), "r:2": new_key(), "r:3": new_key()})
    assert box.subjects() == ["r:2"]


def test_only_the_manager_it_was_sealed_to_opens_the_vaults_secret(wrapping_key: bytes) -> None:
    manager, other = Signer.generate(), Signer.generate()
    sealed = seal_to_person(wrapping_key, manager.public, RECORD)
    assert open_as_person(sealed, manager, RECORD) == wrapping_key
    for bad in (sealed[:-1], bytes(len(sealed)), b""):
        with pytest.raises(vault.CannotOpen):
            open_as_person(bad, manager, RECORD)
    with pytest.raises(vault.CannotOpen):
        open_as_person(sealed, other, RECORD)
    with pytest.raises(vault.CannotOpen):  # another hub shows it as its own
        open_as_person(sealed, manager, "demado/another/hub-2")
    with pytest.raises(vault.CannotOpen):
        seal_to_person(wrapping_key, b"no key", RECORD)


def test_a_copy_opens_with_the_managers_key_and_forgets_with_the_vault(tmp_path: Path, wrapping_key: bytes) -> None:
    manager = Signer.generate()
    with Vault(tmp_path / "hub.db", wrapping_key) as hub, Vault(tmp_path / "copy.db") as terminal:
        hub.unlock(wrapping_key, {manager.public: seal_to_person(wrapping_key, manager.public, RECORD)})
        sealed, gone = hub.seal("v:1", SECRET), hub.seal("v:2", SECRET)
        terminal.mirror(hub.copy())
        assert terminal.locked and terminal.subjects() == ["v:1", "v:2"]
        hub.destroy("v:2")
        terminal.destroy("v:2")
        terminal.mirror(hub.copy(["v:1", "v:2"]))
        terminal.unlock(
            open_as_person(terminal.holders()[manager.public], manager, RECORD)
        )  # the hub is dead: a take-over
        assert terminal.open_("v:1", sealed) == SECRET
        with pytest.raises(vault.KeyDestroyed):
            terminal.open_("v:2", gone)


def test_a_copy_that_comes_late_never_brings_a_destroyed_key_back(tmp_path: Path, wrapping_key: bytes) -> None:
    with Vault(tmp_path / "hub.db", wrapping_key) as hub, Vault(tmp_path / "copy.db") as terminal:
        hub.seal("v:1", SECRET)
        late = hub.copy()
        terminal.destroy("v:1")
        terminal.mirror(late)
        assert terminal.subjects() == []
        assert late.wrapped["v:1"] not in b"".join(path.read_bytes() for path in tmp_path.glob("copy.db*"))


def test_who_held_the_old_secret_opens_nothing_after_a_new_one(tmp_path: Path, wrapping_key: bytes) -> None:
    path, fresh = tmp_path / "keys.db", new_key()
    with Vault(path, wrapping_key) as box:
        sealed = box.seal("v:1", SECRET)
        old = box.copy().wrapped["v:1"]
        box.destroy("v:0")
        box.rekey(fresh, {b"k" * 32: b"sealed"})
        assert box.open_("v:1", sealed) == SECRET
        assert box.holders() == {b"k" * 32: b"sealed"}
        assert old not in everything(tmp_path)
    with pytest.raises(vault.WrongWrappingKey):
        Vault(path, wrapping_key)
    with Vault(path, fresh) as box:
        assert box.open_("v:1", sealed) == SECRET and box.subjects() == ["v:1"]
    with Vault(path) as box, pytest.raises(vault.VaultLocked):
        box.rekey(new_key(), {})


def test_a_hub_to_be_takes_the_keys_along_and_still_needs_the_secret(tmp_path: Path, wrapping_key: bytes) -> None:
    with Vault(tmp_path / "hub.db", wrapping_key) as hub, Vault(tmp_path / "terminal.db") as terminal:
        sealed, gone = hub.seal("v:1", SECRET), hub.seal("v:2", SECRET)
        terminal.mirror(hub.copy())
        terminal.destroy("v:2")
    carry(tmp_path / "terminal.db", tmp_path / "new.db")
    with Vault(tmp_path / "new.db") as new:
        with pytest.raises(vault.VaultLocked):
            new.open_("v:1", sealed)
        new.unlock(wrapping_key)
        assert new.open_("v:1", sealed) == SECRET
        with pytest.raises(vault.UnknownSubject):
            new.open_("v:2", gone)
    carry(tmp_path / "nowhere.db", tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_a_discarded_key_is_gone_from_the_file_and_its_name_is_free(tmp_path: Path, wrapping_key: bytes) -> None:
    with Vault(tmp_path / "keys.db", wrapping_key) as box:
        sealed = box.seal("v:1", SECRET)
        box.destroy("v:2")
        wrapped = box.copy().wrapped["v:1"]
        box.discard("v:1", "v:2", "v:3")
        assert box.subjects() == []
        with pytest.raises(vault.UnknownSubject):
            box.open_("v:1", sealed)
        with pytest.raises(vault.KeyDestroyed):
            box.seal("v:2", SECRET)  # what was destroyed stays so
        box.seal("v:1", SECRET)
    assert wrapped not in b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))


def test_a_copy_of_a_vault_that_was_never_made_changes_nothing(tmp_path: Path) -> None:
    with Vault(tmp_path / "copy.db") as terminal:
        terminal.mirror(Copy(b"", {}, {}))
        assert not terminal.made


def test_swapped_rows_are_noticed(tmp_path: Path, wrapping_key: bytes) -> None:
    path = tmp_path / "keys.db"
    with Vault(path, wrapping_key) as box:
        sealed = box.seal("v:1", SECRET)
        box.seal("v:2", SECRET)
    with sqlite3.connect(path) as thief:
        thief.execute("UPDATE key SET wrapped = (SELECT wrapped FROM key WHERE subject = 'v:2') WHERE subject = 'v:1'")
    with Vault(path, wrapping_key) as box, pytest.raises(vault.CannotOpen):
        box.open_("v:1", sealed)


def test_what_is_taken_back_is_what_is_unknown_here_and_under_the_same_secret(
    tmp_path: Path, wrapping_key: bytes
) -> None:
    with Vault(tmp_path / "hub.db", wrapping_key) as hub, Vault(tmp_path / "terminal.db") as terminal:
        hub.seal("v:1", SECRET)
        hub.seal("v:2", SECRET)
        old = hub.copy(["v:1"])
        sealed = hub.seal("v:3", SECRET)
        terminal.mirror(hub.copy())
    with Vault(tmp_path / "card.db") as card, Vault(tmp_path / "terminal.db") as terminal:
        card.mirror(old)
        card.destroy("v:2")
        assert card.take_back(terminal.copy()) == 1 and card.take_back(terminal.copy()) == 0
        assert card.subjects() == ["v:1", "v:3"]  # what was destroyed here stays so
        card.unlock(wrapping_key)
        assert card.open_("v:3", sealed) == SECRET
        card.rekey(new_key(), {})
        with pytest.raises(vault.WrongWrappingKey):
            card.take_back(terminal.copy())
    with Vault(tmp_path / "new.db") as new, Vault(tmp_path / "terminal.db") as terminal:
        assert new.take_back(terminal.copy()) == 3 and new.made


@pytest.mark.parametrize("data", [b"\xc1 random" * 400, b"SQLite format 3\0" + b"\xff" * 3000])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "keys.db"
    path.write_bytes(data)
    with pytest.raises(vault.VaultDamaged):
        Vault(path)
    assert path.read_bytes() == data and list(tmp_path.iterdir()) == [path]


def test_another_programs_file_is_no_vault(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "keys.db")) as other:
        other.execute("CREATE TABLE key(something)")
    with pytest.raises(vault.VaultDamaged):
        Vault(tmp_path / "keys.db")


def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(vault.VaultUnusable):
        Vault(tmp_path / "no such folder" / "keys.db")


@pytest.mark.parametrize("folder", [False, True])
def test_a_copy_that_cannot_be_read_goes_along_as_no_vault(tmp_path: Path, folder: bool) -> None:
    origin, target = tmp_path / "kept", tmp_path / "made"
    if folder:
        origin.mkdir()
    else:
        origin.write_bytes(b"spoilt" * 1000)
    assert "vault.damaged" in carry(origin, target)
    with pytest.raises(vault.VaultDamaged):  # no fresh one is made where it lies
        Vault(target)
