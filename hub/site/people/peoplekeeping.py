"""The locked people of a site, as the hub keeps them; a new key replaces an old one with its entry, or not at all.

The file of the new key is on the disk under another name before its command is decided, and takes the person's name after
the entry is durable. A hub that was killed in between looks at the record: it says which file counts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec

from hub.domain import codec
from hub.domain.people.newkey import ChangeKey, ResetKey
from hub.domain.refusal import Refusal
from hub.site.people.renewals import MOST, adopt
from hub.site.scribe import Scribe
from sync.errors import SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.introductions import on_trial, withdrawn
from sync.keys.lockbox import Cost, cost_of
from sync.keys.party import LockedPerson, Party, load_people
from sync.keys.trust import KeyRevoked
from sync.messages import OutcomeOf, Renewed, Submit
from sync.record.command import read_command
from sync.record.faults import RecordFault
from sync.record.writer import WriterStopped
from sync.wholefile import write_whole

log = logging.getLogger(__name__)

PENDING = ".pending"


class PersonUnfit(SyncError):
    """The locked person that came with a new key does not fit it; nothing was changed."""

    code = "people.unfit"
    ja = "新しい鍵のファイルが、この人のものではありません。何も変わっていません。"
    en = "The file of the new key does not fit this person; nothing has changed."
    todo_ja = "もう一度行い、続くときは端末とハブの版を確かめてください。"
    todo_en = "Try again; if it persists, check the versions of terminal and hub."


class PeopleKeeper:
    """`people` is always what the hub serves: one list, changed in place."""

    def __init__(self, home: Path, party: Party) -> None:
        self._folder = home / "people"
        self._home = home
        self._party = party
        self.people = load_people(home)
        self.on_change: Callable[[], None] = lambda: None
        self._named: dict[str, str] = {}
        """Whose file was put here while we run and is of no use, and why: said once."""
        self._one = asyncio.Lock()
        self._tasks: set[asyncio.Task[OutcomeOf]] = set()

    def settle(self, scribe: Scribe) -> None:
        """Give every waiting file its person's name if the record names it, and remove it otherwise."""
        changed, waits = False, list[LockedPerson]()
        for waiting in sorted(self._folder.glob(f"*{PENDING}")):
            try:
                data = waiting.read_bytes()
                person = waiting.name.partition(PENDING)[0].rpartition(".")[0]
                if scribe.booth.successions.files.get(person) == sha256(data).digest():
                    changed = True
                    waits.append(msgspec.msgpack.decode(data, type=LockedPerson))
                    write_whole(self._folder / f"{person}.locked", data, secret=True)
                waiting.unlink()
            except OSError as error:  # it waits on for the next time; whose key is in the record is served meanwhile
                log.error("the file of a new key cannot be put in its place: %s", error)
        scribe.files.clear()
        if changed:
            served = {one.person: one for one in (*load_people(self._home), *waits)}
            self.people[:] = [served[person] for person in sorted(served)]
            self.on_change()

    async def look(self, now_ms: int) -> None:
        """Take up what somebody has put into the folder since the last look: newly enrolled people work at once.

        Only whom a chain to a root proves, for this site and not withdrawn; a file that holds nobody is named once.
        """
        async with self._one:
            found = await asyncio.to_thread(self._read_new)
            served = {one.person: one for one in self.people}
            taken = [one for one in found if self._may_work(one, now_ms)]
            if not taken:
                return
            served.update({one.person: one for one in taken})
            self.people[:] = [served[person] for person in sorted(served)]
        log.info("locked keys were put into the folder: %s", ", ".join(one.person for one in taken))
        self.on_change()

    async def bring(self, brought: list[LockedPerson], now_ms: int) -> None:
        """Take up whom the office passes on and who is not here, on the disk first; never in the place of a key that counts.

        A person's new key is an entry of the record; only one whose key here is withdrawn gets another this way.
        """
        async with self._one:
            served = {one.person: one for one in self.people}
            taken: list[LockedPerson] = []
            for one in brought[:MOST]:
                if self._is_lacking(one, served.get(one.person)) and self._may_work(one, now_ms):
                    try:
                        await asyncio.to_thread(one.save, self._home)
                    except OSError as error:
                        self._name_once(one.person, f"the disk: {error}")
                        continue
                    taken.append(one)
            if not taken:
                return
            served.update({one.person: one for one in taken})
            self.people[:] = [served[person] for person in sorted(served)]
        log.info("the office has passed on locked keys: %s", ", ".join(one.person for one in taken))
        self.on_change()

    def _is_lacking(self, one: LockedPerson, held: LockedPerson | None) -> bool:
        """Whether nobody is displaced by it, its name stays in the folder, and its lock is a real one."""
        # Whose issuer alone was revoked is certified anew, under the key and the passphrase that they have.
        if held is not None and not isinstance(withdrawn(held, self._party.trust), KeyRevoked):
            return False
        if set(one.person) & set("/\\:\0") or one.person.startswith(".") or not one.person:
            return False
        try:
            # What a rehearsal's throwaway keys cost would be no lock on a real one.
            return cost_of(one.locked) is not Cost.TRAINING or self._party.deployment.training
        except SyncError as error:
            self._name_once(one.person, str(error))
            return False

    def _read_new(self) -> list[LockedPerson]:
        """The people in the folder who are not served as their file says."""
        served = {one.person: one.encode() for one in self.people}
        found: list[LockedPerson] = []
        for file in sorted(self._folder.glob("*.locked")):
            try:
                data = file.read_bytes()
                if data == served.get(file.stem):
                    continue
                one = msgspec.msgpack.decode(data, type=LockedPerson)
                if one.person != file.stem:
                    raise ValueError("it is another person's")
                found.append(one)
            except (OSError, ValueError) as error:  # msgspec's faults are ValueErrors
                self._name_once(file.stem, f"no locked person: {error}")
        return found

    def _name_once(self, person: str, why: str) -> None:
        if self._named.get(person) != why:
            self._named[person] = why
            log.error("the file of %s is not served: %s", person, why)

    def _may_work(self, one: LockedPerson, now_ms: int) -> bool:
        try:
            trial = on_trial(self._party.trust, (one.certificate, *one.chain))
            authority = trial.authority(certificate_id(one.certificate), now_ms)
            trial.need_unrevoked(authority)
            authority.need_site(self._party.deployment.site)
        except SyncError as error:
            self._name_once(one.person, str(error))
            return False
        return (authority.person, authority.kind) == (one.person, "staff")

    async def replace(self, message: Submit, scribe: Scribe, now_ms: int, origin: object) -> OutcomeOf:
        """The outcome of a command that replaces a person's key, its file kept or gone accordingly.

        Goes on to its end although the link of whoever asked may break. As scribe.submit; PersonUnfit.
        """
        task = asyncio.create_task(self._replace(message, scribe, now_ms, origin), name="a new key")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def renew(self, renewed: list[LockedPerson], now_ms: int) -> Renewed:
        """Take certificates that a manager has renewed at a terminal; who was taken, and who not and why."""
        async with self._one:
            answer = await adopt(renewed, self.people, self._party, self._home, now_ms)
        if answer.taken:
            self.on_change()
        return answer

    async def _replace(self, message: Submit, scribe: Scribe, now_ms: int, origin: object) -> OutcomeOf:
        async with self._one:
            self._prepare(message, scribe, now_ms)
            try:
                outcome = await scribe.submit(message.signed, message.certificates, origin)
            except (WriterStopped, RecordFault):
                raise  # what reached the disk is unknown: the file waits for the hub that starts anew
            except BaseException:
                self.settle(scribe)
                raise
            self.settle(scribe)
            return outcome

    def _prepare(self, message: Submit, scribe: Scribe, now_ms: int) -> None:
        """Check the file that comes with a new key, and have it on the disk; PersonUnfit, TrustError, Malformed."""
        who = message.who
        assert who is not None
        signed = read_command(message.signed.payload)
        command = codec.decode_command(signed.kind, bytes(signed.args))
        if isinstance(command, Refusal) or not isinstance(command, ChangeKey | ResetKey):
            raise PersonUnfit(why="another command", kind=signed.kind)
        data = who.encode()
        known = next((one for one in self.people if one.person == who.person), None)
        if known is None:
            raise PersonUnfit(why="nobody here", person=who.person)
        self._need_fit(who, command, known)
        trial = self._party.trust.copy()
        for encoded in (*message.certificates, *who.chain):
            trial.add(encoded)
        new = trial.authority(trial.add(who.certificate), now_ms)
        trial.need_unrevoked(new)
        new.need_site(self._party.deployment.site)
        signer = trial.authority(signed.certificate, now_ms)
        old = command.old if isinstance(command, ResetKey) else signer.key
        person = command.person if isinstance(command, ResetKey) else signer.person
        if isinstance(command, ResetKey) and new.reset_by != signer.person:
            raise PersonUnfit(why="made by another manager", person=who.person)
        if new.kind != "staff" or new.person != person or parse(known.certificate).subject != old:
            raise PersonUnfit(why="another person's", person=who.person)
        digest = sha256(data).digest()
        write_whole(self._folder / f"{who.person}.{digest.hex()[:16]}{PENDING}", data, secret=True)
        scribe.files.add(digest)

    def _need_fit(self, who: LockedPerson, command: ChangeKey | ResetKey, known: LockedPerson) -> None:
        certificate = parse(who.certificate)
        fits = {
            "file": sha256(who.encode()).digest() == command.file,
            "certificate": certificate_id(who.certificate) == command.certificate,
            "key": certificate.subject == command.new,
            "person": certificate.person == who.person,
            "roles": who.roles == certificate.roles,
            "name": who.name == known.name,
            # What a rehearsal's throwaway keys cost would be no lock on a real one.
            "cost": cost_of(who.locked) is not Cost.TRAINING or self._party.deployment.training,
        }
        wrong = [name for name, true in fits.items() if not true]
        if wrong:
            raise PersonUnfit(why=",".join(wrong), person=who.person)
