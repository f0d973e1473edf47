"""Doctor's checks: each says in words what it found, and what to do where something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers import faults
from hub.domain.devices import device, supply
from hub.domain.devices.device import DeviceState
from hub.domain.devices.supply import FillSupply, Item
from hub.domain.moment import DAY_MS
from hub.site.console import HowItIs
from hub.site.devices.doctor import clock, disk, live, memory, parts
from hub.site.devices.doctor.checkup import check_machine
from hub.site.devices.doctor.finding import Finding, Level
from sync.messages.record import DeviceWord
from tests.hub.site.hubs import Site, site_at, soon

NOW_MS = 1_754_438_400_000


def levels(found: list[Finding]) -> dict[str, Level]:
    return {one.code: one.level for one in found}


def says_what_to_do(found: list[Finding]) -> bool:
    return all(one.ja and one.en and (one.level is Level.OK or (one.todo_ja and one.todo_en)) for one in found)


def test_a_real_disk_is_measured_and_judged_by_its_slowest_hundredth(tmp_path: Path) -> None:
    took = disk.sync_latency_us(tmp_path, writes=20)
    assert 1 <= len(took) <= 20 and took == sorted(took) and took[0] > 0
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
    assert disk.judge_sync([1_000] * 200).level is Level.OK
    assert disk.judge_sync([1_000] * 197 + [50_000] * 3).level is Level.ADVICE
    assert disk.judge_sync([1_000] * 197 + [900_000] * 3).level is Level.FAULT
    assert disk.judge_sync([1_000] * 199 + [900_000]).level is Level.OK, "one write in two hundred is nobody's wait"


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    assert levels(disk.check(tmp_path / "nowhere")) == {"disk.unwritable": Level.FAULT}


@pytest.mark.parametrize(
    ("latest_ms", "in_step", "code", "level"),
    [
        (NOW_MS + 1, True, "clock.behind", Level.FAULT),
        (NOW_MS - 200 * DAY_MS, True, "clock.jump", Level.ADVICE),
        (NOW_MS - DAY_MS, False, "clock.unproven", Level.ADVICE),
        (NOW_MS - DAY_MS, None, "clock.unproven", Level.ADVICE),
        (0, True, "clock.sync", Level.OK),
    ],
)
def test_a_clock_is_judged_by_the_record_first(latest_ms: int, in_step: bool | None, code: str, level: Level) -> None:
    found = clock.judge(NOW_MS, latest_ms, in_step, has_rtc=False)
    assert levels(found) == {code: level} and says_what_to_do(found)


def test_swap_on_a_disk_is_named_and_swap_into_memory_is_not(tmp_path: Path) -> None:
    swaps = tmp_path / "swaps"
    head = "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n"
    swaps.write_text(head + "/dev/zram0  partition 102396 0 100\n")
    assert memory.swap(swaps).level is Level.OK
    swaps.write_text(head + "/var/swap  file 102396 0 -2\n")
    assert memory.swap(swaps).level is Level.ADVICE and "/var/swap" in memory.swap(swaps).ja


@pytest.mark.parametrize(
    ("collector", "limit", "level"),
    [
        ("core", "0", Level.OK),
        ("core", "unlimited", Level.ADVICE),
        ("|/lib/systemd/systemd-coredump %P", "0", Level.ADVICE),
    ],
)
def test_core_dumps_are_off_only_where_nothing_collects_them(
    tmp_path: Path, collector: str, limit: str, level: Level
) -> None:
    pattern, limits = tmp_path / "pattern", tmp_path / "limits"
    pattern.write_text(collector + "\n")
    limits.write_text(f"Max core file size        {limit:21}unlimited            bytes     \n")
    assert memory.core_dumps(pattern, limits).level is level


def test_pictures_may_lie_in_memory_alone(tmp_path: Path) -> None:
    assert memory.pictures(Path("/proc")).level is Level.ADVICE


def test_photo_checks_without_their_models_are_said_to_be_off(tmp_path: Path) -> None:
    found = parts.photo_models(tmp_path)
    assert found.level is Level.ADVICE and found.todo_ja == "deploy/photo-models"


def test_doctor_calls_every_device_by_its_name_and_no_other_tables_name_differs() -> None:
    how = HowItIs([DeviceWord(kind, "ready", "", "") for kind in device.KINDS], {}, 0)
    said = {one.code: (one.ja, one.en) for one in live.of_hub(how)}
    for kind, (ja, en) in device.NAMES.items():
        shown = said[f"device.{kind}"]
        assert shown[0].startswith(f"{ja}は") and shown[1].startswith(f"The {en} ")
    assert {**faults.KINDS, device.DOCUMENTS: device.NAMES[device.DOCUMENTS]} == device.NAMES
    assert set(supply.NAMES) == set(Item) == {item for items in supply.USES.values() for item in items}
    assert set(supply.USES) <= set(device.KINDS)


async def test_a_running_hub_is_asked_for_its_devices_and_its_paper(tmp_path: Path) -> None:
    # CHIB-1.9-01
    async with site_at(tmp_path) as site:
        await site.hub.start()
        terminal = await site.terminal()
        await site.do(terminal, FillSupply(Item.TICKET_ROLL, 12, 0))
        (site.devices / "display.fault").write_text("display.absent")
        await soon(
            terminal.until(
                lambda: (
                    "camera" in (standing := terminal.booth.devices.standing)
                    and standing["camera"].state is DeviceState.READY
                    and standing["display"].code == "display.absent"
                )
            )
        )
        found = await check_machine(site.home)
        assert says_what_to_do(found)
        by = levels(found)
        assert by["device.camera"] is Level.OK and by["display.absent"] is Level.FAULT
        assert by["supply.ticket_roll"] is Level.ADVICE and by["supply.photo_paper"] is Level.ADVICE
        assert by["clock.unproven" if "clock.unproven" in by else "clock.sync"] is not Level.FAULT
        await site.hub.stop()
        assert await live.record_ends_ms(site.home) == terminal.booth.latest_ms


async def test_where_no_hub_runs_the_machine_itself_is_looked_at(tmp_path: Path) -> None:
    home = Site(tmp_path).home
    assert await live.ask_hub(home) is None
    assert await live.record_ends_ms(home) == 0


def test_where_systemd_runs_cups_its_drop_in_against_a_second_print_is_looked_for(tmp_path: Path) -> None:
    service, drop_ins, files = tmp_path / "cups.service", tmp_path / "cups.service.d", tmp_path / "cups-files.conf"
    assert parts.prints_once(service, drop_ins, files) == []
    service.write_text("[Service]\n")
    (missing,) = parts.prints_once(service, drop_ins, files)
    assert missing.level is Level.ADVICE and "deploy/cups-prints-once.conf" in missing.todo_ja
    drop_ins.mkdir()
    ours = Path(__file__).resolve().parents[4] / "deploy" / "cups-prints-once.conf"
    (drop_ins / "demado.conf").write_bytes(ours.read_bytes())
    files.write_text("# RequestRoot /run/elsewhere\nRequestRoot /var/spool/cups\n")
    (there,) = parts.prints_once(service, drop_ins, files)
    assert there.level is Level.OK
    files.write_text("RequestRoot /run/demado-spool\n")  # which the drop-in would never empty
    (moved,) = parts.prints_once(service, drop_ins, files)
    assert moved.level is Level.ADVICE and "/run/demado-spool" in moved.en
