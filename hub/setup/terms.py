"""Writing a deployment's terms from what a person names: a profile, two cards, sites and dates."""

from __future__ import annotations

import datetime as dt
import os

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import profile_hash
from hub.domain.moment import DAY_MS, JAPAN_MS
from hub.setup.agreement import Site, SitesWrong, Terms
from hub.setup.issuing import OutsideContract
from hub.setup.names import need_name
from hub.setup.root import Card


def make_terms(
    profile_raw: bytes,
    profile: Profile,
    contractor: Card,
    city: Card,
    sites: tuple[str, ...],
    *,
    now_ms: int,
    starts: dt.date | None = None,
    ends: dt.date | None = None,
    training: bool = False,
) -> Terms:
    """The terms, from the first Japanese day to the last (default: today, and the contract's end); a new deployment.

    OutsideContract for dates that are over or beyond the contract's end (a training deployment may have any),
    NameUnusable, SitesWrong for a site named twice.
    """
    first = starts or _date(now_ms)
    last = ends or profile.contract.end_date
    if last < first or _last_ms(last) < now_ms or (last > profile.contract.end_date and not training):
        raise OutsideContract(starts=first, ends=last, contract_ends=profile.contract.end_date)
    names = [need_name(site) for site in sites]
    if not names or len(set(names)) != len(names):
        raise SitesWrong(sites="、".join(names))
    return Terms(
        deployment=os.urandom(16),
        contract=profile.id,
        profile=profile_hash(profile_raw),
        contractor=contractor.organisation,
        city=city.organisation,
        contractor_root=contractor.key,
        city_root=city.key,
        sites=tuple(Site(name, f"hub-{number}") for number, name in enumerate(names, 1)),
        starts_ms=_first_ms(first),
        ends_ms=_last_ms(last),
        training=training,
        made_ms=now_ms,
    )


def _date(at_ms: int) -> dt.date:
    """The date in Japan."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=(at_ms + JAPAN_MS) // DAY_MS)


def _first_ms(date: dt.date) -> int:
    return (date - dt.date(1970, 1, 1)).days * DAY_MS - JAPAN_MS


def _last_ms(date: dt.date) -> int:
    return _first_ms(date) + DAY_MS - 1
