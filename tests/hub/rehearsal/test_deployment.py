"""A practice deployment: complete homes, two roots that never meet, people whom their passphrase opens."""

import os
import time
from pathlib import Path

import pytest

from hub.client.desk.sealedfield import reaches_city
from hub.rehearsal.deployment import MACHINES, OFFICERS, STAFF, WITH_STANDBY, build
from hub.rehearsal.play import unlock
from sync.keys.lockbox import WrongPassphrase
from sync.keys.party import Party, load_people
from sync.keys.renewalkey import open_renewal
from sync.keys.silentsign import FILE
from sync.keys.trust import OutsideValidity

DATE_MS = 1_754_438_400_000  # 2025-08-06 09:00 in Japan
NOW_MS = time.time_ns() // 1_000_000


def test_every_home_is_complete_and_speaks_for_its_machine_on_the_practised_date_and_today(tmp_path: Path) -> None:
    plan = build(tmp_path, "koganei", site="公民館", date_ms=DATE_MS, now_ms=NOW_MS)
    for home, (name, kind, side) in MACHINES.items():
        party = plan.party(home)
        for at_ms in (DATE_MS, NOW_MS):
            authority = party.authority(at_ms)
            assert (authority.person, authority.kind, authority.party) == (name, kind, side)
        assert party.deployment.training and party.deployment.contract == "koganei"
        with pytest.raises(OutsideValidity):
            party.authority(DATE_MS - 3 * 86_400_000)
        if os.name == "posix":
            assert (plan.home(home) / "key.seed").stat().st_mode & 0o077 == 0


def test_the_desk_alone_has_a_key_of_the_citys_for_silent_signs(tmp_path: Path) -> None:
    plan = build(tmp_path, "koganei", site="公民館", date_ms=DATE_MS, now_ms=NOW_MS)
    assert reaches_city(plan.home("desk"))
    assert list(tmp_path.rglob(FILE)) == [plan.home("desk") / FILE]


def test_people_are_opened_by_their_passphrase_on_an_enrolled_machine_and_nowhere_else(tmp_path: Path) -> None:
    plan = build(tmp_path, "chiba", site="会場", date_ms=DATE_MS, now_ms=NOW_MS)
    staff = unlock(tmp_path, "hub", "terminal-2")
    assert set(staff) == {"staff-1", "staff-2", "staff-3", "staff-4"}
    assert "operation_manager" in staff["staff-1"].roles and staff["staff-2"].roles == ("worker",)
    assert set(unlock(tmp_path, "desk", "desk")) == {"officer-1", "officer-2"}
    with pytest.raises(WrongPassphrase):
        unlock(tmp_path, "desk", "terminal-1")
    with pytest.raises(WrongPassphrase):
        load_people(tmp_path / "hub")[0].unlock("another", (plan.home("terminal-1") / "secret").read_bytes())


def test_the_issuers_private_keys_are_nowhere(tmp_path: Path) -> None:
    plan = build(tmp_path, "niigata", site="市役所", date_ms=DATE_MS, now_ms=NOW_MS)
    seeds = {file.read_bytes() for file in tmp_path.rglob("key.seed")}
    assert len(seeds) == len(MACHINES) + 1  # and the key with which a terminal could become the hub
    publics = {plan.party(home).signer.public for home in MACHINES}
    assert plan.deployment.contractor_root not in publics and plan.deployment.city_root not in publics


def test_whoever_practises_finds_a_roster_a_renewal_key_and_a_hub_in_waiting(tmp_path: Path) -> None:
    plan = build(tmp_path, "koganei", site="公民館", date_ms=DATE_MS, now_ms=NOW_MS)
    for home in MACHINES:
        trust = plan.party(home).trust
        rosters = [trust.roster("contractor"), trust.roster("city")]
        assert [len(one.members) for one in rosters if one is not None] == [len(STAFF), len(OFFICERS)]
    for home in ("terminal-1", "terminal-2"):
        secret = (plan.home(home) / "secret").read_bytes()
        assert open_renewal(plan.home(home), "staff-1", plan.passphrases["staff-1"], secret).person == "staff-1"
    assert not (plan.home("hub") / "renewal.locked").exists()
    standby = Party.load(plan.home(WITH_STANDBY) / "standby")
    assert standby.authority(NOW_MS).kind == "standby_hub" and standby.deployment == plan.deployment
