"""People at a shared terminal, with real keys pressed: unlocking, pauses, idle locks, and who works after whom."""

from __future__ import annotations


async def test_five_wrong_passphrases_cost_a_pause_that_the_screen_counts_down(booth, sit) -> None:
    seat = await sit()
    await seat.keys("2", "enter")
    for left in (4, 3, 2, 1):
        await seat.keys(*"no", "enter")
        await seat.sees(f"あと{left}回まちがえると、待ち時間がつきます")
    await seat.keys(*"no", "enter")
    await seat.sees("lockbox.wrong_passphrase")
    await seat.sees("まちがいが続きました。あと")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.sees("lockbox.too_many_tries")
    assert seat.terminal.page is seat.terminal.lock_page
    await seat.keys("escape", "3", "enter")
    await seat.type(booth.plan.passphrases["staff-3"])
    await seat.keys("enter")
    await seat.until(lambda: seat.terminal.page is not seat.terminal.lock_page)
