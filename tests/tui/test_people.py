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


async def test_a_my_number_leaves_the_field_with_its_last_digit_and_the_reason_is_said_at_once(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("ctrl+p")
    await seat.type("tel 12345678901")
    assert "12345678901" in seat.picture
    await seat.keys("8")
    assert "マイナンバーかもしれない12桁は、受け付けません。  guard.my_number" in seat.rows[20]
    assert "数字は消しました" in seat.rows[21]
    assert "1234" not in seat.picture
    assert seat.terminal.top.field.text == "tel "
    await seat.keys("x")
    assert "guard.my_number" not in seat.picture


async def test_a_pasted_my_number_leaves_the_field_too(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("ctrl+p")
    seat.terminal.paste("１２３４－５６７８－９０１８")
    await seat.sees("guard.my_number")
    assert "9018" not in seat.terminal.top.field.text and "９０１８" not in seat.terminal.top.field.text
