"""静止画 for an identity check: a masked look for the terminal, a sealed picture for the one desk that asked."""

from __future__ import annotations

from sync.messages.said import Said


class StillWanted(Said, frozen=True):
    """Terminal to hub: what does the camera see of this now? Only a masked picture comes back, and nothing is kept."""

    id: bytes
    request: int
    subject: str


class StillShown(Said, frozen=True):
    """A small masked picture (JPEG), or the code of the refusal or device fault why there is none."""

    id: bytes
    request: int
    subject: str
    preview: bytes
    why: str = ""


class StillSealed(Said, frozen=True):
    """Hub to desk: one picture, sealed to the key with which an officer took the request up (sync.envelopes.still)."""

    request: int
    still: int
    envelope: bytes


class StillsOver(Said, frozen=True):
    """Hub to desk: the check is over, let go of its pictures and say so."""

    request: int


class StillsDropped(Said, frozen=True):
    """Desk to hub: none of them is here."""

    request: int
