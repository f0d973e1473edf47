"""docs/incidents.md is current, has the twenty, and names a test for each."""

from tests import incidents_table as made


def test_the_committed_page_is_current() -> None:
    assert made.PAGE.read_text(encoding="utf-8") == made.table()


def test_each_of_the_twenty_is_tried_in_the_one_module() -> None:
    assert [one.number for one in made.incidents()] == list(range(1, 21))
    written = {number for number, tests in made.tried().items() if any(made.FIRST in one.path.parents for one in tests)}
    assert written == set(range(1, 21))
