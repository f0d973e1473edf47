"""Emulated devices: what they put into the folder, and that each fails as told and works again."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from drivers.device import (
    Announcement,
    Camera,
    Device,
    DeviceFault,
    PhotoPrinter,
    QueueDisplay,
    Ticket,
    TicketPrinter,
    Voice,
)
from drivers.emulators.booth import EmulatedBooth, emulated_booth
from drivers.emulators.camera import WHILE_LOOKING
from drivers.emulators.photo_printer import AT_THE_END
from drivers.emulators.voice import EmulatedVoice
from drivers.faults import ADVICE, KINDS, codes
from drivers.ticket_image import ticket_png

CALL = Announcement(number="A-019", window_ja="窓口2", window_en="Window 2")
TICKET = Ticket(
    number="A-025",
    lane_ja="出張交付",
    lane_en="Card delivery",
    issued_at_ms=1_754_443_440_000,
    ahead=6,
    wait_minutes=26,
    city="小金井市",
    training=True,
)


@pytest.fixture
async def booth(tmp_path: Path) -> EmulatedBooth:
    made = emulated_booth(tmp_path)
    for device in devices(made).values():
        await device.open()
    return made


def devices(booth: EmulatedBooth) -> dict[str, Device]:
    # The annotations are the test that each emulator is what the protocols ask for (checked by mypy).
    ticket: TicketPrinter = booth.ticket_printer
    display: QueueDisplay = booth.display
    voice: Voice = booth.voice
    camera: Camera = booth.camera
    photo: PhotoPrinter = booth.photo_printer
    return {device.kind: device for device in (ticket, display, voice, camera, photo)}


async def work(booth: EmulatedBooth, kind: str) -> None:
    match kind:
        case "ticket":
            await booth.ticket_printer.print_ticket(TICKET)
        case "display":
            await booth.display.show("A-019", "窓口2")
        case "voice":
            await booth.voice.announce(CALL)
        case "camera":
            await booth.camera.capture()
        case "photo":
            await booth.photo_printer.print_page(ticket_png(TICKET), 1)


def output(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".fault"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("code", sorted(ADVICE))
async def test_a_device_told_to_advise_works_and_says_so(booth: EmulatedBooth, tmp_path: Path, code: str) -> None:
    kind = code.split(".")[0]
    device = devices(booth)[kind]
    (tmp_path / f"{kind}.fault").write_text(code + "\n")
    await device.probe()
    await work(booth, kind)
    assert device.advice == code  # type: ignore[attr-defined]  # supervision asks who has it
    (tmp_path / f"{kind}.fault").unlink()
    assert device.advice == ""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "code", [code for kind in KINDS for code in codes(kind) if code not in AT_THE_END | ADVICE | WHILE_LOOKING]
)
async def test_a_device_told_to_fail_does_nothing_names_the_fault_and_works_again(
    booth: EmulatedBooth, tmp_path: Path, code: str
) -> None:
    kind = code.split(".")[0]
    device = devices(booth)[kind]
    before = output(tmp_path)
    (tmp_path / f"{kind}.fault").write_text(code + "\n")  # as an editor or another process would
    for attempt in (device.probe(), device.open(), work(booth, kind)):
        with pytest.raises(DeviceFault) as failed:
            await attempt
        assert failed.value.code == code
    assert output(tmp_path) == before
    (tmp_path / f"{kind}.fault").unlink()
    await device.open()
    await work(booth, kind)


async def test_a_camera_told_to_have_no_live_picture_says_so_to_who_looks_and_works(booth: EmulatedBooth) -> None:
    assert Image.open(io.BytesIO(await booth.camera.preview())).size == (480, 640)
    booth.camera.fail("camera.no_preview")
    await booth.camera.probe()
    with pytest.raises(DeviceFault) as failed:
        await booth.camera.preview()
    assert failed.value.code == "camera.no_preview" and await booth.camera.capture()


@pytest.mark.parametrize("code", sorted(AT_THE_END))
async def test_a_print_told_to_end_badly_is_taken_comes_out_and_leaves_its_end_unsure(
    booth: EmulatedBooth, tmp_path: Path, code: str
) -> None:
    booth.photo_printer.fail(code)
    await booth.photo_printer.open()
    await booth.photo_printer.probe()
    job = await booth.photo_printer.print_page(ticket_png(TICKET), 1)
    with pytest.raises(DeviceFault) as failed:
        await job.end()
    assert (failed.value.code, failed.value.unsure) == (code, True)
    assert len(output(tmp_path)) == 1


@pytest.mark.parametrize("kind", list(KINDS))
async def test_a_device_told_to_hang_gives_no_sign_until_it_is_healed(booth: EmulatedBooth, kind: str) -> None:
    device = getattr(booth, {"ticket": "ticket_printer", "photo": "photo_printer"}.get(kind, kind))
    device.fail(f"{kind}.hang")
    waiting = asyncio.create_task(work(booth, kind))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    device.recover()
    await asyncio.wait_for(waiting, 60)


async def test_an_unknown_fault_is_refused_and_an_unknown_one_in_the_file_reads_as_broken(
    booth: EmulatedBooth, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"display\.absent"):
        booth.display.fail("display.paper_out")
    (tmp_path / "display.fault").write_text("typing error")
    with pytest.raises(DeviceFault, match=r"display\.broken"):
        await booth.display.clear()


async def test_the_display_shows_the_called_number_until_it_is_cleared(booth: EmulatedBooth, tmp_path: Path) -> None:
    await booth.display.show("A-018", "窓口1")
    await booth.display.show("A-019", "窓口2")
    assert (tmp_path / "display.txt").read_text("utf-8") == "A-019 窓口2\n"
    assert emulated_booth(tmp_path).display.shown == ("A-019", "窓口2"), (
        "a sign keeps its number while the hub restarts"
    )
    await booth.display.clear()
    assert booth.display.shown is None


async def test_each_ticket_is_one_readable_png_in_the_order_printed(booth: EmulatedBooth, tmp_path: Path) -> None:
    await booth.ticket_printer.print_ticket(TICKET)
    await emulated_booth(tmp_path).ticket_printer.print_ticket(TICKET)  # after a restart nothing is overwritten
    tickets = sorted((tmp_path / "tickets").iterdir())
    assert [path.name for path in tickets] == ["0001-A-025.png", "0002-A-025.png"]
    assert tickets[0].read_bytes() == ticket_png(TICKET)


async def test_a_number_can_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    evil = Ticket(
        number="../../A/1",
        lane_ja="",
        lane_en="",
        issued_at_ms=0,
        ahead=0,
        wait_minutes=None,
        city="",
    )
    await emulated_booth(tmp_path / "deep" / "inside").ticket_printer.print_ticket(evil)
    assert [Path(name).parent for name in output(tmp_path)] == [Path("deep/inside/tickets")]


async def test_announcements_never_overlap_and_none_is_lost(tmp_path: Path) -> None:
    voice = EmulatedVoice(tmp_path, speaking_s=0.002)
    await voice.open()
    calls = [Announcement(number=f"B-{n:03}", window_ja="窓口1", window_en="Window 1") for n in range(1, 9)]
    await asyncio.gather(*(voice.announce(call) for call in calls))
    lines = voice.path.read_text("utf-8").splitlines()
    assert [re.search(r"ビー(\d+)番", line)[1] for line in lines] == [str(n) for n in range(1, 9)]  # type: ignore[index]
    assert all(line.count("♪") == 1 for line in lines)


async def test_the_voice_speaks_japanese_then_english_after_its_chime(booth: EmulatedBooth) -> None:
    await booth.voice.announce(CALL)
    assert booth.voice.path.read_text("utf-8") == (
        "♪ エー19番のかた、窓口2へおこしください。 / Number A 19, please come to Window 2.\n"
    )


async def test_the_camera_gives_whole_pictures_that_can_be_told_apart_and_keeps_none(
    booth: EmulatedBooth, tmp_path: Path
) -> None:
    first, second = await booth.camera.capture(), await booth.camera.capture()
    assert first != second and output(tmp_path) == {}
    with Image.open(io.BytesIO(first)) as picture:
        picture.load()
        assert picture.format == "JPEG" and picture.mode == "RGB"
        assert all(480 <= side <= 6000 for side in picture.size)
    assert 20_000 <= len(first) <= 7_000_000


async def test_a_truncated_or_damaged_page_is_refused_and_nothing_is_printed(
    booth: EmulatedBooth, tmp_path: Path
) -> None:
    page, jpeg = ticket_png(TICKET), await booth.camera.capture()
    middle = len(page) // 2
    damaged = page[:middle] + bytes([page[middle] ^ 1]) + page[middle + 1 :]
    # The last: all but the part that says that nothing follows.
    for broken in (page[:20], page[:middle], damaged, jpeg[: len(jpeg) // 2], page[:-12]):
        with pytest.raises(DeviceFault, match=r"photo\.bad_picture"):
            await booth.photo_printer.print_page(broken, 1)
    assert output(tmp_path) == {}
    job = await booth.photo_printer.print_page(page, 2)
    await job.end()
    assert job.id == "emulated-0001"
    assert output(tmp_path) == {"photos/0001-x2.png": page}
