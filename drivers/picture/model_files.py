"""The three TFLite models that find a face, its points and its outline: which, where, and that they are the ones.

They come out of the mediapipe 0.10.18 wheel (Apache-2.0), fetched by deploy/photo-models and never committed:

python -m drivers.picture.model_files            says what is wrong with them, status 1; nothing where all is well
python -m drivers.picture.model_files WHEEL      unpacks them to where they should be
"""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from pathlib import Path
from typing import Final

DETECTION: Final = "face_detection_short_range.tflite"
LANDMARKS: Final = "face_landmark.tflite"
PERSON: Final = "selfie_segmentation.tflite"

SHA256: Final = {
    DETECTION: "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    LANDMARKS: "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    PERSON: "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
}

_IN_WHEEL: Final = {
    DETECTION: "mediapipe/modules/face_detection/face_detection_short_range.tflite",
    LANDMARKS: "mediapipe/modules/face_landmark/face_landmark.tflite",
    PERSON: "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
}


class WrongModel(Exception):
    """A file is not the one that is meant; nothing of it was used."""


def folder() -> Path:
    """Where the models should be: DEMADO_MODELS, else .models of the checkout, else the user's own folder."""
    named = os.environ.get("DEMADO_MODELS")
    if named:
        return Path(named)
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "deploy").is_dir():  # not an installed package
        return checkout / ".models"
    return Path.home() / ".local" / "share" / "demado" / "models"


def read(where: Path, name: str) -> bytes:
    """The model of this name; WrongModel for a file whose hash is another, OSError where there is none."""
    return _right(name, (where / name).read_bytes(), str(where / name))


def trouble(where: Path) -> str:
    """What is wrong with the models in this folder, in English; empty where all are there and are the right ones."""
    for name in SHA256:
        try:
            read(where, name)
        except OSError as error:
            return f"{where / name}: {error.strerror}"
        except WrongModel as error:
            return str(error)
    return ""


def unpack(wheel: Path, where: Path) -> None:
    """Put the models out of this wheel there, each only if it is the right one; WrongModel, KeyError or OSError."""
    with zipfile.ZipFile(wheel) as archive:
        found = {name: _right(name, archive.read(path), path) for name, path in _IN_WHEEL.items()}
    where.mkdir(parents=True, exist_ok=True)
    for name, data in found.items():
        part = where / f"{name}.part"
        part.write_bytes(data)
        part.replace(where / name)


def _right(name: str, data: bytes, path: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != SHA256[name]:
        raise WrongModel(f"{path}: not the file that is meant")
    return data


def main(arguments: list[str]) -> None:
    """Unpack the named wheel, if one is named; then say what is wrong and end with status 1, or say nothing."""
    try:
        if arguments:
            unpack(Path(arguments[0]), folder())
    except (OSError, WrongModel, KeyError, zipfile.BadZipFile) as error:
        sys.exit(f"{arguments[0]}: {error}")
    wrong = trouble(folder())
    if wrong:
        sys.exit(wrong)


if __name__ == "__main__":
    main(sys.argv[1:])
