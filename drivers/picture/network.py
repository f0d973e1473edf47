"""Runs one of the models: OpenCV reads TFLite by itself, so that nothing of its makers' programs is needed."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture import model_files

Tensor = NDArray[np.float32]


def threads() -> int:
    """How many threads the networks have: a booth's computer has four cores, of which the hub needs the others. Of two
    cores a second thread takes half as much time again of the processor and ends no sooner."""
    return 2 if len(os.sched_getaffinity(0)) >= 4 else 1


class Network:
    """One model: a picture of its size in, its outputs out."""

    def __init__(self, where: Path, name: str) -> None:
        """WrongModel for a file whose hash is another; OSError where there is none."""
        self._net = cv2.dnn.readNetFromTFLite(np.frombuffer(model_files.read(where, name), np.uint8))
        self._outputs = self._net.getUnconnectedOutLayersNames()

    def __call__(self, picture: Tensor) -> list[Tensor]:
        """The outputs for one picture, height x width x 3, scaled as the model wants it."""
        self._net.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))
        return [np.asarray(output, np.float32) for output in self._net.forward(self._outputs)]
