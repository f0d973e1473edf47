"""The printed ticket: as wide as the paper, black and white, the number as high as asked, nothing beside the paper."""

from __future__ import annotations

import io

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.fonts import face
from drivers.ticket_image import Paper, Ticket, draw_ticket, issued_ja, ticket_png, waiting_lines, wrap
from tests.qr_reading import qr_square, qr_text, qr_there

AUGUST_6_10_24_JST = 1_754_443_440_000


def ticket(
    number: str = "A-025",
    lane_ja: str = "出張交付",
    *,
    lane_en: str = "Card delivery",
    wait_minutes: int | None = 26,
    training: bool = False,
    reprint: bool = False,
    large: bool = False,
) -> Ticket:
    return Ticket(
        number=number,
        lane_ja=lane_ja,
        lane_en=lane_en,
        issued_at_ms=AUGUST_6_10_24_JST,
        ahead=6,
        wait_minutes=wait_minutes,
        city="小金井市",
        training=training,
        reprint=reprint,
        large=large,
    )


def ink_runs(image: Image.Image) -> list[int]:
    """Heights of the bands of rows that hold ink, from the top."""
    grey = image.convert("L")
    rows = [grey.crop((0, y, grey.width, y + 1)).getextrema()[0] == 0 for y in range(grey.height)]
    runs, height = [], 0
    for inked in [*rows, False]:
        if inked:
            height += 1
        elif height:
            runs.append(height)
            height = 0
    return runs


@pytest.mark.parametrize("paper", list(Paper))
def test_a_ticket_is_black_and_white_and_exactly_as_wide_as_the_paper(paper: Paper) -> None:
    with Image.open(io.BytesIO(ticket_png(ticket(), paper))) as image:
        assert image.mode == "1" and image.format == "PNG"
        assert image.width == paper.value


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize(("large", "dots"), [(False, 160), (True, 240)])
def test_the_number_is_160_dots_high_and_240_in_large_print(paper: Paper, large: bool, dots: int) -> None:
    # One row of grey at each edge may fall on either side of the threshold.
    assert dots - 2 <= max(ink_runs(draw_ticket(ticket(large=large), paper))) <= dots


def test_training_and_reprint_are_bands_above_everything_else() -> None:
    plain = draw_ticket(ticket())
    for marked in (ticket(training=True), ticket(reprint=True)):
        image = draw_ticket(marked)
        assert image.getpixel((0, 5)) == 0 and image.getpixel((image.width - 1, 5)) == 0
        assert image.height == plain.height + 60
    assert draw_ticket(ticket(training=True)).tobytes() != draw_ticket(ticket(reprint=True)).tobytes()
    assert draw_ticket(ticket(training=True, reprint=True)).height == plain.height + 120


def test_the_same_ticket_gives_the_same_bytes() -> None:
    assert ticket_png(ticket()) == ticket_png(ticket())


def test_different_numbers_give_different_pictures() -> None:
    assert len({ticket_png(ticket(f"A-{n:03}")) for n in range(1, 12)}) == 11


def test_the_time_is_japans() -> None:
    assert issued_ja(AUGUST_6_10_24_JST) == "8月6日(水) 10:24"
    assert issued_ja(1_735_658_160_000) == "1月1日(水) 00:16"  # still 2024 in UTC


def test_an_unknown_wait_is_left_out_and_nobody_ahead_is_said_in_words() -> None:
    assert waiting_lines(6, 26) == ("前に6人 約26分", "6 ahead, about 26 min")
    assert "分" not in waiting_lines(6, None)[0] and "min" not in waiting_lines(6, None)[1]
    assert waiting_lines(0, 0) == ("まもなくお呼びします", "You will be called soon")


@pytest.mark.parametrize(
    "text", ["健康保険証利用申込・公金受取口座登録", "Health insurance card and public money account registration"]
)
def test_a_long_lane_name_is_wrapped_without_losing_a_character(text: str) -> None:
    lines = wrap(face(bold=True), text, 33, 368)
    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(face(bold=True).width(line, 33) <= 368 for line in lines)


names = st.text(st.sampled_from("出張交付申請サポート・（）カ abcdefghijWM-"), min_size=0, max_size=40)


@settings(max_examples=25, deadline=None)
@given(names, names, st.from_regex(r"[A-Z]{1,2}-[0-9]{1,4}", fullmatch=True), st.booleans(), st.sampled_from(Paper))
def test_no_text_ever_leaves_the_paper(ja: str, en: str, number: str, large: bool, paper: Paper) -> None:
    image = draw_ticket(ticket(number, ja, lane_en=en, large=large), paper).convert("L")
    for left in (0, image.width - 2):
        assert image.crop((left, 0, left + 2, image.height)).getextrema() == (255, 255)


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("large", [False, True])
def test_a_phone_reads_the_code_on_either_paper_and_its_squares_are_whole_dots(paper: Paper, large: bool) -> None:
    url = "https://office.example.jp/t/hub-1/ABCDEFGHIJKLMNOPQRSTUVWX"
    drawn = draw_ticket(msgspec.structs.replace(ticket(large=large), status_url=url), paper)
    picture = np.array(drawn.convert("L"))
    assert qr_text(picture) == url
    square = qr_square(picture)
    assert abs(square - round(square)) < 0.1 and square > 2.9


def test_without_an_address_there_is_no_code() -> None:
    assert not qr_there(np.array(draw_ticket(ticket()).convert("L")))
