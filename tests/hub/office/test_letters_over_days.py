"""Letters through the real mailroom over days: delivered, or returned and sealed anew; a finished day's key opens nothing."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.office.mailroom import Mailroom
from hub.office.store import OfficeStore
from sync.envelopes.saltpack import EnvelopeMisaddressed, open_sealed
from sync.keys.keys import BoxKey
from sync.mail.correspondence import Correspondence
from sync.mail.inbox import Inbox
from sync.mail.mailbox import BEYOND_US, Mailbox
from sync.messages import Mail, Post, Returned, Taken
from tests.records import MORNING_MS, World

WORLD = World()
DESK = WORLD.machine("desk-1", "desk", "city")
HUB = WORLD.hub
HUB_KEY, DESK_KEY = HUB.signer.public, DESK.signer.public


class LettersOverDays(RuleBasedStateMachine):
    """A hub writes to a desk that comes and goes; a thief keeps a copy of every envelope, and takes the desk's disk."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.home, self.office_home = Path(self.folder.name) / "desk", Path(self.folder.name) / "office"
        self.home.mkdir()
        self.office_home.mkdir()
        self.loop = asyncio.Runner()
        self.now = MORNING_MS
        self.said: set[bytes] = set()
        self.read: set[bytes] = set()
        self.known: dict[bytes, Inbox] = {}
        self.copies: list[tuple[Mail, bytes]] = []
        self.unposted: list[tuple[Post, bytes]] = []
        self.hub = Correspondence(HUB, lambda: self.now)
        self.store = self.loop.run(OfficeStore.open(str(self.office_home / "office.sqlite")))
        self.open_mailroom()
        self.desk_restarts()
        self.publish()

    def open_mailroom(self) -> None:
        party = WORLD.machine("office-1", "office", "contractor")
        for encoded in (*DESK.chain(), *HUB.chain()):
            party.trust.add(encoded)
        self.mailroom = Mailroom(party, self.store, lambda: self.now)
        self.desk = party.trust.authority(DESK.certificate_id, self.now)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.loop.run(self.store.close())
            self.loop.close()
            self.folder.cleanup()

    # ------------------------------------------------------------------ what happens

    @rule(hours=st.sampled_from([1, 12, 24, 24, 48, 24 * 7, 24 * 15]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * 3_600_000

    @rule()
    def publish(self) -> None:
        """The desk hands out its days, and the hub hears of them."""
        self.loop.run(self.mailroom.publish(self.desk, self.mailbox.offers()))
        self.known |= {one.id: one for one in self.mailbox.inboxes}
        self.hub.take(self.loop.run(self.mailroom.offers("desk")))
        self.unposted += [(post, self.inbox_now()) for post in self.hub.again()]

    def inbox_now(self) -> bytes:
        offer = self.hub.offer_of(DESK_KEY)
        return b"" if offer is None else offer.inbox

    @rule()
    def write(self) -> None:
        """Sealed now; whether the line holds is another matter."""
        said = os.urandom(16)
        post = self.hub.write(DESK_KEY, Taken(said))
        if post is not None:
            self.said.add(said)
            self.unposted.append((post, self.inbox_now()))

    @rule(cut=st.booleans())
    def post(self, cut: bool) -> None:
        """What was sealed reaches the office, perhaps days late; when its answer is cut off it is posted twice."""
        for post, inbox in self.unposted:
            self.loop.run(self.mailroom.post(HUB_KEY, post.id, post.to, post.envelope))
            self.copies.append((Mail(post.id, HUB_KEY, post.envelope), inbox))
            replaced = None if cut else self.hub.posted(post.id)
            if replaced is not None:
                self.loop.run(self.mailroom.taken(HUB_KEY, replaced))
        if not cut:
            self.unposted.clear()

    @rule(cut=st.booleans())
    def fetch(self, cut: bool) -> None:
        """The desk takes what waits; when the line is cut the office does not hear of it."""
        for mail in self.loop.run(self.mailroom.waiting(DESK_KEY)):
            self.open(mail, cut=cut)

    def open(self, mail: Mail, *, cut: bool) -> None:
        try:
            message = self.mailbox.open(mail.sender, mail.envelope)
        except BEYOND_US:
            if not cut:
                self.loop.run(self.mailroom.give_back(DESK_KEY, mail.id))
            return
        assert isinstance(message, Taken) and message.id in self.said
        self.read.add(message.id)
        if not cut:
            self.loop.run(self.mailroom.taken(DESK_KEY, mail.id))

    @rule()
    def hear_of_returns(self) -> None:
        """The hub connects and is told what came back; told again until the office holds the new one."""
        heard: list[Returned] = []

        async def deliver(message: Mail | Returned | Taken) -> None:
            if isinstance(message, Returned):
                heard.append(message)

        self.loop.run(self.mailroom.arrive(HUB_KEY, deliver))
        self.mailroom.leave(HUB_KEY, deliver)
        for letter in heard:
            assert letter.recipient == DESK_KEY
            assert self.hub.returned(letter.id), "a letter came back of which the hub does not know what it said"
            self.unposted = [one for one in self.unposted if one[0].id != letter.id]  # it came back: so it was posted
        self.unposted += [(post, self.inbox_now()) for post in self.hub.again()]

    @precondition(lambda self: self.copies)
    @rule(data=st.data())
    def a_copy_comes_late(self, data: st.DataObject) -> None:
        mail, _ = data.draw(st.sampled_from(self.copies))
        self.open(mail, cut=False)

    @rule()
    def finish(self) -> None:
        """As both ways do it: the desk destroys what is over only when the office holds nothing for it."""
        if not self.loop.run(self.mailroom.waiting(DESK_KEY)):
            self.mailbox.finish_days()

    @rule()
    def desk_restarts(self) -> None:
        self.mailbox = Mailbox(DESK, self.home, lambda: self.now)

    @rule()
    def office_restarts(self) -> None:
        self.loop.run(self.store.close())
        self.store = self.loop.run(OfficeStore.open(str(self.office_home / "office.sqlite")))
        self.open_mailroom()

    @rule()
    def all_is_well_again(self) -> None:
        """Whatever happened: with a line that holds, everything that was ever said arrives."""
        for _ in range(3):  # back once: under a destroyed key; twice: the offers were of before
            self.publish()
            self.post(cut=False)
            self.fetch(cut=False)
            self.hear_of_returns()
        self.post(cut=False)
        self.fetch(cut=False)
        assert self.read == self.said
        assert not self.loop.run(self.mailroom.waiting(DESK_KEY))
        self.finish()

    # ------------------------------------------------------------------ what always holds

    @invariant()
    def a_destroyed_key_is_in_no_file_and_no_days_key_opens_another_days_letter(self) -> None:
        if not hasattr(self, "mailbox"):
            return
        held = {one.id for one in self.mailbox.inboxes}
        lying = b"".join(file.read_bytes() for file in Path(self.folder.name).rglob("*") if file.is_file())
        for id, inbox in self.known.items():
            assert (inbox.box.private in lying) == (id in held)
        for mail, sealed_to in self.copies[-3:]:
            for one in self.known.values():
                if one.id != sealed_to:
                    with pytest.raises(EnvelopeMisaddressed):
                        open_sealed(mail.envelope, BoxKey(one.box.private))


TestLettersOverDays = LettersOverDays.TestCase
TestLettersOverDays.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
