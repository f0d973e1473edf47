"""What comes beside a record's entries: the contract's profile, root-signed lists and the deployment itself."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import decode_profile
from hub.office.batchcheck import UnknownContent
from sync.keys import revocation, roster
from sync.keys.party import Deployment, Party
from sync.record.batch import BatchObject
from sync.record.bundle import DEPLOYMENT

PROFILE = "profile"
"""The kind under which a record keeps its contract's profile."""


class Contents:
    """Takes what batches and the store bring of a deployment; nothing that the deployment does not pin."""

    def __init__(self, party: Party) -> None:
        self._party = party
        self.profiles: dict[bytes, Profile] = {}
        """By the SHA-256 that a deployment pins."""

    @property
    def profile(self) -> Profile | None:
        """The contract's profile, once it is here."""
        return self.profiles.get(self._party.deployment.profile)

    def take(self, deployment: Deployment, one: BatchObject) -> None:
        """Take a profile that is the pinned one; raise UnknownContent for another one, or for another deployment."""
        if one.kind == PROFILE and sha256(one.body).digest() == deployment.profile:
            self.add_profile(one.body)
            return
        if one.kind in (roster.KIND, revocation.KIND):
            self._party.take_list(one.body)  # certificates may rest on it; one of no root's: the batch is refused
            return
        try:
            if one.kind != DEPLOYMENT:
                raise UnknownContent(why="object", kind=one.kind)
            shown = Deployment.decode(one.body)
        except msgspec.MsgspecError as error:
            raise UnknownContent(why=str(error), kind=one.kind) from error
        # The site is the hub's own: one office gathers many. All else is the contract's.
        if msgspec.structs.replace(shown, site=deployment.site) != deployment:
            raise UnknownContent(why="another deployment", kind=one.kind)

    def add_profile(self, raw: bytes) -> None:
        """Take a profile if it is the one that our deployment pins."""
        digest = sha256(raw).digest()
        if digest == self._party.deployment.profile and digest not in self.profiles:
            self.profiles[digest] = decode_profile(raw, self._party.deployment.contract)
