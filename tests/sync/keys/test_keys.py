"""Keys: what was signed verifies, nothing else does, and no key shows itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.keys.keys import BoxKey, Signer, sign_payload, verify, verify_payload
from sync.record.dsse import pae

SIGNER = Signer(b"s" * 32)


@given(st.binary(max_size=300), st.data())
def test_a_signature_holds_for_its_message_and_key_and_no_other(message: bytes, data: st.DataObject) -> None:
    signature = SIGNER.sign(message)
    assert verify(SIGNER.public, message, signature)
    assert not verify(Signer(b"o" * 32).public, message, signature)
    assert not verify(SIGNER.public, message + b"\0", signature)
    changed = bytearray(signature)
    changed[data.draw(st.integers(0, 63))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify(SIGNER.public, message, bytes(changed))


def test_keys_and_signatures_of_another_length_never_verify() -> None:
    signature = SIGNER.sign(b"abc")
    # Bytes moved over the border between signature and message would otherwise still fit together.
    assert not verify(SIGNER.public, b"bc", signature + b"a")
    assert not verify(SIGNER.public, signature[-1:] + b"abc", signature[:-1])
    assert not verify(SIGNER.public, signature + b"abc", b"")
    for public in (b"", SIGNER.public[:-1], SIGNER.public + b"\0"):
        assert not verify(public, b"abc", signature)


def test_the_first_vector_of_rfc_8032_holds() -> None:
    signer = Signer(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert signer.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_pae_is_that_of_the_dsse_specification() -> None:
    # protocol.md of DSSE v1, "Test Vectors".
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("", b"") == b"DSSEv1 0  0 "
    assert pae("型", b"\0") == b"DSSEv1 3 \xe5\x9e\x8b 1 \0"


@given(st.tuples(st.text(max_size=20), st.binary(max_size=20)), st.tuples(st.text(max_size=20), st.binary(max_size=20)))
def test_two_payloads_or_types_never_share_an_encoding(a: tuple[str, bytes], b: tuple[str, bytes]) -> None:
    assert (pae(*a) == pae(*b)) == (a == b)


def test_a_signed_payload_holds_only_under_its_own_type() -> None:
    signature = sign_payload(SIGNER, "type/a", b"payload")
    assert verify_payload(SIGNER.public, "type/a", b"payload", signature)
    assert not verify_payload(SIGNER.public, "type/b", b"payload", signature)
    assert not verify(SIGNER.public, b"payload", signature)


def test_generated_keys_differ_and_come_back_from_their_seeds() -> None:
    one, two = Signer.generate(), Signer.generate()
    assert one.public != two.public
    assert Signer(one.seed).public == one.public
    box = BoxKey.generate()
    assert BoxKey(box.private).public == box.public != BoxKey.generate().public


def test_a_key_of_another_length_is_refused() -> None:
    for wrong in (b"", b"s" * 31, b"s" * 33):
        with pytest.raises(ValueError, match="32 bytes"):
            Signer(wrong)
        with pytest.raises(ValueError, match="32 bytes"):
            BoxKey(wrong)


def test_what_is_printed_of_a_key_never_shows_the_secret() -> None:
    box = BoxKey(b"b" * 32)
    for shown in (repr(SIGNER), str(SIGNER), f"{SIGNER!r}"):
        assert SIGNER.seed.hex() not in shown
        assert "ssss" not in shown
        assert SIGNER.public.hex() in shown
    assert box.private.hex() not in repr(box)
    assert "bbbb" not in repr(box)
