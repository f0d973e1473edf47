"""A sealed still opens for one key, one request and one picture; for nothing and nobody else."""

from hypothesis import example, given
from hypothesis import strategies as st

from sync.envelopes.still import COMMITMENT_BYTES, commitment, open_still, seal_still
from sync.errors import SyncError
from sync.keys.keys import BoxKey, Signer

HUB = Signer(b"h" * 32)
OFFICER = BoxKey(b"o" * 32)
DEPLOYMENT, RECORD, REQUEST, STILL = b"d" * 16, "hub-1", 7, 9
KEY, PICTURE = b"k" * 32, b"a face and a paper"
COMMITTED = commitment(KEY, PICTURE)
SEALED = seal_still(HUB, OFFICER.public, DEPLOYMENT, RECORD, REQUEST, STILL, KEY, PICTURE)


def opens(**changed: object) -> bool:
    asked: dict[str, object] = {
        "box": OFFICER, "hubs": [HUB.public], "deployment": DEPLOYMENT, "record": RECORD, "request": REQUEST,
        "still": STILL, "committed": COMMITTED, "sealed": SEALED,
    }  # fmt: skip
    try:
        return open_still(**(asked | changed)) == PICTURE  # type: ignore[arg-type]
    except SyncError:
        return False


def test_the_officer_who_accepted_opens_it() -> None:
    assert opens()


@given(st.binary(min_size=32, max_size=32).filter(lambda key: BoxKey(key).public != OFFICER.public))
def test_nobody_else_opens_it(key: bytes) -> None:
    assert not opens(box=BoxKey(key))


@given(st.integers(0, 99), st.integers(0, 99))
@example(REQUEST, STILL)
def test_a_still_of_another_request_is_refused(request: int, still: int) -> None:
    assert opens(request=request, still=still) == ((request, still) == (REQUEST, STILL))


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_a_still_that_was_changed_on_its_way_is_refused(at: int, by: int) -> None:
    assert not opens(sealed=SEALED[:at] + bytes([SEALED[at] ^ by]) + SEALED[at + 1 :])


@given(st.binary(min_size=COMMITMENT_BYTES, max_size=COMMITMENT_BYTES))
def test_a_picture_that_the_record_does_not_commit_to_is_refused(committed: bytes) -> None:
    assert opens(committed=committed) == (committed == COMMITTED)


def test_another_hubs_other_deployments_and_other_records_still_is_refused() -> None:
    assert not opens(hubs=[Signer(b"x" * 32).public])
    assert not opens(deployment=b"e" * 16)
    assert not opens(record="hub-2")


def test_a_commitment_says_nothing_without_its_key() -> None:
    assert commitment(b"1" * 32, PICTURE) != commitment(b"2" * 32, PICTURE)
