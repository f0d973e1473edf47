"""The hub's time at a desk: a practice follows the hub, a real desk its own clock."""

from hub.client.desk.clock import DeskClock

OWN_MS = 1_000_000


def test_a_practice_follows_the_hubs_beats_and_no_late_letter_moves_it_back() -> None:
    clock = DeskClock(lambda: OWN_MS, training=True)
    assert clock.now_ms() == OWN_MS
    clock.beat(5_000_000)
    clock.heard(4_000_000)
    assert clock.now_ms() == 5_000_000
    clock.heard(6_000_000)
    assert clock.now_ms() == 6_000_000
    clock.beat(5_500_000)  # a beat says what time it is, whatever was heard before
    assert clock.now_ms() == 5_500_000


def test_a_real_desk_believes_its_own_clock() -> None:
    clock = DeskClock(lambda: OWN_MS, training=False)
    clock.beat(5_000_000)
    clock.heard(6_000_000)
    assert clock.now_ms() == OWN_MS
