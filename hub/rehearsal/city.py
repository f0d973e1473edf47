"""The city's two officers at their desk: they come on duty, decide, sign for papers, and the desk witnesses."""

from __future__ import annotations

import time

from hub.client.connection import HubClient
from hub.domain import custody, identity
from hub.domain.booth import Command
from hub.domain.identity import Outcome
from hub.rehearsal.stage import Stage
from sync import messages
from sync.checkpoint import Checkpoint, cosign, decode_body
from sync.party import Party, Person
from sync.recordreader import note_body

LOOK_S = 40
"""An officer looks at face and document for so long before deciding."""


class LanDesk:
    """Officers at a desk on the site's own network."""

    def __init__(self, stage: Stage, screen: HubClient, desk: Party, officers: dict[str, Person]) -> None:
        self._stage = stage
        self._screen = screen
        self._desk = desk
        self._officers = officers

    async def attend(self) -> None:
        """Both officers come on duty."""
        for officer in self._officers.values():
            await self._stage.do(self._screen, identity.Attend(True), officer)

    async def answer(self, request: int, outcome: Outcome, checklist: tuple[str, ...], reason: str) -> None:
        await self._stage.scheduler.sleep(LOOK_S)
        await self._stage.seen()
        asked = self._screen.booth.identity.requests[request]
        checkpoint = self._checkpoint()
        decision = identity.DecideIdentity(
            request=request,
            visit=asked.visit,
            hub=self._desk.deployment.record,
            profile=self._desk.deployment.profile,
            checkpoint_size=checkpoint.size,
            checkpoint_root=checkpoint.root,
            outcome=outcome,
            checklist=checklist,
            reason=reason,
        )
        await self.witness()
        await self._stage.ask(self._screen, decision, self._officers[asked.officer])

    async def accept(self, transfer: int) -> None:
        """Sign for the papers: seals read, sheets counted, and the record witnessed afterwards."""
        await self._stage.seen()
        offered = self._screen.booth.custody.transfers[transfer]
        accepted: Command = custody.AcceptTransfer(transfer, offered.manifest, offered.seals, dict(offered.sheets))
        await self._stage.do(self._screen, accepted, self._officers["officer-1"])
        await self.witness()

    async def witness(self) -> None:
        """Cosign the checkpoint that the desk sees now."""
        await self._stage.seen()
        replica = self._screen.replica
        assert replica is not None
        name = self._desk.deployment.key_name(self._desk.name)
        line = cosign(replica.note, name, self._desk.signer, int(time.time()))
        await self._screen.send(messages.Cosigned(self._checkpoint().size, line))

    def _checkpoint(self) -> Checkpoint:
        replica = self._screen.replica
        assert replica is not None
        return decode_body(note_body(replica.note))
