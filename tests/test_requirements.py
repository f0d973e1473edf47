"""docs/requirements.md is current, knows every requirement, and claims nothing that no test shows."""

from tests import requirements_table as made


def test_the_committed_page_is_current() -> None:
    assert made.PAGE.read_text(encoding="utf-8") == made.table()


def test_every_requirement_stands_once_and_every_named_id_is_one() -> None:
    rows = [row.id for row in made.requirements()]
    assert len(rows) == len(set(rows)) == 304
    assert all(made.ID.fullmatch(id_) for id_ in rows)
    listed = [row[0] for row in made.read(made.OPEN)]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(rows)
    assert made.named().keys() <= set(rows)


def test_what_the_page_says_is_shown_is_a_test_of_that_name() -> None:
    for shown in made.named().values():
        for one in shown:
            assert f"def {one.name}(" in (made.ROOT / one.path).read_text(encoding="utf-8").splitlines()[one.line - 1]


def test_no_core_requirement_is_called_out_of_scope() -> None:
    open_, tests = made.gaps(), made.named()
    out = [row for row in made.requirements() if made.state(row, open_, tests) == made.OUT]
    assert {row.scope for row in out} == {"out"}
