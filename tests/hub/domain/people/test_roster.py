"""Lists in the record: a revoked key signs nothing more, what it left unproven waits for another person."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import codec
from hub.domain.custody import custody
from hub.domain.identity import identity
from hub.domain.moment import Signer
from hub.domain.people import roster
from hub.domain.people.newkey import ChangeKey, ResetKey
from hub.domain.people.roster import (
    ConfirmUnproven,
    Listed,
    RevokedKey,
    Suspect,
    TakeRevocations,
    TakeRoster,
    independent,
)
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, OTHER, SECOND_OFFICER, Site


def keyed(by: Signer, letter: bytes) -> Signer:
    return msgspec.structs.replace(by, key=letter * 32)


CLERK_1, MANAGER_1, MANAGER_2 = keyed(CLERK, b"c"), keyed(MANAGER, b"m"), keyed(MANAGER, b"n")
MANAGER_2 = msgspec.structs.replace(MANAGER_2, person="staff-9")
OFFICER_1, OFFICER_2 = keyed(OFFICER, b"o"), keyed(SECOND_OFFICER, b"O")


def revoke(number: int, *whose: Signer, party: str = "contractor", suspects: tuple[int, ...] = ()) -> TakeRevocations:
    keys = tuple(RevokedKey(one.key, one.person) for one in whose)
    found = tuple(Suspect(entry, whose[0].person) for entry in suspects)
    return TakeRevocations(party, number, b"h" * 32, keys, 0, found)


def issue(site: Site) -> queue.IssueTicket:
    return queue.IssueTicket(site.profile.lanes[0].id)


def code(decided: object) -> str:
    assert isinstance(decided, Refusal), decided
    return decided.code


def test_a_revoked_key_signs_nothing_more_and_everybody_else_goes_on() -> None:
    site = Site()
    site.do(issue(site), CLERK_1)
    site.do(revoke(1, CLERK_1), HUB)
    assert code(site.decide(issue(site), CLERK_1)) == "roster.revoked"
    site.do(issue(site), OTHER)
    site.do(issue(site), keyed(CLERK, b"C"))  # the same person with a new key


def test_whoever_a_revoked_issuer_certified_signs_nothing_more() -> None:
    site = Site()
    renewed = msgspec.structs.replace(CLERK_1, issuers=(b"i" * 32,))
    site.do(revoke(1, keyed(MANAGER, b"i")), HUB)
    assert code(site.decide(issue(site), renewed)) == "roster.certifier_revoked"
    site.do(issue(site), CLERK_1)


def made_for(by: Signer, letter: bytes, listed: bytes) -> Signer:
    """The person with a key that was made at the site, under a roster that lists another one of theirs."""
    return msgspec.structs.replace(keyed(by, letter), reset_by="staff-1", in_place_of=listed * 32)


def change(to: bytes) -> ChangeKey:
    return ChangeKey(to * 32, b"C" * 32, b"f" * 32)


def test_a_key_that_was_made_in_a_revoked_ones_place_signs_nothing_more() -> None:
    site = Site()
    made = made_for(CLERK, b"1", b"c")
    site.do(issue(site), made)
    site.do(revoke(1, CLERK_1), HUB)
    assert code(site.decide(issue(site), made)) == "roster.revoked"


def test_nor_does_it_under_a_later_roster_nor_whatever_was_changed_from_it_before() -> None:
    site = Site()
    site.do(change(b"1"), CLERK_1)
    site.do(change(b"2"), made_for(CLERK, b"1", b"c"))
    site.do(revoke(1, CLERK_1), HUB)
    assert code(site.decide(issue(site), made_for(CLERK, b"2", b"n"))) == "roster.revoked"
    assert codec.decode_booth(codec.encode_booth(site.booth)).successions == site.booth.successions
    site.do(issue(site), keyed(CLERK, b"n"))  # the key that the later roster lists


def test_a_key_that_a_manager_makes_after_the_revocation_or_that_a_root_has_listed_stands_for_itself() -> None:
    site = Site()
    site.do(change(b"1"), CLERK_1)
    site.do(revoke(1, CLERK_1), HUB)
    site.do(issue(site), keyed(CLERK, b"1"))  # its certificate says that the roster lists it
    site.do(ResetKey(CLERK.person, b"1" * 32, b"3" * 32, b"C" * 32, b"f" * 32), MANAGER_1)
    site.do(issue(site), made_for(CLERK, b"3", b"n"))


def test_a_snapshot_of_a_program_that_did_not_know_in_whose_place_keys_were_made_is_none() -> None:
    """Folded on from there, a hub would let sign whom everybody who reads the whole record refuses."""
    site = Site()
    site.do(change(b"1"), CLERK_1)
    state = msgspec.msgpack.decode(codec.encode_booth(site.booth))
    state["successions"]["made_by"] = [[key, made[0]] for key, made in state["successions"]["made_by"]]
    with pytest.raises(msgspec.DecodeError):
        codec.decode_booth(msgspec.msgpack.encode(state))


def test_an_older_list_or_the_same_again_is_refused() -> None:
    site = Site()
    site.do(revoke(2, CLERK_1), HUB)
    for number in (1, 2):
        assert code(site.decide(revoke(number), HUB)) == "roster.old_list"
    site.do(revoke(1, OFFICER_1, party="city"), HUB)  # each party counts for itself
    site.do(revoke(3), HUB)
    site.do(issue(site), CLERK_1)  # a newer list replaces the older as a whole


def test_neither_partys_list_says_anything_of_the_others_keys() -> None:
    site = Site()
    site.do(revoke(1, OFFICER_1), HUB)  # the contractor's root lists an officer of the city's
    site.do(identity.Attend(True), OFFICER_1)
    site.do(revoke(1, OFFICER_1, party="city"), HUB)
    assert code(site.decide(identity.Attend(False), OFFICER_1)) == "roster.revoked"
    site.do(revoke(2), HUB)  # and takes it off its list again
    assert code(site.decide(identity.Attend(False), OFFICER_1)) == "roster.revoked"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("contractor", "city")), st.frozensets(st.sampled_from((CLERK_1, MANAGER_1, OFFICER_1)))
        ),
        max_size=8,
    )
)
def test_who_may_sign_is_what_the_newest_list_of_their_own_party_says(
    taken: list[tuple[str, frozenset[Signer]]],
) -> None:
    keys, newest = roster.START, dict[str, frozenset[Signer]]()
    since: dict[tuple[str, bytes], int] = {}
    for index, (party, whose) in enumerate(taken):
        revoked = tuple(RevokedKey(one.key, one.person) for one in sorted(whose, key=lambda one: one.key))
        keys = roster.evolve(keys, roster.RevocationsTaken(party, index + 1, b"h" * 32, revoked, 0, (), 0), index)
        before, newest[party] = newest.get(party, frozenset()), whose
        since |= {(party, one.key): index for one in whose - before}
    for by in (CLERK_1, MANAGER_1, OFFICER_1):
        refused = roster.refusal(keys, by)
        assert (refused is not None) == (by in newest.get(by.party, ()))
        entry = roster.revoked_at(keys.revoked, by.party, (by.key,))
        assert entry == (since[by.party, by.key] if refused else None)


def test_an_older_roster_brings_nobody_back_whom_a_newer_one_dropped() -> None:
    site = Site()
    with_clerk = (Listed("staff-2", ("worker",), b"c" * 32),)
    site.do(TakeRoster("contractor", 1, b"h" * 32, with_clerk), HUB)
    site.do(TakeRoster("contractor", 2, b"i" * 32, ()), HUB)
    for number in (1, 2):
        assert code(site.decide(TakeRoster("contractor", number, b"h" * 32, with_clerk), HUB)) == "roster.old_list"
    site.do(TakeRoster("city", 1, b"h" * 32, ()), HUB)  # each party counts for itself


@pytest.mark.parametrize("by", [MANAGER, CLERK, OFFICER])
def test_only_the_hub_takes_lists_over(by: Signer) -> None:
    site = Site()
    assert code(site.decide(revoke(1), by)) == "role.not_allowed"
    assert code(site.decide(TakeRoster("contractor", 1, b"h" * 32, ()), by)) == "role.not_allowed"


def test_whom_a_new_roster_drops_may_not_sign_under_a_certificate_that_rests_on_an_older_one() -> None:
    # NIIG-10-02, KOGA-T8-01
    site = Site()
    renewed = msgspec.structs.replace(CLERK_1, roster=1)
    site.do(issue(site), renewed)
    site.do(TakeRoster("contractor", 2, b"h" * 32, (Listed("staff-1", ("manager", "worker"), b"m" * 32),)), HUB)
    assert code(site.decide(issue(site), renewed)) == "roster.not_listed"
    less = msgspec.structs.replace(MANAGER_1, roster=1, roles=("manager", "director"))
    assert code(site.decide(issue(site), less)) == "roster.not_listed"
    site.do(issue(site), MANAGER_1)  # certified by the issuing key itself: no roster stands behind it
    newer = msgspec.structs.replace(CLERK_1, roster=3)
    site.do(issue(site), newer)  # on a roster that has come and is not taken over yet


def test_unproven_entries_wait_for_another_manager() -> None:
    site = Site()
    entry = site.do(issue(site), MANAGER_1)
    site.do(revoke(1, MANAGER_1, suspects=(entry,)), HUB)
    confirm = ConfirmUnproven((entry,))
    again = keyed(MANAGER, b"M")  # the same manager with a new key
    assert code(site.decide(confirm, again)) == "roster.same_person"
    assert code(site.decide(confirm, OTHER)) == "role.not_allowed"
    assert code(site.decide(confirm, OFFICER_1)) == "roster.other_side"
    for wrong in ((), (entry, entry + 50), (entry, entry)):
        assert code(site.decide(ConfirmUnproven(wrong), MANAGER_2)) == "roster.nothing_unproven"
    site.do(confirm, MANAGER_2)
    assert not site.booth.keys.unproven
    assert code(site.decide(confirm, MANAGER_2)) == "roster.nothing_unproven"


def test_an_officers_entries_wait_for_another_officer() -> None:
    site = Site()
    site.do(revoke(1, OFFICER_1, party="city", suspects=(0,)), HUB)
    confirm = ConfirmUnproven((0,))
    assert code(site.decide(confirm, MANAGER_1)) == "roster.other_side"
    assert code(site.decide(confirm, keyed(OFFICER, b"p"))) == "roster.same_person"
    site.do(confirm, OFFICER_2)


def test_suspects_lie_between_what_was_cosigned_and_the_entry_itself() -> None:
    site = Site()
    for wrong in ((5, 6), (0, 0), (99,)):
        found = tuple(Suspect(entry, "x") for entry in wrong)
        command = TakeRevocations("contractor", 1, b"h" * 32, (), 1, found)
        assert code(site.decide(command, HUB)) == "roster.old_list"
    here = len(site.entries)
    for cosigned in (-1, here + 1):
        command = TakeRevocations("contractor", 1, b"h" * 32, (), cosigned, ())
        assert code(site.decide(command, HUB)) == "roster.old_list"
    for _ in range(3):
        site.do(issue(site))
    for wrong in ((here + 1, here), (here, here), (here - 1,), (len(site.entries),)):
        found = tuple(Suspect(entry, "x") for entry in wrong)
        command = TakeRevocations("contractor", 1, b"h" * 32, (), here, found)
        assert code(site.decide(command, HUB)) == "roster.old_list", wrong
    both = (Suspect(here, "x"), Suspect(len(site.entries) - 1, "x"))
    site.do(TakeRevocations("contractor", 1, b"h" * 32, (), here, both), HUB)


def test_a_reset_key_is_noted_once_and_when_the_roster_has_it_again() -> None:
    site = Site()
    reset = msgspec.structs.replace(CLERK_1, reset_by="staff-1")
    site.do(issue(site), reset)
    assert dict(site.booth.keys.resets) == {"staff-2": "staff-1"}
    assert not any(isinstance(event, roster.ResetNoted) for event in _events(site, issue(site), reset))
    assert dict(site.booth.keys.resets) == {"staff-2": "staff-1"}
    site.do(issue(site), CLERK_1)
    assert not site.booth.keys.resets


def _events(site: Site, command: queue.IssueTicket, by: Signer) -> tuple[object, ...]:
    decided = site.decide(command, by)
    assert not isinstance(decided, Refusal)
    return decided


def test_a_manager_and_whom_they_reset_do_not_seal_together() -> None:
    site = Site()
    site.whole_visit()
    reset = msgspec.structs.replace(CLERK_1, reset_by="staff-1")
    box, seal = "KG-1", "SL-1"
    for who in (reset, MANAGER_1, OTHER):
        site.do(custody.CountPapers(box, site.found()), who)
    site.do(custody.SealContainer(box, seal), reset)
    assert code(site.decide(custody.SealContainer(box, seal), MANAGER_1)) == "custody.same_person"
    also_reset = msgspec.structs.replace(keyed(OTHER, b"x"), reset_by="staff-1")
    assert code(site.decide(custody.SealContainer(box, seal), also_reset)) == "custody.same_person"
    site.do(custody.SealContainer(box, seal), OTHER)


def test_a_person_who_goes_on_with_their_own_key_does_not_cover_what_a_made_one_has_signed() -> None:
    site = Site()
    site.whole_visit()
    box, seal = "KG-1", "SL-1"
    made_up = msgspec.structs.replace(keyed(CLERK, b"f"), reset_by="staff-1")  # never handed in as a reset
    site.do(custody.CountPapers(box, site.found()), made_up)
    site.do(issue(site), CLERK_1)  # the true clerk, at the next counter
    site.do(custody.CountPapers(box, site.found()), MANAGER_1)
    assert code(site.decide(custody.SealContainer(box, seal), MANAGER_1)) == "custody.not_counted"


def test_a_second_maker_does_not_cover_the_first() -> None:
    site = Site()
    site.whole_visit()
    box, seal = "KG-1", "SL-1"
    for maker, letter in (("staff-1", b"f"), ("staff-9", b"g")):
        made_up = msgspec.structs.replace(keyed(CLERK, letter), reset_by=maker)
        site.do(custody.CountPapers(box, site.found()), made_up)
    site.do(custody.CountPapers(box, site.found()), MANAGER_1)
    assert code(site.decide(custody.SealContainer(box, seal), MANAGER_1)) == "custody.not_counted"


PEOPLE = ("staff-1", "staff-2", "staff-3")


@given(
    st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)
)
def test_two_people_count_as_two_only_if_nobody_made_the_keys_of_both(made: dict[str, str], one: str, two: str) -> None:
    keys = roster.START
    for person, by in made.items():
        keys = roster.evolve(keys, roster.ResetNoted(person, by, 0), 0)
    signer = Signer(one, "staff", "contractor", ("worker",), reset_by=made.get(one, ""))
    behind_one, behind_two = {one, made.get(one, one)}, {two, made.get(two, two)}
    assert independent(keys, signer, two) is not bool(behind_one & behind_two)


def test_the_state_survives_a_snapshot() -> None:
    site = Site()
    site.do(TakeRoster("contractor", 1, b"h" * 32, (Listed("staff-1", ("manager",), b"m" * 32),)), HUB)
    site.do(revoke(1, CLERK_1, suspects=(0,)), HUB)
    assert codec.decode_booth(codec.encode_booth(site.booth)).keys == site.booth.keys
