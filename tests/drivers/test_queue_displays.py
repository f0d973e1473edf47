"""Queue displays on serial lines, each against an emulator that was made from its maker's table of commands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import DeviceFault, DeviceState, Health
from drivers.display_models import MODELS, display
from drivers.emulators.serial_display import Cd5220Emulator, EpsonDmEmulator, SegmentEmulator, TextScreen
from drivers.segment_display import SegmentDisplay, digits
from drivers.signtext import half_width
from drivers.supervision import Pace, Supervisor
from drivers.text_display import CD5220, COLUMNS, EPSON_DM, TextDisplay

FAMILIES = {"epson-dm": (EpsonDmEmulator, EPSON_DM), "cd5220": (Cd5220Emulator, CD5220)}
QUICK = Pace(watch_every_s=0.05, first_retry_s=0.05, longest_retry_s=0.1)


@pytest.fixture(params=FAMILIES)
def text(request: pytest.FixtureRequest) -> Iterator[tuple[TextScreen, TextDisplay]]:
    emulator, dialect = FAMILIES[request.param]
    screen = emulator()
    yield screen, TextDisplay(screen.port, dialect)
    screen.unplug()


@pytest.fixture
def segments() -> Iterator[SegmentEmulator]:
    screen = SegmentEmulator()
    yield screen
    screen.unplug()


async def test_a_call_shows_number_and_window_and_blinks(text: tuple[TextScreen, TextDisplay]) -> None:
    screen, display = text
    await display.open()
    await display.show("A-019", "窓口2")
    assert await asyncio.to_thread(screen.wait_for, lambda: screen.blinking > 0)
    assert screen.rows == ("ﾖﾋﾞﾀﾞｼ         A-019", "ﾏﾄﾞｸﾞﾁ 2")
    assert screen.brightness == 4 and screen.unknown == []
    await display.close()


async def test_the_next_call_leaves_nothing_of_the_last(text: tuple[TextScreen, TextDisplay]) -> None:
    screen, display = text
    await display.open()
    await display.show("A-119", "相談窓口12")
    await display.show("B-7", "受付")
    assert await asyncio.to_thread(screen.wait_for, lambda: screen.rows == ("ﾖﾋﾞﾀﾞｼ           B-7", "ｳｹﾂｹ"))
    await display.clear()
    assert await asyncio.to_thread(screen.wait_for, lambda: screen.rows == ("", "") and not screen.blinking)
    assert screen.unknown == []
    await display.close()


@pytest.mark.parametrize("family", FAMILIES)
async def test_blinking_ends_by_itself(family: str) -> None:
    emulator, dialect = FAMILIES[family]
    screen = emulator()
    sign = TextDisplay(screen.port, dialect, blink_s=0.05)  # the emulator's eyes are quicker than people's
    await sign.open()
    await sign.show("A-019", "窓口2")
    assert await asyncio.to_thread(screen.wait_for, lambda: screen.rows[0] != "" and not screen.blinking)
    await sign.close()
    screen.unplug()


async def test_a_number_is_confirmed_by_the_display_itself(segments: SegmentEmulator) -> None:
    sign = SegmentDisplay(segments.port)
    await sign.open()
    await sign.show("A-019", "窓口2")
    assert segments.shown == "A-019  2"
    await sign.clear()
    assert segments.shown == ""
    await sign.close()


async def test_a_number_that_came_back_wrong_is_sent_again_and_then_staff_are_asked(segments: SegmentEmulator) -> None:
    sign = SegmentDisplay(segments.port)
    await sign.open()
    segments.garbles = 1
    await sign.show("A-019", "窓口2")
    assert segments.shown == "A-019  2"
    segments.garbles = 9
    with pytest.raises(DeviceFault) as told:
        await sign.show("A-020", "窓口2")
    assert told.value.code == "display.not_confirmed" and told.value.unsure
    await sign.close()


async def test_a_called_number_goes_dim_and_bright_and_ends_bright_where_there_is_no_blinking(
    segments: SegmentEmulator,
) -> None:
    sign = SegmentDisplay(segments.port, brightness=5, blink_s=1.0)
    await sign.open()
    await sign.show("A-019", "窓口2")
    assert await asyncio.to_thread(segments.wait_for, lambda: 1 in segments.levels)
    assert segments.shown == "A-019  2", "it can be read while it is dim"
    assert await asyncio.to_thread(segments.wait_for, lambda: segments.brightness == 5)
    await sign.close()


async def test_a_newer_number_never_stays_dim_from_the_blinking_of_the_last(segments: SegmentEmulator) -> None:
    sign = SegmentDisplay(segments.port, blink_s=10.0)
    await sign.open()
    await sign.show("A-019", "窓口2")
    assert await asyncio.to_thread(segments.wait_for, lambda: 1 in segments.levels)
    await sign.clear()
    assert await asyncio.to_thread(segments.wait_for, lambda: segments.brightness == 7 and segments.shown == "")
    await sign.close()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("asked", "level"), [(1, 1), (4, 4)])
async def test_a_person_chooses_its_brightness(model: str, asked: int, level: int) -> None:
    made = {"epson-dm": EpsonDmEmulator, "cd5220": Cd5220Emulator, "ad7sgpr": SegmentEmulator}[model]()
    shown = display(model, made.port, asked)
    await shown.open()
    wanted = 2 * level - 1 if model == "ad7sgpr" else level
    assert await asyncio.to_thread(made.wait_for, lambda: made.brightness == wanted)  # type: ignore[attr-defined]
    await shown.close()
    made.unplug()
    with pytest.raises(ValueError):
        display(model, made.port, 5)


async def test_a_pulled_cable_is_absent_and_another_port_is_not_opened_by_mistake() -> None:
    screen = EpsonDmEmulator()
    gone = asyncio.Event()

    def changed(kind: str, health: Health) -> None:
        if health.state is DeviceState.ABSENT:
            gone.set()

    supervisor = Supervisor(TextDisplay(screen.port, EPSON_DM), changed, QUICK)
    await supervisor.start()
    assert supervisor.health.state is DeviceState.READY
    screen.unplug()
    await asyncio.wait_for(gone.wait(), 60)
    assert (supervisor.health.state, supervisor.health.reason_code) == (DeviceState.ABSENT, "display.absent")
    with pytest.raises(DeviceFault) as told:
        await supervisor.call(lambda display: display.show("A-001", "窓口1"))
    assert told.value.code == "display.absent"
    await supervisor.stop()


async def test_a_port_that_another_program_holds_is_absent(text: tuple[TextScreen, TextDisplay]) -> None:
    screen, display = text
    await display.open()
    second = TextDisplay(screen.port, EPSON_DM)
    with pytest.raises(DeviceFault) as told:
        await second.open()
    assert told.value.code == "display.absent"
    await display.close()


@given(number=st.from_regex(r"[A-Z]{1,2}-[0-9]{1,4}", fullmatch=True), window=st.text(max_size=12))
def test_every_number_is_whole_on_eight_digits(number: str, window: str) -> None:
    shown = digits(number, window)
    assert shown.startswith(number) and len(shown) <= 8
    assert shown.removeprefix(number).strip() in window


@given(st.text(max_size=40))
def test_whatever_a_window_is_called_the_sign_gets_single_bytes(window: str) -> None:
    shown = half_width(window)
    assert len(shown.encode("shift_jis")) == len(shown)
    assert len(shown[:COLUMNS].ljust(COLUMNS).encode("shift_jis")) == COLUMNS


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        ("窓口２", "ﾏﾄﾞｸﾞﾁ 2"),
        ("マイナ相談3番", "ﾏｲﾅｿｳﾀﾞﾝ 3ﾊﾞﾝ"),
        ("がぎぱっ", "ｶﾞｷﾞﾊﾟｯ"),
        ("鬱", ""),
        ("Ｗｉｎｄｏｗ 1", "Window 1"),
    ],
)
def test_windows_are_read_in_half_width_katakana(window: str, shown: str) -> None:
    assert half_width(window) == shown
