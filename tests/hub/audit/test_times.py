"""The times of entries: many at once are judged as each is alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.audit.problem import Problem
from hub.audit.times import APART_MS, STEP_MS, Times
from hub.domain.day.day import OpenDay
from hub.domain.identity.identity import Attend
from hub.domain.moment import Context
from sync.keys.party import Party
from sync.record.checkpoint import CosignedCheckpoint
from tests.hub.audit.bundles import bundle, line, report_on
from tests.records import RecordMaker, World

START_MS = 1_700_000_000_000

# Mostly as nearly every entry is, or one boundary would hide behind another.
PASSED = st.sampled_from([40, 40, 40, 0, 5_000, -1])
"""Of the monotonic clock; less than nothing is what nobody's clock does."""

SET = st.sampled_from([0, 0, 0, 0, STEP_MS, -STEP_MS, STEP_MS + 1, -STEP_MS - 1])
"""By how much the wall clock was set meanwhile."""

EARLIER = st.sampled_from([0, 0, 0, 0, APART_MS, APART_MS + 1, -APART_MS, -APART_MS - 1])
"""How long before the entry its command was signed, as the signer's clock said."""

entries = st.lists(st.tuples(st.sampled_from("aaaaaaaab"), PASSED, SET, EARLIER), max_size=12)


def contexts(drawn: list[tuple[str, int, int, int]]) -> tuple[list[Context], list[int]]:
    made, signed, at_ms, monotonic_ms = list[Context](), list[int](), START_MS, 100_000
    for index, (boot, passed, step, earlier) in enumerate(drawn):
        monotonic_ms, at_ms = monotonic_ms + passed, at_ms + passed + step
        made.append(Context(index, at_ms, boot, monotonic_ms))
        signed.append(at_ms - earlier)
    return made, signed


@settings(max_examples=400)  # it takes microseconds, and each boundary is met alone in some of a hundred
@given(entries, st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_entries_taken_together_are_judged_as_one_after_the_other(
    drawn: list[tuple[str, int, int, int]], sizes: list[int]
) -> None:
    made, signed = contexts(drawn)
    singly, together = Times(), Times()
    alone = [wrong for context, at in zip(made, signed, strict=True) for wrong in singly.take(context, at)]
    found, first, turn = list[Problem](), 0, 0
    while first < len(made):
        end = first + sizes[turn % len(sizes)]
        found += together.take_all(made[first:end], signed[first:end])
        first, turn = end, turn + 1
    assert found == alone
    assert list(together.remarks()) == list(singly.remarks())


def test_a_long_quiet_record_says_nothing_and_one_set_clock_in_it_is_told() -> None:
    made, signed = contexts([("a", 40, 0, 0)] * 50)
    times = Times()
    assert not times.take_all(made[:10], signed[:10]) and not times.take_all(made[10:], signed[10:])
    assert not list(times.remarks())
    last = made[-1]
    assert not times.take_all([Context(50, last.at_ms + 9_040, "a", last.monotonic_ms + 40)], [last.at_ms + 9_040])
    assert [(one.code, one.entry) for one in times.remarks()] == [("remark.clock_stepped", 50)]


# ------------------------------------------------------------------ what others' clocks say


def real_world() -> World:
    """A deployment that is no practice: its city's clock counts."""
    world = World(training=False)
    certificate = world.certify("hub-1", "hub", "contractor", sites=(world.deployment.site,))
    world.hub = Party(world.deployment, world.signer("hub-1"), certificate, world.trust())
    return world


def test_entries_that_are_dated_before_what_the_city_had_cosigned_ahead_of_them_are_remarked() -> None:
    world = real_world()
    maker = RecordMaker(world)
    for officer in (*world.officers, world.officers[0]):
        maker.do(Attend(True), officer)
    note, later_s = maker.note(2), maker.now_ms // 1000 + 86_400
    witnessed = CosignedCheckpoint(note, (line(world, note, world.desk, later_s),))
    plain = bundle(maker)
    found = report_on(world, replace(plain, checkpoints=(witnessed, *plain.checkpoints)))
    assert found.holds
    (said,) = [one for one in found.remarks if one.code == "remark.witnessed_later"]
    assert (said.entry, said.data) == (2, {"entries": "1"})
    in_time = CosignedCheckpoint(note, (line(world, note, world.desk, maker.now_ms // 1000),))
    assert not report_on(world, replace(plain, checkpoints=(in_time, *plain.checkpoints))).remarks


def test_a_day_that_was_opened_under_another_date_than_the_hubs_clock_had_is_remarked() -> None:
    world = World()
    maker = RecordMaker(world)
    event = world.profile.event_types[0].id
    maker.do(OpenDay("2031-01-01", event, "会場", world.deployment.profile, True), world.manager)
    (said,) = [one for one in report_on(world, bundle(maker)).remarks if one.code == "remark.other_day"]
    assert said.entry == 0 and said.data["opened"] == "2031-01-01"
