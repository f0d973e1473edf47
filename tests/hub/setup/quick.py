"""Two organisations in memory: roots and registries, in a folder, whose passphrases cost nothing to try."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hub.domain.contracts.reading import decode_profile, profile_bytes
from hub.setup.agreement import Agreement, Terms
from hub.setup.issuing import Issuing
from hub.setup.registry import Registry, conclude, new_city, new_contractor
from hub.setup.root import Card, Root
from hub.setup.terms import make_terms
from sync.keys.certificate import Party as Side
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost

NOW_MS = 1_770_000_000_000  # 2026-02-02 in Japan, Nagaoka's first day of service
CONTRACT = "nagaoka"
SITES = ("駅前", "出張車")
WORDS = "neko inu sora mado tsuki"

RAW = profile_bytes(CONTRACT)
PROFILE = decode_profile(RAW, CONTRACT)


def root(side: Side) -> Root:
    """A root whose key is known to the tests."""
    signer = Signer(side.encode().ljust(32, b"."))
    return Root(Card(party=side, organisation=f"ためし{side}", key=signer.public, made_ms=NOW_MS), signer)


CONTRACTOR, CITY = root("contractor"), root("city")


def terms(**more: object) -> Terms:
    return make_terms(RAW, PROFILE, CONTRACTOR.card, CITY.card, SITES, now_ms=NOW_MS, **more)  # type: ignore[arg-type]


def issuing(side: Side, of: Terms, *, by: Root | None = None) -> Issuing:
    """An issuing key of a side, certified by its root (or by another)."""
    made = Issuing(side, of, PROFILE, side.encode().ljust(32, b"!"))
    made.certify_by((by or (CITY if side == "city" else CONTRACTOR)).signer)
    return made


def registries(folder: Path) -> tuple[Registry, Registry]:
    """The contractor's and the city's registry, agreed."""
    made = new_contractor(folder / "contractor", CONTRACTOR, terms(), RAW, PROFILE, WORDS, cost=Cost.TRAINING)
    city = new_city(folder / "city", CITY, made.agreement, made.terms, PROFILE, WORDS, cost=Cost.TRAINING)
    return conclude(made, city.agreement), city


def proposal() -> Agreement:
    from hub.setup.agreement import propose

    of = terms(starts=dt.date(2026, 2, 2))
    return propose(of, RAW, CONTRACTOR.signer, issuing("contractor", of).certificate)
