"""Whoever changes what a record is made of learns it here, before older records fail in replay."""

from __future__ import annotations

import enum
from pathlib import Path

import msgspec
import pytest

from hub import VERSION
from hub.domain.day.day import RULES
from tests.kept import shapes
from tests.kept.shapes import Kept, changes, file_of, keep, shape, today


def test_nothing_that_older_records_hold_has_changed_under_todays_number_of_the_rules() -> None:
    assert not (wrong := changes(shapes.read(file_of(RULES)), today().shapes)), "\n".join(wrong)


def test_every_kind_of_today_is_kept() -> None:
    kept = shapes.read(file_of(RULES))
    assert kept.shapes == today().shapes, "what is new is not kept yet: run `python -m tests.kept.shapes`"


def test_each_number_of_the_rules_has_programs_of_its_own() -> None:
    """A reader is told which program checks a record: one version must not have decided by two sets of rules."""
    kept = [shapes.read(file) for file in shapes.HERE.glob("rules-*.txt")]
    assert {one.rules for one in kept} >= {RULES} and len({one.program for one in kept}) == len(kept)
    assert VERSION not in {one.program for one in kept if one.rules != RULES}, "RULES was raised: raise VERSION too"


class Way(enum.StrEnum):
    ON_FOOT = "on foot"


class MoreWays(enum.StrEnum):
    BY_CAR = "by car"
    ON_FOOT = "on foot"


class Part(msgspec.Struct):
    name: str


class LongerPart(Part):
    note: str = ""


class Listed(msgspec.Struct, array_like=True):
    name: str


class LongerListed(Listed):
    note: str = ""


class Short(msgspec.Struct, frozen=True):
    name: str = "of older programs"


class Longer(Short, frozen=True):
    note: str = ""


def of(*fields: str | tuple[str, object] | tuple[str, object, object]) -> list[str]:
    """The shape of a kind with these fields."""
    return shape(msgspec.defstruct("Kind", fields))


PARTS, LISTED, WAY = ("parts", tuple[Part, ...]), ("listed", tuple[Listed, ...]), ("way", Way, Way.ON_FOOT)
BEFORE = of("a", ("b", int), PARTS, LISTED, WAY)

ALWAYS = {
    "a field is gone": (of("a", ("b", int), PARTS, LISTED), "`way: one of on foot = 'on foot'` is gone"),
    "another name": (of("z", ("b", int), PARTS, LISTED, WAY), "`a: any` is gone"),
    "another type": (of("a", ("b", str), PARTS, LISTED, WAY), "`b: int` is now `b: str`"),
    "so many instead of many": (of("a", ("b", int), PARTS, ("listed", tuple[Listed, Listed]), WAY), "is now `listed: 2"),
    "another default": (of("a", ("b", int), PARTS, LISTED, ("way", Way)), "is now `way: one of on foot`"),
    "a field that must be given": (of("a", ("b", int), PARTS, LISTED, "new", WAY), "`new: any` is new"),
    "a longer part by place": (of("a", ("b", int), PARTS, ("listed", tuple[LongerListed, ...]), WAY), "note: str = ''` is new"),
    "another order": (of(("b", int), "a", PARTS, LISTED, WAY), "another order"),
}  # fmt: skip


@pytest.mark.parametrize(("after", "said"), ALWAYS.values(), ids=ALWAYS)
@pytest.mark.parametrize("kind", ["command x.do", "event x.done/1"])
def test_what_older_bytes_do_not_say_any_more_needs_another_number(kind: str, after: list[str], said: str) -> None:
    (sentence,) = changes(Kept("7", "0.7.0", {kind: BEFORE}), {kind: after})
    assert sentence.startswith(f"{kind} changed: ") and said in sentence
    assert "raise RULES" in sentence and "0.7.0" in sentence


ONLY_COMMANDS = {
    "a field": of("a", ("b", int), PARTS, LISTED, WAY, ("new", tuple[LongerPart, ...], ())),
    "a field in a part by name": of("a", ("b", int), ("parts", tuple[LongerPart, ...]), LISTED, WAY),
}


@pytest.mark.parametrize("after", ONLY_COMMANDS.values(), ids=ONLY_COMMANDS)
def test_a_new_field_with_a_default_is_free_in_a_command_and_not_in_an_event(after: list[str]) -> None:
    """Arguments signed without it read as the default; events are written with every field, and differ."""
    assert changes(Kept("7", "0.7.0", {"command x.do": BEFORE}), {"command x.do": after}) == []
    (sentence,) = changes(Kept("7", "0.7.0", {"event x.done/1": BEFORE}), {"event x.done/1": after})
    assert "is new" in sentence
    longer, shorter = msgspec.msgpack.encode(Longer()), msgspec.msgpack.encode(Short())
    assert longer != shorter and msgspec.msgpack.decode(shorter, type=Longer) == Longer()


@pytest.mark.parametrize("kind", ["command x.do", "event x.done/1"])
def test_another_kind_and_another_value_of_a_field_are_free(kind: str) -> None:
    after = of("a", ("b", int), PARTS, LISTED, ("way", MoreWays, MoreWays.ON_FOOT))
    assert changes(Kept("7", "0.7.0", {kind: BEFORE}), {kind: after, "event y.new/1": BEFORE}) == []
    assert changes(Kept("7", "0.7.0", {kind: after}), {kind: BEFORE}), "a value fewer"


def test_a_kind_that_is_gone_needs_another_number() -> None:
    (sentence,) = changes(Kept("7", "0.7.0", {"command x.do": BEFORE}), {})
    assert "it is gone" in sentence


def test_shapes_are_kept_unless_they_changed_under_their_number(tmp_path: Path) -> None:
    file, kept = tmp_path / "rules-7.txt", Kept("7", "0.7.0", {"command x.do": BEFORE})
    assert keep(kept, file) == [] and shapes.read(file) == kept
    more = {"command x.do": BEFORE, "event x.done/1": BEFORE}
    assert keep(Kept("7", "0.7.1", more), file) == []
    assert shapes.read(file) == Kept("7", "0.7.0", more)  # the first program under them is who is named
    before = file.read_bytes()
    assert keep(Kept("7", "0.7.1", {"command x.do": of("a")}), file) and file.read_bytes() == before
