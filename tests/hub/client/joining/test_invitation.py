"""The line of a QR code, and addresses as people type them."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from hub.client.joining.invitation import Invitation, invite, read_invitation
from sync.keys.fingerprint import fingerprint

keys = st.binary(min_size=32, max_size=32)
hosts = st.ip_addresses(v=4).map(str) | st.from_regex(r"[a-z]{1,12}\.local", fullmatch=True)


@given(hosts, st.integers(1, 65535), keys)
def test_an_invitation_reads_back_as_it_was_made(host: str, port: int, key: bytes) -> None:
    made = invite(f"ws://{host}:{port}/link", key)
    assert made is not None and made.fingerprint == fingerprint(key)
    assert read_invitation(made.text) == made
    assert read_invitation(made.text.lower()) == made


@given(st.ip_addresses(v=4).map(str), keys)
def test_the_longest_address_fits_a_code_that_a_terminal_of_24_rows_can_show(host: str, key: bytes) -> None:
    text = Invitation(host, 65535, fingerprint(key)).text
    assert segno.make(text, error="m", micro=False).symbol_size(border=0)[0] <= 29


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("192.168.10.1", "192.168.10.1", 7420),
        ("１９２．１６８．１０．１：７４２０", "192.168.10.1", 7420),
        (" hub.local:80 ", "hub.local", 80),
        ("ws://10.0.0.1:7420/link", "10.0.0.1", 7420),
    ],
)
def test_an_address_alone_names_no_key(typed: str, host: str, port: int) -> None:
    assert read_invitation(typed) == Invitation(host, port, "")


@pytest.mark.parametrize("typed", ["", "a b/c", "host:0", "host:65536", "host:x", "http://host/", "DEMADO:x:1/12345"])
def test_what_is_neither_is_none(typed: str) -> None:
    assert read_invitation(typed) is None


@given(st.text(max_size=80))
def test_no_text_is_a_fault(typed: str) -> None:
    found = read_invitation(typed)
    assert found is None or 0 < found.port < 65536
