"""A private print shop for tests: a real cupsd and a real IPP Everywhere printer (ippeveprinter), on loopback.

Nothing of the machine's own CUPS is touched: cupsd has its folders, its socket and its port here, and the D-Bus and
Avahi that ippeveprinter insists on are private too. No systemd. Root, because cupsd gives its filters another user.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from drivers.photo_printer.ipp import ask_printer
from drivers.photo_printer.spooler import OWN_QUEUE as QUEUE
from tests.drivers.photo_sizes import SIZES, printer_attributes
from tests.ports import own_port

ROOT: Final = Path(__file__).resolve().parents[2]

PACKAGES: Final = (
    "root", "pycups", "cups-daemon", "cups", "cups-filters", "cups-ipp-utils", "avahi-daemon", "dbus",
)  # fmt: skip
"""What a test that uses the shop needs."""

PATIENCE_S: Final = 60.0
"""For a process to be there on a busy machine; each takes a tenth of a second on an idle one."""

PRINTING: Final = "4"
"""printer-state processing, RFC 8011 5.4.11."""

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={bus}</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
<allow receive_type="method_call"/><allow receive_type="signal"/><allow receive_type="method_return"/>
<allow receive_type="error"/><allow send_requested_reply="true" send_type="method_return"/>
<allow send_requested_reply="true" send_type="error"/></policy></busconfig>
"""

AVAHI = """[server]
host-name=demado-printshop
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-workstation=no
"""

# avahi-daemon has one place for its process id on a machine, and does not start beside another: it gets that place alone.
ALONE = """mkdir -p /run/avahi-daemon && mount -t tmpfs none /run/avahi-daemon &&
exec avahi-daemon -f "$1" --no-drop-root --no-chroot --no-rlimits
"""

# DirtyCleanInterval and SyncOnClose: what is printed is on the disk at once, or a killed cupsd forgets it and gives its
# number to the next job. PreserveJobFiles is left at Debian's default (a day): that the driver purges is what is tested.
CUPSD = """LogLevel info
Listen 127.0.0.1:{port}
Browsing Off
DefaultAuthType None
WebInterface No
JobRetryInterval 3
DirtyCleanInterval 0
<Location />
Order allow,deny
Allow all
</Location>
<Location /admin>
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""

FILES = """ServerRoot {home}/etc
RequestRoot {home}/spool
TempDir {home}/spool/tmp
CacheDir {home}/cache
StateDir {home}/state
ServerKeychain {home}/etc/ssl
AccessLog {home}/log/access
ErrorLog {home}/log/error
PageLog {home}/log/page
User lp
Group lp
SystemGroup root
SyncOnClose Yes
Printcap
"""

# What the printer does with a job: it reads how it is meant to behave, then keeps the raster that arrived.
# Numbered by what is there: its own job numbers start again with each switching on.
PRINT = """#!/bin/sh
here=$(dirname "$0")
how=$(cat "$here/behaviour")
echo "$1" >> "$here/begun"
case $how in
  slow*) echo "ATTR: job-impressions-completed=0" >&2; sleep "${how#slow }" ;;
  held) echo "ATTR: job-impressions-completed=0" >&2; while [ "$(cat "$here/behaviour")" = held ]; do sleep 0.05; done ;;
  fail) echo "ERROR: the head is stuck" >&2; exit 1 ;;
esac
kill -0 "$PPID" 2>/dev/null || exit 0 # the printer was switched off meanwhile: no page comes out
cp "$1" "$here/printed/$(ls "$here/printed" | wc -l).raster"
case $how in
  state*) echo "STATE: ${how#state }" >&2 ;;
esac
echo "ATTR: job-impressions-completed=1" >&2
"""


class PrintShop:
    """cupsd and one photo printer, each a process of its own; `stop()` ends them all."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cups_port, self.printer_port = own_port(), own_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home}/bus.sock"}
        for folder in ("etc/ppd", "etc/ssl", "spool/tmp", "cache", "state/certs", "log", "printer/printed"):
            (home / folder).mkdir(parents=True)
        (home / "bus.conf").write_text(BUS.format(bus=home / "bus.sock"))
        (home / "avahi.conf").write_text(AVAHI)
        (home / "cupsd.conf").write_text(CUPSD.format(port=self.cups_port))
        (home / "files.conf").write_text(FILES.format(home=home))
        (home / "printer" / "attributes").write_text(printer_attributes())
        (home / "printer" / "print").write_text(PRINT)
        (home / "printer" / "print").chmod(0o755)
        self.behave("well")
        for path in (home, *home.rglob("*")):
            shutil.chown(path, "root", "lp")
            if path.is_dir():
                path.chmod(0o775)

    @property
    def server(self) -> str:
        """Where cupsd listens, HOST:PORT."""
        return f"127.0.0.1:{self.cups_port}"

    @property
    def printer_uri(self) -> str:
        """The printer's own address."""
        return f"ipp://localhost:{self.printer_port}/ipp/print"

    @property
    def spool(self) -> Path:
        """Where cupsd keeps what is to be printed (d*) and the history of it (c*)."""
        return self.home / "spool"

    def spooled(self) -> list[str]:
        """The files of pages in the spool: none when no picture is left there."""
        left = [*self.spool.glob("d*"), *(self.spool / "tmp").iterdir()]
        # In its tmp cupsd also leaves the description of each queue that it made: text, and no picture.
        pages = [path for path in left if path.is_file() and not path.read_bytes().startswith(b"*PPD-Adobe")]
        return sorted(path.name for path in pages)

    def printed(self) -> list[Path]:
        """The rasters the printer received, in order."""
        return sorted((self.home / "printer" / "printed").iterdir(), key=lambda path: int(path.stem))

    def behave(self, how: str) -> None:
        """How the printer treats its next jobs: "well", "slow SECONDS", "fail", or "state KEYWORDS" after printing.

        "held": it is in the middle of the page until it is told something else.
        """
        part = self.home / "printer" / "behaviour.part"
        part.write_text(how)
        part.replace(self.home / "printer" / "behaviour")  # whole at once: it is read while a page is held

    # ------------------------------------------------------------------ processes

    def start(self) -> None:
        """Start everything."""
        self._run("dbus", "dbus-daemon", f"--config-file={self.home}/bus.conf", "--nofork", "--nopidfile")
        self._until((self.home / "bus.sock").exists)
        self._run("avahi", "unshare", "--mount", "sh", "-c", ALONE, "sh", f"{self.home}/avahi.conf")
        self._until(lambda: b"startup complete" in (self.home / "log" / "avahi.out").read_bytes())
        self.start_printer()
        self.start_cupsd()

    def start_cupsd(self) -> None:
        """Start cupsd and wait until it answers."""
        self._run("cupsd", "cupsd", "-f", "-c", f"{self.home}/cupsd.conf", "-s", f"{self.home}/files.conf")
        self._until(lambda: self._listens(self.cups_port))

    def start_printer(self) -> None:
        """Switch the printer on and wait until it answers."""
        printer = self.home / "printer"
        self._run(
            "printer", "ippeveprinter", "-n", "localhost", "-p", str(self.printer_port), "-vv",
            "-d", str(printer), "-a", f"{printer}/attributes", "-c", f"{printer}/print", f"Demado {self.printer_port}",
        )  # fmt: skip
        self._until(lambda: self._listens(self.printer_port))

    def kill(self, name: str) -> None:
        """End "printer" or "cupsd" as a pulled plug does."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def empty_spool_as_before_a_start(self) -> None:
        """Run what deploy/cups-prints-once.conf has systemd run before cupsd, on this shop's spool."""
        lines = (ROOT / "deploy" / "cups-prints-once.conf").read_text(encoding="utf-8").splitlines()
        (command,) = [line.partition("=")[2] for line in lines if line.startswith("ExecStartPre=")]
        words = shlex.split(command)
        subprocess.run([str(self.home / "spool") if word == "/var/spool/cups" else word for word in words], check=True)

    def until_printed(self) -> None:
        """Wait until a page has come out."""
        self._until(lambda: bool(self.printed()))

    def begun(self) -> int:
        """How many times the printer has begun a page since `reset`."""
        told = self.home / "printer" / "begun"
        return len(told.read_text().splitlines()) if told.exists() else 0

    def freeze(self, name: str) -> None:
        """Let it hang: it keeps its sockets and answers nothing."""
        self._processes[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """Let it go on."""
        self._processes[name].send_signal(signal.SIGCONT)

    def reset(self, *, keep_printed: bool = False) -> None:
        """As in the morning: both on and awake, paper and ink in, no queue, no job, nothing printed."""
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
        self.behave("well")
        if "cupsd" not in self._processes:
            self.start_cupsd()
        if not keep_printed:
            if "printer" in self._processes:
                self.kill("printer")  # it may be in the middle of a slow job
            self.delete_queue()
            for path in self.printed():
                path.unlink()
            (self.home / "printer" / "begun").unlink(missing_ok=True)
        if "printer" not in self._processes:
            self.start_printer()
        self.set_paper(250)
        self.set_ink(90)
        self.resume()

    def stop(self) -> None:
        """End all processes."""
        for process in reversed(self._processes.values()):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def set_paper(self, sheets: int, size: str = SIZES[0][0]) -> None:
        """Take the paper out (0) or put sheets in (250, 125, 50, 25 or 5), through the printer's own panel."""
        self._panel("media", size0=size, type0="photographic", level0=sheets)

    def set_ink(self, percent: int) -> None:
        """Set every ink's level, 0-100, through the printer's own panel."""
        self._panel("supplies", **{f"supply{number}": percent for number in range(4)})

    # ------------------------------------------------------------------ what another client of CUPS does

    def pause(self) -> None:
        """Stop the queue, as an administrator does."""
        self._cups().disablePrinter(QUEUE)

    def resume(self) -> None:
        """Let the queue print again, where there is one."""
        with contextlib.suppress(self._errors()):
            self._cups().enablePrinter(QUEUE)

    def delete_queue(self) -> None:
        """Remove the queue with its jobs, as a re-plugged printer's is by the system."""
        self.remove_jobs()
        with contextlib.suppress(self._errors()):
            self._cups().deletePrinter(QUEUE)

    def remove_jobs(self) -> None:
        """Remove every job."""
        cups = self._cups()
        for job in cups.getJobs(which_jobs="all", my_jobs=False):
            with contextlib.suppress(self._errors()):
                cups.cancelJob(job, purge_job=True)

    def highest_job(self) -> int:
        """The number of the newest job."""
        return max(self._cups().getJobs(which_jobs="all", my_jobs=False))

    def submit_held(self) -> int:
        """Another client's page, held for ever in our queue; its number."""
        path = self.home / "another.txt"
        path.write_text("another picture")
        options = {"job-hold-until": "indefinite"}
        job: int = self._cups().printFile(QUEUE, str(path), "another", options)
        return job

    def forget_history(self) -> None:
        """What a power cut does to a cupsd that does not write at once: jobs are gone, and numbers start again."""
        for path in (*self.spool.glob("c*"), *self.spool.glob("d*"), *(self.home / "cache").glob("job.cache*")):
            path.unlink()

    async def until_processing(self) -> None:
        """Wait until the printer itself is in the middle of a job."""
        while ask_printer(self.printer_uri, "printer-state") != {"printer-state": [PRINTING]}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    def _cups(self) -> Any:
        import cups

        cups.setServer("127.0.0.1")
        cups.setPort(self.cups_port)
        return cups.Connection()

    def _errors(self) -> type[Exception]:
        import cups

        error: type[Exception] = cups.IPPError
        return error

    def _panel(self, page: str, **fields: str | int) -> None:
        url = f"http://localhost:{self.printer_port}/{page}?{urlencode(fields)}"
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            answer.read()

    def _run(self, name: str, *command: str) -> None:
        with (self.home / "log" / f"{name}.out").open("ab") as out:
            self._processes[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self._environment
            )

    def _listens(self, port: int) -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    def _until(self, there: Callable[[], bool]) -> None:
        """Wait for a process that is starting; AssertionError if one ended instead."""
        for _ in range(int(PATIENCE_S / 0.02)):
            if there():
                return
            for name, process in self._processes.items():
                assert process.poll() is None, f"{name} ended: {(self.home / 'log' / f'{name}.out').read_text()}"
            try:
                next(reversed(self._processes.values())).wait(0.02)
            except subprocess.TimeoutExpired:
                pass
        raise AssertionError("it does not start")
