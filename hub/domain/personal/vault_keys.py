"""Which keys the vault of a site must hold, as its record says: every other key in it, or in a copy, is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.visit import form_id

if TYPE_CHECKING:
    from hub.domain.state import Booth


def wanted(booth: Booth) -> frozenset[str]:
    """The subjects of people whose data is held, and the open day's key for the forms that were read."""
    return frozenset((*booth.personal.held, *form_id.keys_wanted(booth.day, booth.form_ids)))
