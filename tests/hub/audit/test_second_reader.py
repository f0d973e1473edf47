"""Two readers that share no code agree on a record: on what it proves, and on what does not hold."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.contracts.reading import shipped
from tests.hub.audit.bundles import bundle, encoded, end_of, report_on_bytes, site_world, small
from tests.records import RecordMaker, World
from tests.second_reader import Refused, read

SCRIPT = Path(__file__).resolve().parents[2] / "second_reader.py"
WORLD = site_world()
MAKER = small(WORLD)
CONTENTS = bundle(MAKER, city=3, office=MAKER.size)
HONEST = encoded(CONTENTS)


def second(world: World, data: bytes) -> dict[str, object]:
    """What the second reader finds."""
    found: dict[str, object] = read(data, world.deployment.contractor_root, world.deployment.city_root)
    return found


@pytest.mark.parametrize("contract", shipped())
def test_both_readers_agree_on_a_whole_day_of_every_contract(contract: str, tmp_path: Path) -> None:
    world = World(contract)
    maker = RecordMaker(world)
    maker.day(tickets=3)
    file = tmp_path / "record"
    data = encoded(bundle(maker, city=maker.size - 1, office=maker.size))
    first = report_on_bytes(world, data, file)
    assert first.holds
    said = subprocess.run(
        [sys.executable, str(SCRIPT), str(file), first.roots.contractor, first.roots.city],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=300,  # a process takes seconds to start on a busy machine
    )
    assert json.loads(said.stdout) == {
        "size": first.size,
        "root": first.root,
        "attested": first.attested,
        "city": first.city_witnessed,
        "office": first.office_cosigned,
    }


@given(at=st.integers(0, len(HONEST) - 1), bit=st.integers(0, 7))
def test_both_refuse_a_bundle_with_one_bit_changed(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    data = bytearray(HONEST)
    data[at] ^= 1 << bit
    with pytest.raises(Refused):
        second(WORLD, bytes(data))
    assert not report_on_bytes(WORLD, bytes(data), tmp_path_factory.mktemp("changed") / "record").holds


@given(at=st.integers(0, len(HONEST) - 1), bit=st.integers(0, 7))
def test_a_change_that_fits_the_end_is_found_by_the_first_wherever_the_second_finds_it(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    """The second knows no rules of a booth, so the first may find more, never less."""
    body = bytearray(HONEST[: -len(end_of(CONTENTS, b""))])
    body[at % len(body)] ^= 1 << bit
    data = bytes(body) + end_of(CONTENTS, bytes(body))
    try:
        second(WORLD, data)
    except Refused:
        assert not report_on_bytes(WORLD, data, tmp_path_factory.mktemp("fits") / "record").holds


def test_other_roots_convince_neither(tmp_path: Path) -> None:
    other = site_world("another")
    with pytest.raises(Refused):
        second(other, HONEST)
    assert not report_on_bytes(other, HONEST, tmp_path / "record").holds
