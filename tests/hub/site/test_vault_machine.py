"""Whatever the order of deposits, readings, erasures, locks, restarts and crashes: what is held can be read after an
entry, what is erased cannot be read by anybody, and every reading stands in the record."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.client.link.signing import sign_as
from hub.client.views.booking import seal_list
from hub.client.views.vaultway import VaultWay
from hub.domain import codec
from hub.domain.booth import Booth, Command
from hub.domain.day import day
from hub.domain.personal import personal
from hub.domain.personal.disclosure import Reveal, Revealed
from hub.domain.refusal import Refusal
from hub.domain.reservations.reservation import Reservation
from hub.site.clock import SimulatedClock
from hub.site.scribe import Commit, Scribe
from hub.site.vaultdoor import VaultDoor
from sync import messages
from sync.keys.party import Party, Person
from sync.messages import Message
from sync.record.entry import decode_entry
from sync.record.store import RecordStore
from sync.vault.sealing import open_as_person
from sync.vault.vault import FILE, Vault
from tests.records import MORNING_MS, World

T = TypeVar("T")
WORLD = World()
NUMBERS = ("R-1", "R-2", "R-3")


class Line:
    """A terminal beside the hub, without a network: it talks as a terminal does, and hears the answers."""

    def __init__(self, scribe: Scribe, door: VaultDoor) -> None:
        self.party = WORLD.terminal
        self._scribe = scribe
        self._door = door
        self.way = VaultWay(self)
        self.key = self.party.signer.public
        self.asked: list[Message] = []

    @property
    def booth(self) -> Booth:
        return self._scribe.booth

    @property
    def connected(self) -> bool:
        return True

    def now_ms(self) -> int:
        return MORNING_MS

    async def send(self, message: Message) -> None:
        self.asked.append(message)
        await self._door.take(self, message)

    def post(self, message: Message) -> None:
        if isinstance(message, messages.VaultBox | messages.VaultDone | messages.Disclosed):
            self.way.take(message)


class Other:
    """Another terminal, which has the signed command from the record."""

    key = b"another terminal's key..........."

    def __init__(self) -> None:
        self.answers: list[Message] = []

    def post(self, message: Message) -> None:
        self.answers.append(message)


class VaultMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.life = 0
        self.people: dict[str, str] = {}
        """Reservation number to the name that its newest seal holds."""
        self.open = False
        self.read = 0
        self.keys: dict[str, bytes] = {}
        self.gone: set[str] = set()
        """Subjects that were erased."""
        self.wrapped: dict[str, set[bytes]] = {}
        """Every form in which a subject's key ever stood in the file."""
        self.made = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @property
    def home(self) -> Path:
        return self.folder / str(self.life)

    # ------------------------------------------------------------------ lives

    async def _begin(self) -> None:
        hub = WORLD.machine("hub-1", "hub", "contractor")
        party = Party(WORLD.deployment, hub.signer, hub.certificate, WORLD.trust())
        self.store = await RecordStore.open(self.home / "record.sqlite", origin=WORLD.deployment.origin)
        clock = SimulatedClock(MORNING_MS)
        self.scribe = await Scribe.start(party, self.store, WORLD.profile_raw, WORLD.profile, clock)
        self.commits: list[Commit] = []
        self.scribe.listeners.append(self.commits.append)
        self.door = VaultDoor(self.home, self.scribe, WORLD.profile, lambda: [], clock)
        await self.door.settle()
        self.line = Line(self.scribe, self.door)
        self.open = False

    async def _told(self) -> None:
        """The door hears of every commit, as the daemon tells it."""
        while self.commits:
            await self.door.on_commit(self.commits.pop(0))

    async def _do(self, command: Command, by: Person = WORLD.manager) -> int:
        _, signed = sign_as(by, WORLD.deployment, command, MORNING_MS)
        outcome = await self.scribe.submit(signed, by.chain)
        assert outcome.index is not None, codec.decode_refusal(outcome.refusal)
        return outcome.index

    @initialize()
    def start(self) -> None:
        self.home.mkdir()

        async def begin() -> None:
            await self._begin()
            event = WORLD.profile.event_types[0].id
            await self._do(day.OpenDay("2025-08-06", event, "会場", WORLD.deployment.profile, True))

        self.run(begin())

    @rule()
    def restart(self) -> None:
        async def again() -> None:
            await self._told()
            await self.scribe.close()
            await self.door.stop()
            await self.store.close()
            await self._begin()

        self.run(again())

    @rule()
    def crash(self) -> None:
        """The process is gone between any two steps; what the door was not told of it finds in the record."""

        async def crash() -> None:
            before = self.home
            self.life += 1
            shutil.copytree(before, self.home)  # as the disk was at that moment
            await self.scribe.close()
            await self.store.close()
            await self.door.stop()
            await self._begin()

        self.run(crash())

    # ------------------------------------------------------------------ what people do

    @rule()
    def unlock(self) -> None:
        assert self.run(self.line.way.unlock(WORLD.manager)) is None
        self.open = True

    @precondition(lambda self: self.open)
    @rule()
    def lock(self) -> None:
        async def lock() -> None:
            await self._do(personal.LockVault())
            await self._told()

        self.run(lock())
        self.open = False

    @rule(numbers=st.sets(st.sampled_from(NUMBERS), min_size=1), told=st.booleans())
    def bring_in(self, numbers: set[str], told: bool) -> None:
        """An importer deposits keys and lists; without an open vault nothing is taken."""
        self.made += 1
        rows = [Reservation(one, 540, "delivery", 1, f"ナマエ{self.made} {one}") for one in sorted(numbers)]
        made = seal_list(rows, "delivery", "2025-08-06")
        assert not isinstance(made, Refusal)
        refused = self.run(self.line.way.deposit(made.keys))
        assert (refused is None) is self.open
        if refused is not None:
            return
        self.keys |= made.keys

        async def bring_in() -> None:
            for command in made.commands:
                await self._do(command)
            if told:
                await self._told()

        self.run(bring_in())
        self.people |= {row.number: row.kana for row in rows}

    @rule(keys=st.integers(1, 3))
    def deposit_and_forget(self, keys: int) -> None:
        """An importer that dies after its deposit."""
        if self.open:
            self.made += 1
            names = {f"reservation/lost/{self.made}/{n}": bytes([self.made % 256]) * 32 for n in range(keys)}
            assert self.run(self.line.way.deposit(names)) is None

    @rule(number=st.sampled_from(NUMBERS), again=st.booleans())
    def reveal(self, number: str, again: bool) -> None:
        # The manager's purpose needs no visit; the name is one of its fields.
        shown = self.run(self.line.way.reveal(Reveal(number, "kana", "contact"), WORLD.manager))
        if self.open and number in self.people:
            assert shown == self.people[number]
            self.read += 1
        else:
            assert isinstance(shown, Refusal)
        if again and self.open:
            self._send_again()

    def _send_again(self) -> None:
        """Whoever sends the last signed reading a second time gets nothing, and it is no second reading."""
        asked = next(one for one in reversed(self.line.asked) if isinstance(one, messages.Disclose))
        other = Other()
        self.run(self.door.take(other, asked))
        (answer,) = other.answers
        assert isinstance(answer, messages.Disclosed)
        assert answer.refusal and not answer.key and not answer.sealed

    @precondition(lambda self: bool(self.scribe.booth.personal.held))
    @rule(data=st.data(), told=st.booleans())
    def erase(self, data: st.DataObject, told: bool) -> None:
        """Some are erased; whether the hub lives long enough to destroy their keys at once is open."""
        held = sorted(self.scribe.booth.personal.held)
        subjects = tuple(sorted(data.draw(st.sets(st.sampled_from(held), min_size=1))))

        async def erase() -> None:
            register = self.scribe.booth.personal
            request = next((one.id for one in register.requests.values() if set(subjects) <= set(one.subjects)), 0)
            if not request:
                free = tuple(one for one in held if one not in personal.asked(register))
                if not set(subjects) <= set(free):
                    return
                request = await self._do(personal.AskErasure(free, "2025-08-13"))
                await self._do(personal.ConsentErasure(request, "書面", "2025-08-06"))
            await self._do(personal.ErasePersonal(subjects, "申出", request))
            self.gone.update(subjects)
            if told:
                await self._told()

        today = dict(self.scribe.booth.personal.today)
        self.run(erase())
        for number, subject in today.items():
            if subject in self.gone:
                self.people.pop(number, None)

    # ------------------------------------------------------------------ what is always so

    @invariant()
    def the_vault_holds_no_more_than_the_record_asks_for(self) -> None:
        if not hasattr(self, "door") or self.commits:
            return  # the hub has not got round to it yet
        with Vault(self.home / FILE) as kept:
            content = kept.copy().wrapped
        for subject, bytes_ in content.items():
            self.wrapped.setdefault(subject, set()).add(bytes_)
        lost = {subject for subject in content if subject.startswith("reservation/lost/")}
        assert content.keys() - lost == set(self.scribe.booth.personal.held)

    @invariant()
    def nothing_of_what_was_erased_stands_in_the_vaults_files(self) -> None:
        if not hasattr(self, "door") or self.commits:
            return
        files = b"".join(path.read_bytes() for path in self.home.glob(f"{FILE}*"))
        for subject in self.gone:
            assert self.keys[subject] not in files
            assert not any(form in files for form in self.wrapped.get(subject, ()))

    @invariant()
    def every_reading_is_an_entry_and_no_entry_holds_a_key(self) -> None:
        if not hasattr(self, "door"):
            return
        bodies = self.run(self.store.read(0, self.scribe.size))
        events = [event for body in bodies for event in codec.decode_events(bytes(decode_entry(body).events))]
        assert sum(isinstance(event, Revealed) for event in events) == self.read
        whole = b"".join(bodies)
        assert not any(key in whole for key in self.keys.values())
        with Vault(self.home / FILE) as kept:
            sealed = kept.holders().get(WORLD.manager.signer.public)
        assert sealed is None or open_as_person(sealed, WORLD.manager.signer, WORLD.deployment.origin) not in whole

    def teardown(self) -> None:
        async def end() -> None:
            await self.scribe.close()
            await self.door.stop()
            await self.store.close()

        if hasattr(self, "door"):
            self.run(end())
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)


TestVaultMachine = VaultMachine.TestCase
TestVaultMachine.settings = settings(max_examples=40, stateful_step_count=30)
