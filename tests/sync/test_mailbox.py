"""The mailbox over weeks: a letter opens while its key lives, and a key that is gone is gone from every file."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.envelope import DAY_MS, LIFETIME_MS, Expired
from sync.inbox import OFFERED_MS
from sync.keys import BoxKey
from sync.letter import open_letter, seal_letter
from sync.mailbox import FILE, Mailbox
from sync.messages import Taken
from sync.offer import InboxOffer, OfferRefused, open_offer
from sync.saltpack import EnvelopeMisaddressed
from tests.records import MORNING_MS, World

WORLD = World()
DESK = WORLD.machine("desk-1", "desk", "city")
HUB = WORLD.hub


@dataclass(frozen=True)
class Sent:
    """A letter on its way, and all that is known of the key it was sealed to."""

    message: Taken
    envelope: bytes
    offer: InboxOffer
    sealed_ms: int


class MailboxMachine(RuleBasedStateMachine):
    """Days pass, the mailbox is opened anew, letters come late, twice, or after their key has gone."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.now = MORNING_MS
        self.home = Path(self.folder.name)
        self.sent: list[Sent] = []
        self.keys: dict[bytes, tuple[bytes, int]] = {}
        self.restart()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule()
    def restart(self) -> None:
        self.mailbox = Mailbox(DESK, self.home, lambda: self.now)
        self.offer()

    @rule()
    def offer(self) -> None:
        inbox = self.mailbox.newest
        self.keys[inbox.id] = (inbox.box.private, inbox.not_after_ms)
        self.renewed = self.now

    @rule(hours=st.integers(1, 24 * 16))
    def time_passes(self, hours: int) -> None:
        self.now += hours * 3_600_000

    @rule()
    def write(self) -> None:
        """The hub writes with the offer that it was given last, as long as that is valid."""
        encoded = self.mailbox.offer()
        self.offer()
        self.write_under(open_offer(encoded, DESK.signer.public, WORLD.deployment.id, self.now))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def write_with_an_old_offer(self, data: st.DataObject) -> None:
        before = data.draw(st.sampled_from(self.sent)).offer
        if before.not_after_ms < self.now:
            return  # no sender of ours uses it (open_offer refuses it)
        self.write_under(before)

    def write_under(self, offer: InboxOffer) -> None:
        message = Taken(os.urandom(16))
        self.sent.append(Sent(message, seal_letter(HUB, offer, message, self.now), offer, self.now))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def a_letter_arrives(self, data: st.DataObject) -> None:
        letter = data.draw(st.sampled_from(self.sent))
        gone = letter.offer.not_after_ms < self.renewed
        if gone:
            with pytest.raises(EnvelopeMisaddressed):
                self.mailbox.open(HUB.signer.public, letter.envelope)
        elif self.now > letter.sealed_ms + LIFETIME_MS:
            with pytest.raises(Expired):
                self.mailbox.open(HUB.signer.public, letter.envelope)
        else:
            assert self.mailbox.open(HUB.signer.public, letter.envelope) == letter.message

    @invariant()
    def what_is_stolen_now_opens_nothing_older(self) -> None:
        if not hasattr(self, "keys"):
            return
        files = [file.read_bytes() for file in self.home.rglob("*") if file.is_file()]
        assert [file.name for file in self.home.iterdir()] == [FILE]
        stolen = [private for private, _ in self.keys.values() if any(private in one for one in files)]
        assert {private for private, until in self.keys.values() if until >= self.renewed} == set(stolen)
        for letter in self.sent:
            if letter.sealed_ms < self.renewed - OFFERED_MS - DAY_MS:
                for private in stolen:
                    with pytest.raises(EnvelopeMisaddressed):
                        open_letter(BoxKey(private), letter.offer, HUB.signer.public, letter.envelope, letter.sealed_ms)


TestMailbox = MailboxMachine.TestCase
TestMailbox.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_an_offer_past_its_last_day_is_used_by_nobody(tmp_path: Path) -> None:
    now = [MORNING_MS]
    mailbox = Mailbox(DESK, tmp_path, lambda: now[0])
    encoded = mailbox.offer()
    for days, holds in ((13, True), (15, False)):
        now[0] = MORNING_MS + days * DAY_MS
        if holds:
            open_offer(encoded, DESK.signer.public, WORLD.deployment.id, now[0])
        else:
            with pytest.raises(OfferRefused):
                open_offer(encoded, DESK.signer.public, WORLD.deployment.id, now[0])
