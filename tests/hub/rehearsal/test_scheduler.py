"""One actor at a time, in the order of simulated time."""

import asyncio
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rehearsal.scheduler import Scheduler


async def played(waits: dict[str, list[int]], *, jitter: int | None = None) -> list[tuple[int, str]]:
    """What each actor did and when; between two sleeps an actor takes some turns of the event loop, by `jitter`."""
    scheduler, seen = Scheduler(0), list[tuple[int, str]]()
    draw = random.Random(jitter)
    on_stage = 0

    async def actor(name: str, seconds: list[int]) -> None:
        nonlocal on_stage
        for wait in seconds:
            await scheduler.sleep(wait)
            on_stage += 1
            assert on_stage == 1, "two actors at once"
            for _ in range(draw.randrange(4)):
                await asyncio.sleep(0)
            seen.append((scheduler.now_ms, name))
            on_stage -= 1

    for name, seconds in waits.items():
        scheduler.spawn(actor(name, seconds), name)
    await scheduler.run()
    return seen


@given(
    waits=st.dictionaries(st.sampled_from("abcde"), st.lists(st.integers(0, 30), max_size=6)),
    jitter=st.integers(0, 1000),
)
def test_the_order_depends_on_simulated_time_alone_and_only_one_actor_is_on_stage(
    waits: dict[str, list[int]], jitter: int
) -> None:
    seen = asyncio.run(played(waits, jitter=jitter))
    assert seen == asyncio.run(played(waits))
    assert [at for at, _ in seen] == sorted(at for at, _ in seen)
    assert len(seen) == sum(map(len, waits.values()))


async def test_among_equals_the_first_to_sleep_is_the_first_to_wake() -> None:
    assert await played({"b": [5], "a": [5], "c": [5]}) == [(5000, "b"), (5000, "a"), (5000, "c")]


async def test_an_actor_may_bring_another_who_begins_after_its_own_turn() -> None:
    scheduler, seen = Scheduler(0), list[str]()

    async def second() -> None:
        seen.append("second")

    async def first() -> None:
        scheduler.spawn(second(), "second")
        await asyncio.sleep(0.01)
        seen.append("first")
        await scheduler.sleep(1)
        seen.append("first again")

    scheduler.spawn(first(), "first")
    await scheduler.run()
    assert seen == ["first", "second", "first again"]


async def test_what_an_actor_raises_ends_the_play_and_everybody_leaves() -> None:
    scheduler, left = Scheduler(0), list[str]()

    async def waits() -> None:
        try:
            await scheduler.sleep(1000)
        finally:
            left.append("waits")

    async def breaks() -> None:
        await scheduler.sleep(1)
        raise ValueError("broken")

    scheduler.spawn(waits(), "waits")
    scheduler.spawn(breaks(), "breaks")
    with pytest.raises(ValueError, match="broken"):
        await scheduler.run()
    assert left == ["waits"]


async def test_at_a_pace_simulated_time_never_runs_ahead_and_the_clock_is_moved_in_between() -> None:
    ticks = list[int]()

    async def tick(at_ms: int) -> None:
        ticks.append(at_ms)

    scheduler, began = Scheduler(0, 100.0, tick), time.monotonic()

    async def actor() -> None:
        await scheduler.sleep(80)
        assert (time.monotonic() - began) * 100 >= 79.9

    scheduler.spawn(actor(), "actor")
    await scheduler.run()
    assert ticks == sorted(ticks) and ticks and max(ticks) < 80_000


async def test_whoever_is_to_have_time_has_real_seconds_and_then_the_pace_goes_on() -> None:
    scheduler, began = Scheduler(0, 100.0), time.monotonic()

    async def actor() -> None:
        scheduler.linger(0.3)
        await scheduler.sleep(30)

    scheduler.spawn(actor(), "actor")
    await scheduler.run()
    assert time.monotonic() - began >= 0.58  # 0.3 s of real time, then the rest of the half minute in 0.297 s
