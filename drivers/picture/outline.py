"""Which px are the person: for the crown, which no point of a face marks, and for the background."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.picture.decode import Pixels, reduced
from drivers.picture.model_files import PERSON
from drivers.picture.network import Network

Mask = NDArray[np.float32]

_SIDE: Final = 256


class Outline:
    """The segmentation network; a picture is RGB, height x width x 3."""

    def __init__(self, where: Path) -> None:
        self._network = Network(where, PERSON)

    def person(self, picture: Pixels) -> Mask:
        """How much each px is the person, 0-1, height x width."""
        small = reduced(picture, _SIDE, _SIDE)
        mask = self._network(small.astype(np.float32) / np.float32(255))[0].reshape(_SIDE, _SIDE)
        height, width = picture.shape[:2]
        return np.asarray(cv2.resize(mask, (width, height)), np.float32)
