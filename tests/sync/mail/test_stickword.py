"""The office's word on a stick: only what an office of this deployment signed says where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync import canonical
from sync.envelopes.envelope import NO_PREVIOUS
from sync.keys.keys import BoxKey, sign_payload
from sync.keys.party import Party
from sync.mail.inbox import Position
from sync.mail.offer import InboxOffer, sign_offer
from sync.mail.stickword import PAYLOAD_TYPE, WordRefused, _Signed, _Word, read_word, write_word
from sync.messages import Resume
from tests import lists
from tests.records import MORNING_MS, World

WORLD = World()
DAY_MS = 86_400_000


def machine(name: str, kind: Any = "office") -> Party:
    return WORLD.machine(name, kind, "contractor")


def offers(of: Party) -> list[bytes]:
    box = BoxKey(b"b" * 32).public
    return [sign_offer(InboxOffer(WORLD.deployment.id, of.signer.public, b"i" * 16, box, 0, MORNING_MS), of.signer)]


def leave(
    folder: Path, by: Party, *, signature: bytes | None = None, chain: list[bytes] | None = None, **said: Any
) -> None:
    """A word as this machine would sign it, or with another signature or chain around it."""
    word = msgspec.structs.replace(_Word(WORLD.deployment.id, MORNING_MS, offers(by), {"hub-1": 7}, []), **said)
    payload = canonical.encode(word)
    signed = sign_payload(by.signer, PAYLOAD_TYPE, payload) if signature is None else signature
    (folder / "office-1.office").write_bytes(
        canonical.encode(_Signed(payload, signed, by.chain() if chain is None else chain))
    )


def refused(folder: Path, party: Party | None = None, at_ms: int = MORNING_MS) -> None:
    with pytest.raises(WordRefused):
        read_word(folder, party or machine("hub-1", "hub"), at_ms)


def test_an_offices_word_says_where_it_stands(tmp_path: Path) -> None:
    office = machine("office-1")
    write_word(tmp_path, office, offers(office), {"hub-1": 7}, [], MORNING_MS)
    word = read_word(tmp_path, machine("hub-1", "hub"), MORNING_MS)
    assert word is not None and (word.office.person, word.held) == ("office-1", {"hub-1": 7})
    leave(tmp_path, office)
    assert read_word(tmp_path, machine("hub-1", "hub"), MORNING_MS) == word


def test_a_sender_is_told_of_its_own_stream_and_of_no_other(tmp_path: Path) -> None:
    office, own, other = machine("office-1"), WORLD.signer("hub-1").public, WORLD.signer("hub-2").public
    streams = [
        Position(sender=other, stream=b"2" * 16, inbox=b"i" * 16, counter=2, previous=b"p" * 32),
        Position(sender=own, stream=b"1" * 16, inbox=b"i" * 16, counter=5, previous=b"q" * 32),
    ]
    write_word(tmp_path, office, offers(office), {"hub-1": 7}, streams, MORNING_MS)
    word = read_word(tmp_path, machine("hub-1", "hub"), MORNING_MS)
    assert word is not None
    assert word.resume("hub-1", own) == Resume("hub-1", 7, b"1" * 16, 5, b"q" * 32)
    assert word.resume("hub-9", WORLD.signer("hub-9").public) == Resume("hub-9", 0, bytes(16), 0, NO_PREVIOUS)


def test_what_was_changed_in_it_on_the_way_is_not_believed(tmp_path: Path) -> None:
    office = machine("office-1")
    leave(tmp_path, office)
    genuine = canonical.decode((tmp_path / "office-1.office").read_bytes(), _Signed).signature
    leave(tmp_path, office, signature=genuine)
    assert read_word(tmp_path, machine("hub-1", "hub"), MORNING_MS) is not None
    leave(tmp_path, office, signature=genuine, held={"hub-1": 0})
    refused(tmp_path)


@pytest.mark.parametrize("kind", ["hub", "terminal"])
def test_no_other_machine_of_the_contractors_speaks_for_an_office(tmp_path: Path, kind: str) -> None:
    leave(tmp_path, machine("office-1", kind))
    refused(tmp_path)


def test_nor_does_one_that_shows_an_offices_certificate_and_signs_with_its_own_key(tmp_path: Path) -> None:
    leave(
        tmp_path,
        machine("terminal-7", "terminal"),
        chain=machine("office-1").chain(),
        offers=offers(machine("office-1")),
    )
    refused(tmp_path)


def test_a_word_for_another_deployment_or_without_a_certificate_is_refused(tmp_path: Path) -> None:
    leave(tmp_path, machine("office-1"), deployment=b"D" * 16)
    refused(tmp_path)
    leave(tmp_path, machine("office-1"), chain=[])
    refused(tmp_path)


def test_an_office_whose_key_is_revoked_says_nothing_more(tmp_path: Path) -> None:
    leave(tmp_path, machine("office-1"))
    hub = machine("hub-1", "hub")
    hub.take_list(lists.revocations(WORLD, 1, "office-1"))
    refused(tmp_path, hub)


def test_a_word_whose_keys_are_of_days_that_are_over_is_refused(tmp_path: Path) -> None:
    leave(tmp_path, machine("office-1"))
    refused(tmp_path, at_ms=MORNING_MS + 30 * DAY_MS)
