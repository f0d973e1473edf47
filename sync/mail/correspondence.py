"""Letters that we write: each under the recipient's key of the day, and anew under a later one when it comes back.

What was written is remembered, in memory alone, until its recipient has handled it: nobody else could seal it again.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec

from sync.envelopes.letter import seal_letter
from sync.keys.party import Party
from sync.keys.trust import Authority
from sync.mail.mailbox import read_ahead
from sync.mail.offer import InboxOffer
from sync.messages import Message, Offers, Post

MOST_REMEMBERED = 1_000
"""Letters that may come back: what the office holds for one recipient. An older one is asked again from the record."""


class _Letter(msgspec.Struct, frozen=True):
    to: bytes
    message: Message
    inbox: bytes


class Correspondence:
    """One party's letters to those whose offers it was given."""

    def __init__(self, party: Party, clock: Callable[[], int]) -> None:
        self._party = party
        self._clock = clock
        self._offers: dict[bytes, list[InboxOffer]] = {}
        self._refused: set[bytes] = set()
        """Inboxes from which a letter came back: their keys are destroyed."""
        self._sent: dict[bytes, _Letter] = {}
        self._back: dict[bytes, _Letter] = {}
        """Letters that came back and wait for an offer to be sealed under."""
        self._replaces: dict[bytes, bytes] = {}
        """A letter that was sealed anew to the one that came back."""

    def take(self, offers: Offers) -> list[Authority]:
        """Keep these offers in place of those before; the owners who can be written to now."""
        found = read_ahead(offers, self._party, self._clock())
        self._offers = {owner.key: days for owner, days in found}
        return [owner for owner, _ in found if self.offer_of(owner.key) is not None]

    def offer_of(self, to: bytes) -> InboxOffer | None:
        """The offer of the day, or the next one where the day's key is known to be destroyed; None: nobody to write to."""
        now = self._clock()
        usable = (one for one in self._offers.get(to, ()) if one.not_after_ms >= now and one.inbox not in self._refused)
        return min(usable, key=lambda one: one.not_before_ms, default=None)

    def write(self, to: bytes, message: Message) -> Post | None:
        """The message as a letter for the office to carry; None if there is no offer to seal it under."""
        offer = self.offer_of(to)
        if offer is None:
            return None
        post = Post(os.urandom(16), to, seal_letter(self._party, offer, message, self._clock()))
        if len(self._sent) >= MOST_REMEMBERED:
            del self._sent[next(iter(self._sent))]
        self._sent[post.id] = _Letter(to, message, offer.inbox)
        return post

    def taken(self, id: bytes) -> None:
        """The recipient has handled this letter: it is not remembered any more."""
        self._sent.pop(id, None)

    def returned(self, id: bytes) -> bool:
        """A letter came back; whether what it said is known, and again() will bring it anew."""
        letter = self._sent.pop(id, None)
        if letter is not None:
            self._refused.add(letter.inbox)
            self._back[id] = letter
        return id in self._back or id in self._replaces.values()

    def again(self) -> list[Post]:
        """Letters that came back, sealed anew as far as there are offers for them."""
        posts = []
        for id, letter in tuple(self._back.items()):
            post = self.write(letter.to, letter.message)
            if post is not None:
                del self._back[id]
                self._replaces[post.id] = id
                posts.append(post)
        return posts

    def posted(self, id: bytes) -> bytes | None:
        """The office holds this letter; the one that came back and that it replaces, which the office may forget now."""
        return self._replaces.pop(id, None)
