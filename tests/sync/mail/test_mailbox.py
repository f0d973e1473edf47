"""The mailbox: a key for each day, handed out a fortnight ahead, gone from every file once its day is done."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.envelopes.envelope import DAY_MS
from sync.envelopes.saltpack import EnvelopeMisaddressed
from sync.mail.correspondence import Correspondence
from sync.mail.inbox import OFFERED_MS
from sync.mail.mailbox import FILE, LATE_MS, MIDNIGHT_MS, Mailbox, read_ahead
from sync.mail.offer import OfferRefused, open_offer, read_offer
from sync.messages import Offers, Taken
from tests.records import MORNING_MS, World

WORLD = World()
DESK = WORLD.machine("desk-1", "desk", "city")
HUB = WORLD.hub


class Pair:
    """A desk's mailbox, and a hub that writes to it, both on one clock."""

    def __init__(self, home: Path) -> None:
        self.now = MORNING_MS
        self.mailbox = Mailbox(DESK, home, lambda: self.now)
        self.hub = Correspondence(HUB, lambda: self.now)

    def hand_out(self) -> list[bytes]:
        offers = self.mailbox.offers()
        self.hub.take(Offers("desk", offers, DESK.chain()))
        return offers

    def letter(self) -> tuple[Taken, bytes, bytes]:
        """What is said, its id, and the envelope."""
        said = Taken(bytes(16))
        post = self.hub.write(DESK.signer.public, said)
        assert post is not None
        return said, post.id, post.envelope


def test_offers_cover_each_moment_of_a_fortnight_with_one_key_a_day(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    offers = [read_offer(one, DESK.signer.public, WORLD.deployment.id) for one in pair.hand_out()]
    assert offers[0].not_before_ms <= pair.now and offers[-1].not_after_ms >= pair.now + OFFERED_MS
    assert len({one.box for one in offers}) == len({one.inbox for one in offers}) == len(offers)
    for before, after in zip(offers, offers[1:], strict=False):
        assert after.not_before_ms == before.not_after_ms + 1
        assert (after.not_before_ms - MIDNIGHT_MS) % DAY_MS == 0
    assert pair.hand_out() == pair.mailbox.offers()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, OFFERED_MS))
def test_a_sender_without_news_seals_to_the_key_of_its_own_day(
    tmp_path_factory: pytest.TempPathFactory, ahead: int
) -> None:
    pair = Pair(tmp_path_factory.mktemp("desk"))
    pair.hand_out()
    pair.now += ahead
    offer = pair.hub.offer_of(DESK.signer.public)
    assert offer is not None and offer.not_before_ms <= pair.now <= offer.not_after_ms
    said, _, envelope = pair.letter()
    assert pair.mailbox.open(HUB.signer.public, envelope) == said


def test_a_day_that_is_over_is_destroyed_on_disk_and_its_letters_open_no_more(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.hand_out()
    today = pair.mailbox.inboxes[0]
    _, _, envelope = pair.letter()
    pair.mailbox.finish_days()
    pair.mailbox.open(HUB.signer.public, envelope)  # its day is not over
    pair.now = today.not_after_ms + LATE_MS
    pair.mailbox.finish_days()
    pair.mailbox.open(HUB.signer.public, envelope)  # nor is what may be under way
    pair.now += 1
    pair.mailbox.finish_days()
    with pytest.raises(EnvelopeMisaddressed):
        pair.mailbox.open(HUB.signer.public, envelope)
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    assert today.box.private not in (tmp_path / FILE).read_bytes()
    assert all(one.box.private in (tmp_path / FILE).read_bytes() for one in pair.mailbox.inboxes)


def test_a_key_is_destroyed_after_a_fortnight_whatever_still_waits(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.hand_out()
    today = pair.mailbox.inboxes[0]
    pair.now = today.not_before_ms + OFFERED_MS + 1
    Mailbox(DESK, tmp_path, lambda: pair.now)  # a start is enough
    assert today.box.private not in (tmp_path / FILE).read_bytes()


def test_a_letter_that_comes_back_is_sealed_under_a_newer_offer_until_it_opens(tmp_path: Path) -> None:
    pair = Pair(tmp_path / "desk")
    (tmp_path / "desk").mkdir()
    pair.hand_out()
    said, id, _ = pair.letter()
    (tmp_path / "desk" / FILE).unlink()
    pair.mailbox = Mailbox(DESK, tmp_path / "desk", lambda: pair.now)  # its disk is another
    pair.mailbox.offers()
    assert pair.hub.returned(id)
    first = pair.hub.again()
    with pytest.raises(EnvelopeMisaddressed):
        pair.mailbox.open(HUB.signer.public, first[0].envelope)
    assert pair.hub.posted(first[0].id) == id
    pair.hand_out()
    assert pair.hub.returned(first[0].id)
    (second,) = pair.hub.again()
    assert pair.mailbox.open(HUB.signer.public, second.envelope) == said


def test_a_letter_that_nobody_opens_goes_round_no_oftener_than_there_are_offers(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    offers = pair.hand_out()
    _, id, _ = pair.letter()
    tries = 0
    while True:
        assert pair.hub.returned(id)
        posts = pair.hub.again()
        if not posts:
            break
        id, tries = posts[0].id, tries + 1
    assert tries == len(offers) - 1
    assert pair.hub.write(DESK.signer.public, Taken(bytes(16))) is None


def test_a_return_of_a_letter_that_was_never_written_or_was_handled_is_not_known(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.hand_out()
    _, id, _ = pair.letter()
    pair.hub.taken(id)
    assert not pair.hub.returned(id) and not pair.hub.returned(bytes(16))
    assert pair.hub.again() == []


def test_an_offer_past_its_day_is_used_by_nobody(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    encoded = pair.hand_out()[0]
    open_offer(encoded, DESK.signer.public, WORLD.deployment.id, pair.now)
    pair.now += DAY_MS
    with pytest.raises(OfferRefused):
        open_offer(encoded, DESK.signer.public, WORLD.deployment.id, pair.now)
    pair.now += OFFERED_MS
    assert pair.hub.offer_of(DESK.signer.public) is None


def test_what_an_office_offers_with_its_certificates_is_kept_only_once_a_root_proves_it(tmp_path: Path) -> None:
    party = WORLD.machine("hub-1", "hub", "contractor")
    made = [WORLD.certify(f"desk-{n}", "desk", "city") for n in range(7, 10)]
    rubbish = [one[:-1] + bytes([one[-1] ^ 1]) for one in made]
    offered = Offers("desk", [], [*DESK.chain(), *rubbish, b"no certificate"])
    before = set(party.trust)
    read_ahead(offered, party, MORNING_MS)
    assert set(party.trust) == before | set(DESK.chain())


@pytest.mark.parametrize("days", [14, 15, 20, 40])
def test_without_a_line_to_the_office_no_key_lives_longer_than_a_fortnight(tmp_path: Path, days: int) -> None:
    pair = Pair(tmp_path)
    pair.hand_out()
    _, _, envelope = pair.letter()
    first = pair.mailbox.inboxes[0]
    pair.now += days * DAY_MS + 1
    pair.mailbox.forget_old()
    kept = (tmp_path / FILE).read_bytes()
    assert all(one.not_before_ms >= pair.now - OFFERED_MS for one in pair.mailbox.inboxes)
    assert first not in pair.mailbox.inboxes and first.box.private not in kept
    with pytest.raises(EnvelopeMisaddressed):
        pair.mailbox.open(HUB.signer.public, envelope)
