"""saltpack against another make of it (npm @samuelthomas2774/saltpack): each opens what the other has sealed."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.envelopes.saltpack import MAX_PLAIN, EnvelopeMisaddressed, EnvelopeTruncated, open_sealed, seal
from sync.errors import SyncError
from sync.keys.keys import BoxKey, Signer

FOLDER = Path(__file__).parent / "saltpack_oracle"
SENDER, READER, OTHER = Signer(b"s" * 32), BoxKey(b"r" * 32), BoxKey(b"o" * 32)
CHUNK = 1_000_000
"""Bytes of plain text in a signcryption packet (saltpack v2, "Payload packets")."""

Ask = Callable[[dict[str, object]], dict[str, str]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory, needs: Callable[..., None]) -> Iterator[Ask]:
    """Asks the other make; it is fetched by the hashes of its lock file, and no set-up code of it runs."""
    needs("nodejs", "npm")
    home = tmp_path_factory.mktemp("oracle") / "oracle"
    shutil.copytree(FOLDER, home)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=home,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    process = subprocess.Popen(
        ["node", "oracle.mjs"], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    to, back = process.stdin, process.stdout

    def asked(question: dict[str, object]) -> dict[str, str]:
        to.write(json.dumps(question) + "\n")
        to.flush()
        answer: dict[str, str] = json.loads(back.readline())
        return answer

    yield asked
    to.close()
    process.wait(timeout=120)


def opened_there(ask: Ask, message: bytes, reader: BoxKey = READER) -> dict[str, str]:
    """What the other make says of a message from SENDER."""
    return ask({"open": {"message": message.hex(), "reader": reader.private.hex(), "sender": SENDER.public.hex()}})


def sealed_there(ask: Ask, plain: bytes, recipients: list[BoxKey]) -> bytes:
    """A message from SENDER by the other make."""
    publics = [one.public.hex() for one in recipients]
    answer = ask({"seal": {"sender": SENDER.seed.hex(), "plain": plain.hex(), "recipients": publics}})
    return bytes.fromhex(answer["message"])


PLAINS = st.one_of(st.binary(max_size=300), st.integers(0, 3000).map(lambda size: os.urandom(size)))


@given(plain=PLAINS, others=st.integers(0, 3))
def test_the_other_make_opens_what_we_seal(ask: Ask, plain: bytes, others: int) -> None:
    recipients = [OTHER.public] * others + [READER.public]
    assert opened_there(ask, seal(plain, SENDER, recipients)) == {"plain": plain.hex()}


@given(plain=PLAINS.filter(bool), others=st.integers(0, 3))
def test_we_open_what_the_other_make_seals(ask: Ask, plain: bytes, others: int) -> None:
    message = sealed_there(ask, plain, [OTHER] * others + [READER])
    assert open_sealed(message, READER) == (SENDER.public, plain)


def test_an_empty_message_without_its_final_packet_is_refused(ask: Ask) -> None:
    """The other make writes no packet at all for it; saltpack wants an empty final one, or a cut could not be seen."""
    with pytest.raises(EnvelopeTruncated):
        open_sealed(sealed_there(ask, b"", [READER]), READER)


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, MAX_PLAIN])
def test_both_makes_cut_long_messages_at_the_same_places(ask: Ask, size: int) -> None:
    plain = os.urandom(size)
    assert opened_there(ask, seal(plain, SENDER, [READER.public])) == {"plain": plain.hex()}
    assert open_sealed(sealed_there(ask, plain, [READER]), READER) == (SENDER.public, plain)


def test_neither_make_opens_what_is_for_another(ask: Ask) -> None:
    assert "refused" in opened_there(ask, seal(b"x", SENDER, [OTHER.public]))
    with pytest.raises(EnvelopeMisaddressed):
        open_sealed(sealed_there(ask, b"x", [OTHER]), READER)


@given(plain=st.binary(min_size=1, max_size=60), at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_both_makes_refuse_an_altered_message(ask: Ask, plain: bytes, at: int, bit: int) -> None:
    message = bytearray(sealed_there(ask, plain, [READER]))
    message[at % len(message)] ^= 1 << bit
    with pytest.raises(SyncError):
        open_sealed(bytes(message), READER)
    assert "refused" in opened_there(ask, bytes(message))


def test_a_message_of_another_sender_is_not_taken_for_ours(ask: Ask) -> None:
    stranger = Signer(b"x" * 32)
    assert "refused" in opened_there(ask, seal(b"x", stranger, [READER.public]))
    sender, _ = open_sealed(sealed_there(ask, b"x", [READER]), READER)
    assert sender == SENDER.public != stranger.public
