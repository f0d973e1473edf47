"""A whole rehearsal: builds the deployment, starts the processes, listens to the actors, and sums up when all is over."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import msgspec

from hub.domain.contracts import consent
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import load_profile, profile_bytes
from hub.rehearsal import consentless, plainness, secrets, summary
from hub.rehearsal.bad_day import Planned
from hub.rehearsal.deployment import AGREEMENT, Plan, build
from hub.rehearsal.job import Ended, Job, Told, read_line
from hub.rehearsal.processes import Actors, Daemon, Processes, ProcessFailed, environment, free_address, python
from hub.rehearsal.session import SETUP_MS, Practice
from hub.rehearsal.summary import AtOffice, Checkpoint, Summary
from hub.rehearsal.wiretap import Wiretap
from sync.clock import real_ms
from sync.vault import vault

VERIFY_S = 120.0
"""A day's record is checked in seconds; this only ends what hangs."""

OWN_LAST_WORDS = 5
"""Entries of the hub's own after the last screen has gone: a device of five that changed late is said when it is due."""


JFIF = bytes.fromhex("ffd8ffe000104a464946")
"""How every JPEG begins that the picture's process makes; ten bytes that no ciphertext of a day happens to have."""


EVENT_PICTURES = "pictures"
"""Where the actors keep what a daily report shows: pictures on which a second person has seen nobody (Aomori 5(9)①イ)."""


class Findings(msgspec.Struct, frozen=True):
    """What `demado verify --json` says that matters here."""

    holds: bool = False
    size: int = 0
    root: str = ""
    attested: int = 0
    city_witnessed: int = 0
    office_cosigned: int = 0


class Rehearsal:
    """One rehearsal in a folder. Use as a context: whatever happens, no process is left running."""

    def __init__(
        self,
        folder: Path,
        contract: str,
        profile: Profile,
        practice: Practice,
        *,
        people: int | None = None,
        seed: int = 1,
        speed: float | None = None,
        reservations: bytes | None = None,
        windows: int = 3,
        office: bool = True,
        consents: bool = True,
        wiretap: bool = False,
        faults: tuple[Planned, ...] = (),
    ) -> None:
        """consents: False plays the contract as it is before the city has consented to anything. wiretap: listen on
        every connection, have the daemons log everything, and look for all that is secret in all that was heard.
        """
        self.folder = folder
        self.practice = practice
        self._profile = profile
        self._contract = contract
        self._people = people
        self._seed = seed
        self._speed = speed
        self._reservations = reservations
        self._windows = windows
        self._with_office = office
        self._consents = consents
        self._wiretap = wiretap
        self._faults = faults
        self._taps: list[Wiretap] = []
        self._processes = Processes()
        self._began = time.monotonic()
        self.plan: Plan
        self.hub: Daemon
        self.office: Daemon | None = None
        self._actors: Actors

    def __enter__(self) -> Rehearsal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._processes.stop()
        for tap in self._taps:
            tap.stop()

    def start(self) -> None:
        """Build the deployment and start office, hub and actors; ProcessFailed if one does not start."""
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        if not self._consents:
            without = self.folder / consentless.FILE
            without.write_bytes(consentless.without_consents(profile_bytes(self._contract)))
            self._contract, self._profile = str(without), load_profile(without)
        talk = ["--log", "DEBUG"] if self._wiretap else []
        self._actors = self._processes.actors(logs / "actors.log")
        self.plan = build(
            self.folder,
            self._contract,
            site=self.practice.venue,
            date_ms=self.practice.open_ms,
            now_ms=real_ms(),
        )
        arguments = ["hub", "--home", str(self.plan.home("hub"))]
        arguments += ["--simulated-start", str(self.practice.open_ms - SETUP_MS)]
        arguments += ["--document-camera", "emulated"]
        office_url: str | None = None
        if self._with_office:
            # Both start at once: the hub asks again until the office answers.
            address = free_address()
            home = ["office", "--home", str(self.plan.home("office")), "--listen", address]
            self.office = self._processes.daemon("office", home, logs / "office.log")
            office_url = self._heard(f"ws://{address}/link")
            arguments += ["--office", office_url]
        self.hub = self._processes.daemon("hub", [*arguments, *talk, "--listen", "127.0.0.1:0"], logs / "hub.log")
        self.hub.wait_ready()
        # The day begins at the booth; where it needs the office, it waits until the hub is linked to it.
        self._actors.tell(msgspec.json.encode(self._job(office_url)))
        self.hub.watch()
        if self.office is not None:
            self.office.wait_ready()
            self.office.watch()

    def _job(self, office: str | None) -> Job:
        return Job(
            folder=str(self.folder),
            url=self._heard(self.hub.url),
            date=self.practice.date,
            event_type=self.practice.event_type,
            venue=self.practice.venue,
            open_ms=self.practice.open_ms,
            close_ms=self.practice.close_ms,
            people=self._people,
            seed=self._seed,
            speed=self._speed,
            reservations=self._reservations,
            windows=self._windows,
            office=office,
            faults=self._faults,
        )

    def _heard(self, url: str) -> str:
        """The address to use for this one: that of a listener before it, where somebody is to listen."""
        if not self._wiretap:
            return url
        target = url.removeprefix("ws://").partition("/")[0]
        tap = next((tap for tap in self._taps if tap.target == target), None)
        if tap is None:
            tap = Wiretap(target)
            self._taps.append(tap)
        return url.replace(target, tap.address)

    def listen(self, told: Callable[[Told], None]) -> Ended:
        """Hear the actors to the end of the day; ProcessFailed if they break off."""
        ended: Ended | None = None
        for line in self._actors.lines():
            heard = read_line(line)
            if isinstance(heard, Ended):
                ended = heard
            else:
                told(heard)
        if ended is None:
            raise ProcessFailed("actors", 0, self._actors.log)
        return ended

    def _pictures_left(self) -> list[Path]:
        """Files that hold a picture, but for the report's of the empty hall: those lie in their folder, by their hash."""
        hall = self.folder / EVENT_PICTURES
        return [
            path
            for path in plainness.holding(self.folder, [JFIF])
            if path.parent != hall or hashlib.sha256(path.read_bytes()).hexdigest() != path.stem
        ]

    def finish(self, ended: Ended) -> Summary:
        """Stop everything, check what is on disk, and write summary.json."""
        restarts = self.hub.restarts
        self._stop()
        for tap in self._taps:
            tap.write(self.folder / "wire")
        examined = self._examine()  # two processes, which run while we look through the files
        secret = plainness.holding(self.folder, [*plainness.personal_texts(ended.secret_texts), *ended.keys.values()])
        numbers = plainness.holding_my_numbers(self.folder)
        leaks = secrets.in_clear(self.plan, ended.people, ended.keys) if self._wiretap else []
        number_only = not consent.may_keep(self._profile, True, self.practice.date.isoformat())
        at_hub, at_office = [*map(_findings, examined), Findings()][:2]
        holds = {
            **ended.invariants,
            "hub_has_what_screens_saw": 0 <= at_hub.size - ended.entries <= OWN_LAST_WORDS,
            "record_verifies": at_hub.holds,
            "city_witnessed": at_hub.city_witnessed >= ended.to_witness,
            "no_name_in_clear": not secret,
            "nothing_secret_in_clear": not leaks,
            "no_picture_on_disk": not self._pictures_left(),
            "no_key_left": not self._keys_left(),
            "number_only" if number_only else "personal_fields_sealed": bool(ended.keys) != number_only
            or not ended.listed,
            "no_my_number_in_clear": not numbers,
        }
        if self._with_office:
            holds |= {
                "office_has_the_record": (at_office.size, at_office.root) == (at_hub.size, at_hub.root),
                "office_cosigned": at_hub.office_cosigned == at_hub.size,
                "office_record_verifies": at_office.holds,
            }
        day = ended.day
        notes = [*self.practice.notes, *([f"ハブは{restarts}回起動し直しました。"] if restarts else [])]
        notes += [f"平文で見つかったファイル：{path.name}" for path in (*secret, *numbers)]
        notes += [f"平文で見つかったもの：{leak}" for leak in leaks]
        if number_only:
            notes.append("市の同意がないため、番号だけで運用しました（氏名・電話などは取り込んでいません）。")
        made = Summary(
            contract=self._profile.id,
            city=self._profile.source.city,
            date=day.date,
            event_type=day.event_type,
            venue=self.practice.venue,
            seed=self._seed,
            tickets=summary.tickets(day.tickets),
            lanes={lane: summary.tickets(held) for lane, held in day.lanes.items()},
            visits=day.visits,
            abandoned=day.abandoned,
            answers=day.answers,
            again=day.again,
            turned_away=day.turned_away,
            pins=day.pins,
            form_ids=day.form_ids,
            inquiries=day.inquiries,
            calls=day.calls,
            survey=day.survey,
            identity=day.identity,
            custody=summary.sheets(day),
            papers=summary.papers(day),
            reservations={
                "listed": ended.listed,
                "came": ended.came,
                "refused_rows": len(ended.problems),
                "sealed": len(ended.keys),
                "read": ended.read,
            },
            handover={"date": ended.handover_date, "why": ended.handover_why} if day.custody.counted else {},
            entries=at_hub.size,
            checkpoint=Checkpoint(at_hub.size, at_hub.root),
            office=AtOffice(at_office.size, at_office.root, at_hub.office_cosigned == at_hub.size > 0),
            city_cosigned=at_hub.city_witnessed,
            suffered=ended.suffered,
            invariants=holds,
            commands=ended.commands,
            seconds=round(time.monotonic() - self._began, 2),
            notes=notes,
        )
        (self.folder / "summary.json").write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
        return made

    def _keys_left(self) -> list[str]:
        """Keys that the day has left in the hub's vault."""
        path = self.plan.home("hub") / vault.FILE
        if not path.exists():
            return []
        with vault.Vault(path) as kept:
            return kept.subjects()

    def _examine(self) -> list[subprocess.Popen[bytes]]:
        """`demado verify`, started on the hub's and the office's folder."""
        homes = ["hub", *(["office"] if self._with_office else [])]
        return [subprocess.Popen(self._verify(home), env=environment(), stdout=subprocess.PIPE) for home in homes]

    def _verify(self, home: str) -> list[str]:
        agreed = ["--agreement", str(self.folder / AGREEMENT)]
        return [*python(), "tui", "verify", str(self.plan.home(home)), *agreed, "--json"]


def _findings(process: subprocess.Popen[bytes]) -> Findings:
    try:
        said, _ = process.communicate(timeout=VERIFY_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return Findings()
    try:
        return msgspec.json.decode(said, type=Findings)
    except msgspec.DecodeError:
        return Findings()
