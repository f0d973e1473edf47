"""Whose keys are revoked has none left: neither the one that the office issued nor one that was made at the booth since."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from hub.audit.verify import Report, verify
from hub.client.link.connection import HubClient
from hub.client.people.renewal import due, renewed
from hub.domain.people import roster as roster_rules
from hub.domain.queue.queue import IssueTicket
from hub.domain.refusal import Refusal
from hub.listentries import suspects
from hub.site.people import listkeeping
from sync.keys.certificate import certificate_id, issue, parse
from sync.keys.introductions import withdrawn
from sync.keys.lockbox import Cost, WrongPassphrase, lock
from sync.keys.party import LockedPerson, Person
from sync.keys.roster import renewal
from sync.keys.trust import KeyRevoked, TrustStore
from tests import lists
from tests.hub.client.sites import soon
from tests.hub.site.people.test_new_keys import DAY_MS, NEW_WORDS, SECRET, Keyed, changed
from tests.lists import tell_lists

NAME = "staff-2"
ANEW_WORDS = "yama hako 7 kaze"
TICKET = IssueTicket("delivery")
ROLES = {"staff-1": ("manager", "site_manager", "worker"), NAME: ("worker",), "staff-3": ("worker",)}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Keyed]:
    made = Keyed(tmp_path)
    try:
        yield made
    finally:
        await made.stop()


def enrolled_anew(site: Keyed) -> LockedPerson:
    """The same person under a key that nobody has had before, as `demado enrol staff` makes them."""
    key = site.world.signer("anew")
    certificate = site.world.certify(NAME, "staff", "contractor", ("worker",), subject=key.public, revocation=1)
    locked = lock(key.seed, ANEW_WORDS, SECRET, cost=Cost.TRAINING)
    return LockedPerson(NAME, NAME, ("worker",), certificate, [certificate, site.world.issuers["contractor"]], locked)


async def revoke_and_enrol_anew(site: Keyed, terminal: HubClient) -> None:
    """What `demado revoke`, `enrol staff` and `lists give` bring: the office knows of no key but its own."""
    keys = {NAME: site.world.signer("anew")}
    terminal.party.take_list(lists.roster(site.world, 2, ROLES, keys))
    terminal.party.take_list(lists.revocations(site.world, 1, NAME))
    await tell_lists(terminal)
    await soon(terminal.until(lambda: len(terminal.booth.keys.taken) == 2 and bool(terminal.booth.keys.revoked)))


async def refused(site: Keyed, by: Person) -> str:
    answer = await site.ask(TICKET, by)
    assert isinstance(answer, Refusal), answer
    return answer.code


async def examined(site: Keyed) -> Report:
    await site.stop_hub()
    roots = site.world.deployment
    return await asyncio.to_thread(
        verify,
        site.folder / "hub" / "record.sqlite",
        contractor_root=roots.contractor_root,
        city_root=roots.city_root,
    )


async def test_after_a_revocation_the_key_that_was_made_at_the_booth_signs_nothing_and_the_new_one_is_taken_up(
    site: Keyed,
) -> None:
    terminal = await site.begin()
    made = await changed(site, terminal, site.world.clerks[0])
    before = made.unlock(NEW_WORDS, SECRET)
    issued = await site.do(TICKET, before)
    await revoke_and_enrol_anew(site, terminal)
    assert issued.index in terminal.booth.keys.unproven, "nobody had witnessed it, and the key may have been stolen"
    assert await refused(site, before) == "roster.revoked"
    new = enrolled_anew(site)
    await site.running.people.bring([new], site.now_ms)
    await soon(terminal.until(lambda: new in terminal.people))
    assert site.held(NAME) == new
    with pytest.raises(WrongPassphrase):
        new.unlock(NEW_WORDS, SECRET)
    await site.do(TICKET, new.unlock(ANEW_WORDS, SECRET))
    assert await refused(site, before) == "roster.revoked"
    report = await examined(site)
    assert report.holds, report.problems


async def test_the_morning_after_renews_no_key_that_was_made_in_a_revoked_ones_place(site: Keyed) -> None:
    terminal = await site.begin()
    made = await changed(site, terminal, site.world.clerks[0])
    await revoke_and_enrol_anew(site, terminal)
    tomorrow = site.now_ms + DAY_MS
    trust = terminal.party.trust
    found = {one.who.person: one.error for one in due(terminal.people, trust, tomorrow)}
    assert isinstance(found[NAME], KeyRevoked), "on the roster, and only the office has the key that it lists"
    with pytest.raises(KeyRevoked):
        renewed(site.renewal, trust, made, tomorrow)
    answer = await soon(terminal.renew([certified_anew(site, made)]))  # by a terminal of before
    assert answer.refused == {NAME: "trust.key_revoked"} and site.held(NAME) == made


def certified_anew(site: Keyed, made: LockedPerson) -> LockedPerson:
    """The key of before under the roster that lists another: nothing in this certificate says that it was revoked."""
    roster = site.running.party.trust.roster("contractor")
    assert roster is not None and roster.number == 2
    words = renewal(
        roster,
        NAME,
        parse(made.certificate).subject,
        parse(site.renewal.certificate),
        not_before_ms=site.now_ms - DAY_MS,
        not_after_ms=site.now_ms + DAY_MS,
    )
    encoded = issue(words, site.renewal.signer)
    return LockedPerson(NAME, NAME, ("worker",), encoded, [encoded, *site.renewal.chain], made.locked)


async def test_no_later_certificate_brings_a_key_back_that_went_with_its_predecessor(site: Keyed) -> None:
    terminal = await site.begin()
    made = await changed(site, terminal, site.world.clerks[0])
    await revoke_and_enrol_anew(site, terminal)
    again = certified_anew(site, made)
    assert withdrawn(again, terminal.party.trust) is None, "the files alone do not tell: the record does"
    assert await refused(site, again.unlock(NEW_WORDS, SECRET)) == "roster.revoked"
    await site.stop_hub()
    await site.start()  # from its snapshot, or from its entries
    assert await refused(site, again.unlock(NEW_WORDS, SECRET)) == "roster.revoked"


async def test_a_key_that_a_manager_makes_after_the_revocation_counts(site: Keyed) -> None:
    terminal = await site.begin()
    await changed(site, terminal, site.world.clerks[0])
    await revoke_and_enrol_anew(site, terminal)
    new = enrolled_anew(site)
    await site.running.people.bring([new], site.now_ms)
    await soon(terminal.until(lambda: new in terminal.people))
    later = await changed(site, terminal, new.unlock(ANEW_WORDS, SECRET))
    await site.do(TICKET, later.unlock(NEW_WORDS, SECRET))
    assert parse(later.certificate).roster == 2
    trust = site.running.party.trust
    assert trust.authority(certificate_id(later.certificate), site.now_ms).in_place_of == parse(new.certificate).subject
    report = await examined(site)
    assert report.holds, report.problems


@pytest.mark.parametrize("renewed_since", [False, True], ids=["its first certificate", "one of the morning after"])
async def test_whoever_checks_the_record_finds_what_such_a_key_signed_since(
    site: Keyed, monkeypatch: pytest.MonkeyPatch, renewed_since: bool
) -> None:
    """A hub that does not ask, as every hub before this rule, and a terminal of its kind."""
    terminal = await site.begin()
    made = await changed(site, terminal, site.world.clerks[0])
    await site.do(TICKET, made.unlock(NEW_WORDS, SECRET))
    await revoke_and_enrol_anew(site, terminal)
    by = (certified_anew(site, made) if renewed_since else made).unlock(NEW_WORDS, SECRET)
    with monkeypatch.context() as asks_nobody:
        asks_nobody.setattr(roster_rules, "withdrawn_at", lambda keys, by, held: None)
        asks_nobody.setattr(TrustStore, "need_unrevoked", lambda trust, authority: None)
        wrong = (await site.do(TICKET, by)).index
    report = await examined(site)
    (problem,) = report.problems
    assert (problem.entry, problem.code, problem.data["rule"]) == (wrong, "replay.rule_refuses", "roster.revoked")


async def test_what_a_hub_of_before_left_out_of_the_unproven_is_a_remark_and_no_fault(
    site: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = await site.begin()
    made = await changed(site, terminal, site.world.clerks[0])
    issued = await site.do(TICKET, made.unlock(NEW_WORDS, SECRET))
    before = partial(suspects, made=False)
    with monkeypatch.context() as of_before:
        of_before.setattr(listkeeping, "suspects", before)
        await revoke_and_enrol_anew(site, terminal)
    assert terminal.booth.keys.unproven and issued.index not in terminal.booth.keys.unproven
    report = await examined(site)
    assert report.holds, report.problems
    assert ("remark.unproven", issued.index) in {(one.code, one.entry) for one in report.remarks}
