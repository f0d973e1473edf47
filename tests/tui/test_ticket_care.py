"""At the keys: a ticket without paper, a number from the pile, somebody who is fetched, a venue where nothing sounds."""


async def test_a_ticket_that_did_not_print_is_written_by_hand_and_enter_says_so(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    booth.fault("ticket", "ticket.paper_out")
    await seat.keys("f2")
    await seat.sees("紙に書いて渡す番号")
    assert "Ａ－００１" in seat.picture and "札なし" in seat.picture
    assert "紙に「A-001」と書いて渡し" in seat.rows[21] and "Enter＝渡した" in seat.rows[22]
    await seat.keys("enter")
    await seat.sees("A-001 は手書きで渡した")
    assert not seat.terminal.station.booth.effects.open
    assert "札なし" not in seat.picture


async def test_a_number_from_the_pile_is_typed_and_f2_takes_it_in(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("p", "7")
    assert "紙の P-07 を列へ" in seat.rows[22]
    await seat.keys("f2")
    await seat.sees("P-07：紙の札を列に入れました")
    await seat.keys("p", "7", "f2")
    await seat.sees("queue.paper_used")
    await seat.keys("escape", "f5")
    await seat.sees("P-07 を窓口1へ呼びました")


async def test_care_is_one_menu_and_a_fetched_call_says_go_and_fetch(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2", "f9", "9", "1")
    await seat.sees("A-001 は音を出さず、迎えに行きます")
    assert "迎え" in seat.picture
    await seat.keys("f5")
    await seat.sees("A-001：音は出ません。迎えに行き")
    assert "音なし：迎えに行く" in seat.picture


async def test_a_quiet_venue_shows_on_the_status_line_and_is_ended_the_same_way(booth, sit) -> None:
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f9", "9", "3")
    await seat.sees("－静か")
    await seat.keys("f9", "9", "3")
    await seat.sees("会場の音が出ます")
    assert "－静か" not in seat.picture


async def test_the_manager_voids_a_number_with_a_reason_and_a_clerk_is_told_who_does(booth, sit) -> None:
    """AOMO-6-03: at the keys."""
    await booth.open_day()
    seat = await sit("2")
    await seat.keys("f2")
    await seat.sees("A-001 を発券しました")
    await seat.keys("f9", "7")
    await seat.sees("管理者がします")
    manager = await sit("1", machine="terminal-2")
    await manager.sees("A-001")
    await manager.keys("f9", "7", "1", "1")
    await manager.sees("A-001 を取り消しました")
    await seat.until(lambda: not any(seat.terminal.station.booth.queue.lines.values()))
