"""What is owed to the city is worked out once an entry, and anew with every entry."""

from __future__ import annotations

from hub.domain.custody import custody
from hub.domain.custody import due as custody_due
from tests.hub.domain.booths import CLERK, OTHER, Site
from tui.papers.owing import Owing


def test_what_is_owed_is_worked_out_once_an_entry_and_never_stands_for_another() -> None:
    site, owing = Site("niigata"), Owing()
    assert owing.of(site.booth, site.profile) == []
    site.whole_visit()
    loose = owing.of(site.booth, site.profile)
    assert [one.container for one in loose] == [""]
    assert owing.of(site.booth, site.profile) is loose, "nothing has happened: the same answer"
    site.count()
    site.do(custody.SealContainer("KG-1", "SL-1"), CLERK)
    site.do(custody.SealContainer("KG-1", "SL-1"), OTHER)
    sealed = owing.of(site.booth, site.profile)
    assert [one.container for one in sealed] == ["KG-1"]
    fresh = custody_due.owed(site.booth.custody, site.booth.paper_receipts, site.booth.day.date, site.profile)
    assert sealed == fresh
