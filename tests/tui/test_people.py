"""People at a shared terminal, with real keys pressed: unlocking, pauses, idle locks, and who works after whom."""

from __future__ import annotations

import asyncio
import gc
import signal
import weakref

import msgspec

from hub.domain.people.vouching import NumberVouched
from hub.domain.visit.visit import VisitEnded
from sync.keys.lockbox import Cost, lock
from tui.cells import text_of
from tui.joining import unlock


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


async def sign_in(booth, seat, number: str) -> None:
    """Somebody types their number and passphrase at the lock screen."""
    await seat.keys(number, "enter")
    await seat.type(booth.plan.passphrases[f"staff-{number}"])
    await seat.keys("enter")
    await seat.until(lambda: seat.terminal.page is not seat.terminal.lock_page or seat.terminal.lock_page.taking)


async def serving(booth, sit):
    """Staff member 2 has called A-001 and opened its visit at window 1."""
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f5", "enter")
    await seat.sees("手続")
    return seat


async def test_nobody_leaves_a_visit_behind_without_saying_what_becomes_of_it(booth, sit) -> None:
    seat = await serving(booth, sit)
    await seat.keys("ctrl+l")
    assert "離れる前に：A-001 が途中です" in seat.picture
    assert "保留にして離れる" in seat.picture and "つぎの人に引き継ぐ" in seat.picture
    assert seat.terminal.station.person is not None
    await seat.keys("escape")
    assert seat.terminal.station.person is not None


async def test_leaving_with_a_hold_keeps_the_place_and_frees_the_window(booth, sit) -> None:
    seat = await serving(booth, sit)
    await seat.keys("ctrl+l", "1")
    await seat.sees("A-001 を保留にしました。順番はそのままです。")
    assert seat.terminal.page is seat.terminal.lock_page and seat.terminal.station.mine is None
    await sign_in(booth, seat, "3")
    assert seat.terminal.station.person.person == "staff-3"


async def test_a_colleague_takes_the_visit_over_by_an_entry_before_anything_else(booth, sit) -> None:
    seat = await serving(booth, sit)
    await seat.keys("ctrl+l", "2")
    await seat.sees("引継ぎ：A-001 を受ける人が、番号と合言葉を入れてください。")
    assert "ほかの人は引き継いで始めます" in seat.picture
    await sign_in(booth, seat, "3")
    assert "窓口1では 受付 さんが A-001 の方を対応しています。" in seat.picture
    assert seat.terminal.station.person is None, "nobody works here before the answer"
    await seat.keys("enter")
    assert "だれですか" in seat.picture
    await sign_in(booth, seat, "3")
    await seat.keys("y")
    await seat.until(lambda: seat.terminal.page is not seat.terminal.lock_page)
    assert seat.terminal.station.person.person == "staff-3"
    assert seat.terminal.station.mine.clerk == "staff-3"


async def test_the_same_person_comes_back_to_their_visit_without_a_question(booth, sit) -> None:
    seat = await serving(booth, sit)
    await seat.keys("ctrl+l", "2")
    await sign_in(booth, seat, "2")
    assert seat.terminal.station.person.person == "staff-2"
    assert seat.terminal.station.mine.number == "A-001"


async def test_drafts_wait_for_their_owner_and_never_show_to_the_next(booth, sit) -> None:
    seat = await serving(booth, sit)
    page = seat.terminal.page
    await seat.keys("1", "2")
    ticked = {key: dict(draft.ticks) for key, draft in seat.terminal.drafts.items() if draft.ticks}
    assert ticked and all(person == "staff-2" for person, _, _ in ticked)
    await seat.keys("ctrl+l", "2")
    await sign_in(booth, seat, "3")
    await seat.keys("y")
    await seat.until(lambda: seat.terminal.page is not seat.terminal.lock_page)
    assert seat.terminal.pages["visit"] is not page, "pages are made anew: what was typed on them is gone"
    await seat.keys("enter")
    mine = {key: draft.ticks for key, draft in seat.terminal.drafts.items() if key[0] == "staff-3" and draft.ticks}
    assert mine == {}
    await seat.keys("ctrl+l", "2")
    await sign_in(booth, seat, "2")
    await seat.keys("y")
    await seat.until(lambda: seat.terminal.page is not seat.terminal.lock_page)
    assert {key: draft.ticks for key, draft in seat.terminal.drafts.items() if key in ticked} == ticked


async def test_an_idle_terminal_warns_and_locks_after_the_profiles_minutes(booth, sit) -> None:
    # AOMO-7.2-01, AOMO-7.2-03, CHIB-2.9-06
    await booth.open_day()
    seat = await sit("2")
    person = weakref.ref(seat.terminal.station.person)
    minutes = booth.plan.profile.operation.idle_lock_minutes
    await seat.keys("f4", "1", "4")
    seat.terminal.key_at -= minutes * 60 - 20
    await seat.sees("秒で画面を閉じます")
    assert seat.terminal.page is not seat.terminal.lock_page
    seat.terminal.key_at -= 25
    await seat.sees("しばらく操作がなかったので、席を離れた画面にしました。")
    assert seat.terminal.station.person is None
    gc.collect()
    assert person() is None, "the key is no longer in this process"


async def test_a_lid_that_was_shut_locks_although_the_monotonic_clock_stood_still(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    seat.terminal.key_wall -= 3600
    await seat.sees("しばらく操作がなかったので、席を離れた画面にしました。")


async def test_an_idle_terminal_locks_also_while_an_answer_is_awaited_and_the_next_hears_nothing_of_it(
    booth, sit
) -> None:
    await booth.open_day()
    seat = await sit("2")
    booth.signal(signal.SIGSTOP)
    await seat.quick("f2")
    await seat.sees("～発券しています")
    seat.terminal.key_at -= 3600
    await seat.sees("しばらく操作がなかったので")
    booth.signal(signal.SIGCONT)
    await seat.until(lambda: dict(seat.terminal.station.booth.queue.last_number) == {"A": 1})
    await sign_in(booth, seat, "3")
    assert "発券しました" not in seat.picture
    assert seat.terminal.station.undo is None and not seat.terminal.station.pending


async def at_a_reason(booth, sit, number: str = "2"):
    """Somebody gives a visit up and is asked why."""
    await booth.open_day()
    seat = await sit(number)
    await seat.keys("f2", "f5", "enter", "f9", "7", "1")
    await seat.sees("手続を取りやめる理由")
    return seat


async def test_a_manager_says_that_it_is_no_my_number_and_a_mark_stands_for_the_digits(booth, sit) -> None:
    seat = await at_a_reason(booth, sit)
    seat.terminal.paste("荷物 1234-5678-9018")
    await seat.sees("管理者が Ctrl+G")
    await seat.keys("ctrl+g")
    await seat.sees("マイナンバーでない理由")
    await seat.keys("1")
    await seat.sees("2人目の職員番号か名前")
    await seat.keys("1", "enter")
    await seat.type(booth.plan.passphrases["staff-1"])
    await seat.keys("enter")
    await seat.sees("数字をふせて受け付けました。")
    assert "荷物 【伏せました】" in seat.picture and "9018" not in seat.picture
    (said,) = [one for _, events in seat.terminal.station.history for one in events if isinstance(one, NumberVouched)]
    assert (said.by, said.reason) == ("staff-1", "荷物の追跡番号")
    await seat.keys("enter")
    await seat.until(
        lambda: any(isinstance(o, VisitEnded) for _, events in seat.terminal.station.history for o in events)
    )
    (ended,) = [o for _, events in seat.terminal.station.history for o in events if isinstance(o, VisitEnded)]
    assert ended.reason == "荷物 【伏せました】"


async def test_a_clerks_own_word_is_not_enough(booth, sit) -> None:
    seat = await at_a_reason(booth, sit)
    seat.terminal.paste("荷物 1234-5678-9018")
    await seat.keys("ctrl+g", "1", "3", "enter")
    await seat.type(booth.plan.passphrases["staff-3"])
    await seat.keys("enter")
    await seat.until(
        lambda: seat.terminal.station.said is not None and seat.terminal.station.said.code == "role.not_allowed"
    )
    assert "【伏せました】" not in seat.picture
    assert not [one for _, events in seat.terminal.station.history for one in events if isinstance(one, NumberVouched)]


async def test_unlocking_leaves_the_screen_alive(booth, sit) -> None:
    seat = await sit()
    terminal = seat.terminal
    who = next(one for one in terminal.client.people if one.person == "staff-2")
    words, key = "kawa tsukue 3 ame", booth.plan.staff["staff-2"].signer
    dear = msgspec.structs.replace(who, locked=lock(key.seed, words, terminal.keyring.secret(), cost=Cost.MODERATE))
    opening = asyncio.create_task(unlock(terminal, dear, words))
    turns, english = 0, False
    while not opening.done():
        await asyncio.sleep(0)
        turns += 1
        if turns == 20:
            terminal.press("f9", "")
            english = "日本語" in text_of(terminal.frame(80, 24)[0][-1]) and not opening.done()
    assert english, "a key was answered and painted while the passphrase was being checked"
    assert terminal.station.person.person == "staff-2"
