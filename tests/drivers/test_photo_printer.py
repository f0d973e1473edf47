"""The photo printer against a real CUPS and a real IPP printer (tests/drivers/printshop.py), fault by fault."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from drivers.device import DeviceFault
from drivers.photo_printer import try_sheet
from drivers.photo_printer.ipp import ask_printer, end_of_job, read_attributes
from drivers.photo_printer.page import DPI, HEIGHT_PX, WIDTH_PX, ready_page
from drivers.photo_printer.printer import BadAddress, CupsJob, CupsPhotoPrinter
from drivers.photo_printer.reasons import advice_of, fault_of, is_l_size
from drivers.photo_printer.spooler import COMPLETED, STOPPED, JobWord, Spooler
from tests.drivers.printshop import PACKAGES, PrintShop
from tests.drivers.raster import Page, read_raster

shop_needed = pytest.mark.needs(*PACKAGES)

PHOTO_MM = (35.0, 45.0)
SHORT_S = 2.0
"""For a job that is not going to end; a person has three minutes to put in paper, a test has not."""

PATIENCE_S = 120.0
"""For a job that ends, on a busy machine."""


def page(width: int = WIDTH_PX, height: int = HEIGHT_PX, kind: str = "JPEG") -> bytes:
    """A page with four black pictures of 35 x 45 mm, 10 mm from the edges and from each other or a bit more."""
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    dots = [round(mm / 25.4 * DPI) for mm in PHOTO_MM]
    for x in (118, 590):
        for y in (118, 768):
            draw.rectangle((x, y, x + dots[0] - 1, y + dots[1] - 1), "black")
    written = io.BytesIO()
    sheet.save(written, kind, **({"quality": 95, "subsampling": 0} if kind == "JPEG" else {}))
    return written.getvalue()


PAGE = page()


@pytest.fixture
def shop(print_shop: PrintShop) -> Iterator[PrintShop]:
    """The shop as it is in the morning: everything on, paper and ink in, nothing printed."""
    print_shop.reset()
    yield print_shop
    print_shop.reset()


@pytest.fixture
async def printer(shop: PrintShop) -> AsyncIterator[CupsPhotoPrinter]:
    printer = CupsPhotoPrinter(shop.printer_uri, server=shop.server, patience_s=PATIENCE_S)
    await printer.open()
    await printer.probe()
    yield printer
    await printer.close()


async def failed(work: object) -> DeviceFault:
    """The fault that this ends with."""
    with pytest.raises(DeviceFault) as caught:
        await work  # type: ignore[misc]  # any awaitable
    return caught.value


async def until_probe_says(printer: CupsPhotoPrinter, code: str) -> None:
    """Wait until a probe ends with this fault code ("" for none)."""
    said = ""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    await printer.probe()
                    said = ""
                except DeviceFault as fault:
                    said = fault.code
                if said == code:
                    return
                await asyncio.sleep(0.05)
    raise AssertionError(f"it says {said!r}, not {code!r}")


# ------------------------------------------------------------------ what is printed


@shop_needed
async def test_pictures_are_35_by_45_mm_on_the_paper_and_nothing_is_left_in_the_spool(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    job = await printer.print_page(PAGE, 1)
    assert job.id.startswith("urn:uuid:")
    await job.end()
    (received,) = [one for path in shop.printed() for one in read_raster(path)]
    assert received.size_mm() == pytest.approx((88.9, 127.0), abs=0.1)
    assert received.dark_runs_mm(0) == [pytest.approx(35.0, abs=0.2)] * 2
    assert received.dark_runs_mm(1) == [pytest.approx(45.0, abs=0.2)] * 2
    assert shop.spooled() == []
    assert await printer.empty_spool() == 0


def frame_mm(received: Page) -> tuple[float, float]:
    """Width and height of the test sheet's frame, along lines that nothing else is drawn on."""
    dark = received.pixels < 128
    across, down = np.flatnonzero(dark[430, :600]), np.flatnonzero(dark[300:900, 150])
    return received.mm(int(across[-1] - across[0]) + 1), received.mm(int(down[-1] - down[0]) + 1)


@pytest.mark.drill
@shop_needed
async def test_the_sheet_that_tries_the_printer_out_has_a_frame_of_35_by_45_mm_on_the_paper(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    await (await printer.print_page(try_sheet.page("小金井市", "2026-11-21 09:00", False), 1)).end()
    (received,) = [one for path in shop.printed() for one in read_raster(path)]
    assert received.size_mm() == pytest.approx((88.9, 127.0), abs=0.1)
    assert frame_mm(received) == pytest.approx((35.0, 45.0), abs=0.2)
    assert shop.spooled() == []


def test_the_sheet_that_tries_the_printer_out_is_drawn_to_measure() -> None:
    with Image.open(io.BytesIO(try_sheet.page("千葉市", "2026-11-21 09:00", True))) as drawn:
        assert (drawn.size, drawn.mode) == ((1050, 1500), "RGB")
        assert frame_mm(Page(np.asarray(drawn.convert("L")), 300)) == pytest.approx((35.0, 45.0), abs=0.1)


@pytest.mark.drill
@shop_needed
async def test_each_copy_is_a_sheet(shop: PrintShop, printer: CupsPhotoPrinter) -> None:
    await (await printer.print_page(page(kind="PNG"), 2)).end()
    assert sum(len(read_raster(path)) for path in shop.printed()) == 2


@pytest.mark.parametrize(
    "bad", [PAGE[: len(PAGE) // 2], b"", page(WIDTH_PX - 1), page(HEIGHT_PX, WIDTH_PX), b"%PDF-1.4 no picture"]
)
def test_what_is_no_whole_l_page_is_refused_before_anything_is_submitted(bad: bytes) -> None:
    with pytest.raises(DeviceFault, match=r"photo\.bad_picture"):
        ready_page(bad)


def test_a_page_carries_its_resolution_and_no_word_of_camera_or_place() -> None:
    told = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "the camera's maker"
    with Image.open(io.BytesIO(PAGE)) as sheet:
        sheet.save(told, "JPEG", exif=exif, comment=b"Koganei")
    with Image.open(io.BytesIO(ready_page(told.getvalue()))) as ready:
        assert ready.info["dpi"] == (DPI, DPI)
        assert not ready.getexif() and "comment" not in ready.info


@pytest.mark.parametrize("address", ["", "two words", "http://printer/ipp", "a/b", "q?x"])
def test_an_address_that_is_no_queue_and_no_printer_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        CupsPhotoPrinter(address)


# ------------------------------------------------------------------ faults seen before anything is printed


@shop_needed
@pytest.mark.parametrize(
    ("do", "code"),
    [
        (lambda shop: shop.set_paper(0), "photo.paper_out"),
        (lambda shop: shop.set_ink(0), "photo.ink_out"),
        (lambda shop: shop.kill("printer"), "photo.absent"),
        (lambda shop: shop.freeze("printer"), "photo.no_answer"),
        (lambda shop: shop.pause(), "photo.stopped"),
        (lambda shop: shop.kill("cupsd"), "photo.spooler_gone"),
    ],
)  # fmt: skip
async def test_what_keeps_it_from_printing_is_named_and_a_page_is_not_taken(
    shop: PrintShop, printer: CupsPhotoPrinter, do: object, code: str
) -> None:
    do(shop)  # type: ignore[operator]
    assert (await failed(printer.probe())).code == code
    told = await failed(printer.print_page(PAGE, 1))
    assert told.code == code and not told.unsure
    shop.reset(keep_printed=True)
    await printer.open()
    await until_probe_says(printer, "")
    assert shop.printed() == []


@shop_needed
async def test_little_paper_and_ink_are_advised_while_it_prints(shop: PrintShop, printer: CupsPhotoPrinter) -> None:
    shop.set_paper(5)
    await printer.probe()
    assert printer.advice == "photo.paper_low"
    shop.set_paper(250)
    shop.set_ink(5)
    await printer.probe()
    assert printer.advice == "photo.ink_low"


@shop_needed
async def test_a_cups_that_hangs_is_named_within_two_seconds_and_used_again_as_soon_as_it_wakes(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.freeze("cupsd")
    assert (await failed(printer.probe())).code == "photo.spooler_hung"
    assert (await failed(printer.probe())).code == "photo.spooler_hung"  # at once, and without one more hung thread
    assert (await failed(printer.print_page(PAGE, 1))).code == "photo.spooler_hung"
    shop.thaw("cupsd")
    await until_probe_says(printer, "")
    await (await printer.print_page(PAGE, 1)).end()
    assert len(shop.printed()) == 1


@shop_needed
async def test_a_printer_without_l_size_paper_is_not_believed_to_be_ready(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.set_paper(50, size="jpn_hagaki_100x148mm")
    assert (await failed(printer.probe())).code == "photo.wrong_paper"


@shop_needed
@pytest.mark.parametrize(
    ("reason", "code"), [("cover-open", "photo.cover_open"), ("media-jam", "photo.jam")], ids=["cover", "jam"]
)
async def test_a_cover_left_open_and_a_jam_are_named_before_the_next_page(
    shop: PrintShop, printer: CupsPhotoPrinter, reason: str, code: str
) -> None:
    shop.behave(f"state +{reason}")
    await (await printer.print_page(PAGE, 1)).end()
    assert (await failed(printer.probe())).code == code
    assert (await failed(printer.print_page(PAGE, 1))).code == code
    assert len(shop.printed()) == 1


def test_without_pycups_the_fault_names_the_package() -> None:
    script = (
        "import sys; sys.modules['cups'] = None\n"  # as where it was never installed
        "import asyncio; from drivers.photo_printer.printer import CupsPhotoPrinter\n"
        "asyncio.run(CupsPhotoPrinter('photo').open())"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert "photo.no_library: The Python package pycups is not installed." in done.stderr


# ------------------------------------------------------------------ faults in the middle


@shop_needed
async def test_a_printer_that_dies_in_mid_job_leaves_the_end_unsure_though_cups_says_completed(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.behave("held")
    job = await printer.print_page(PAGE, 1)
    await shop.until_processing()
    shop.kill("printer")
    printer.patience_s = SHORT_S
    told = await failed(job.end())
    assert told.unsure and told.code in ("photo.cut_off", "photo.absent", "photo.not_ended")
    assert shop.spooled() == []
    shop.behave("well")
    shop.start_printer()
    printer.patience_s = PATIENCE_S
    await printer.open()  # and the next job is not doubted for the last one's sake
    await (await printer.print_page(PAGE, 1)).end()


@shop_needed
async def test_paper_that_runs_out_before_the_next_page_is_waited_for(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    first, second = await two_pages(shop, printer)
    await first.end()
    end = asyncio.create_task(second.end())
    await until_trouble(second, "photo.paper_out")
    shop.set_paper(50)
    await end
    assert len(shop.printed()) == 2


@pytest.mark.drill
@shop_needed
async def test_a_page_that_was_given_up_but_waits_in_the_printer_is_named_before_paper_is_put_in(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    first, second = await two_pages(shop, printer)
    await first.end()
    await until_it_waits_inside(printer, second)
    printer.patience_s = SHORT_S
    told = await failed(second.end())
    assert (told.code, told.unsure) == ("photo.paper_out", True)
    # CUPS cancelled it at the printer, which said yes, and has it still.
    assert (await failed(printer.probe())).code == "photo.page_inside"
    assert (await failed(printer.print_page(PAGE, 1))).code == "photo.page_inside"
    shop.kill("printer")  # as the sentence says: off and on
    shop.start_printer()
    await printer.open()
    printer.patience_s = PATIENCE_S
    shop.behave("well")
    await (await printer.print_page(PAGE, 1)).end()
    assert len(shop.printed()) == 2


async def two_pages(shop: PrintShop, printer: CupsPhotoPrinter) -> tuple[CupsJob, CupsJob]:
    """One page in the middle of printing and one behind it, and the tray is taken out now."""
    shop.behave("held")
    first = await printer.print_page(PAGE, 1)
    await shop.until_processing()
    second = await printer.print_page(PAGE, 1)
    shop.set_paper(0)
    shop.behave("well")
    return first, second


async def until_it_waits_inside(printer: CupsPhotoPrinter, job: CupsJob) -> None:
    """Wait until the printer has the page and no paper for it."""
    while True:
        word = await printer.look_after(job._number, job.id)
        if word is not None and fault_of(word.reasons) == "photo.paper_out":
            return
        await asyncio.sleep(0.05)


async def until_trouble(job: CupsJob, code: str) -> None:
    """Wait until the job says that it waits for this."""
    while job.trouble != code:  # noqa: ASYNC110  # it says so itself, and a test that waits for ever is ended
        await asyncio.sleep(0.05)


@shop_needed
async def test_a_job_that_is_cancelled_at_the_printer_is_unsure(shop: PrintShop, printer: CupsPhotoPrinter) -> None:
    shop.behave("fail")
    told = await failed((await printer.print_page(PAGE, 1)).end())
    assert (told.code, told.unsure) == ("photo.cancelled", True)


@shop_needed
async def test_a_page_that_the_printer_gave_up_is_unsure_though_cups_calls_it_completed(
    shop: PrintShop, printer: CupsPhotoPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = Spooler.job

    def as_cups_says_now_and_then(spooler: Spooler, number: int, uuid: str) -> JobWord | None:
        said = word(spooler, number, uuid)
        return said if said is None or said.state < STOPPED else JobWord(COMPLETED, True, ())

    monkeypatch.setattr(Spooler, "job", as_cups_says_now_and_then)
    shop.behave("fail")
    told = await failed((await printer.print_page(PAGE, 1)).end())
    assert (told.code, told.unsure) == ("photo.cancelled", True)
    shop.behave("well")
    await (await printer.print_page(PAGE, 1)).end()
    assert len(shop.printed()) == 1


@shop_needed
async def test_a_job_that_somebody_removed_is_lost_and_unsure(shop: PrintShop, printer: CupsPhotoPrinter) -> None:
    shop.behave("held")
    job = await printer.print_page(PAGE, 1)
    await shop.until_processing()
    shop.remove_jobs()
    told = await failed(job.end())
    assert told.unsure and told.code in (
        "photo.job_lost",
        "photo.cancelled",
    )  # it is cancelled, and a moment later gone


@shop_needed
async def test_another_job_under_the_same_number_is_not_taken_for_ours(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.behave("held")
    job = await printer.print_page(PAGE, 1)
    await shop.until_processing()
    number = shop.highest_job()
    shop.kill("cupsd")
    shop.forget_history()
    shop.start_cupsd()
    while shop.submit_held() < number:
        pass
    told = await failed(job.end())
    assert (told.code, told.unsure) == ("photo.job_lost", True)


@pytest.mark.drill
@shop_needed
async def test_a_cups_that_is_killed_in_mid_job_leaves_it_unsure_and_no_page_behind(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.behave("held")
    job = await printer.print_page(PAGE, 1)
    await shop.until_processing()
    shop.kill("cupsd")
    printer.patience_s = SHORT_S
    end = asyncio.create_task(job.end())
    assert (await failed(printer.probe())).code == "photo.spooler_gone"
    shop.start_cupsd()
    told = await failed(end)
    assert told.unsure
    assert await printer.empty_spool() == 0
    assert shop.spooled() == []


@pytest.mark.drill
@shop_needed
async def test_where_cups_starts_with_an_empty_spool_a_page_cut_off_by_its_end_is_never_begun_again(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.behave("slow 2")
    job = await printer.print_page(PAGE, 1)
    await shop.until_processing()
    shop.kill("cupsd")
    await asyncio.to_thread(shop.until_printed)  # the printer had the page whole, and ends it
    shop.empty_spool_as_before_a_start()
    shop.start_cupsd()
    assert (await failed(job.end())).unsure
    assert shop.spooled() == []
    await asyncio.sleep(3)  # longer than the page takes: one begun again would have been by now
    assert shop.begun() == 1


# ------------------------------------------------------------------ the queue


@shop_needed
async def test_a_queue_that_vanished_is_made_again_by_its_printers_address(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.delete_queue()
    assert (await failed(printer.probe())).code == "photo.no_queue"
    await printer.open()
    await (await printer.print_page(PAGE, 1)).end()


@pytest.mark.drill
@shop_needed
async def test_a_queue_known_by_name_is_made_again_after_a_replug(shop: PrintShop, printer: CupsPhotoPrinter) -> None:
    named = CupsPhotoPrinter("demado-photo", server=shop.server, patience_s=PATIENCE_S)
    await named.open()
    shop.kill("printer")
    shop.delete_queue()
    assert (await failed(named.probe())).code == "photo.absent"
    shop.start_printer()
    await named.open()
    await (await named.print_page(PAGE, 1)).end()
    await named.close()


@shop_needed
async def test_a_page_of_an_earlier_life_is_removed_and_never_comes_out(
    shop: PrintShop, printer: CupsPhotoPrinter
) -> None:
    shop.submit_held()
    assert shop.spooled()
    later = CupsPhotoPrinter(shop.printer_uri, server=shop.server, patience_s=PATIENCE_S)
    await later.open()
    assert shop.spooled() == []
    await (await later.print_page(PAGE, 1)).end()
    assert len(shop.printed()) == 1
    await later.close()


@shop_needed
async def test_a_queue_that_nobody_made_is_named(shop: PrintShop) -> None:
    unknown = CupsPhotoPrinter("no-such-queue", server=shop.server)
    assert (await failed(unknown.open())).code == "photo.no_queue"
    await unknown.close()


# ------------------------------------------------------------------ words of printers


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        (["none"], ""),
        (["media-empty-error", "cover-open-report"], "photo.cover_open"),
        (["media-needed"], "photo.paper_out"),
        (["media-jam-error"], "photo.jam"),
        (["toner-empty-warning"], "photo.ink_out"),
        (["marker-supply-empty-error"], "photo.ink_out"),
        (["marker-waste-full-warning"], "photo.waste_full"),
        (["media-low-report", "something-of-the-maker"], ""),
        (["cups-waiting-for-job-completed"], ""),
    ],
)
def test_a_printers_reasons_are_named(reasons: list[str], code: str) -> None:
    assert fault_of(reasons) == code


def test_what_runs_low_is_advice_and_no_fault() -> None:
    assert advice_of(["media-low-warning"]) == "photo.paper_low"
    assert advice_of(["marker-supply-low-report"]) == "photo.ink_low"
    assert advice_of(["marker-waste-almost-full-report"]) == "photo.waste_low"
    assert advice_of(["media-empty"]) == ""


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("oe_photo-l_3.5x5in", True),
        ("om_dsc-photo_89x127mm", True),
        ("na_index-4x6_4x6in", False),
        ("oe_photo-2l_5x7in", False),
        ("custom_3.5.1x5in", False),
        ("photographic", False),
    ],
)
def test_l_size_is_known_by_its_measures(name: str, same: bool) -> None:
    assert is_l_size(name) is same


@shop_needed
def test_the_printer_is_asked_under_its_own_path(shop: PrintShop) -> None:
    said = ask_printer(shop.printer_uri, "printer-state-reasons", "media-ready", "no-such-attribute")
    assert said == {"printer-state-reasons": ["none"], "media-ready": ["oe_photo-l_3.5x5in"]}


@shop_needed
def test_another_jobs_end_is_not_ours(shop: PrintShop) -> None:
    assert end_of_job(shop.printer_uri, "photo 00000000") is None


def test_a_printer_that_keeps_no_history_says_nothing_of_a_jobs_end() -> None:
    refusal = b"\x02\x00\x05\x01\x00\x00\x00\x01\x03"  # server-error-operation-not-supported
    with HTTPServer(("127.0.0.1", 0), answering(refusal)) as door:
        threading.Thread(target=door.handle_request).start()
        assert end_of_job(f"ipp://127.0.0.1:{door.server_port}/ipp/print", "photo 1") is None


def answering(body: bytes) -> type[BaseHTTPRequestHandler]:
    """Who answers every POST with this."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Answering


@given(st.binary(max_size=60), st.integers(min_value=0, max_value=200))
def test_what_a_printer_answers_is_attributes_or_refused_by_name(junk: bytes, cut: int) -> None:
    good = b"\x02\x00\x00\x00\x00\x00\x00\x01\x04D\x00\x05media\x00\x01a\x03"
    for body in (junk, good[:8] + junk, good[:cut] + junk):
        try:
            found = read_attributes(body)
        except (ValueError, IndexError, struct.error):
            continue
        assert all(isinstance(value, str) for values in found.values() for value in values)


def test_a_door_that_is_no_printer_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        uri = f"ipp://127.0.0.1:{door.getsockname()[1]}/ipp/print"
        with pytest.raises(DeviceFault, match=r"photo\.no_answer"):
            ask_printer(uri, "printer-state-reasons")
    with pytest.raises(DeviceFault, match=r"photo\.absent"):
        ask_printer(uri, "printer-state-reasons")
