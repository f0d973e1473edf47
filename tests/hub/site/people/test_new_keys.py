"""A person's new key at a real hub: it replaces the old one with its entry, or nothing has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from hub.audit.verify import verify
from hub.client.link.connection import Done, HubClient
from hub.client.people.newkey import hand_in_change, hand_in_reset, make
from hub.client.people.unlocking import Keyring
from hub.domain.day.day import OpenDay
from hub.domain.moment import iso_date
from hub.domain.people.newkey import ChangeKey
from hub.domain.queue.queue import IssueTicket
from hub.domain.refusal import Refusal
from hub.site.people import peoplekeeping
from hub.site.people.peoplekeeping import PENDING
from sync.keys.certificate import Certificate, certificate_id, issue, parse
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost, WrongPassphrase, lock
from sync.keys.party import LockedPerson, Person
from sync.keys.renewalkey import RenewalKey
from sync.keys.roster import Member, Roster, sign_roster
from tests.hub.client.sites import Site, done, soon
from tests.lists import tell_lists
from tests.records import MORNING_MS, World

SECRET = b"t" * 32
OLD_WORDS, NEW_WORDS = "kunren-2", "kawa tsukue 3 ame"
DAY_MS = 86_400_000


class Keyed(Site):
    """A site whose hub keeps people, with a roster, and a manager's renewal key at the terminal."""

    def __init__(self, folder: Path) -> None:
        world = World()
        people = [world.manager, *world.clerks]
        listed = tuple(
            Member(one.person, one.name, one.roles, one.signer.public, MORNING_MS + 60 * DAY_MS) for one in people
        )
        self.roster = sign_roster(
            Roster(world.deployment.id, "contractor", 1, MORNING_MS, listed), world.roots["contractor"]
        )
        renewal = world.signer("renewal")
        certificate = issue(
            Certificate(
                deployment=world.deployment.id,
                subject=renewal.public,
                person=world.manager.person,
                kind="issuer",
                party="contractor",
                not_before_ms=MORNING_MS - DAY_MS,
                not_after_ms=MORNING_MS + 60 * DAY_MS,
                issuer=world.roots["contractor"].public,
                may_issue_kinds=("staff",),
                may_issue_roles=("*",),
                renews=True,
            ),
            world.roots["contractor"],
        )
        self.renewal = RenewalKey(world.manager.person, renewal, (certificate,))
        super().__init__(folder, world)
        for one in people:
            locked = lock(one.signer.seed, OLD_WORDS, SECRET, cost=Cost.TRAINING)
            LockedPerson(one.person, one.name, one.roles, one.certificate, one.chain, locked).save(folder / "hub")

    async def begin(self) -> HubClient:
        await self.start()
        assert self.terminal is not None
        self.terminal.party.take_list(self.roster)
        await tell_lists(self.terminal)
        opened = OpenDay(iso_date(MORNING_MS), "delivery_booth", "会場", self.world.deployment.profile, True)
        await self.do(opened, self.world.manager)
        return self.terminal

    async def make(self, person: str) -> LockedPerson:
        """A new key for them, as a terminal makes it."""
        assert self.terminal is not None
        return await asyncio.to_thread(make, self.terminal.party, self.renewal, person, NEW_WORDS, SECRET, self.now_ms)

    def held(self, person: str) -> LockedPerson:
        """The person as the hub's disk has them."""
        file = self.folder / "hub" / "people" / f"{person}.locked"
        return msgspec.msgpack.decode(file.read_bytes(), type=LockedPerson)

    @property
    def waiting(self) -> list[Path]:
        return list((self.folder / "hub" / "people").glob(f"*{PENDING}"))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Keyed]:
    made = Keyed(tmp_path)
    try:
        yield made
    finally:
        await made.stop()


async def changed(site: Keyed, terminal: HubClient, by: Person) -> LockedPerson:
    made = await site.make(by.person)
    done(await soon(hand_in_change(terminal, by, made)))
    await soon(terminal.until(lambda: made in terminal.people))
    return made


async def test_a_changed_passphrase_opens_a_new_key_at_every_terminal_and_the_old_one_signs_nothing(
    site: Keyed,
) -> None:
    terminal = await site.begin()
    other = await soon(HubClient.open(site.url, site.world.machine("terminal-2", "terminal", "contractor")))
    clerk = site.world.clerks[0]
    made = await changed(site, terminal, clerk)
    assert site.held(clerk.person) == made and not site.waiting
    await soon(other.until(lambda: made in other.people))
    await other.close()
    with pytest.raises(WrongPassphrase):
        made.unlock(OLD_WORDS, SECRET)
    again = made.unlock(NEW_WORDS, SECRET)
    assert again.signer.public != clerk.signer.public
    refused = await site.ask(IssueTicket("delivery"), clerk)
    assert isinstance(refused, Refusal) and refused.code == "keys.superseded"
    await site.do(IssueTicket("delivery"), again)


async def test_a_manager_resets_a_forgotten_passphrase_and_the_record_says_who(site: Keyed) -> None:
    terminal = await site.begin()
    clerk = site.world.clerks[1]
    old = site.held(clerk.person)
    made = await site.make(clerk.person)
    (event,) = done(await soon(hand_in_reset(terminal, site.world.manager, old, made))).events
    assert (event.reset, event.person, event.by) == (True, clerk.person, site.world.manager.person)
    assert event.old == clerk.signer.public
    assert site.held(clerk.person) == made
    who = terminal.party.trust.copy()
    for encoded in made.chain:
        who.add(encoded)
    assert who.authority(certificate_id(made.certificate), site.now_ms).reset_by == site.world.manager.person


async def test_a_hub_that_is_killed_after_the_entry_keeps_the_new_file_when_it_starts_again(site: Keyed) -> None:
    terminal = await site.begin()
    clerk = site.world.clerks[0]
    made = await changed(site, terminal, clerk)
    folder = site.folder / "hub" / "people"
    await site.stop_hub()
    # As if the power had gone between the entry and the file's new name.
    (folder / f"{clerk.person}.{sha256(made.encode()).hexdigest()[:16]}{PENDING}").write_bytes(made.encode())
    (folder / f"{clerk.person}.locked").write_bytes(b"old")
    (folder / f"{clerk.person}.locked").unlink()
    await site.start()
    assert site.held(clerk.person) == made and not site.waiting


async def test_a_file_whose_entry_never_came_is_gone_after_a_restart(site: Keyed) -> None:
    await site.begin()
    clerk = site.world.clerks[0]
    before = site.held(clerk.person)
    made = await site.make(clerk.person)
    await site.stop_hub()
    waiting = site.folder / "hub" / "people" / f"{clerk.person}.{sha256(made.encode()).hexdigest()[:16]}{PENDING}"
    waiting.write_bytes(made.encode())
    await site.start()
    assert site.held(clerk.person) == before and not site.waiting


async def test_a_new_key_whose_file_does_not_fit_changes_nothing(site: Keyed) -> None:
    terminal = await site.begin()
    clerk, colleague = site.world.clerks[0], site.world.clerks[1]
    before = {one.person: site.held(one.person) for one in (clerk, colleague)}
    made = await site.make(clerk.person)
    replace = msgspec.structs.replace
    stranger = Signer.generate()
    fake = replace(made, certificate=clerk.certificate)
    for by, wrong in (
        (colleague, made),  # signed by somebody else
        (clerk, replace(made, name="べつの人")),
        (clerk, replace(made, roles=("manager", "worker"))),
        (clerk, replace(made, person=colleague.person)),
        (clerk, replace(made, locked=b"")),
        (clerk, fake),
    ):
        answer = await soon(hand_in_change(terminal, by, wrong))
        assert isinstance(answer, Refusal) and answer.code in ("command.rejected", "keys.used"), answer
    command = ChangeKey(stranger.public, certificate_id(made.certificate), sha256(made.encode()).digest())
    answer = await soon(terminal.submit(command, clerk, who=made))
    assert isinstance(answer, Refusal) and answer.data["fault"] == "people.unfit"
    assert {one.person: site.held(one.person) for one in (clerk, colleague)} == before
    assert not terminal.booth.successions.files and not site.waiting
    assert isinstance(await changed(site, terminal, clerk), LockedPerson), "the right one still goes"


def unfit(answer: Done | Refusal) -> bool:
    return isinstance(answer, Refusal) and answer.data["fault"] == "people.unfit"


async def test_a_reset_names_the_key_that_the_person_has_and_who_made_the_new_one(site: Keyed) -> None:
    terminal = await site.begin()
    world, (colleague, clerk) = site.world, site.world.clerks[:2]
    old, before = site.held(clerk.person), site.held(colleague.person)
    made = await site.make(clerk.person)
    assert unfit(await soon(hand_in_reset(terminal, world.manager, before, made))), "the key of somebody else"
    certificate = msgspec.structs.replace(
        parse(site.renewal.certificate), subject=world.signer("renewal-2").public, person=colleague.person
    )
    others = RenewalKey(colleague.person, world.signer("renewal-2"), (issue(certificate, world.roots["contractor"]),))
    by_another = await asyncio.to_thread(make, terminal.party, others, clerk.person, NEW_WORDS, SECRET, site.now_ms)
    assert unfit(await soon(hand_in_reset(terminal, world.manager, old, by_another))), "made by another person"
    assert not terminal.booth.successions.old and not site.waiting
    assert (site.held(clerk.person), site.held(colleague.person)) == (old, before)
    done(await soon(hand_in_reset(terminal, world.manager, old, made)))


async def test_a_file_of_a_key_comes_with_no_other_command(site: Keyed) -> None:
    terminal = await site.begin()
    clerk = site.world.clerks[0]
    made = await site.make(clerk.person)
    command = IssueTicket(site.world.profile.lanes[0].id)
    assert unfit(await soon(terminal.submit(command, clerk, who=made)))
    assert not terminal.booth.queue.tickets and not site.waiting


async def test_a_new_key_without_its_file_is_refused(site: Keyed) -> None:
    terminal = await site.begin()
    made = await site.make("staff-2")
    command = ChangeKey(
        parse(made.certificate).subject, certificate_id(made.certificate), sha256(made.encode()).digest()
    )
    answer = await soon(terminal.submit(command, site.world.clerks[0]))
    assert isinstance(answer, Refusal) and answer.code == "keys.no_file"


async def test_a_person_opens_with_the_new_passphrase_at_a_terminal_of_the_site(site: Keyed, tmp_path: Path) -> None:
    terminal = await site.begin()
    made = await changed(site, terminal, site.world.clerks[0])
    home = tmp_path / "terminal-9"
    home.mkdir()
    (home / "secret").write_bytes(SECRET)
    person = Keyring(home).unlock(made, NEW_WORDS)
    assert isinstance(await site.ask(IssueTicket("delivery"), person), Done)


async def test_whoever_replays_the_record_finds_both_keys_in_their_right(site: Keyed) -> None:
    terminal = await site.begin()
    clerk = site.world.clerks[0]
    made = await changed(site, terminal, clerk)
    await site.do(IssueTicket("delivery"), made.unlock(NEW_WORDS, SECRET))
    given = await site.make(site.world.clerks[1].person)
    done(await soon(hand_in_reset(terminal, site.world.manager, site.held(site.world.clerks[1].person), given)))
    await site.do(IssueTicket("delivery"), given.unlock(NEW_WORDS, SECRET))
    assert dict(terminal.booth.keys.resets) == {site.world.clerks[1].person: site.world.manager.person}
    await site.stop_hub()
    roots = site.world.deployment
    report = await asyncio.to_thread(
        verify,
        site.folder / "hub" / "record.sqlite",
        contractor_root=roots.contractor_root,
        city_root=roots.city_root,
    )
    assert report.holds, report.problems


async def test_a_disk_that_is_full_after_the_entry_serves_the_new_key_and_puts_it_in_its_place_later(
    site: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = await site.begin()
    clerk = site.world.clerks[0]
    real = peoplekeeping.write_whole

    def full(path: Path, data: bytes, *, secret: bool = False) -> None:
        if path.suffix == ".locked":
            raise OSError(28, "No space left on device")
        real(path, data, secret=secret)

    with monkeypatch.context() as patched:
        patched.setattr(peoplekeeping, "write_whole", full)
        made = await changed(site, terminal, clerk)
        assert site.held(clerk.person) != made and len(site.waiting) == 1
        await site.stop_hub()
        await site.start()  # the disk is full still: the day begins all the same
        assert len(site.waiting) == 1
        await site.stop_hub()
    await site.start()
    assert site.held(clerk.person) == made and not site.waiting
