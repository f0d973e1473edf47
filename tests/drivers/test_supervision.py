"""One supervisor around one device: faults are named, bounded, told once; recovery is noticed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import DeviceFault, DeviceState, Health
from drivers.emulators.display import EmulatedDisplay
from drivers.own_thread import OwnThread
from drivers.supervision import Pace, Supervisor, backoff_s

QUICK = Pace(watch_every_s=0.01, first_retry_s=0.01, longest_retry_s=0.02, just_tried_s=0.0, call_deadline_s=5.0)


class Reports:
    """Collects what supervision reports and lets a test wait for it."""

    def __init__(self) -> None:
        self.seen: list[Health] = []
        self._news = asyncio.Event()

    def __call__(self, kind: str, health: Health) -> None:
        self.seen.append(health)
        self._news.set()

    async def until(self, wanted: Callable[[Health], bool]) -> Health:
        async with asyncio.timeout(60):
            while not (self.seen and wanted(self.seen[-1])):
                self._news.clear()
                await self._news.wait()
        return self.seen[-1]

    def states(self) -> list[DeviceState]:
        return [health.state for health in self.seen]


class StubbornDisplay(EmulatedDisplay):
    """A driver gone wrong: it blocks, swallows its cancellation or fails with an error of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.thread = OwnThread("display")
        self.at_once = 0
        self.most_at_once = 0

    async def block(self, release: Callable[[], None]) -> None:
        await self.thread.run(release)

    async def swallow_cancellation(self, release: asyncio.Event) -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                pass

    async def crash(self) -> None:
        raise RuntimeError("a bug in the driver")

    async def count(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1


async def test_a_device_that_opens_is_ready_and_off_after_stop(tmp_path: Path) -> None:
    reports = Reports()
    display = Supervisor(EmulatedDisplay(tmp_path), reports, QUICK)
    assert display.health.state is DeviceState.OFF
    await display.start()
    await display.call(lambda d: d.show("A-001", "窓口1"))
    await display.stop()
    assert reports.states() == [DeviceState.READY, DeviceState.OFF]


async def test_a_missing_device_is_absent_and_found_when_plugged_in(tmp_path: Path) -> None:
    reports, device = Reports(), EmulatedDisplay(tmp_path)
    device.fail("display.absent")
    display = Supervisor(device, reports, QUICK)
    await display.start()
    assert display.health.state is DeviceState.ABSENT
    assert display.health.reason_code == "display.absent" and display.health.remedy_ja
    device.recover()
    await reports.until(lambda health: health.state is DeviceState.READY)
    await display.stop()


async def test_a_cable_pulled_between_calls_is_noticed_without_a_call(tmp_path: Path) -> None:
    reports, device = Reports(), EmulatedDisplay(tmp_path)
    display = Supervisor(device, reports, QUICK)
    await display.start()
    device.fail("display.absent")
    health = await reports.until(lambda health: health.state is DeviceState.ABSENT)
    assert health.reason_code == "display.absent"
    await display.stop()


async def test_the_same_failure_is_reported_once_and_its_recovery_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "drivers")
    reports, device = Reports(), EmulatedDisplay(tmp_path)
    display = Supervisor(device, reports, QUICK)
    await display.start()
    device.fail("display.broken")
    for _ in range(5):
        with pytest.raises(DeviceFault):
            await display.call(lambda d: d.clear())
    device.recover()
    await display.call(lambda d: d.clear())
    await display.stop()
    assert reports.states() == [DeviceState.READY, DeviceState.FAULT, DeviceState.READY, DeviceState.OFF]
    assert [r.levelname for r in caplog.records if "display.broken:" in r.message].count("WARNING") == 1
    assert len([r for r in caplog.records if "works again" in r.message]) == 1


async def test_a_call_to_a_failed_device_tries_it_again_at_once(tmp_path: Path) -> None:
    device = EmulatedDisplay(tmp_path)
    never = Pace(watch_every_s=3600, first_retry_s=3600, longest_retry_s=3600, just_tried_s=0.0)
    device.fail("display.absent")
    display = Supervisor(device, None, never)
    await display.start()
    device.recover()
    await display.call(lambda d: d.show("A-002", "窓口1"))
    assert device.shown == ("A-002", "窓口1")
    await display.stop()


async def test_a_call_past_its_deadline_is_a_named_fault_whose_outcome_is_unsure(tmp_path: Path) -> None:
    device = EmulatedDisplay(tmp_path)
    display = Supervisor(device, None, QUICK)
    await display.start()
    device.fail("display.hang")
    with pytest.raises(DeviceFault) as failed:
        await display.call(lambda d: d.show("A-003", "窓口1"), deadline_s=0.05)
    assert failed.value.code == "display.no_answer" and failed.value.unsure
    device.recover()
    await display.stop()


async def test_a_driver_that_swallows_its_cancellation_does_not_hold_the_caller(tmp_path: Path) -> None:
    release = asyncio.Event()
    display = Supervisor(StubbornDisplay(tmp_path), None, QUICK)
    await display.start()
    with pytest.raises(DeviceFault, match=r"display\.no_answer"):
        await display.call(lambda d: d.swallow_cancellation(release), deadline_s=0.05)
    await display.call(lambda d: d.clear())
    release.set()
    await display.stop()


async def test_a_driver_that_blocks_its_thread_leaves_the_event_loop_free_and_the_next_call_works(
    tmp_path: Path,
) -> None:
    let_go = False

    def block() -> None:
        while not let_go:
            time.sleep(0.005)

    display = Supervisor(StubbornDisplay(tmp_path), None, QUICK)
    await display.start()
    turns = 0
    call = asyncio.create_task(display.call(lambda d: d.block(block), deadline_s=0.2))
    while not call.done():
        await asyncio.sleep(0)
        turns += 1
    with pytest.raises(DeviceFault, match=r"display\.no_answer"):
        await call
    assert turns > 1, "the loop stood still while the driver blocked"
    await display.call(lambda d: d.block(lambda: None))
    let_go = True
    await display.stop()


async def test_an_error_of_the_drivers_own_becomes_a_named_fault(tmp_path: Path) -> None:
    display = Supervisor(StubbornDisplay(tmp_path), None, QUICK)
    await display.start()
    with pytest.raises(DeviceFault) as failed:
        await display.call(lambda d: d.crash())
    assert failed.value.code == "display.broken"
    assert isinstance(failed.value.__cause__, RuntimeError)
    await display.stop()


async def test_a_device_does_one_thing_at_a_time(tmp_path: Path) -> None:
    device = StubbornDisplay(tmp_path)
    display = Supervisor(device, None, QUICK)
    await display.start()
    await asyncio.gather(*(display.call(lambda d: d.count()) for _ in range(20)))
    assert device.most_at_once == 1
    await display.stop()


async def test_calls_queued_behind_a_hang_share_its_answer(tmp_path: Path) -> None:
    device = EmulatedDisplay(tmp_path)
    pace = Pace(watch_every_s=3600, first_retry_s=3600, longest_retry_s=3600, open_deadline_s=0.05, just_tried_s=3600)
    display = Supervisor(device, None, pace)
    await display.start()
    device.fail("display.hang")
    calls = [display.call(lambda d: d.clear(), deadline_s=0.05) for _ in range(10)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [o.unsure for o in outcomes if isinstance(o, DeviceFault)] == [True] + [False] * 9
    device.recover()
    await display.stop()


async def test_a_device_that_is_off_takes_no_calls(tmp_path: Path) -> None:
    with pytest.raises(DeviceFault):
        await Supervisor(EmulatedDisplay(tmp_path)).call(lambda d: d.clear())


async def test_a_listener_that_fails_does_not_stop_the_watch(tmp_path: Path) -> None:
    def broken(kind: str, health: Health) -> None:
        raise RuntimeError("a bug in the listener")

    device = EmulatedDisplay(tmp_path)
    display = Supervisor(device, broken, QUICK)
    await display.start()
    await display.call(lambda d: d.show("A-004", "窓口2"))
    assert device.shown == ("A-004", "窓口2")
    await display.stop()


@given(st.integers(min_value=1, max_value=10_000))
def test_backoff_never_shrinks_and_never_exceeds_the_longest_wait(failures: int) -> None:
    pace = Pace()
    assert pace.first_retry_s <= backoff_s(failures, pace) <= backoff_s(failures + 1, pace) <= pace.longest_retry_s
