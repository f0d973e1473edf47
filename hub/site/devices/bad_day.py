"""A trainer's wishes: an emulated device fails from now on, or works again. Nowhere but in training."""

from __future__ import annotations

import logging
from pathlib import Path

from drivers.emulators.fault_switch import FaultSwitch
from drivers.faults import KINDS
from sync.messages import Mishap

log = logging.getLogger(__name__)


class BadDay:
    """Turns the fault switches in the emulators' folder; outside training it turns none, whoever asks."""

    def __init__(self, folder: Path, *, training: bool) -> None:
        self._folder = folder
        self._training = training

    def take(self, wish: Mishap) -> None:
        """Do it, or say in the log why not: what cannot be meant harms nobody."""
        if not self._training or wish.device not in KINDS:
            log.warning("a mishap that cannot be: %s", wish)
            return
        switch = FaultSwitch(self._folder, wish.device)
        try:
            if wish.code:
                switch.fail(wish.code)
            else:
                switch.recover()
        except ValueError as error:
            log.warning("a mishap that cannot be: %s", error)
