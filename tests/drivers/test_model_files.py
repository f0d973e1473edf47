"""The model files: nothing is loaded but the ones that are meant, and a hub without them says so and works on."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from drivers.picture import model_files
from drivers.picture.studio import Studio


def wheel_of(folder: Path, contents: dict[str, bytes]) -> Path:
    path = folder / "made.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def test_of_another_wheel_nothing_is_unpacked(tmp_path: Path) -> None:
    inside = {
        "mediapipe/modules/face_detection/face_detection_short_range.tflite": b"another",
        "mediapipe/modules/face_landmark/face_landmark.tflite": b"another",
        "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite": b"another",
    }
    with pytest.raises(model_files.WrongModel, match="face_detection_short_range"):
        model_files.unpack(wheel_of(tmp_path, inside), tmp_path / "models")
    with pytest.raises(KeyError):
        model_files.unpack(wheel_of(tmp_path, {}), tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert "face_detection_short_range.tflite" in model_files.trouble(tmp_path)


@pytest.mark.needs("models")
async def test_a_model_with_one_changed_bit_is_not_loaded_and_the_checks_are_off(tmp_path: Path) -> None:
    for name in model_files.SHA256:
        shutil.copy(model_files.folder() / name, tmp_path / name)
    assert model_files.trouble(tmp_path) == ""
    changed = tmp_path / model_files.PERSON
    data = bytearray(changed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    assert model_files.PERSON in model_files.trouble(tmp_path)
    studio = Studio(environment={"DEMADO_MODELS": str(tmp_path)})
    try:
        await studio.start()
        assert not studio.checks and "not the file that is meant" in studio.why_no_checks
    finally:
        await studio.stop()
