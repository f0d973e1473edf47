"""Pairing by the rules: one window, one terminal, three tries, and nothing that outlives its time or its hub."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.moment import Context
from hub.domain.people import pairing
from hub.domain.people.pairing import (
    ACCEPT_MS,
    BURNT_MS,
    MOST_BURNT,
    TRIES,
    WINDOW_MS,
    AcceptPairing,
    ClosePairing,
    EndPairing,
    FailPairing,
    FinishPairing,
    OpenPairing,
    OpenPairingHere,
    Pairing,
    PairingBurnt,
    PairingCommand,
    PairingEnded,
    PairingEvent,
    PairingFinished,
    PairingOpened,
    Phase,
    ProvePairing,
    Why,
)
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import HUB, MANAGER

KEY, OTHER, CERTIFICATE = b"k" * 32, b"o" * 32, b"c" * 32


class Desk:
    """A record in which only pairing happens: commands at times that a test chooses."""

    def __init__(self) -> None:
        self.state = Pairing()
        self.events: list[PairingEvent] = []
        self.index = 0
        self.now_ms = 1_000_000
        self.boot = "boot-1"

    def do(self, command: PairingCommand) -> tuple[PairingEvent, ...] | Refusal:
        by = MANAGER if isinstance(command, OpenPairing | ClosePairing | AcceptPairing) else HUB
        context = Context(self.index, self.now_ms, self.boot, self.now_ms)
        decided = pairing.decide(command, self.state, context, by)
        if isinstance(decided, Refusal):
            return decided
        for event in decided:
            self.state = pairing.evolve(self.state, event)
        self.events += decided
        self.index += 1
        return decided

    def open(self) -> int:
        decided = self.do(OpenPairing())
        assert not isinstance(decided, Refusal), decided
        assert self.state.window is not None
        return self.state.window.window

    def prove(self, window: int, key: bytes = KEY) -> tuple[PairingEvent, ...] | Refusal:
        return self.do(ProvePairing(window, key, b"b" * 32, b"n" * 32, b"h" * 32))

    def accept(self, window: int, key: bytes = KEY, name: str = "terminal-21") -> tuple[PairingEvent, ...] | Refusal:
        return self.do(AcceptPairing(window, key, name, CERTIFICATE))


def code(result: tuple[PairingEvent, ...] | Refusal) -> str:
    assert isinstance(result, Refusal), result
    return result.code


def test_a_terminal_that_proves_the_code_is_accepted_and_finishes() -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    desk.accept(window)
    desk.do(FinishPairing(window))
    assert desk.state.window is None and desk.state.names == ("terminal-21",)


def test_third_wrong_try_burns_the_code_in_the_same_entry() -> None:
    desk = Desk()
    window = desk.open()
    for _ in range(TRIES - 1):
        assert len(desk.do(FailPairing(window))) == 1  # type: ignore[arg-type]
    last = desk.do(FailPairing(window))
    assert not isinstance(last, Refusal) and isinstance(last[1], PairingBurnt)
    assert code(desk.prove(window)) == "pairing.no_window"


def test_a_code_counts_for_120_seconds_and_not_a_millisecond_longer() -> None:
    desk = Desk()
    window = desk.open()
    desk.now_ms += WINDOW_MS - 1
    assert not isinstance(desk.prove(window), Refusal)
    desk = Desk()
    window = desk.open()
    desk.now_ms += WINDOW_MS
    assert code(desk.prove(window)) == "pairing.no_window"


def test_the_manager_has_five_minutes_to_accept() -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    desk.now_ms += ACCEPT_MS
    assert code(desk.accept(window)) == "pairing.no_window"


def test_no_window_outlives_its_hub() -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    desk.boot = "boot-2"
    assert code(desk.accept(window)) == "pairing.no_window"
    opened = desk.do(OpenPairing())
    assert not isinstance(opened, Refusal)
    assert [type(event) for event in opened] == [PairingEnded, PairingOpened]


def test_another_key_than_the_one_that_was_proved_is_not_accepted() -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    assert code(desk.accept(window, key=OTHER)) == "pairing.other_key"


def test_nothing_is_accepted_that_was_not_proved() -> None:
    desk = Desk()
    window = desk.open()
    assert code(desk.accept(window, key=b"")) == "pairing.no_window"
    assert code(desk.do(FinishPairing(window))) == "pairing.no_window"


def test_a_second_terminal_does_not_take_the_place_of_the_first() -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    assert code(desk.prove(window, key=OTHER)) == "pairing.no_window"


def test_after_the_code_was_proved_nothing_counts_as_a_wrong_try_of_it() -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    for _ in range(TRIES):
        assert code(desk.do(FailPairing(window))) == "pairing.no_window"
    assert not isinstance(desk.accept(window), Refusal)


@pytest.mark.parametrize("part", ["key", "box", "nonce", "hub_nonce"])
def test_what_is_no_key_and_no_nonce_proves_nothing(part: str) -> None:
    desk = Desk()
    whole = ProvePairing(desk.open(), KEY, b"b" * 32, b"n" * 32, b"h" * 32)
    for wrong in (b"", getattr(whole, part)[1:], getattr(whole, part) + b"+"):
        assert code(desk.do(msgspec.structs.replace(whole, **{part: wrong}))) == "pairing.other_key"
    assert not isinstance(desk.do(whole), Refusal)


@pytest.mark.parametrize("name", ["", "Terminal 1", "terminal-21", "端末", "-x", "x" * 41])
def test_a_name_is_plain_and_given_once(name: str) -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    desk.accept(window)
    desk.do(FinishPairing(window))
    window = desk.open()
    desk.prove(window)
    assert code(desk.accept(window, name=name)) == "pairing.name_taken"


def test_five_burnt_codes_in_an_hour_stop_all_windows_until_it_is_over() -> None:
    desk = Desk()
    first_ms = desk.now_ms
    for _ in range(MOST_BURNT):
        window = desk.open()
        for _ in range(TRIES):
            desk.do(FailPairing(window))
        desk.now_ms += 60_000
    assert code(desk.do(OpenPairing())) == "pairing.guessing"
    assert code(desk.do(OpenPairingHere())) == "pairing.guessing"
    desk.now_ms = first_ms + BURNT_MS
    assert not isinstance(desk.do(OpenPairing()), Refusal)


def test_while_a_window_counts_nobody_opens_another_and_takes_its_terminals_place() -> None:
    desk = Desk()
    window = desk.open()
    for again in (OpenPairing(), OpenPairingHere()):
        assert code(desk.do(again)) == "pairing.already_open"
    desk.prove(window)
    for again in (OpenPairing(), OpenPairingHere()):
        assert code(desk.do(again)) == "pairing.already_open"
    assert not isinstance(desk.accept(window), Refusal)


def test_what_is_meant_for_an_earlier_window_is_no_word_about_this_one() -> None:
    desk = Desk()
    before = desk.open()
    desk.do(ClosePairing(before))
    window = desk.open()
    assert window != before
    assert code(desk.prove(before)) == "pairing.no_window"
    desk.prove(window)
    for late in (ClosePairing(before), EndPairing(before, Why.LOST), FailPairing(before), FinishPairing(before)):
        assert code(desk.do(late)) == "pairing.no_window"
    assert code(desk.accept(before)) == "pairing.no_window"
    assert not isinstance(desk.accept(window), Refusal)
    assert desk.state.window is not None
    with pytest.raises(ValueError):  # and an event of it is none that rules lead to
        pairing.evolve(desk.state, pairing.PairingFailed(before, 1, 0))


@pytest.mark.parametrize("certificate", [b"", CERTIFICATE[1:], CERTIFICATE + b"c"])
def test_a_terminal_is_accepted_with_the_id_of_its_certificate(certificate: bytes) -> None:
    desk = Desk()
    window = desk.open()
    desk.prove(window)
    assert code(desk.do(AcceptPairing(window, KEY, "terminal-21", certificate))) == "pairing.other_key"


def test_declined_and_closed_are_told_apart() -> None:
    desk = Desk()
    desk.do(ClosePairing(desk.open()))
    window = desk.open()
    desk.prove(window)
    desk.do(ClosePairing(window))
    whys = [event.why for event in desk.events if isinstance(event, PairingEnded)]
    assert whys == [Why.CLOSED, Why.DECLINED]


def test_an_event_of_another_window_is_no_event_of_ours() -> None:
    with pytest.raises(ValueError):
        pairing.evolve(Pairing(), pairing.PairingFailed(7, 1, 0))


moves = st.lists(
    st.tuples(
        st.sampled_from(
            ["open", "here", "fail", "prove", "other", "accept", "steal", "close", "end", "finish", "boot"]
        ),
        st.integers(0, 150_000),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(moves)
def test_whatever_happens_only_a_proved_and_accepted_key_ever_joins(taken: list[tuple[str, int]]) -> None:
    desk = Desk()
    for name, later_ms in taken:
        desk.now_ms += later_ms
        window = desk.state.window.window if desk.state.window is not None else 0
        match name:
            case "open":
                desk.do(OpenPairing())
            case "here":
                desk.do(OpenPairingHere())
            case "fail":
                desk.do(FailPairing(window))
            case "prove":
                desk.prove(window)
            case "other":
                desk.prove(window, key=OTHER)
            case "accept":
                desk.accept(window, name=f"terminal-{desk.index}")
            case "steal":
                desk.accept(window, key=b"s" * 32, name=f"terminal-{desk.index}")
            case "close":
                desk.do(ClosePairing(window))
            case "end":
                desk.do(EndPairing(window, Why.LOST))
            case "finish":
                desk.do(FinishPairing(window))
            case "boot":
                desk.boot = f"boot-{desk.index}"
    opened: dict[int, list[PairingEvent]] = {}
    for event in desk.events:
        opened.setdefault(event.window, []).append(event)
    for told in opened.values():
        kinds = [type(event).__name__.removeprefix("Pairing") for event in told]
        assert kinds[0] == "Opened" and kinds.count("Failed") <= TRIES and kinds.count("Proved") <= 1
        assert ("Burnt" in kinds) == (kinds.count("Failed") == TRIES)
        if any(isinstance(event, PairingFinished) for event in told):
            proved = next(event for event in told if isinstance(event, pairing.PairingProved))
            accepted = next(event for event in told if isinstance(event, pairing.PairingAccepted))
            assert proved.key == accepted.key and kinds.index("Proved") < kinds.index("Accepted")
            assert proved.monotonic_ms - told[0].monotonic_ms < WINDOW_MS  # type: ignore[union-attr]
            assert accepted.monotonic_ms - proved.monotonic_ms < ACCEPT_MS
        ends = [at for at, kind in enumerate(kinds) if kind in ("Burnt", "Ended", "Finished")]
        assert not ends or ends == [len(kinds) - 1]
    assert desk.state.window is None or desk.state.window.phase in Phase
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(desk.state), type=Pairing) == desk.state
