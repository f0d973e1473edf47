"""How tests read a drawn QR code: with the one of OpenCV's two readers that misses none of ours.

`cv2.QRCodeDetector` fails to read about one in a hundred flawless codes, and which ones depends on the text: a random
token, so on chance. `cv2.QRCodeDetectorAruco` finds the corners in another way and missed none of the same codes.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def qr_text(picture: NDArray[np.uint8]) -> str:
    """What the picture's QR code says (grey or colour, rows first); empty where there is none."""
    return cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0]


def qr_there(picture: NDArray[np.uint8]) -> bool:
    """Whether the picture holds what looks like a QR code, readable or not."""
    return cv2.QRCodeDetectorAruco().detect(picture)[0]


def qr_square(picture: NDArray[np.uint8]) -> float:
    """How many dots wide each square of the picture's one readable QR code is."""
    _, corners, modules = cv2.QRCodeDetectorAruco().detectAndDecode(picture)
    return (float(np.ptp(corners[0][:, 0])) + 1) / len(modules)
