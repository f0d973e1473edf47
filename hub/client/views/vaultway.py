"""The vault as a terminal sees it: a manager unlocks it, an importer deposits keys, and who may reads one field.

What is read comes back to the caller and is kept nowhere here.
"""

from __future__ import annotations

import asyncio
import os
from typing import Protocol, TypeVar

from hub.client.link.connection_state import NotConnected
from hub.client.link.signing import sign_as
from hub.domain import codec
from hub.domain.booth import Booth
from hub.domain.personal import personal
from hub.domain.personal.disclosure import Reveal
from hub.domain.refusal import Refusal
from sync import messages
from sync.errors import SyncError
from sync.keys.party import Party, Person
from sync.messages import Message
from sync.vault.sealing import open_as_person, open_field
from sync.vault.vaultfaults import CannotOpen, NoCopyForYou, VaultDamaged, VaultUnusable

KEYS_A_MESSAGE = 1_000
"""Keys deposited at once: about 100 KiB."""

_M = TypeVar("_M", messages.VaultBox, messages.VaultDone, messages.Disclosed, messages.Tagged)


class AnswerLost(SyncError):
    """The link broke before the hub had answered; whether it did what was asked is not known here."""

    code = "vault.answer_lost"
    ja = "ハブの返事が届きませんでした。"
    en = "The hub's answer did not come."
    todo_ja = "つながったら、もう一度行ってください。"
    todo_en = "Do it again once the hub is back."


class Line(Protocol):
    """What this needs of a hub's client."""

    party: Party

    @property
    def booth(self) -> Booth: ...
    @property
    def connected(self) -> bool: ...
    def now_ms(self) -> int: ...
    async def send(self, message: Message) -> None: ...


class VaultWay:
    """Questions to the hub's vault, each with its answer. NotConnected or AnswerLost where the hub is away."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._waiting: dict[bytes, asyncio.Future[Message]] = {}

    def take(self, answer: messages.VaultBox | messages.VaultDone | messages.Disclosed | messages.Tagged) -> None:
        """The hub has answered."""
        waiting = self._waiting.pop(answer.id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def broken(self) -> None:
        """The link has gone: nobody waits for its answers."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(AnswerLost())
        self._waiting.clear()

    async def unlock(self, manager: Person, *, at_ms: int | None = None) -> Refusal | None:
        """Unlock the hub's vault as a manager, or make it; the rule that refuses, or None. NoCopyForYou, VaultDamaged, VaultUnusable."""
        key = manager.signer.public
        box = await self._ask(messages.VaultWanted(os.urandom(16), key), messages.VaultBox)
        if box.state == "damaged":
            raise VaultDamaged
        if box.state == "unusable":
            raise VaultUnusable
        if box.sealed:
            secret = open_as_person(box.sealed, manager.signer, self._line.party.deployment.origin)
        elif box.state == "none":
            secret = b""
        else:
            raise NoCopyForYou
        identifier, signed = sign_as(
            manager,
            self._line.party.deployment,
            personal.UnlockVault(),
            self._made(at_ms),
            epoch=self._line.booth.continuity.epoch,
        )
        done = await self._ask(messages.OpenVault(identifier, secret, signed, manager.chain, at_ms), messages.VaultDone)
        return codec.decode_refusal(done.refusal) if done.refusal else None

    async def deposit(self, keys: dict[str, bytes]) -> Refusal | None:
        """Have the hub keep these keys, durably, before anything sealed under them is sent; the refusal, or None."""
        named = sorted(keys.items())
        for at in range(0, len(named), KEYS_A_MESSAGE):
            some = dict(named[at : at + KEYS_A_MESSAGE])
            done = await self._ask(messages.DepositKeys(os.urandom(16), some), messages.VaultDone)
            if done.refusal:
                return codec.decode_refusal(done.refusal)
        return None

    async def reveal(self, command: Reveal, person: Person, *, at_ms: int | None = None) -> str | Refusal:
        """The one field that a signed reading asks for, once its entry is durable; CannotOpen if it is not the record's."""
        identifier, signed = sign_as(
            person, self._line.party.deployment, command, self._made(at_ms), epoch=self._line.booth.continuity.epoch
        )
        answer = await self._ask(messages.Disclose(identifier, signed, person.chain, at_ms), messages.Disclosed)
        if answer.refusal:
            return codec.decode_refusal(answer.refusal)
        register = self._line.booth.personal
        held = register.held.get(register.today.get(command.reservation, ""))
        # The record's own digest: a hub cannot show somebody else's data under this number.
        if held is None or personal.digest(answer.sealed) != held.digest:
            raise CannotOpen(reservation=command.reservation)
        return open_field(answer.key, held.subject, command.field, answer.sealed)

    async def tag(self, digits: str) -> bytes | Refusal:
        """The tag of a 申請書ID under the open day's key (16 bytes); the digits are not kept, and not logged."""
        answer = await self._ask(messages.TagWanted(os.urandom(16), digits), messages.Tagged)
        return codec.decode_refusal(answer.refusal) if answer.refusal else answer.tag

    def _made(self, at_ms: int | None) -> int:
        return at_ms if at_ms is not None else self._line.now_ms()

    async def _ask(
        self,
        question: (
            messages.VaultWanted | messages.OpenVault | messages.DepositKeys | messages.Disclose | messages.TagWanted
        ),
        kind: type[_M],
    ) -> _M:
        # Whoever answers before that has not proved that the record names it: no secret goes there.
        if not self._line.connected:
            raise NotConnected
        waiting: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[question.id] = waiting
        try:
            await self._line.send(question)
            answer = await waiting
        finally:
            self._waiting.pop(question.id, None)
        if not isinstance(answer, kind):
            raise AnswerLost(got=type(answer).__name__)
        return answer
