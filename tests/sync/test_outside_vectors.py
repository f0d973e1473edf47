"""Vectors that others made (Wycheproof, CCTV, transparency-dev): our signatures, keys and proofs agree with them."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from nacl import bindings

from sync.envelopes.saltpack import EnvelopeForged, derive_key
from sync.keys.keys import BoxKey, verify
from sync.record.merkle import BadProof, verify_consistency, verify_inclusion

pytestmark = pytest.mark.needs("vectors")


@pytest.fixture(scope="module")
def vectors() -> Path:
    """The folder of outside vectors, which is no part of the repository."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "vectors"
    folder = Path(os.environ.get("DEMADO_VECTORS", beside))
    if not folder.is_dir():
        pytest.skip(f"outside vectors are not at {folder}: set DEMADO_VECTORS")
    return folder


def _cases(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    found = [(str(path.relative_to(folder)), json.loads(path.read_text())) for path in sorted(folder.rglob("*.json"))]
    assert found
    return found


def _hash(text: str) -> bytes:
    return base64.b64decode(text)


def _proof(case: dict[str, Any]) -> list[bytes]:
    return [_hash(one) for one in case["proof"] or []]


def _refused(case: dict[str, Any], *hashes: str) -> bool:
    """What we expect: their verdict, and a hash of another length than 32 bytes is refused even where theirs allows."""
    return bool(case["wantErr"]) or any(len(_hash(case[name])) != 32 for name in hashes)


def _inclusion_fails(case: dict[str, Any], index: int, size: int) -> bool:
    try:
        verify_inclusion(_hash(case["leafHash"]), index, size, _proof(case), _hash(case["root"]))
    except BadProof:
        return True
    return False


def _consistency_fails(case: dict[str, Any], old: int, new: int) -> bool:
    try:
        verify_consistency(old, _hash(case["root1"]), new, _hash(case["root2"]), _proof(case))
    except BadProof:
        return True
    return False


def test_ed25519_agrees_with_wycheproof(vectors: Path) -> None:
    groups = json.loads((vectors / "ed25519" / "wycheproof.json").read_text())["testGroups"]
    seen = 0
    for group in groups:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            holds = verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert holds == (case["result"] == "valid"), case
            seen += 1
    assert seen == 151


def test_ed25519_edge_cases_are_judged_by_the_cofactorless_canonical_rule(vectors: Path) -> None:
    # What libsodium accepts: points of mixed order, but no low-order or non-canonical point and no leftover torsion.
    refused = {"low_order_A", "low_order_R", "low_order_residue", "non_canonical_A", "non_canonical_R"}
    cases = json.loads((vectors / "ed25519" / "cctv.json").read_text())
    assert len(cases) == 914
    for case in cases:
        holds = verify(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
        assert holds == refused.isdisjoint(case["flags"] or ()), case


def test_x25519_agrees_with_wycheproof_and_refuses_an_all_zero_secret(vectors: Path) -> None:
    groups = json.loads((vectors / "x25519" / "wycheproof.json").read_text())["testGroups"]
    agreed = refused = 0
    for case in (case for group in groups for case in group["tests"]):
        private, public = bytes.fromhex(case["private"]), bytes.fromhex(case["public"])
        shared = bytes.fromhex(case["shared"])
        if shared == bytes(32):
            with pytest.raises(EnvelopeForged):
                derive_key(public, BoxKey(private))
            refused += 1
        else:
            assert bindings.crypto_scalarmult(private, public) == shared, case["tcId"]
            assert len(derive_key(public, BoxKey(private))) == 32
            agreed += 1
    assert (agreed, refused) == (487, 31)


def test_inclusion_proofs_agree(vectors: Path) -> None:
    for name, case in _cases(vectors / "merkle" / "inclusion"):
        assert _inclusion_fails(case, case["leafIdx"], case["treeSize"]) == case["wantErr"], name


def test_consistency_proofs_agree(vectors: Path) -> None:
    for name, case in _cases(vectors / "merkle" / "consistency"):
        assert _consistency_fails(case, case["size1"], case["size2"]) == _refused(case, "root1", "root2"), name


def test_inclusion_proofs_in_subtrees_agree(vectors: Path) -> None:
    # An aligned subtree is a tree of its own; one that is not aligned has no proof, and that is for its user to refuse.
    checked = 0
    for name, case in _cases(vectors / "merkle" / "subtreeinclusion"):
        start, end = case["start"], case["end"]
        aligned = start < end and start % (1 << (end - start - 1).bit_length()) == 0
        fails = not aligned or _inclusion_fails(case, case["leafIdx"] - start, end - start)
        assert fails == case["wantErr"], name
        checked += aligned
    assert checked > 100


def test_consistency_proofs_of_subtrees_from_the_first_leaf_agree(vectors: Path) -> None:
    # A subtree that starts at 0 is an older tree. The 16 cases that start later ask for what no part of this uses.
    checked = 0
    for name, case in _cases(vectors / "merkle" / "subtreeconsistency"):
        if case["start"] == 0:
            assert _consistency_fails(case, case["end"], case["size"]) == (
                case["end"] == 0 or _refused(case, "root1", "root2")  # an old size of 0 says nothing: refused
            ), name
            checked += 1
    assert checked == 102
