"""The three TFLite models that find a face, its points and its outline: where they are, and that they are the ones.

They come out of the mediapipe 0.10.18 wheel (Apache-2.0), fetched by deploy/photo-models and never committed.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

log = logging.getLogger("drivers")

Tensor = NDArray[np.float32]

DETECTION: Final = "face_detection_short_range.tflite"
LANDMARKS: Final = "face_landmark.tflite"
PERSON: Final = "selfie_segmentation.tflite"

SHA256: Final = {
    DETECTION: "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    LANDMARKS: "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    PERSON: "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
}


def folder() -> Path:
    """Where the models should be: DEMADO_MODELS, else the checkout's .models, else the user's own folder."""
    named = os.environ.get("DEMADO_MODELS")
    if named:
        return Path(named)
    checkout = Path(__file__).resolve().parents[2] / ".models"
    return checkout if checkout.is_dir() else Path.home() / ".local" / "share" / "demado" / "models"


def trouble(where: Path) -> str:
    """What is wrong with the models in this folder, in English; empty where all are there and are the right ones."""
    for name, wanted in SHA256.items():
        try:
            data = (where / name).read_bytes()
        except OSError as error:
            return f"{where / name}: {error.strerror}"
        if hashlib.sha256(data).hexdigest() != wanted:
            return f"{where / name}: not the file that is meant"
    return ""


class Network:
    """One model: a picture of its size in, its outputs out."""

    def __init__(self, where: Path, name: str) -> None:
        """ValueError for a file whose hash is another; OSError where there is none."""
        data = (where / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != SHA256[name]:
            raise ValueError(f"{where / name}: not the file that is meant")
        self._net = cv2.dnn.readNetFromTFLite(np.frombuffer(data, np.uint8))
        self._outputs = self._net.getUnconnectedOutLayersNames()

    def __call__(self, picture: Tensor) -> list[Tensor]:
        """The outputs for one picture, height x width x 3, scaled as the model wants it."""
        self._net.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))
        return [np.asarray(output, np.float32) for output in self._net.forward(self._outputs)]
