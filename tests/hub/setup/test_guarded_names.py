"""Names that people and files bring into a deployment pass the guard: no My Number becomes a name, an id or a site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.guard import check_digit
from hub.setup.names import NameHoldsNumber, is_name, need_id, need_name

numbers = (
    st.text("0123456789", min_size=11, max_size=11)
    .filter(lambda body: body.strip("0") != "")
    .map(lambda body: body + str(check_digit(body)))
)


@given(numbers, st.sampled_from(["{}", "山田 {}", "会場{}号"]), st.booleans())
def test_no_name_holds_a_my_number_and_the_refusal_does_not_repeat_it(number: str, shape: str, wide: bool) -> None:
    written = shape.format(number)
    written = written.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else written
    with pytest.raises(NameHoldsNumber) as refused:
        need_name(written)
    assert number not in str(refused.value) and not refused.value.data
    assert not is_name(written)


@given(numbers)
def test_no_id_is_a_my_number(number: str) -> None:
    with pytest.raises(NameHoldsNumber):
        need_id(f"staff-{number}")


def test_ordinary_names_pass() -> None:
    for name in ("山田 太郎", "山田　花子", "中央公民館　2階", "緑センター 2階", "第3会場 042-387-9818"):
        assert need_name(name) == name and is_name(name)
