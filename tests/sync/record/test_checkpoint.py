"""Checkpoints and cosignatures: C2SP's bytes, and nothing but them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Malformed, SyncError
from sync.keys.keys import Signer, verify
from sync.record.checkpoint import (
    COSIGNATURE_V1,
    MAX_TIME_S,
    NOTE_ED25519,
    BadCheckpoint,
    Checkpoint,
    cosign,
    decode_body,
    encode_body,
    key_id,
    open_note,
    sign,
    signature_lines,
    verify_cosignature,
)

HUB, OFFICE, DESK = Signer(b"h" * 32), Signer(b"o" * 32), Signer(b"d" * 32)
ORIGIN = "demado.example/koganei/hub-1"
CHECKPOINT = Checkpoint(ORIGIN, 1234, bytes(range(32)))
NOTE = sign(CHECKPOINT, ORIGIN, HUB)
BODY = encode_body(CHECKPOINT)
LINE = cosign(NOTE, "office.example", OFFICE, 1_754_438_400)


def with_body(body: str) -> str:
    """A note whose text is anything at all, properly signed."""
    blob = key_id(ORIGIN, NOTE_ED25519, HUB.public) + HUB.sign(body.encode())
    return f"{body}\n— {ORIGIN} {base64.b64encode(blob).decode()}\n"


def test_a_checkpoint_has_the_prescribed_three_lines() -> None:
    assert BODY == f"{ORIGIN}\n1234\n{base64.b64encode(bytes(range(32))).decode()}\n"


@given(
    st.from_regex(r"[a-z0-9./-]{1,40}", fullmatch=True),
    st.integers(0, 10**18),
    st.binary(min_size=32, max_size=32),
)
def test_what_was_signed_opens_to_the_same_checkpoint(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert open_note(sign(checkpoint, origin, HUB), {origin: HUB.public}) == checkpoint
    assert decode_body(encode_body(checkpoint)) == checkpoint


def test_every_changed_character_of_a_signed_note_is_refused() -> None:
    for at, old in enumerate(NOTE):
        for new in {chr(ord(old) ^ 1), chr(ord(old) ^ 4), "A", "\n"} - {old}:
            with pytest.raises(SyncError):
                open_note(NOTE[:at] + new + NOTE[at + 1 :], {ORIGIN: HUB.public})


def test_every_shortened_note_is_refused() -> None:
    for length in range(len(NOTE)):
        with pytest.raises(Malformed):
            open_note(NOTE[:length], {ORIGIN: HUB.public})


def test_every_changed_character_of_a_cosignature_is_refused() -> None:
    for at, old in enumerate(LINE):
        for new in {chr(ord(old) ^ 1), chr(ord(old) ^ 4), "A", "\n"} - {old}:
            with pytest.raises(SyncError):
                verify_cosignature(NOTE, LINE[:at] + new + LINE[at + 1 :], "office.example", OFFICE.public)


@pytest.mark.parametrize(
    "body",
    [
        f"{ORIGIN}\n01234\n{'A' * 43}=\n",
        f"{ORIGIN}\n+1234\n{'A' * 43}=\n",
        f"{ORIGIN}\n1_234\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n１２３４\n{'A' * 43}=\n",
        f"{ORIGIN}\n1234\n{'A' * 42}B=\n",
        f"{ORIGIN}\n1234\n{'A' * 43}\n",
        f"{ORIGIN}\n1234\n{'A' * 44}\n",
        f"{ORIGIN}\n1234\n{'A' * 42}_=\n",
        f"{ORIGIN}\n1234\n{'A' * 43}=\nan extension line\n",
        f"{ORIGIN}\r\n1234\n{'A' * 43}=\n",
        f"\n1234\n{'A' * 43}=\n",
        f" {ORIGIN}\n1234\n{'A' * 43}=\n",
        f"{ORIGIN}\n1234\n",
        f"{ORIGIN}\n{'9' * 20}\n{'A' * 43}=\n",
    ],
)
def test_a_body_in_any_other_form_is_refused_though_properly_signed(body: str) -> None:
    with pytest.raises(Malformed):
        open_note(with_body(body), {ORIGIN: HUB.public})


def test_the_same_helper_makes_a_note_that_opens() -> None:
    assert open_note(with_body(BODY), {ORIGIN: HUB.public}) == CHECKPOINT


def test_another_key_under_the_same_name_is_refused() -> None:
    with pytest.raises(BadCheckpoint):
        open_note(NOTE, {ORIGIN: OFFICE.public})
    with pytest.raises(BadCheckpoint):
        open_note(NOTE, {"another.example/log": HUB.public})
    with pytest.raises(ValueError, match="at least one key"):
        open_note(NOTE, {})


def test_a_colliding_key_id_does_not_help_a_forger() -> None:
    blob = key_id(ORIGIN, NOTE_ED25519, HUB.public) + OFFICE.sign(BODY.encode())
    with pytest.raises(BadCheckpoint):
        open_note(f"{BODY}\n— {ORIGIN} {base64.b64encode(blob).decode()}\n", {ORIGIN: HUB.public})


def test_cosignatures_are_carried_and_the_writers_signature_still_holds() -> None:
    note = f"{NOTE}{LINE}\n{cosign(NOTE, 'desk.example', DESK, 7)}\n"
    assert open_note(note, {ORIGIN: HUB.public}) == CHECKPOINT
    assert verify_cosignature(note, LINE, "office.example", OFFICE.public) == 1_754_438_400
    assert len(signature_lines(note)) == 3
    assert signature_lines(note)[1] == LINE


def test_a_line_that_is_no_signature_line_spoils_the_note() -> None:
    for wrong in (
        "",
        "office.example AAAA",
        LINE + "\n" + LINE,
        "- office.example AAAAAAA=",
        "— a+b AAAAAAA=",
    ):
        with pytest.raises(Malformed):
            open_note(f"{NOTE}{wrong}\n", {ORIGIN: HUB.public})


def test_a_note_with_the_same_line_twice_or_of_unbounded_length_is_refused() -> None:
    with pytest.raises(Malformed):
        open_note(f"{NOTE}{LINE}\n{LINE}\n", {ORIGIN: HUB.public})
    crowded = NOTE
    for time_s in range(16):  # signed-note, "Format": at least 16 must be accepted
        crowded += f"{cosign(NOTE, 'office.example', OFFICE, time_s)}\n"
    assert open_note(crowded, {ORIGIN: HUB.public}) == CHECKPOINT
    flooded = crowded + "".join(f"{cosign(NOTE, 'x' * 200, OFFICE, time_s)}\n" for time_s in range(60))
    with pytest.raises(Malformed):
        open_note(flooded, {ORIGIN: HUB.public})


def test_a_cosignature_does_not_hold_for_another_checkpoint_name_or_key() -> None:
    later = sign(Checkpoint(ORIGIN, 1235, bytes(32)), ORIGIN, HUB)
    for note, name, public in (
        (later, "office.example", OFFICE.public),
        (NOTE, "desk.example", OFFICE.public),
        (NOTE, "office.example", DESK.public),
    ):
        with pytest.raises(BadCheckpoint):
            verify_cosignature(note, LINE, name, public)


def test_a_note_signature_is_no_cosignature_and_a_cosignature_no_note_signature() -> None:
    with pytest.raises(Malformed):
        verify_cosignature(NOTE, signature_lines(NOTE)[0], ORIGIN, HUB.public)
    cosigned_only = f"{BODY}\n{cosign(NOTE, ORIGIN, HUB, 5)}\n"
    with pytest.raises(BadCheckpoint):
        open_note(cosigned_only, {ORIGIN: HUB.public})


def test_the_cosigned_message_is_the_prescribed_one() -> None:
    blob = base64.b64decode(LINE.split(" ")[2])
    message = f"cosignature/v1\ntime 1754438400\n{BODY}".encode()
    assert blob[:4] == key_id("office.example", COSIGNATURE_V1, OFFICE.public)
    assert int.from_bytes(blob[4:12], "big") == 1_754_438_400
    assert verify(OFFICE.public, message, blob[12:])


def test_a_cosignature_time_beyond_the_specification_is_refused() -> None:
    assert verify_cosignature(NOTE, cosign(NOTE, "o", OFFICE, MAX_TIME_S), "o", OFFICE.public) == MAX_TIME_S
    for wrong in (-1, MAX_TIME_S + 1):
        with pytest.raises(ValueError, match="seconds"):
            cosign(NOTE, "o", OFFICE, wrong)
    late = MAX_TIME_S + 1
    signature = OFFICE.sign(f"cosignature/v1\ntime {late}\n{BODY}".encode())
    blob = key_id("o", COSIGNATURE_V1, OFFICE.public) + late.to_bytes(8, "big") + signature
    with pytest.raises(Malformed):
        verify_cosignature(NOTE, f"— o {base64.b64encode(blob).decode()}", "o", OFFICE.public)


def test_a_checkpoint_that_could_not_be_read_back_is_not_signed() -> None:
    for wrong in (
        Checkpoint("", 1, bytes(32)),
        Checkpoint("two\nlines", 1, bytes(32)),
        Checkpoint("o", -1, bytes(32)),
        Checkpoint("o", 1, bytes(31)),
    ):
        with pytest.raises(ValueError, match="checkpoint"):
            sign(wrong, "o", HUB)
    for name in ("", "a b", "a+b", "a\u3000b"):
        with pytest.raises(ValueError, match="key name"):
            sign(CHECKPOINT, name, HUB)


def test_a_note_that_another_implementation_signed_verifies() -> None:
    # The example of golang.org/x/mod/sumdb/note: text, verifier key and signature line are data of that documentation.
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    name, shown_id, key = "PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    algorithm, public = base64.b64decode(key)[0], base64.b64decode(key)[1:]
    blob = base64.b64decode(line)
    assert algorithm == NOTE_ED25519
    assert key_id(name, NOTE_ED25519, public).hex() == shown_id == blob[:4].hex()
    assert verify(public, text.encode(), blob[4:])
