"""紙の受領: read from the paper by two, with both times; never the city's acceptance, which only its key gives."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.booth import Command
from hub.domain.custody import custody, storage, transit
from hub.domain.custody import due as custody_due
from hub.domain.custody.custody import ContainerState, TransferState
from hub.domain.custody.paper_receipt import EnterPaper, PaperEntered, StrikePaper, Taker, city_paper, waiting
from hub.domain.moment import Signer
from hub.domain.refusal import Refusal
from hub.domain.reports.counts import count_day
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, OTHER, Site, replayed


def offered(contract: str = "koganei") -> tuple[Site, int]:
    """A booth whose one sealed box stands at the city's counter; the transfer."""
    site = Site(contract)
    site.whole_visit()
    site.seal()
    return site, site.offer()


def read(site: Site, transfer: int, taker: Taker = Taker.CITY, *, others: bool = True) -> EnterPaper:
    """What stands on the transfer's paper, signed now."""
    manifest = site.booth.custody.transfers[transfer].manifest
    return EnterPaper(
        transfer, taker, manifest.hex()[:16], "city_desk" if taker is Taker.CITY else "", site.at_ms, others
    )


def delivering(site: Site) -> None:
    """The city has agreed that its counter's signature on paper is delivery."""
    agreed = msgspec.structs.replace(site.profile.custody, paper_delivers="協議書 2025-07-01")
    site.profile = msgspec.structs.replace(site.profile, custody=agreed)


def owed(site: Site) -> list[custody_due.Owed]:
    return custody_due.owed(site.booth.custody, site.booth.paper_receipts, site.booth.day.date, site.profile)


@pytest.mark.parametrize("contract", ["koganei", "chiba", "niigata", "aomori"])
def test_a_paper_read_by_two_keeps_both_times_and_leaves_the_boxes_the_givers(contract: str) -> None:
    site, transfer = offered(contract)
    paper = read(site, transfer)
    site.wait(3_600)
    site.do(paper, CLERK)
    assert city_paper(site.booth.paper_receipts, transfer) is None, "one reader alone could have written it"
    site.wait(60)
    site.do(paper, OTHER)
    found = city_paper(site.booth.paper_receipts, transfer)
    assert found is not None
    assert (found.counter, found.by) == ("city_desk", (CLERK.person, OTHER.person))
    assert found.entered_ms - found.signed_ms == 3_660_000
    held = site.booth.custody
    assert held.transfers[transfer].state is TransferState.OFFERED
    assert held.containers["KG-1"].state is ContainerState.OFFERED
    assert held.containers["KG-1"].custodian == MANAGER.person
    assert not count_day(site.booth).custody.accepted
    assert [one.id for one in waiting(site.booth.paper_receipts, held)] == [transfer]
    site.do(site.acceptance(transfer), OFFICER)
    assert site.booth.custody.transfers[transfer].state is TransferState.ACCEPTED
    assert not waiting(site.booth.paper_receipts, site.booth.custody)
    assert city_paper(site.booth.paper_receipts, transfer) == found, "what was read stays beside the signature"
    assert replayed(site) == site.booth


def test_the_same_person_is_never_both_readers_nor_both_sides() -> None:
    site, transfer = offered()
    site.do(read(site, transfer), CLERK)
    assert site.refused(read(site, transfer), CLERK) == "custody.same_person"
    assert site.refused(read(site, transfer, others=False), OTHER) == "paper.ours", "who offered, drove or reads"
    assert site.refused(read(site, transfer), OFFICER) == "role.not_allowed", "the city signs with its key"
    assert site.refused(read(site, transfer), HUB) == "role.not_allowed"


def test_what_the_second_reads_otherwise_is_struck_by_a_manager_and_read_again() -> None:
    site, transfer = offered()
    site.wait(600)
    wrong = msgspec.structs.replace(read(site, transfer), signed_ms=site.at_ms - 60_000)
    site.do(wrong, CLERK)
    right = read(site, transfer)
    assert site.refused(right, OTHER) == "paper.differs"
    assert site.refused(msgspec.structs.replace(wrong, counter="other_desk"), OTHER) == "paper.counter"
    strike = StrikePaper(transfer, Taker.CITY, "時刻の読み違い")
    assert site.refused(strike, CLERK) == "role.not_allowed"
    assert site.refused(msgspec.structs.replace(strike, reason=" "), MANAGER) == "custody.reason"
    site.do(strike, MANAGER)
    assert site.refused(strike, MANAGER) == "paper.none"
    for person in (OTHER, CLERK):
        site.do(right, person)
    assert site.last(PaperEntered).whole
    assert site.refused(right, MANAGER) == "paper.entered_already"


def test_a_paper_is_of_this_manifest_signed_after_the_arrival_and_not_in_times_to_come() -> None:
    site, transfer = offered()
    site.wait(600)
    right = read(site, transfer)

    def but(**fields: object) -> str:
        return site.refused(msgspec.structs.replace(right, **fields), CLERK)  # type: ignore[arg-type]

    assert but(transfer=transfer + 1) == "custody.unknown_transfer"
    assert but(code=right.code[:7]) == "paper.other_manifest", "too few digits name anything"
    assert but(code="0" * 16 if right.code[0] != "0" else "1" * 16) == "paper.other_manifest"
    assert but(counter="森") == "paper.counter", "no name is kept"
    assert but(signed_ms=site.at_ms + 1) == "paper.time"
    assert but(signed_ms=site.booth.transits[transfer].arrived_ms - 1) == "paper.time"
    grouped = "-".join(right.code.upper()[at : at + 4] for at in range(0, 16, 4))
    site.do(msgspec.structs.replace(right, code=grouped), CLERK)  # as it is printed
    whole = site.booth.custody.transfers[transfer].manifest.hex().upper()
    site.do(msgspec.structs.replace(right, code="M" + whole), OTHER)  # as its QR is scanned


def test_nobody_has_signed_for_boxes_that_stand_here_or_are_on_the_road() -> None:
    site = Site()
    site.whole_visit()
    site.seal()
    for person in (CLERK, OTHER):
        site.do(storage.PutAway("KG-1", "locked_store"), person)
    transfer = site.offer_only()
    for taker in Taker:
        assert site.refused(read(site, transfer, taker)) == "store.inside"
    site.take_out()
    assert site.refused(read(site, transfer)) == "transit.not_departed"
    courier = read(site, transfer, Taker.COURIER)
    for person in (CLERK, OTHER):
        site.do(courier, person)
    assert not waiting(site.booth.paper_receipts, site.booth.custody), "a courier is not the city"
    gone = transit.Depart(transfer, ("KG-1",), ("原", "岡"), "多摩 500 あ 1", site.at_ms + 1, site.at_ms)
    site.do(gone, MANAGER)
    assert site.refused(read(site, transfer)) == "transit.not_arrived"


def test_what_somebody_else_has_is_not_taken_back_before_the_paper_is_struck() -> None:
    site, transfer = offered()
    back = custody.WithdrawTransfer(transfer, "箱ちがい")
    for person in (CLERK, OTHER):
        site.do(read(site, transfer), person)
    assert site.refused(back, MANAGER) == "paper.stands"
    site.do(StrikePaper(transfer, Taker.CITY, "べつの引渡しの紙"), MANAGER)
    site.do(back, MANAGER)
    assert site.refused(read(site, transfer)) == "custody.transfer_done"


def test_a_city_that_has_counted_otherwise_ends_it_on_its_own_machine() -> None:
    site, transfer = offered()
    site.do(site.acceptance(transfer, identity_copy=1), OFFICER)
    assert site.booth.custody.transfers[transfer].state is TransferState.DISPUTED
    assert site.refused(read(site, transfer)) == "paper.city_counts"


def test_a_paper_in_time_ends_the_countdown_only_where_the_city_has_agreed_to_that() -> None:
    """KOGA-7.1-13: the same day; silent, the duty goes on until a key of the city signs."""
    site, transfer = offered()
    midnight = site.at_ms + 15 * 3_600_000
    for person in (CLERK, OTHER):
        site.do(read(site, transfer), person)
    (one,) = owed(site)
    assert (one.paper_ms, one.kept) == (site.at_ms, False)
    assert custody_due.overdue([one], midnight) == [one]
    delivering(site)
    (one,) = owed(site)
    assert (one.paper_ms, one.kept) == (site.at_ms, True), "on the list still, until the city has confirmed it"
    assert not custody_due.overdue([one], midnight)
    site.do(site.acceptance(transfer), OFFICER)
    assert not owed(site)


def test_a_paper_that_was_signed_too_late_is_late_whatever_was_agreed() -> None:
    site, transfer = offered()
    delivering(site)
    site.wait(15 * 3_600)  # midnight
    for person in (CLERK, OTHER):
        site.do(read(site, transfer), person)
    (one,) = owed(site)
    assert one.paper_ms and not one.kept
    assert custody_due.overdue([one], site.at_ms) == [one]


PEOPLE = st.sampled_from([CLERK, OTHER, MANAGER, OFFICER])


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            PEOPLE,
            st.sampled_from(["enter", "enter", "strike", "withdraw"]),
            st.sampled_from(list(Taker)),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_no_papers_whoever_signs_them_ever_make_the_city_accept(
    acts: list[tuple[Signer, str, Taker, bool]], agreed: bool
) -> None:
    site, transfer = offered()
    if agreed:
        delivering(site)
    for by, act, taker, itself in acts:
        command: Command = read(site, transfer, taker, others=not itself)
        if act == "strike":
            command = StrikePaper(transfer, taker, "読み違い")
        elif act == "withdraw":
            command = custody.WithdrawTransfer(transfer, "箱ちがい")
        if not isinstance(site.decide(command, by), Refusal):
            site.do(command, by)
        held = site.booth.custody
        assert held.transfers[transfer].state in (TransferState.OFFERED, TransferState.WITHDRAWN)
        assert held.containers["KG-1"].state is not ContainerState.ACCEPTED
        assert not custody.received(held)
        assert [one.container for one in owed(site)] == ["KG-1"]
        for one in site.booth.paper_receipts.get(transfer, ()):
            assert len(set(one.by)) == len(one.by)
            assert one.counter == ("city_desk" if one.taker is Taker.CITY else "")
    assert replayed(site) == site.booth
