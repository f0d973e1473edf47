"""The photo, terminal with hub: the camera is looked through, a picture is shown, cut anew, and let go of."""

from __future__ import annotations

from sync.messages.said import Said


class PhotoWanted(Said, frozen=True):
    """Show me the picture of the shot that I asked for."""

    id: bytes
    shot: int


class PhotoCrop(Said, frozen=True):
    """Cut it anew out of the whole frame; px of that frame. The answer is a PhotoShown."""

    id: bytes
    shot: int
    left: int
    top: int
    width: int
    height: int


class PhotoShown(Said, frozen=True):
    """Small pictures to look at, kept by nobody (JPEG, at most 480 px a side); empty where this terminal has none."""

    id: bytes
    shot: int
    preview: bytes
    whole: bytes = b""
    """The uncut frame, where it may be cut anew by hand."""
    frame: tuple[int, int] = (0, 0)
    """Its true width and height in px."""
    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Left, top, width and height of the cut, in px of the frame."""


class PhotoGone(Said, frozen=True):
    """That picture is over: let go of it, and say so."""

    shot: int


class PhotoDropped(Said, frozen=True):
    shot: int


class LookThrough(Said, frozen=True):
    """What does the camera see now? For the terminal that serves this visit, while its photo step waits for the shutter."""

    id: bytes
    visit: int


class LiveFrame(Said, frozen=True):
    """One frame of the live picture, kept by nobody (JPEG, at most 480 px a side), or `why` there is none."""

    id: bytes
    visit: int
    jpeg: bytes
    why: str = ""
    """A device's fault code, or photo.not_here."""


class LookAway(Said, frozen=True):
    """The live picture is over: let go of the last frame, and say so."""

    visit: int


class LookedAway(Said, frozen=True):
    """The terminal has let go of the last frame."""

    visit: int
