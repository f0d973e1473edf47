"""A new city is a new TOML file and no code: one that is unlike the five has its whole day."""

from pathlib import Path

from hub.domain.contracts.reading import load_profile, shipped
from hub.rehearsal.conduct import Rehearsal
from hub.rehearsal.session import choose

YUBUNE = Path(__file__).parents[2] / "profiles" / "yubune.toml"


def test_a_city_that_nobody_programmed_for_has_its_day(tmp_path: Path) -> None:
    profile = load_profile(YUBUNE)
    assert profile.id not in shipped()
    with Rehearsal(
        tmp_path, str(YUBUNE), profile, choose(profile, None, None, None), people=6, office=False
    ) as rehearsal:
        rehearsal.start()
        summary = rehearsal.finish(rehearsal.listen(lambda told: None))
    assert all(summary.invariants.values()), summary.invariants
    assert summary.visits["express"] and summary.visits["proxy_delivery"]
    assert summary.custody["counted"] == summary.custody["accepted"] > 0
