"""Whatever stands in clear is found in every form (test_day looks through a whole day), and without consents nothing is kept."""

import base64
import datetime as dt
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import decode_profile, load_profile, profile_bytes, shipped
from hub.rehearsal import plainness, secrets
from hub.rehearsal.conduct import Rehearsal
from hub.rehearsal.consentless import without_consents
from hub.rehearsal.session import choose
from hub.rehearsal.wiretap import payload

PERSON = secrets.Person("サトウ ハナコ", "09012345678", dt.date(1985, 4, 3), "")


@pytest.mark.parametrize(
    "written",
    [
        "サトウ ハナコ",
        "サトウハナコ",
        "サトウ　ハナコ",
        "さとう はなこ",
        "ｻﾄｳ ﾊﾅｺ",
        "09012345678",
        "090-1234-5678",
        "０９０－１２３４－５６７８",
        "1985-04-03",
        "1985/4/3",
        "19850403",
        "昭和60年4月3日",
        "S60.4.3",
        "１９８５年４月３日",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16-le", "utf-16-be"])
def test_a_person_that_did_stand_in_clear_would_be_found_however_written(
    tmp_path: Path, written: str, encoding: str
) -> None:
    (tmp_path / "file").write_bytes(b"\0\1" + written.encode(encoding) + b"\xff")
    assert plainness.holding(tmp_path, secrets.people_forms([PERSON])), written


@pytest.mark.parametrize("written", ["サトウ ハナコ", "ｻﾄｳ ﾊﾅｺ", "０９０－１２３４－５６７８", "昭和60年4月3日"])
@pytest.mark.parametrize(
    "program",
    [
        lambda text: json.dumps({"said": f"a {text} b"}),
        lambda text: repr(f"a {text} b".encode()),
        lambda text: ascii([text]),
        lambda text: f"GET /{quote(text)} HTTP/1.1",
        lambda text: base64.b64encode(f"a{text}b".encode()).decode(),
        lambda text: text.encode().hex(),
    ],
)
def test_a_person_is_found_too_where_a_program_writes_ascii_alone(
    tmp_path: Path, written: str, program: Callable[[str], str]
) -> None:
    (tmp_path / "log").write_text(program(written), encoding="ascii")
    assert plainness.holding(tmp_path, secrets.people_forms([PERSON])), written


FEW = st.binary(min_size=1, max_size=4).map(lambda drawn: bytes(byte % 3 for byte in drawn))
"""Strings of three letters: many begin alike, and one often stands within another."""


@given(st.lists(FEW, max_size=6), st.binary(max_size=12).map(lambda drawn: bytes(byte % 3 for byte in drawn)))
def test_many_strings_are_looked_for_at_once_and_none_is_missed(wanted: list[bytes], data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "file").write_bytes(data)
        assert bool(plainness.holding(Path(folder), wanted)) == any(one in data for one in wanted)


def test_voiced_names_are_found_in_half_width_too() -> None:
    assert plainness.half_width("ガギパ") == "ｶﾞｷﾞﾊﾟ"


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=5), st.binary(max_size=5))
def test_a_key_is_found_raw_in_hexadecimal_and_wherever_it_stands_in_base64(
    key: bytes, before: bytes, after: bytes
) -> None:
    forms = plainness.key_forms(key)
    whole = before + key + after
    for text in (
        whole,
        key.hex().encode(),
        key.hex().upper().encode(),
        base64.b64encode(whole),
        base64.urlsafe_b64encode(whole),
    ):
        assert any(form in text for form in forms), text


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=70_000)), max_size=4), st.binary(min_size=4, max_size=4))
def test_what_was_said_in_websocket_frames_is_heard_without_their_masks(
    frames: list[tuple[bool, bytes]], mask: bytes
) -> None:
    head = b"GET /link HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    stream = head
    for masked, data in frames:
        size = len(data)
        length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big") if size < 65536 else b"\x7f" + size.to_bytes(8, "big")  # fmt: skip
        length = bytes([length[0] | (0x80 if masked else 0)]) + length[1:]
        body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)) if masked else data
        stream += b"\x82" + length + (mask if masked else b"") + body
    assert payload(stream) == head + b"".join(data for _, data in frames)


def test_other_traffic_is_heard_as_it_was_sent() -> None:
    assert payload(b"HTTP/1.1 200 OK\r\n\r\nboard") == b"HTTP/1.1 200 OK\r\n\r\nboard"


def test_a_koganei_day_without_consents_is_number_only_and_holds(tmp_path: Path) -> None:
    # KOGA-T6-01, KOGA-T6-05
    profile = load_profile("koganei")
    session = choose(profile, None, None, None)
    with Rehearsal(tmp_path, "koganei", profile, session, people=9, consents=False) as rehearsal:
        rehearsal.start()
        ended = rehearsal.listen(lambda told: None)
        made = rehearsal.finish(ended)
    assert made.holds, [name for name, true in made.invariants.items() if not true]
    assert made.invariants["number_only"] and not ended.keys
    assert made.reservations["listed"] > 0 and made.reservations["sealed"] == made.reservations["read"] == 0
    assert any("番号だけ" in note for note in made.notes)
    assert not (tmp_path / "terminal-1" / "vault.sqlite").exists()


@pytest.mark.parametrize("contract", shipped())
def test_a_contract_without_consents_is_the_same_contract_otherwise(contract: str) -> None:
    raw = profile_bytes(contract)
    plain = decode_profile(without_consents(raw), contract)
    for consents in (plain.consents, plain.training_consents):
        assert all(getattr(consents, name) is None for name in consents.__struct_fields__)
    assert plain.lanes == load_profile(contract).lanes and plain.rehearsals == load_profile(contract).rehearsals
