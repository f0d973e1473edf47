"""How long a page takes from "print" to CUPS's queue: `python -m drivers.photo_printer.timing [PAGES]` prints JSON.

A CUPS of its own, in a folder of its own and on loopback, with a queue that throws the paper away: the machine's CUPS is
not touched. What is timed is what a hub does: put the picture on a sheet, decode that whole, write it anew, hand it over.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from drivers.emulators.sitter import sitter
from drivers.photo_printer.printer import CupsPhotoPrinter
from drivers.picture.studio import Studio
from drivers.picture.values import SheetLabel

PAGES: Final = 9
READY_S: Final = 10.0
QUEUE: Final = "photo"

CUPSD: Final = """Listen 127.0.0.1:{port}
Browsing Off
DefaultAuthType None
WebInterface No
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
FILES: Final = """ServerRoot {home}/etc
RequestRoot {home}/spool
TempDir {home}/spool/tmp
CacheDir {home}/cache
StateDir {home}/state
ServerKeychain {home}/etc/ssl
AccessLog {home}/log/access
ErrorLog {home}/log/error
PageLog {home}/log/page
Printcap
FileDevice Yes
"""
PPD: Final = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "NOWHERE.PPD"
*Manufacturer: "Demado"
*Product: "(Nowhere)"
*ModelName: "Nowhere"
*NickName: "Nowhere"
*ShortNickName: "Nowhere"
*PSVersion: "(3010.000) 0"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsFilter: "image/jpeg 0 -"
*OpenUI *PageSize: PickOne
*DefaultPageSize: 3.5x5.Borderless
*PageSize 3.5x5.Borderless: "<</PageSize[252 360]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: 3.5x5.Borderless
*PageRegion 3.5x5.Borderless: "<</PageSize[252 360]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: 3.5x5.Borderless
*ImageableArea 3.5x5.Borderless: "0 0 252 360"
*DefaultPaperDimension: 3.5x5.Borderless
*PaperDimension 3.5x5.Borderless: "252 360"
"""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Medians in ms; `cups` false: there is no cupsd or no pycups here, or it may not run, and nothing was timed."""

    cups: bool
    submitted_ms: float = 0.0
    sheet_ms: float = 0.0
    left: int = 0
    """Pages that were left in the spool."""


async def measure(pages: int) -> Timing:
    """Print so many pages into nowhere."""
    cupsd = shutil.which("cupsd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    try:
        import cups
    except ImportError:
        cups = None
    if cupsd is None or cups is None or os.geteuid() != 0:  # cupsd gives its filters another user
        return Timing(cups=False)
    with tempfile.TemporaryDirectory(prefix="demado-print-") as folder:
        home = Path(folder)
        port = _prepare(home)
        quiet = asyncio.subprocess.DEVNULL
        daemon = await asyncio.create_subprocess_exec(
            cupsd, "-f", "-c", f"{home}/cupsd.conf", "-s", f"{home}/files.conf",
            stdin=quiet, stdout=quiet, stderr=quiet,
        )  # fmt: skip
        try:
            await _listens(port)
            cups.setServer("127.0.0.1")
            cups.setPort(port)
            server = cups.Connection()
            server.addPrinter(QUEUE, filename=str(home / "nowhere.ppd"), device="file:///dev/null")
            server.enablePrinter(QUEUE)
            server.acceptJobs(QUEUE)
            return await _pages(f"127.0.0.1:{port}", pages)
        finally:
            daemon.terminate()
            await daemon.wait()


async def _pages(server: str, pages: int) -> Timing:
    picture = io.BytesIO()
    sitter(1).convert("RGB").resize((1050, 1350)).save(picture, "JPEG", quality=95)
    studio, printer = Studio(), CupsPhotoPrinter(QUEUE, server=server)
    await studio.start()
    await printer.open()
    whole, sheets = [], []
    try:
        for number in range(pages + 1):  # the first is not counted: libraries are loaded in it
            began = time.perf_counter()
            page = await studio.sheet(picture.getvalue(), SheetLabel(number=f"A-{number:03}", city="小金井市"))
            composed = time.perf_counter()
            job = await printer.print_page(page, 1)
            if number:
                sheets.append(composed - began)
                whole.append(time.perf_counter() - began)
            await job.end()
        left = await printer.empty_spool()
    finally:
        await printer.close()
        await studio.stop()
    return Timing(
        cups=True, submitted_ms=statistics.median(whole) * 1e3, sheet_ms=statistics.median(sheets) * 1e3, left=left
    )


def _prepare(home: Path) -> int:
    """Write the folder of a CUPS; the port it will have."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
    for part in ("etc/ppd", "etc/ssl", "spool/tmp", "cache", "state/certs", "log"):
        (home / part).mkdir(parents=True)
    (home / "cupsd.conf").write_text(CUPSD.format(port=port))
    (home / "files.conf").write_text(FILES.format(home=home))
    (home / "nowhere.ppd").write_text(PPD)
    for path in (home, *home.rglob("*")):
        shutil.chown(path, "root", "lp")
        path.chmod(0o775 if path.is_dir() else 0o644)
    return port


async def _listens(port: int) -> None:
    async with asyncio.timeout(READY_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


if __name__ == "__main__":
    timing = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES))
    sys.stdout.write(msgspec.json.encode(timing).decode() + "\n")
