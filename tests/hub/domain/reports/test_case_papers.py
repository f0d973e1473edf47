"""Where one applicant's papers are, at every station of their way to the city."""

from __future__ import annotations

from hub.domain.codec import decode_events
from hub.domain.custody import custody, storage
from hub.domain.reports.case_papers import CITY, COUNTER, Case, CasePapers
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site


def found(site: Site, visit: int) -> Case:
    """The papers of this visit, as all that has happened leaves them."""
    papers = CasePapers(site.profile)
    for entry in site.entries:
        for event in decode_events(entry.events):
            papers.take(event)
    (one,) = papers.of(site.booth.visits.visits[visit].number)
    return one


def station(case: Case) -> tuple[str, str, str]:
    """Its box, the end of its place, and its holder."""
    return case.box, case.place.rpartition(" ")[2], case.holder


def test_the_papers_of_a_case_are_found_from_the_counter_to_the_city() -> None:
    """KOGA-T13-01: a case's number -> container, place, holder."""
    site = Site("koganei")
    visit = site.whole_visit()
    assert station(found(site, visit)) == ("", COUNTER, CLERK.person)
    site.seal("KG-1", "SL-1")
    assert (found(site, visit).box, found(site, visit).seal) == ("KG-1", "SL-1")
    for person in (CLERK, OTHER):
        site.do(storage.PutAway("KG-1", "locked_store"), person)
    place = next(one.ja for one in site.profile.custody.places if one.id == "locked_store")
    assert found(site, visit).place.endswith(place)
    transfer = site.offer_only()
    assert found(site, visit).holder == MANAGER.person
    site.take_out()
    site.carry(transfer)
    assert station(found(site, visit)) == ("KG-1", "1", "高橋・佐藤")
    site.wait(3_600)
    site.do(site.acceptance(transfer), OFFICER)
    assert station(found(site, visit)) == ("KG-1", CITY, OFFICER.person)


def test_of_two_cases_each_lies_in_the_box_that_was_sealed_after_it() -> None:
    """Also when the first box was opened: what was in it goes into the next one; and what the city has stays there."""
    site = Site("koganei")
    first = site.whole_visit()
    site.seal("KG-1", "SL-1")
    second = site.whole_visit()
    assert (found(site, first).box, found(site, second).box) == ("KG-1", "")
    site.seal("KG-2", "SL-2")
    assert (found(site, first).box, found(site, second).box) == ("KG-1", "KG-2")
    site.do(custody.UnsealContainer("KG-1", "数え直し"), MANAGER)
    assert station(found(site, first))[:2] == ("", COUNTER)
    site.seal("KG-3", "SL-3")
    assert (found(site, first).box, found(site, second).box) == ("KG-3", "KG-2")
    transfer = site.offer("KG-2")
    site.do(site.acceptance(transfer), OFFICER)
    third = site.whole_visit()
    site.seal("KG-2", "SL-4")  # the city has emptied it, and it comes back
    assert (found(site, second).place, found(site, second).seal) == (CITY, "SL-2")
    assert (found(site, third).box, found(site, third).seal) == ("KG-2", "SL-4")
