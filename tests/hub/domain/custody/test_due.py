"""By when the papers of a session are owed to the city, counted down from the record alone."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.domain.custody import due as custody_due
from hub.domain.moment import DAY_MS, JAPAN_MS
from tests.hub.domain.booths import DATE, MANAGER, OFFICER, Site


def site_on(contract: str, date: str) -> Site:
    """A booth that opened at nine on that date, with the papers of one visit lying loose."""
    site = Site(contract, open_day=False)
    site.at_ms = (dt.date.fromisoformat(date) - dt.date(1970, 1, 1)).days * DAY_MS - JAPAN_MS + 9 * 3_600_000
    site.staff()
    site.do(site.opening(date), MANAGER)
    site.whole_visit()
    return site


def owed(site: Site) -> list[custody_due.Owed]:
    return custody_due.owed(site.booth.custody, site.booth.paper_receipts, site.booth.day.date, site.profile)


@pytest.mark.parametrize(
    ("contract", "session", "due"),
    [
        ("koganei", "2025-08-27", "2025-08-27"),  # KOGA-7.1-13: a Wednesday, the same day
        ("koganei", "2025-08-24", "2025-08-27"),  # KOGA-7.1-13: a Sunday, the next session
        ("koganei", "2025-12-28", "2026-01-07"),  # KOGA-7.1-13: ten days over the new year
        ("chiba", "2022-10-08", "2022-10-11"),  # CHIB-2.3-01: a Saturday before a holiday
        ("chiba", "2022-12-28", "2023-01-04"),  # CHIB-2.3-01: the last business day of the year
    ],
)
def test_papers_are_owed_by_the_contracts_own_rule_loose_or_sealed(contract: str, session: str, due: str) -> None:
    """KOGA-7.1-13, CHIB-2.3-01."""
    site = site_on(contract, session)
    (loose,) = owed(site)
    assert (loose.container, str(loose.due), loose.assumed) == ("", due, False)
    site.seal()
    (sealed,) = owed(site)
    assert (sealed.container, str(sealed.session), str(sealed.due)) == ("KG-1", session, due)


def test_a_saturday_that_koganeis_contract_is_silent_about_is_a_guess_and_says_so() -> None:
    """KOGA-7.1-13: Sat 2025-08-09, rule unclear, asks."""
    (one,) = owed(site_on("koganei", "2025-08-09"))
    assert one.assumed


def test_what_is_not_with_the_city_by_midnight_is_overdue_until_the_city_signs() -> None:
    """KOGA-7.1-13, KOGA-11-02."""
    site = site_on("koganei", DATE)
    site.seal()
    midnight = site.at_ms + 15 * 3_600_000
    assert custody_due.days_left(owed(site)[0], site.at_ms) == 0
    assert not custody_due.overdue(owed(site), midnight - 1)
    assert custody_due.overdue(owed(site), midnight) == owed(site)
    assert custody_due.days_left(owed(site)[0], midnight) == -1
    transfer = site.offer()
    assert custody_due.overdue(owed(site), midnight), "an offer is not yet a delivery"
    site.do(site.acceptance(transfer), OFFICER)
    assert owed(site) == []
