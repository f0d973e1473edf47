"""What a desk believes: nothing before the hub's checkpoint is proved to continue the last one that this desk has seen.

What is believed is on the desk's disk before it answers to it; what is refused is kept as evidence, word for word. A
checkpoint that lacks a proof waits here while its proof is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec

from hub.client.desk.file import DeskFile
from hub.client.desk.handoff import Opened
from hub.client.desk.ways import Acknowledge, Way, say
from hub.client.proof import witness
from hub.client.proof.witness import Seen, SeenBeyond, ShownAnother, ShownLess
from hub.succession import Succession
from sync import messages
from sync.errors import SyncError
from sync.keys.party import Party
from sync.link.link import Clock
from sync.messages import CosignWanted, Handoff, Message, Welcome
from sync.record.checkpoint import Checkpoint, cosign

log = logging.getLogger(__name__)


class Item(msgspec.Struct):
    """Something that carries a checkpoint, to be believed before what it says is looked at."""

    message: Handoff | CosignWanted | Welcome
    hub_key: bytes
    way: Way
    acknowledge: Acknowledge


class Belief:
    """One desk's view of one record: how far it has seen it, and whether its hub is still listened to."""

    def __init__(
        self,
        party: Party,
        file: DeskFile,
        clock: Clock,
        open_: Callable[[Handoff, Checkpoint], Opened],
        believed: Callable[[Item, Opened | None], Awaitable[None]],
    ) -> None:
        """`clock`: the machine's own time in ms. `open_`: as open_handoff does. `believed`: told of each item that holds, with its entry if it has one."""
        self.seen: Seen | None = file.seen()
        self.problem: SyncError | None = None
        """What was refused last, or why nothing is believed any more."""
        self.refused_hub = False
        """The hub has shown less, or another past: nothing it says is believed, and nothing is signed for it."""
        self._party = party
        self._file = file
        self._clock = clock
        self._open = open_
        self._believed = believed
        self._parked: dict[tuple[int, int], list[Item]] = {}

    @property
    def size_and_root(self) -> tuple[int, bytes]:
        """Of the newest checkpoint that is believed; (0, b"") for none."""
        if self.seen is None:
            return 0, b""
        checkpoint = self.seen.checkpoint
        return checkpoint.size, checkpoint.root

    def cosign(self) -> str:
        """Our cosignature of the newest checkpoint that we believe (C2SP tlog-cosignature; our own machine's time)."""
        assert self.seen is not None  # a case is only shown after a checkpoint was believed
        name = self._party.deployment.key_name(self._party.name)
        return cosign(self.seen.note, name, self._party.signer, self._clock() // 1000)

    async def weigh(self, item: Item, given: tuple[int, int, list[bytes]] | None = None) -> None:
        """Believe an item's checkpoint, then pass on what it says; or ask for the proof that is missing; or refuse it."""
        message = item.message
        try:
            shown = witness.read_note(self._party.deployment, message.note, item.hub_key)
            held = self.seen.checkpoint if self.seen is not None else None
            needed = witness.asks_proof(held, shown)
            proof: list[bytes] = []
            if needed is not None:
                if given is not None and given[:2] == needed:
                    proof = given[2]
                elif not isinstance(message, Welcome) and (message.consistent_from, shown.size) == needed:
                    proof = message.consistency
                else:
                    await self._park(item, needed)
                    return
            witness.believe(held, shown, proof)
            seen = witness.newest(self.seen, message.note)
            opened = None
            if isinstance(message, Handoff):
                opened = self._open(message, shown)
                self._keep(seen, (opened.index, opened.at_ms, message.entry))
            else:
                self._keep(seen)
            await self._believed(item, opened)
        except (ShownLess, ShownAnother) as error:
            self.refuse(error, message)
            return
        except SyncError as error:
            log.error("refused: %s", error)
            self.problem = error
            self._file.evidence(error, messages.encode(message), self.seen)
        await item.acknowledge()

    async def take_proof(self, proof: messages.Proof) -> None:
        """A proof that was asked for: what waited for it is weighed."""
        for item in self._parked.pop((proof.old, proof.new), []):
            await self.weigh(item, (proof.old, proof.new, proof.hashes))

    async def ask_again(self, way: Way) -> None:
        """Ask for the proofs that are still missing, over a way that has opened."""
        for old, new in list(self._parked):
            await say(way, messages.ProofWanted(old, new))

    def refuse(self, error: SyncError, message: Message) -> None:
        """From now on nothing of this hub is believed."""
        path = self._file.evidence(error, messages.encode(message), self.seen)
        log.error("the hub is refused: %s; evidence in %s", error, path)
        self.problem, self.refused_hub = error, True

    def succeeded(self, made: Succession, proof: messages.Succeeded) -> bool:
        """Another machine took the record over. Whether we had seen beyond that point: then that is kept as evidence."""
        if self.seen is None or self.size_and_root[0] <= made.size:
            return False
        beyond = SeenBeyond(seen=self.size_and_root[0], taken=made.size, hub=made.hub)
        log.error("%s; evidence in %s", beyond, self._file.evidence(beyond, messages.encode(proof), self.seen))
        self._file.set_back(made.size)
        self.seen, self._parked, self.problem = None, {}, beyond
        return True

    def _keep(self, seen: Seen, entry: tuple[int, int, bytes] | None = None) -> None:
        if entry is not None or seen != self.seen:
            self._file.keep(seen, entry)  # durable before this desk answers to it
            self.seen = seen

    async def _park(self, item: Item, needed: tuple[int, int]) -> None:
        asked = needed in self._parked
        self._parked.setdefault(needed, []).append(item)
        if not asked:
            await say(item.way, messages.ProofWanted(*needed))
