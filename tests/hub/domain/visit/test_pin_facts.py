"""PIN sheets: what became of them is said by the contract's steps, fact by fact; their content has no place anywhere."""

from typing import get_args

import pytest

from hub.domain.contracts.procedure import PinFact
from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.queue import queue
from hub.domain.reports.counts import count_day
from hub.domain.visit import visit
from hub.rehearsal.summary import day_report
from tests.hub.domain.booths import Site, replayed


def test_each_fact_of_a_pin_sheet_is_said_by_its_step_and_counted() -> None:
    """KOGA-7.1-08, KOGA-7.1-11: compared and copy handed are facts of their own, and hold no PIN."""
    site = Site()
    opened = site.open_visit()
    site.steps(opened, until="compare_pin_sheet")
    assert site.booth.visits.visits[opened].sheet_facts == ("issued", "written", "covered")
    site.step(opened, "compare_pin_sheet")
    assert site.booth.visits.visits[opened].sheet_facts[-1] == "compared"
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    site.do(queue.FinishTicket(site.booth.visits.visits[opened].ticket))
    counts = count_day(site.booth)
    assert counts.pins == dict.fromkeys(sorted(get_args(PinFact)), 1)
    assert counts.custody.counted["pin_request_sheet"] == 1  # counted as a class of its own
    assert "  渡した 1　本人が記入 1　目隠し 1　照合 1　控え 1" in day_report(site.profile, counts).splitlines()
    assert replayed(site) == site.booth


def test_a_card_without_pins_has_no_pin_sheet_to_speak_of() -> None:
    site = Site()
    opened = site.open_visit()
    site.do(visit.TriageVisit(opened, ("no_pin",)))
    site.steps(opened)
    site.do(visit.FinishVisit(opened))
    assert count_day(site.booth).pins == {}


def test_a_sheet_that_goes_back_with_the_other_papers_is_written_anew() -> None:
    site = Site("aomori", event_type="base_facility_intake")
    opened = site.open_visit("outreach_intake")
    site.steps(opened, until="pin_content_check")
    assert site.booth.visits.visits[opened].sheet_facts == ("issued", "written", "covered")
    site.do(visit.DowngradeVisit(opened, "outreach_support"))
    assert site.booth.visits.visits[opened].sheet_facts == ()


@pytest.mark.parametrize("contract", shipped())
def test_facts_of_a_pin_sheet_come_in_their_order_and_once(contract: str) -> None:
    for method in load_profile(contract).methods:
        facts = [fact for step in method.steps for fact in step.sheet_facts]
        assert facts == [fact for fact in get_args(PinFact) if fact in facts]
        assert bool(facts) == any(paper.pin for paper in method.documents)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('sheet_facts = ["compared"]', 'sheet_facts = ["written"]'),
        ('sheet_facts = ["issued", "written"]', 'sheet_facts = ["written", "issued"]'),
    ],
)
def test_a_profile_with_facts_out_of_order_is_not_read(old: str, new: str) -> None:
    text = profile_bytes("koganei").decode()
    assert old in text
    with pytest.raises(ProfileError):
        decode_profile(text.replace(old, new, 1).encode(), "koganei")


@pytest.mark.parametrize("method", ["outreach_intake", "apply_in_person"])
def test_identity_papers_are_copied_only_after_their_originals_were_seen_and_never_left_out(method: str) -> None:
    """NIIG-8.4-09: copy taken without the original seen is refused; the visit is incomplete without the copy."""
    event = next(one.id for one in load_profile("niigata").event_types if method in one.methods)
    site = Site("niigata", event_type=event)
    opened = site.open_visit(method)
    site.steps(opened, until="final_check")
    assert site.refused(visit.DoStep(opened, "identity_copy")) == "visit.gate_open"
    site.step(opened, "final_check")
    assert site.refused(visit.DoStep(opened, "identity_copy")) == "visit.gate_open"  # the city has not seen them yet
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"  # a copy in the hand makes no case complete
    site.step(opened, "identity_check")
    assert site.refused(visit.DoStep(opened, "pin_sheet")) == "visit.gate_open"  # nothing comes before the copy
    site.step(opened, "identity_copy")


def test_a_profile_that_copies_before_an_original_must_be_seen_is_not_read() -> None:
    """NIIG-8.4-09: that the original comes first is a gate in every contract, not an order in this one."""
    lines = profile_bytes("niigata").decode().splitlines(keepends=True)
    copy = next(line for line in lines if '{ id = "identity_copy"' in line and "originals" in line)
    lines.remove(copy)
    lines.insert(
        next(n for n, line in enumerate(lines) if '{ id = "guidance"' in line or '{ id = "reception"' in line), copy
    )
    with pytest.raises(ProfileError, match="原本を見る手順"):
        decode_profile("".join(lines).encode(), "niigata")
