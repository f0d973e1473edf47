from collections.abc import Callable

import pytest

from hub.domain.custody import custody, discrepancy
from hub.domain.custody.custody import ContainerState, TransferState
from hub.domain.day import day
from hub.domain.moment import Signer
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site


def with_papers(visits: int = 1) -> Site:
    site = Site()
    for _ in range(visits):
        site.whole_visit()
    return site


def box(site: Site, container: str = "KG-1") -> custody.Container:
    return site.booth.custody.containers[container]


def test_papers_are_collected_when_the_visit_is_finished() -> None:
    # KOGA-7.1-09, KOGA-7.1-12
    site = with_papers(2)
    assert custody.loose_sheets(site.booth.custody) == 2 * 6
    assert dict(site.booth.custody.collected) == dict(site.booth.custody.loose)


def test_two_people_count_two_people_sign_and_the_city_accepts() -> None:
    # KOGA-6-02
    site = with_papers()
    site.seal()
    assert (box(site).state, box(site).custodian, box(site).signed_by) == (
        ContainerState.SEALED,
        CLERK.person,
        (CLERK.person, OTHER.person),
    )
    transfer = site.offer()
    assert box(site).custodian == MANAGER.person
    site.do(site.acceptance(transfer), OFFICER)
    assert (box(site).state, box(site).custodian) == (ContainerState.ACCEPTED, OFFICER.person)
    assert custody.received(site.booth.custody) == dict(site.booth.custody.collected)


def test_one_person_alone_neither_counts_nor_seals() -> None:
    site = with_papers()
    for _ in range(2):
        site.do(custody.CountPapers("KG-1", site.found()), CLERK)
    assert site.refused(custody.SealContainer("KG-1", "SL-1")) == "custody.not_counted"
    site.do(custody.CountPapers("KG-1", site.found()), OTHER)
    site.do(custody.SealContainer("KG-1", "SL-1"), CLERK)
    assert site.refused(custody.SealContainer("KG-1", "SL-1"), CLERK) == "custody.same_person"


def test_every_class_is_counted_even_where_there_is_none() -> None:
    # KOGA-7.1-12
    site = with_papers()
    sheets = site.found()
    del sheets["other"]
    assert site.refused(custody.CountPapers("KG-1", sheets)) == "custody.class_missing"
    assert site.refused(custody.CountPapers("KG-1", site.found() | {"cats": 1})) == "visit.paper_unknown"
    assert site.refused(custody.CountPapers("KG-1", site.found(other=-9))) == "visit.paper_count"
    assert site.refused(custody.CountPapers("", site.found())) == "custody.no_number"


def test_a_wrong_count_is_recorded_and_its_refusal_tells_no_number() -> None:
    # CHIB-2.3-02
    site = with_papers()
    site.count(sheets=site.found(identity_copy=1))
    assert not site.last(custody.PapersCounted).agrees
    assert site.refused(custody.SealContainer("KG-1", "SL-1")) == "custody.count_mismatch"
    refusal = site.decide(custody.SealContainer("KG-1", "SL-1"))
    assert not any(character.isdigit() for character in str(refusal))


def test_papers_that_come_after_a_count_make_it_stale() -> None:
    site = with_papers()
    site.count()
    site.whole_visit()
    assert site.refused(custody.SealContainer("KG-1", "SL-1")) == "custody.count_mismatch"
    site.seal()


def test_papers_that_come_after_one_signature_are_counted_again_under_a_new_seal() -> None:
    site = with_papers()
    site.count()
    site.do(custody.SealContainer("KG-1", "SL-1"), CLERK)
    site.whole_visit()
    assert site.refused(custody.SealContainer("KG-1", "SL-1"), OTHER) == "custody.count_mismatch"
    site.count()
    assert (box(site).seal, box(site).signed_by) == ("", ())
    assert site.refused(custody.SealContainer("KG-1", "SL-1"), CLERK) == "custody.seal_used"
    for person in (CLERK, OTHER):
        site.do(custody.SealContainer("KG-1", "SL-2"), person)
    assert custody.loose_sheets(site.booth.custody) == 0


def test_a_seal_misread_by_the_first_is_mended_by_counting_again() -> None:
    site = with_papers()
    site.count()
    site.do(custody.SealContainer("KG-1", "SL-21"), CLERK)
    assert site.refused(custody.SealContainer("KG-1", "SL-12"), OTHER) == "custody.seal_differs"
    site.seal(seal="SL-12")


def test_a_seal_number_is_used_once_for_ever() -> None:
    # CHIB-2.3-04
    site = with_papers()
    site.seal("KG-1", "SL-1")
    site.whole_visit()
    site.count("KG-2")
    assert site.refused(custody.SealContainer("KG-2", "SL-1")) == "custody.seal_used"
    assert site.refused(custody.SealContainer("KG-2", " ")) == "custody.no_number"


def test_counts_for_another_box_do_not_outlive_the_papers_they_were_about() -> None:
    site = with_papers()
    site.count("KG-2")
    site.do(custody.SealContainer("KG-2", "SL-9"), CLERK)
    site.seal("KG-1")
    assert "KG-2" not in site.booth.custody.containers
    site.whole_visit()  # as many papers as before, but other ones
    assert site.refused(custody.SealContainer("KG-2", "SL-8")) == "custody.not_counted"
    site.seal("KG-2", "SL-8")


def test_nothing_loose_means_nothing_to_count_or_seal() -> None:
    site = Site()
    assert site.refused(custody.CountPapers("KG-1", site.found())) == "custody.nothing"
    assert site.refused(custody.SealContainer("KG-1", "SL-1")) == "custody.nothing"


def test_a_sealed_box_is_not_counted_into() -> None:
    site = with_papers()
    site.seal()
    assert site.refused(custody.CountPapers("KG-1", site.found())) == "custody.container_sealed"
    assert site.refused(custody.SealContainer("KG-1", "SL-2")) == "custody.container_sealed"


def test_a_box_that_the_city_emptied_comes_back() -> None:
    site = with_papers()
    site.seal()
    site.do(site.acceptance(site.offer()), OFFICER)
    site.whole_visit()
    site.seal("KG-1", "SL-2")
    site.do(site.acceptance(site.offer()), OFFICER)
    assert custody.received(site.booth.custody) == dict(site.booth.custody.collected)
    assert custody.sealed(site.booth.custody) == dict(site.booth.custody.collected)


# ------------------------------------------------------------------ differences


def test_a_sheet_that_is_missing_before_sealing_is_admitted_by_the_manager_and_never_lost() -> None:
    # KOGA-11-03
    site = with_papers()
    site.count(sheets=site.found(identity_copy=-1))
    admit = custody.RecordDifference("KG-1", "会場と箱を2人でさがしたが見つからない")
    assert site.refused(admit, CLERK) == "role.not_allowed"
    assert site.refused(custody.RecordDifference("KG-1", ""), MANAGER) == "custody.reason"
    site.do(admit, MANAGER)
    (open_,) = site.booth.discrepancies.open.values()
    assert (open_.number, open_.sheets, open_.owner) == ("D-001", (("identity_copy", -1),), MANAGER.person)
    assert (open_.due, open_.reason) == ("2025-08-07", admit.reason), "the next day, on every screen until then"
    for person in (CLERK, OTHER):
        site.do(custody.SealContainer("KG-1", "SL-1"), person)
    site.close()
    assert discrepancy.overdue(site.booth.discrepancies, "2025-08-08") == [open_]
    site.do(discrepancy.ResolveDiscrepancy(open_.id, "封筒の中にあった"), MANAGER)
    assert not site.booth.discrepancies.open
    (difference,) = site.booth.custody.differences
    assert difference.sheets == (("identity_copy", -1),)
    assert site.booth.custody.collected["identity_copy"] == 1
    assert "identity_copy" not in custody.sealed(site.booth.custody)


def test_a_sheet_found_after_all_was_sealed_can_be_sealed_too() -> None:
    site = with_papers()
    site.seal()
    site.count("KG-2", site.found(identity_copy=1))
    site.do(custody.RecordDifference("KG-2", "机の下で見つかった"), MANAGER)
    for person in (CLERK, OTHER):
        site.do(custody.SealContainer("KG-2", "SL-2"), person)
    assert custody.sealed(site.booth.custody)["identity_copy"] == 2


def test_a_difference_needs_two_people_who_found_the_same() -> None:
    site = with_papers()
    admit = custody.RecordDifference("KG-1", "ない")
    assert site.refused(admit, MANAGER) == "custody.not_counted"
    site.do(custody.CountPapers("KG-1", site.found(identity_copy=-1)), CLERK)
    site.do(custody.CountPapers("KG-1", site.found(other=-1)), OTHER)
    assert site.refused(admit, MANAGER) == "custody.not_counted"
    site.do(custody.CountPapers("KG-1", site.found()), CLERK)
    site.do(custody.CountPapers("KG-1", site.found()), OTHER)
    assert site.refused(admit, MANAGER) == "custody.no_difference"


def test_the_city_that_counts_otherwise_disputes_and_the_giver_stays_the_custodian() -> None:
    # KOGA-11-03
    site = with_papers()
    site.seal()
    transfer = site.offer()
    site.do(site.acceptance(transfer, identity_copy=-1), OFFICER)
    assert site.last(custody.TransferDisputed).difference == (("identity_copy", -1),)
    assert site.booth.custody.transfers[transfer].state is TransferState.DISPUTED
    assert box(site).custodian == MANAGER.person
    site.do(site.acceptance(transfer), OFFICER)  # found at the second count
    assert site.booth.custody.transfers[transfer].state is TransferState.ACCEPTED


def test_the_city_signs_for_what_there_is_only_when_it_counted_the_same_twice_and_says_why() -> None:
    site = with_papers()
    site.seal()
    transfer = site.offer()
    site.do(site.acceptance(transfer, "1枚たりない", identity_copy=-1), OFFICER)
    assert site.booth.custody.transfers[transfer].state is TransferState.DISPUTED
    site.do(site.acceptance(transfer, "1枚たりない", other=-1), OFFICER)
    assert site.booth.custody.transfers[transfer].state is TransferState.DISPUTED
    site.do(site.acceptance(transfer, "1枚たりない", other=-1), OFFICER)
    accepted = site.last(custody.TransferAccepted)
    assert (accepted.difference, accepted.reason) == ((("other", -1),), "1枚たりない")
    assert [found.sheets for found in site.booth.custody.differences] == [(("other", -1),)]
    (open_,) = site.booth.discrepancies.open.values()
    assert (open_.owner, open_.sheets) == (MANAGER.person, (("other", -1),)), "who handed them over looks for it"
    assert custody.received(site.booth.custody) != dict(site.booth.custody.collected)


# ------------------------------------------------------------------ handing over


def test_a_box_is_offered_once_at_a_time_and_never_unsealed_or_unknown() -> None:
    # CHIB-2.3-04
    site = with_papers()
    assert site.refused(custody.OfferTransfer(("KG-1",)), MANAGER) == "custody.unknown_container"
    site.count()
    assert site.refused(custody.OfferTransfer(("KG-1",)), MANAGER) == "custody.not_sealed"
    assert site.refused(custody.OfferTransfer(()), MANAGER) == "custody.nothing"
    site.seal()
    assert site.refused(custody.OfferTransfer(("KG-1",)), CLERK) == "role.not_allowed"
    transfer = site.offer()
    assert site.refused(custody.OfferTransfer(("KG-1",)), MANAGER) == "custody.in_transfer"
    acceptance = site.acceptance(transfer)
    site.do(acceptance, OFFICER)
    assert site.refused(acceptance, OFFICER) == "custody.transfer_done"
    assert site.refused(custody.OfferTransfer(("KG-1",)), MANAGER) == "custody.transfer_done"


def test_only_the_city_accepts_and_only_what_was_offered() -> None:
    site = with_papers()
    site.seal()
    transfer = site.offer()
    good = site.acceptance(transfer)
    for person in (CLERK, MANAGER):
        assert site.refused(good, person) == "role.city_only"
    sheets = good.sheets
    assert (
        site.refused(custody.AcceptTransfer(transfer, b"m" * 32, good.seals, sheets), OFFICER)
        == "custody.manifest_differs"
    )
    other_seal = custody.AcceptTransfer(transfer, good.manifest, ("SL-7",), sheets)
    assert site.refused(other_seal, OFFICER) == "custody.seal_differs"
    unheard = custody.AcceptTransfer(transfer, good.manifest, good.seals, {"cats": 1})
    assert site.refused(unheard, OFFICER) == "visit.paper_unknown"
    negative = custody.AcceptTransfer(transfer, good.manifest, good.seals, sheets | {"other": -1})
    assert site.refused(negative, OFFICER) == "visit.paper_count"
    assert site.refused(custody.AcceptTransfer(99, good.manifest, good.seals, sheets), OFFICER) == (
        "custody.unknown_transfer"
    )


def test_several_boxes_go_as_one_and_seals_are_read_in_any_order() -> None:
    site = with_papers()
    site.seal("KG-1", "SL-1")
    site.whole_visit()
    site.seal("KG-2", "SL-2")
    transfer = site.offer("KG-2", "KG-1", "KG-2")
    good = site.acceptance(transfer)
    turned = custody.AcceptTransfer(transfer, good.manifest, tuple(reversed(good.seals)), good.sheets)
    site.do(turned, OFFICER)
    assert {box(site, name).state for name in ("KG-1", "KG-2")} == {ContainerState.ACCEPTED}


def test_an_offer_can_be_taken_back_and_the_box_opened_with_a_reason() -> None:
    site = with_papers()
    site.seal()
    transfer = site.offer()
    opening = custody.UnsealContainer("KG-1", "封印番号の書きまちがい")
    assert site.refused(opening, MANAGER) == "custody.in_transfer"
    assert site.refused(custody.WithdrawTransfer(transfer, ""), MANAGER) == "custody.reason"
    site.do(custody.WithdrawTransfer(transfer, "箱ちがい"), MANAGER)
    assert site.refused(site.acceptance(transfer), OFFICER) == "custody.transfer_done"
    assert site.refused(custody.WithdrawTransfer(transfer, "箱ちがい"), MANAGER) == "custody.transfer_done"
    assert site.refused(opening, CLERK) == "role.not_allowed"
    assert site.refused(custody.UnsealContainer("KG-1", " "), MANAGER) == "custody.reason"
    site.do(opening, MANAGER)
    assert site.booth.custody.loose == site.booth.custody.collected
    site.count("KG-1")
    assert site.refused(custody.SealContainer("KG-1", "SL-1")) == "custody.seal_used"
    site.seal("KG-1", "SL-2")
    site.do(site.acceptance(site.offer()), OFFICER)


def test_what_is_not_sealed_cannot_be_opened() -> None:
    site = with_papers()
    assert site.refused(custody.UnsealContainer("KG-1", "?"), MANAGER) == "custody.unknown_container"
    site.count()
    assert site.refused(custody.UnsealContainer("KG-1", "?"), MANAGER) == "custody.not_sealed"
    site.seal()
    site.do(site.acceptance(site.offer()), OFFICER)
    assert site.refused(custody.UnsealContainer("KG-1", "?"), MANAGER) == "custody.transfer_done"


def test_the_manifests_hash_speaks_of_box_seal_and_sheets() -> None:
    # KOGA-7.1-12
    one = custody.Container("KG-1", seal="SL-1", sheets=(("a", 1),))
    hashes = {
        custody.manifest_hash(boxes)
        for boxes in (
            (one,),
            (one, one),
            (custody.Container("KG-2", seal="SL-1", sheets=(("a", 1),)),),
            (custody.Container("KG-1", seal="SL-2", sheets=(("a", 1),)),),
            (custody.Container("KG-1", seal="SL-1", sheets=(("a", 2),)),),
        )
    }
    assert len(hashes) == 5


def test_handover_goes_on_after_the_day_is_closed() -> None:
    # KOGA-6-02
    site = with_papers()
    site.seal()
    site.close()
    site.wait(86_400)
    site.do(site.acceptance(site.offer()), OFFICER)


def test_papers_of_an_abandoned_visit_are_nobodys_to_count() -> None:
    site = with_papers()
    opened = site.open_visit()
    site.steps(opened)
    site.do(visit.AbandonVisit(opened, "帰られた"))
    assert custody.loose_sheets(site.booth.custody) == 6


@pytest.mark.parametrize("phase", [day.Phase.OPEN, day.Phase.STOPPED])
def test_sealing_goes_on_while_the_booth_serves(phase: day.Phase) -> None:
    site = with_papers()
    if phase is day.Phase.STOPPED:
        site.do(day.StopReception(), MANAGER)
    site.seal()


# ------------------------------------------------------------------ what was shown is what is signed


def changes_under(site: Site, command: custody.CustodyCommand, by: Signer, *meanwhile: Callable[[], object]) -> None:
    """What was shown before others act is refused, by its figures or its version; shown anew, it is done."""
    seen = site.as_shown(command)
    for act in meanwhile:
        act()
    assert site.refused(seen[0], by, seen[1]) == "custody.changed"
    shown, version = site.as_shown(command)
    assert site.refused(shown, by, version + 1) == "custody.changed"
    site.do(shown, by, version)


def test_a_reason_for_one_difference_is_not_recorded_under_another() -> None:
    site = with_papers(3)
    site.count(sheets=site.found(identity_copy=-1))
    admit = custody.RecordDifference("KG-1", "1枚をさがしたが見つからない")
    changes_under(site, admit, MANAGER, lambda: site.count(sheets=site.found(identity_copy=-3)))
    assert site.last(custody.DifferenceRecorded).difference == (("identity_copy", -3),)


def test_papers_that_come_in_meanwhile_make_it_another_difference() -> None:
    site = with_papers()
    site.count(sheets=site.found(identity_copy=-1))
    admit, version = site.as_shown(custody.RecordDifference("KG-1", "1枚をさがしたが見つからない"))
    site.whole_visit()
    assert box(site).version == version, "nobody has touched the box"
    assert site.refused(admit, MANAGER, version) == "custody.changed"


def test_a_seal_is_for_the_sheets_that_were_shown() -> None:
    site = with_papers()
    site.count()
    changes_under(site, custody.SealContainer("KG-1", "SL-1"), CLERK, site.whole_visit, site.count)


def test_a_seal_prepared_before_the_box_went_empty_is_for_other_papers() -> None:
    """Another box took all that was loose: this one is counted anew, from the first version on."""
    site = with_papers()
    site.count("KG-2")
    seen, version = site.as_shown(custody.SealContainer("KG-2", "SL-2"))
    site.seal("KG-1")
    site.whole_visit()
    site.whole_visit()
    site.count("KG-2")
    assert box(site, "KG-2").version == version
    assert site.refused(seen, CLERK, version) == "custody.changed"


def test_the_second_signs_what_the_first_has_signed() -> None:
    site = with_papers()
    site.count()
    seal, version = site.as_shown(custody.SealContainer("KG-1", "SL-1"))
    site.do(seal, CLERK, version)
    assert site.refused(seal, OTHER, version) == "custody.changed"
    site.do(seal, OTHER, version + 1)
    assert box(site).state is ContainerState.SEALED


def test_a_box_that_was_opened_and_sealed_anew_is_another_box_to_open() -> None:
    site = with_papers()
    site.seal()
    opening = custody.UnsealContainer("KG-1", "封印がこわれた")
    seen, version = site.as_shown(opening)
    site.do(opening, MANAGER)
    site.seal("KG-1", "SL-2")
    assert box(site).version == version, "a box that was opened begins again: its seal tells the two apart"
    assert site.refused(seen, MANAGER, version) == "custody.changed"
    shown, version = site.as_shown(opening)
    assert site.refused(shown, MANAGER, version + 1) == "custody.changed"
    site.do(shown, MANAGER, version)


def test_an_offer_is_of_the_boxes_that_were_shown() -> None:
    site = with_papers()
    site.seal("KG-1", "SL-1")
    site.whole_visit()
    site.seal("KG-2", "SL-2")

    def open_the_second() -> None:
        site.do(custody.UnsealContainer("KG-2", "封印がこわれた"), MANAGER)
        site.whole_visit()
        site.seal("KG-2", "SL-3")

    changes_under(site, custody.OfferTransfer(("KG-1", "KG-2")), MANAGER, open_the_second)


def test_who_takes_an_offer_back_has_seen_that_the_city_disputes_it() -> None:
    site = with_papers()
    site.seal()
    transfer = site.offer()
    withdraw = custody.WithdrawTransfer(transfer, "箱ちがい")
    disputed = site.acceptance(transfer, identity_copy=-1)
    other = custody.WithdrawTransfer(transfer, "箱ちがい", b"m" * 32)
    assert site.refused(other, MANAGER) == "custody.changed"
    changes_under(site, withdraw, MANAGER, lambda: site.do(disputed, OFFICER))
