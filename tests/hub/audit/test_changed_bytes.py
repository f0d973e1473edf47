"""No byte of a bundle can be another: not with the hash at its end, and not when that hash is made to fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.audit.bundle_file import Item, items
from hub.audit.problem import Problem
from hub.audit.verify import Report
from sync import canonical
from sync.record.bundle import MAGIC
from tests.hub.audit.bundles import bundle, encoded, end_of, report_on_bytes, report_on_changed, site_world, small

WORLD = site_world()
BUNDLE = bundle(small(WORLD), city=2, office=4)
DATA = encoded(BUNDLE)
ITEMS = list(items(DATA))
END = DATA.rindex(b"\x93\xa3end")
PROFILE = DATA.index(WORLD.profile_raw)

# Every byte of a profile is bound by one hash and by nothing else; all of them would take a minute.
STRIDE = 61


def spans() -> Iterator[tuple[Item, range]]:
    """Every item with the places of its bytes."""
    start = len(MAGIC)
    for item in ITEMS:
        stop = start + len(canonical.encode([item.kind, *item.parts]))
        yield item, range(start, stop)
        start = stop
    assert start == len(DATA)


CERTIFICATES = 4
"""The eight certificates are built alike: each has every fourth of its bytes changed, two of them the same, and among
them every byte that a certificate has."""


def places(item: Item, span: range) -> Iterator[int]:
    """Every byte of an item, but of a profile's body only some, and of a certificate those that are its turn."""
    for at, place in enumerate(span):
        if item.kind == "certificate" and at % CERTIFICATES != item.ordinal % CERTIFICATES:
            continue
        if item.kind != "object" or not PROFILE + STRIDE < place < span.stop - STRIDE or place % STRIDE == 0:
            yield place


def flipped(place: int) -> bytes:
    """The bundle with one bit of that byte changed; which one goes with the place, so that all eight have their turn."""
    return DATA[:place] + bytes([DATA[place] ^ 1 << place % 8]) + DATA[place + 1 :]


def test_the_unchanged_bundle_holds(tmp_path: Path) -> None:
    report = report_on_bytes(WORLD, DATA, tmp_path / "bundle")
    assert report.problems == () and report.remarks == ()
    assert (report.size, report.attested, report.city_witnessed, report.office_cosigned) == (4, 4, 2, 4)


def span_of(problem: Problem) -> range:
    """The entries among which a checkpoint says that one was changed; no more can be known of a boot id, say."""
    if problem.code != "checkpoint.other_content":
        return range(0)
    first, last = problem.data["entries"].split("-")
    return range(int(first), int(last) + 1)


def names(report: Report, item: Item) -> bool:
    """Whether a finding names this item: by its entry's index, by its kind, or by its number where its kind is gone."""
    by_kind = {
        "deployment": ("deployment",),
        "certificate": ("certificate",),
        "object": ("object",),
        "checkpoint": ("checkpoint",),
        "cosignature": ("cosignature",),
        "end": ("end",),
    }
    for problem in report.problems:
        if problem.object.startswith(f"item {item.number}") or f"(item {item.number})" in problem.object:
            return True
        if item.kind == "entry" and (problem.entry == item.ordinal or item.ordinal in span_of(problem)):
            return True
        if item.kind != "entry" and problem.object.startswith(by_kind[item.kind]):
            return True
    return False


@pytest.mark.parametrize("kind", ["deployment", "certificate", "object", "entry", "checkpoint", "cosignature"])
def test_a_changed_byte_is_found_and_named_though_the_end_was_made_to_fit(kind: str) -> None:
    # AOMO-7.2-03
    for item, span in spans():
        if item.kind != kind:
            continue
        for place in places(item, span):
            body = flipped(place)[:END]
            report = report_on_changed(WORLD, body + end_of(BUNDLE, body))
            assert not report.holds, (place, item.kind, item.ordinal)
            assert names(report, item), (place, item.kind, item.ordinal, report.problems)


def test_a_changed_byte_is_found_by_the_end_and_named_by_what_it_is_in() -> None:
    for item, span in spans():
        for place in span[:: 1 if item.kind == "end" else STRIDE]:
            report = report_on_changed(WORLD, flipped(place))
            assert not report.holds and names(report, item), (place, item.kind, item.ordinal, report.problems)


def test_a_changed_byte_of_the_magic_is_found(tmp_path: Path) -> None:
    for place in range(len(MAGIC)):
        report = report_on_bytes(WORLD, flipped(place), tmp_path / "bundle")
        assert [problem.code for problem in report.problems] == ["bundle.foreign"]


def test_a_bundle_cut_at_any_length_or_with_anything_behind_it_is_refused(tmp_path: Path) -> None:
    for length in range(0, len(DATA), STRIDE):
        assert not report_on_bytes(WORLD, DATA[:length], tmp_path / "bundle").holds
    assert not report_on_bytes(WORLD, DATA[:-1], tmp_path / "bundle").holds
    assert not report_on_bytes(WORLD, DATA + b"\x00", tmp_path / "bundle").holds
