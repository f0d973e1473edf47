"""実施状況の写真 at the keys: attached without what the camera adds, and confirmed by another person in place."""

from pathlib import Path

import pytest

from tests.hub.documents.test_bare_jpeg import photo


@pytest.mark.contract("aomori")
async def test_a_picture_is_attached_bare_and_confirmed_by_another(booth, sit, tmp_path: Path) -> None:
    # AOMO-5.9-06
    source = tmp_path / "a.jpg"
    source.write_bytes(photo())
    await booth.open_day()
    seat = await sit("1")
    await seat.keys("f4", "7", "9")
    await seat.sees("写真はまだありません")
    await seat.keys("f7")
    await seat.sees("写真のファイル")
    await seat.type(str(tmp_path / "none.jpg"))
    await seat.keys("enter")
    await seat.sees("JPEG の写真として読めません")
    await seat.keys("f7")
    await seat.type(str(source))
    await seat.keys("enter")
    await seat.sees("何が写っているか")
    await seat.type("会場の全景")
    await seat.keys("enter")
    await seat.sees("確認がまだ")
    (kept,) = (booth.plan.home("terminal-1") / "pictures").iterdir()
    assert b"Exif" not in kept.read_bytes()
    await seat.keys("enter", "1")
    await seat.sees("開いて見た人が署名します")
    await seat.keys("2", "enter")
    await seat.type(booth.plan.passphrases["staff-2"])
    await seat.keys("enter")
    await seat.sees("確認ずみ")
    (one,) = seat.terminal.station.booth.pictures.values()
    assert (one.by, one.confirmed_by, one.file_name) == ("staff-1", "staff-2", kept.name)
    await seat.keys("enter", "2")
    await seat.sees("使わない理由")
    await seat.type("かお")
    await seat.keys("enter")
    await seat.sees("使わないことにしました")
    assert not kept.exists()
