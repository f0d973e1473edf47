"""The silent sign from set-up to reading: registries, homes and people by typed commands, a real hub and desks between."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import Result

from hub.domain.contracts.reading import decode_profile, profile_bytes
from hub.domain.identity.identity import Outcome
from hub.domain.moment import DAY_MS, JAPAN_MS
from sync.clock import real_ms
from sync.keys.party import Party, Person, load_people
from sync.keys.silentsign import FILE
from sync.record.bundle import write_bundle
from tests.hub.audit.bundles import bundle, site_world
from tests.hub.client.sites import ALL_TICKED, Site, done, soon
from tests.hub.setup.organisations import WORDS, Organisations
from tests.once import once
from tests.records import RecordMaker
from tui.commands.console import REFUSED

HOUR_MS = 3_600_000
PLAIN = "plain.bundle"
"""The record, exported after a decision without the sign and before the others."""


class TypedWorld:
    """A deployment for training that two organisations set up by typing, as a Site wants it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile_raw = (folder / "contract.toml").read_bytes()
        self.profile = decode_profile(self.profile_raw, "koganei")
        self.deployment = Party.load(folder / "hub").deployment
        staff, officers = self._people("hub", "terminal-1"), self._people("desk-1", "desk-1")
        self.manager, *self.clerks = staff
        self.officers = officers

    def _people(self, home: str, enrolled: str) -> list[Person]:
        secret = (self.folder / enrolled / "secret").read_bytes()
        return [one.unlock(WORDS[one.person], secret) for one in load_people(self.folder / home)]

    def machine(self, name: str, kind: str, side: str) -> Party:
        return Party.load(self.folder / ("hub" if kind == "hub" else name))

    def save_home(self, party: Party, home: Path) -> None:
        """It is there."""


def typed(folder: Path) -> Organisations:
    """Both organisations, three of the booth's people, an officer, and homes; each command has succeeded."""
    made = Organisations(folder)
    raw = profile_bytes("koganei")
    made.profile.write_bytes(re.sub(rb"(?m)^end_date = \S+", b"end_date = 2099-03-31", raw))
    made.roots()
    for agreed in (made.propose("contractor", "--training"), made.accept(), made.conclude()):
        assert agreed.exit_code == 0, agreed.output
    made.relock()
    for enrolled in (
        made.person("staff", "staff-1", "管理 花子", "--rank", "manager"),
        made.person("staff", "staff-2", "受付 一郎"),
        made.person("staff", "staff-9", "受付 二葉"),
        made.sign_roster(),
        made.person("officer", "officer-1", "市 職子"),
        made.sign_roster("city"),
        made.machine("hub", "hub"),
        made.machine("terminal", "terminal-1"),
        made.machine("desk", "desk-1"),
        made.machine("desk", "desk-2"),
    ):
        assert enrolled.exit_code == 0, enrolled.output
    return made


async def played(folder: Path) -> None:
    """Three decisions: a plain one, one with the sign, and one with the sign at a desk without the city's key."""
    (folder / "desk-2" / FILE).unlink()  # a desk that was enrolled before there was one
    site = Site(folder, TypedWorld(folder))  # type: ignore[arg-type]
    today = real_ms() + JAPAN_MS
    site.now_ms = today - today % DAY_MS - JAPAN_MS + 9 * HOUR_MS
    await site.start()
    try:
        await site.open_day()
        (officer,) = site.world.officers
        for name, duress in (("desk-1", False), ("desk-1", True), ("desk-2", True)):
            desk = site.desk(name)
            await soon(desk.join_hub(site.url))
            opened = await site.visit()
            request = await site.ask_city(opened)
            await soon(desk.until(lambda: any(one.id == request for one in desk.requests)))  # noqa: B023
            signed = desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED, duress=duress)
            assert done(await soon(signed)).events
            await site.finish(opened)
            await site.close_desk(desk)
            if not duress:
                export = ("record", "export", folder / "hub", "--out", folder / PLAIN)
                await site.stop_hub()
                await asyncio.to_thread(Organisations(folder).must, *export)
                await site.start()
    finally:
        await site.stop()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Organisations:
    def play(folder: Path) -> None:
        typed(folder)
        asyncio.run(played(folder))

    return Organisations(once(tmp_path_factory, "signs", play))


def told(made: Organisations, *words: str | Path, side: str = "city", typed: str | None = None) -> Result:
    file = () if typed is not None else ("--passphrase-file", made.words(side))
    return made.run("record", "signs", *words, "--in", made / side, *file, typed=typed)


def test_the_city_reads_which_decision_carries_the_sign_and_how_many_it_cannot_open(ready: Organisations) -> None:
    found = told(ready, ready / "hub")
    assert found.exit_code == 0, found.output
    (line,) = [one for one in found.stdout.splitlines() if re.match(r" *\d+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ", one)]
    assert "officer-1　市 職子" in line and line.endswith("A-002")
    assert "合図がある決定 1件（2件を開いた） / signs in 2 decisions opened" in found.stdout
    assert "開けない決定 1件" in found.stdout and "1 decisions cannot be opened" in found.stdout
    (shown,) = [
        row
        for row in ready.must("record", "show", ready / "hub").stdout.splitlines()
        if "officer-1" in row and row.split()[0] == line.split()[0]
    ]
    assert line.split()[1:3] == shown.split()[1:3]


def test_it_reads_an_exported_bundle_with_the_passphrase_typed(ready: Organisations, tmp_path: Path) -> None:
    ready.must("record", "export", ready / "hub", "--out", tmp_path / "record.bundle")
    found = told(ready, tmp_path / "record.bundle", typed=WORDS["city"] + "\n")
    assert found.exit_code == 0 and "A-002" in found.stdout and WORDS["city"] not in found.output


def test_where_nobody_gave_the_sign_it_says_so_and_ends_alike(ready: Organisations) -> None:
    found = told(ready, ready / PLAIN)
    assert found.exit_code == 0, found.output
    assert found.stdout == "合図がある決定はありません（1件を開いた） / no sign in 1 decisions opened\n"


def test_a_record_of_another_deployment_is_refused_before_the_passphrase_is_asked(
    ready: Organisations, tmp_path: Path
) -> None:
    maker = RecordMaker(site_world())
    maker.day(tickets=1)
    write_bundle(tmp_path / "other.bundle", bundle(maker))
    found = told(ready, tmp_path / "other.bundle", typed="")
    assert found.exit_code == REFUSED and "registry.other_record" in found.stderr
    assert found.stdout == "" and "passphrase" not in found.stderr


def test_a_desk_without_the_citys_key_says_at_its_start_that_no_sign_reaches_anybody(
    ready: Organisations, tmp_path: Path
) -> None:
    (tmp_path / "no.report").write_bytes(b"no report")  # ends the command before there is a screen

    def started(name: str) -> str:
        return ready.run(
            "desk", "--home", ready / name, "--hub", "127.0.0.1:1", "--report", tmp_path / "no.report"
        ).stderr

    assert "合図は、だれにも届きません" in started("desk-2") and "reaches nobody" in started("desk-2")
    assert "合図" not in started("desk-1") and "sign" not in started("desk-1")


def test_a_contractors_registry_reads_nothing(ready: Organisations) -> None:
    found = told(ready, ready / "hub", side="contractor")
    assert found.exit_code == REFUSED and "registry.city_reads" in found.stderr and found.stdout == ""


def test_a_wrong_passphrase_reads_nothing(ready: Organisations) -> None:
    found = told(ready, ready / "hub", typed="neko inu sora mado hoshi\n")
    assert found.exit_code == REFUSED and "passphrase.wrong_alone" in found.stderr and "A-002" not in found.output
