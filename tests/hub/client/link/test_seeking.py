"""A terminal whose hub is away tries, in turn, what else answers to its deployment."""

from __future__ import annotations

from collections.abc import Sequence

from hub.client.link.seeking import AWAY_S, Seeking

HOME, OTHER, THIRD = "ws://10.0.0.1:7420/link", "ws://10.0.0.2:7420/link", "ws://10.0.0.3:7420/link"


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


async def both() -> Sequence[str]:
    return [OTHER, THIRD]


async def test_a_hub_that_restarts_is_waited_for_at_its_own_address() -> None:
    clock = Clock()
    seeking = Seeking(HOME, clock)
    seeking.browse = both
    assert await seeking.next_url(HOME) == HOME
    clock.at = AWAY_S / 2
    assert await seeking.next_url(HOME) == HOME


async def test_after_a_while_every_address_has_its_turn_and_the_first_one_too() -> None:
    clock = Clock()
    seeking = Seeking(HOME, clock)
    seeking.browse = both
    tried = [await seeking.next_url(HOME)]
    clock.at = AWAY_S
    for _ in range(4):
        tried.append(await seeking.next_url(tried[-1]))
    assert tried == [HOME, OTHER, THIRD, HOME, OTHER]


async def test_without_multicast_only_the_one_address_is_tried() -> None:
    clock = Clock()
    seeking = Seeking(HOME, clock)
    await seeking.next_url(HOME)
    clock.at = 100.0
    assert await seeking.next_url(HOME) == HOME
