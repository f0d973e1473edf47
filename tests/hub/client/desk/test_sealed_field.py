"""The silent field of a decision: only the city can read it, and nobody else can tell one from another."""

from pathlib import Path

import pytest

from hub.client.desk.sealedfield import reaches_city, sealed_field
from hub.domain import codec
from hub.domain.identity.identity import SEALED_BYTES, DecideIdentity, Outcome
from sync.keys.keys import BoxKey
from sync.keys.silentsign import FILE, read_sign
from sync.record.command import read_command
from sync.record.entry import decode_entry
from tests.hub.client.sites import ALL_TICKED, Site, done, soon


@pytest.mark.parametrize("duress", [True, False])
def test_the_city_reads_whether_a_decision_was_made_under_duress(tmp_path: Path, duress: bool) -> None:
    city = BoxKey.generate()
    (tmp_path / FILE).write_bytes(city.public)
    assert reaches_city(tmp_path)
    field = sealed_field(tmp_path, duress=duress)
    assert read_sign(field, city) is duress
    assert read_sign(field, BoxKey.generate()) is None


@pytest.mark.parametrize("spoilt", [b"", b"half", bytes(32)])
def test_a_key_that_is_spoilt_holds_no_decision_up(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / FILE).write_bytes(spoilt)
    assert not reaches_city(tmp_path)
    assert len(sealed_field(tmp_path, duress=True)) == SEALED_BYTES


def test_with_or_without_a_city_key_or_a_sign_the_field_has_one_size_and_never_repeats(tmp_path: Path) -> None:
    keyed = tmp_path / "keyed"
    keyed.mkdir()
    (keyed / FILE).write_bytes(BoxKey.generate().public)
    fields = [sealed_field(home, duress=sign) for home in (tmp_path, keyed) for sign in (True, False) for _ in range(8)]
    assert {len(field) for field in fields} == {SEALED_BYTES}
    assert len(set(fields)) == len(fields)


async def test_a_real_decision_is_as_long_with_the_sign_as_without_and_from_a_desk_of_before(tmp_path: Path) -> None:
    """From outside nobody can tell whether a desk has the city's key, and whether its officer gave the sign."""
    city, site = BoxKey.generate(), Site(tmp_path)
    await site.start()
    try:
        await site.open_day()
        desk, said = site.desk(), []
        await soon(desk.join_hub(site.url))
        for keyed, duress in ((False, False), (False, True), (True, False), (True, True)):
            if keyed:
                (tmp_path / "desk-1" / FILE).write_bytes(city.public)
            request = await site.request(f"窓口{len(said) + 1}")
            await soon(desk.until(lambda request=request: any(one.id == request for one in desk.requests)))  # type: ignore[misc]
            officer = next(
                who
                for who in site.world.officers
                if who.person == next(one.officer for one in desk.requests if one.id == request)
            )
            decided = done(await soon(desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED, duress=duress)))
            (body,) = await site.running.store.read(decided.index, 1)
            signed = decode_entry(body).command
            command = read_command(signed.payload)
            asked = codec.decode_command(command.kind, bytes(command.args))
            assert isinstance(asked, DecideIdentity)
            numbers = (asked.request, asked.visit, asked.checkpoint_size)  # shorter in the record while they are small
            said.append((read_sign(asked.sealed, city), len(signed.payload) - sum(map(_bytes_of, numbers))))
        assert [sign for sign, _ in said] == [None, None, False, True]
        assert len({size for _, size in said}) == 1
    finally:
        await site.stop()


def _bytes_of(number: int) -> int:
    return 1 if number < 128 else 2 if number < 256 else 3
