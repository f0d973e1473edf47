"""Wrong passphrases at a machine cost growing pauses, which neither a restart nor a clock takes back."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.client.people.attempts import FREE, FREE_OF_ALL, PAUSES_S, Attempts, TooManyTries
from hub.client.people.unlocking import ATTEMPTS, Keyring, NoPassphrase, NotEnrolled
from hub.rehearsal.deployment import Plan, build
from sync.keys.lockbox import WrongPassphrase
from sync.keys.party import LockedPerson, load_people


class Steps:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def wrong(attempts: Attempts, person: str, times: int, clock: Steps) -> None:
    """That many wrong tries, each after the pause before it."""
    for _ in range(times):
        clock.s += attempts.left_s(person)
        attempts.begin(person)


def test_five_wrong_tries_cost_nothing_before_the_fifth_and_growing_pauses_from_then_on(tmp_path: Path) -> None:
    # CHIB-2.9-06
    clock = Steps()
    attempts = Attempts(tmp_path / "attempts", clock)
    wrong(attempts, "staff-2", FREE - 1, clock)
    assert attempts.left_s("staff-2") == 0
    pauses = []
    for _ in range(len(PAUSES_S) + 2):
        wrong(attempts, "staff-2", 1, clock)
        pauses.append(attempts.left_s("staff-2"))
    assert pauses == [*PAUSES_S, PAUSES_S[-1], PAUSES_S[-1]]


def test_a_try_during_a_pause_is_refused_with_the_time_left_and_not_counted(tmp_path: Path) -> None:
    clock = Steps()
    attempts = Attempts(tmp_path / "attempts", clock)
    wrong(attempts, "staff-2", FREE, clock)
    clock.s += 10.5
    for _ in range(3):
        with pytest.raises(TooManyTries) as refused:
            attempts.begin("staff-2")
        assert refused.value.data == {"person": "staff-2", "left_s": PAUSES_S[0] - 10}
    clock.s += PAUSES_S[0]
    attempts.begin("staff-2")
    assert attempts.left_s("staff-2") == PAUSES_S[1]


def test_one_persons_mistakes_do_not_lock_the_others_out(tmp_path: Path) -> None:
    clock = Steps()
    attempts = Attempts(tmp_path / "attempts", clock)
    wrong(attempts, "staff-2", FREE_OF_ALL + 5, clock)
    assert attempts.left_s("staff-2") and not attempts.left_s("staff-3")


def test_trying_one_word_on_everybody_locks_the_whole_terminal(tmp_path: Path) -> None:
    clock = Steps()
    attempts = Attempts(tmp_path / "attempts", clock)
    for number in range(FREE_OF_ALL):
        attempts.begin(f"staff-{number}")
    assert attempts.left_s("staff-99") == PAUSES_S[0]


def test_the_right_passphrase_forgets_the_wrong_ones(tmp_path: Path) -> None:
    clock = Steps()
    attempts = Attempts(tmp_path / "attempts", clock)
    wrong(attempts, "staff-2", FREE, clock)
    clock.s += attempts.left_s("staff-2")
    attempts.begin("staff-2")
    attempts.opened("staff-2")
    assert attempts.left_s("staff-2") == 0
    assert Attempts(tmp_path / "attempts", clock).free("staff-2") == FREE


def test_a_restart_begins_the_pause_again_whole(tmp_path: Path) -> None:
    clock = Steps()
    attempts = Attempts(tmp_path / "attempts", clock)
    wrong(attempts, "staff-2", FREE + 1, clock)
    clock.s += PAUSES_S[1] - 1
    assert attempts.left_s("staff-2") == 1
    assert Attempts(tmp_path / "attempts", Steps()).left_s("staff-2") == PAUSES_S[1]


def test_setting_the_wall_clock_changes_no_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Steps()
    attempts = Attempts(tmp_path / "attempts", clock)
    wrong(attempts, "staff-2", FREE, clock)
    for years in (10, -10):
        monkeypatch.setattr(time, "time", lambda years=years: 1.7e9 + years * 3.15e7)
        monkeypatch.setattr(time, "time_ns", lambda years=years: int((1.7e9 + years * 3.15e7) * 1e9))
        assert attempts.left_s("staff-2") == PAUSES_S[0]
        assert Attempts(tmp_path / "attempts", clock).left_s("staff-2") == PAUSES_S[0]


def test_a_second_program_on_the_same_folder_gives_no_tries_of_its_own(tmp_path: Path) -> None:
    clock = Steps()
    one, other = Attempts(tmp_path / "attempts", clock), Attempts(tmp_path / "attempts", clock)
    for attempts in (one, other, one, other, one):
        attempts.begin("staff-2")
    with pytest.raises(TooManyTries):
        other.begin("staff-2")


def test_a_count_that_cannot_be_written_still_counts(tmp_path: Path) -> None:
    clock = Steps()
    attempts = Attempts(tmp_path / "no such folder" / "attempts", clock)
    wrong(attempts, "staff-2", FREE, clock)
    with pytest.raises(TooManyTries):
        attempts.begin("staff-2")


def test_a_spoiled_file_is_no_crash(tmp_path: Path) -> None:
    for spoiled in (b"", b"\xff" * 9, b"\x81\xa5wrong\xc0"):
        (tmp_path / "attempts").write_bytes(spoiled)
        assert Attempts(tmp_path / "attempts").free("staff-2") == FREE


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 700), st.sampled_from(["", "restart", "right"]))
    )
)
def test_however_tries_waits_and_restarts_alternate_wrong_tries_stay_rare(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, int, str]]
) -> None:
    """Without a right one, a person has at most five tries, and one more for each pause that was waited for in full."""
    path, clock = tmp_path_factory.mktemp("terminal") / "attempts", Steps()
    attempts = Attempts(path, clock)
    tried: dict[str, int] = {}
    began = dict.fromkeys("abc", clock.s)
    for person, wait, then in story:
        clock.s += wait
        if then == "restart":
            attempts = Attempts(path, clock)
        try:
            attempts.begin(person)
        except TooManyTries as refused:
            assert refused.data["left_s"]
            continue
        if then == "right":
            attempts.opened(person)
            tried[person], began[person] = 0, clock.s
            continue
        tried[person] = tried.get(person, 0) + 1
        paused = sum(PAUSES_S[min(n, len(PAUSES_S) - 1)] for n in range(max(0, tried[person] - FREE)))
        assert clock.s - began[person] >= paused


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    now_ms = time.time_ns() // 1_000_000
    return build(tmp_path_factory.mktemp("booth"), "koganei", site="緑センター", date_ms=now_ms, now_ms=now_ms)


def clerk(plan: Plan) -> LockedPerson:
    return next(one for one in load_people(plan.home("hub")) if one.person == "staff-2")


def test_a_person_opens_on_any_enrolled_terminal_of_the_site(plan: Plan) -> None:
    for machine in ("terminal-1", "terminal-2"):
        person = Keyring(plan.home(machine)).unlock(clerk(plan), plan.passphrases["staff-2"])
        assert person.signer.public == plan.staff["staff-2"].signer.public


def test_the_hub_and_the_desk_open_no_clerks_key_with_the_right_passphrase(plan: Plan) -> None:
    with pytest.raises(NotEnrolled):
        Keyring(plan.home("hub")).unlock(clerk(plan), plan.passphrases["staff-2"])
    with pytest.raises(WrongPassphrase):
        Keyring(plan.home("desk")).unlock(clerk(plan), plan.passphrases["staff-2"])


def test_a_wrong_passphrase_says_what_the_next_one_costs_and_even_the_right_one_waits_then(plan: Plan) -> None:
    keyring = Keyring(plan.home("terminal-1"))
    for left in range(FREE - 1, -1, -1):
        with pytest.raises(WrongPassphrase) as refused:
            keyring.unlock(clerk(plan), "no")
        assert refused.value.data["free"] == left
        assert bool(refused.value.data["left_s"]) == (left == 0)
    with pytest.raises(TooManyTries):
        keyring.unlock(clerk(plan), plan.passphrases["staff-2"])
    (plan.home("terminal-1") / ATTEMPTS).unlink()


def test_enter_on_nothing_is_no_try(plan: Plan) -> None:
    keyring = Keyring(plan.home("terminal-2"))
    free = keyring.attempts.free("staff-2")
    with pytest.raises(NoPassphrase):
        keyring.unlock(clerk(plan), "")
    assert keyring.attempts.free("staff-2") == free


def test_the_count_holds_no_passphrase_and_is_its_owners_alone(plan: Plan) -> None:
    keyring = Keyring(plan.home("terminal-2"))
    with pytest.raises(WrongPassphrase):
        keyring.unlock(clerk(plan), "tsukue-ame-kawa")
    file = plan.home("terminal-2") / ATTEMPTS
    assert b"tsukue" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0 or os.name != "posix"
