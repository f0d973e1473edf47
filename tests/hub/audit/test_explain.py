"""Every kind of event has its sentence, in both languages, and none tells what was typed about a person."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import VERSION
from hub.audit.bundle_file import evidence
from hub.audit.explain import Explainer
from hub.audit.reading import days, show
from hub.audit.words.said import when
from hub.domain.booth import Event
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.day import manager_presence
from hub.domain.day.readiness import minimums
from hub.domain.identity import identity
from hub.domain.moment import JAPAN_MS
from hub.domain.reports.absences import Absence, Side
from tests.examples import examples
from tests.hub.audit.bundles import bundle, site_world
from tests.records import MORNING_MS, RecordMaker, World

KINDS = get_args(Event)
FEW = examples(12)
"""Of each kind: a sentence hangs on which fields are empty, and two values of each are soon drawn."""

PROFILE = load_profile("koganei")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_kind_has_a_sentence_in_both_languages(kind: type) -> None:
    @FEW
    @given(st.from_type(kind))
    def has_one(event: Event) -> None:
        for profile in (PROFILE, None):
            said = Explainer(profile).explain(event)
            assert said.ja and said.en and said.ja != said.en

    has_one()


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if "reason" in kind.__struct_fields__], ids=lambda k: k.__name__
)
def test_a_typed_reason_is_never_shown(kind: type) -> None:
    @FEW
    @given(st.from_type(kind))
    def hidden(event: Event) -> None:
        reason = "鈴木 太郎 1990-01-01"
        said = Explainer(PROFILE).explain(msgspec.structs.replace(event, reason=reason))
        assert reason not in said.ja and reason not in said.en

    hidden()


def test_a_whole_day_reads_as_sentences_with_the_contracts_own_words() -> None:
    # KOGA-T7-04
    world = site_world()
    maker = RecordMaker(world)
    maker.day(tickets=1)

    rows = list(show(evidence("day", bundle(maker))))
    assert [row.index for row in rows] == list(range(maker.size))
    issued = next(row for row in rows if row.command == "queue.issue")
    assert issued.ja == (f"番号札 A-001 を発行した（{world.profile.lanes[0].ja}）",)
    assert (issued.person, issued.party) == ("staff-2", "contractor")
    decided = next(row for row in rows if row.command == "identity.decide")
    assert decided.party == "city" and "確認した" in decided.ja[0] and "A-001" in decided.ja[0]


@pytest.mark.parametrize("contract", shipped())
def test_the_days_are_counted_one_by_one(contract: str) -> None:

    world = World(contract)
    maker = RecordMaker(world)
    maker.day(tickets=2)
    second = maker.size
    maker.day(tickets=1)
    # Where the contract wants the city's people there first, their coming stands before the opening.
    first = int("city_staff" in minimums(world.profile, world.profile.event_types[0].id))
    found = days(evidence("days", bundle(maker)))
    assert [(one.opened_at, one.closed, one.counts.tickets.issued) for one in found] == [
        (first, True, 2),
        (second + first, True, 1),
    ]
    assert [one.counts.date for one in found] == ["2025-08-06", "2025-08-07"]


def test_the_software_of_each_day_is_named_also_when_it_changed_in_the_middle() -> None:
    maker = RecordMaker(World())
    maker.day(tickets=1)
    maker.open()
    maker.software = "99.0.0"
    maker.close()
    assert [one.software for one in days(evidence("days", bundle(maker)))] == [(VERSION,), (VERSION, "99.0.0")]


def test_a_stretch_without_anybody_who_answers_for_the_booth_is_listed_with_its_day() -> None:
    """CHIB-2.7-02: nobody of the contractor from 15:10 to 15:25 -> a gap of 15 minutes in the day's log."""
    maker = RecordMaker(World("chiba"))
    maker.open()
    opened = maker.now_ms
    maker.now_ms = left = opened + 6 * 3_600_000 + 10 * 60_000
    maker.do(manager_presence.LeaveBooth(), maker.world.manager)
    for officer in maker.world.officers:  # the same minutes are the city's, which has to be there as well
        maker.do(identity.Attend(False), officer)
    gone = maker.now_ms - 1_000
    maker.now_ms = left + 15 * 60_000
    maker.do(manager_presence.TakeBooth(), maker.world.manager)
    maker.do(identity.Attend(True), maker.world.officers[0])
    maker.close()
    maker.now_ms += 86_400_000
    maker.day(tickets=1)
    first, second = days(evidence("days", bundle(maker)))
    assert first.absences == (
        Absence(Side.CONTRACTOR, left, left + 15 * 60_000),
        Absence(Side.CITY, gone, left + 15 * 60_000 + 1_000),
    )
    assert second.absences == ()


def test_a_time_is_shown_as_it_was_in_japan() -> None:
    assert when(MORNING_MS) == "2025-08-06 09:00:00"
    assert when(-JAPAN_MS) == "1970-01-01 00:00:00"
    assert when(1 << 62) == f"{1 << 62} ms"
