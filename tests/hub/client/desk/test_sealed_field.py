"""The silent field of a decision: only the city can read it, and nobody else can tell one from another."""

from pathlib import Path

import pytest
from nacl.exceptions import CryptoError

from hub.client.desk.sealedfield import FILE, SEALED_BYTES, sealed_field, under_duress
from sync.keys.keys import BoxKey


@pytest.mark.parametrize("duress", [True, False])
def test_the_city_reads_whether_a_decision_was_made_under_duress(tmp_path: Path, duress: bool) -> None:
    city = BoxKey.generate()
    (tmp_path / FILE).write_bytes(city.public)
    field = sealed_field(tmp_path, duress=duress)
    assert under_duress(field, city) is duress
    with pytest.raises(CryptoError):
        under_duress(field, BoxKey.generate())


def test_with_or_without_a_city_key_or_a_sign_the_field_has_one_size_and_never_repeats(tmp_path: Path) -> None:
    keyed = tmp_path / "keyed"
    keyed.mkdir()
    (keyed / FILE).write_bytes(BoxKey.generate().public)
    fields = [sealed_field(home, duress=sign) for home in (tmp_path, keyed) for sign in (True, False) for _ in range(8)]
    assert {len(field) for field in fields} == {SEALED_BYTES}
    assert len(set(fields)) == len(fields)
