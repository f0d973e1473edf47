"""What a screen says of each device: live while the hub is heard, and as the record has it while it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hub.domain.devices.device import DeviceState
from hub.domain.devices.effect import EffectState
from hub.domain.devices.supply import USES, low
from hub.site.devices.fault_words import fault_words
from tui import tokens

if TYPE_CHECKING:
    from tui.station import Station

SHORT = {
    "absent": ("未接続", "gone"),
    "no_answer": ("無応答", "silent"),
    "paper_out": ("紙切れ", "paper"),
    "paper_low": ("紙残少", "low"),
    "ink_out": ("インク切", "ink"),
    "ink_low": ("インク少", "low"),
    "cover_open": ("ふた開", "open"),
    "battery_dead": ("電池切", "battery"),
    "battery_low": ("電池少", "battery"),
    "card_full": ("満杯", "full"),
    "claimed": ("使用中", "taken"),
    "chime_only": ("音のみ", "chime"),
    "no_japanese": ("英のみ", "no ja"),
    "no_english": ("日のみ", "no en"),
    "supply": ("残り少", "low"),
    "focus_failed": ("ピント", "focus"),
    "not_deleted": ("写真残り", "kept"),
}
"""The second half of a code to its word on the status line, eight cells at most; others are a fault (故障), or a note."""


class DeviceView(NamedTuple):
    kind: str
    state: str
    """ready, busy, absent, fault or off; empty where this booth has no such device."""
    code: str = ""
    ja: str = ""
    en: str = ""
    remedy_ja: str = ""
    remedy_en: str = ""
    since_ms: int = 0
    """When the record began to say so; 0 where it does not say it (yet)."""
    unsure: bool = False
    """An effect of this device waits for a person's answer."""
    quiet: bool = False
    """A voice that keeps silent because a person said so: nobody must look for a fault."""

    @property
    def shape(self) -> tuple[str, str]:
        """The shape and its style."""
        if self.unsure:
            return tokens.UNSURE, "unsure"
        if not self.state:
            return tokens.OFF, "dim"
        if self.quiet and not self.code:
            return tokens.OFF, "warn"
        if self.code and self.state in ("ready", "busy"):
            return tokens.WARN, "warn"
        return tokens.DEVICE_STATES.get(self.state, (tokens.BAD, "bad"))

    @property
    def word(self) -> tuple[str, str]:
        """What stands behind the shape on the status line, in both languages; empty while all is well."""
        if not self.code and self.state in ("", "off", "ready", "busy"):
            return ("静か", "quiet") if self.quiet and self.state else ("", "")
        other = ("注意", "note") if self.state in ("ready", "busy") else ("故障", "fault")
        return SHORT.get(self.code.partition(".")[2], other)


def views(station: Station) -> list[DeviceView]:
    """Every kind of device, in the order of the status line; of those that few have, what is there."""
    status, standing = station.client.status, station.booth.devices.standing
    heard = status is not None and not station.away
    live = {word.device: word for word in status.devices} if heard and status is not None else {}
    unsure = {
        tokens.device_of(effect.kind)
        for effect in station.booth.effects.open.values()
        if effect.state is EffectState.UNSURE
    }
    scarce = set(low(station.booth.supplies))
    made = []
    for kind in tokens.DEVICE_WORDS:
        recorded = standing.get(kind)
        if heard:
            word = live.get(kind)
            view = DeviceView(kind, word.state, word.code, word.ja) if word is not None else DeviceView(kind, "")
        elif recorded is not None:
            state = "" if recorded.state is DeviceState.OFF else recorded.state.value
            view = DeviceView(kind, state, recorded.code)
        else:
            view = DeviceView(kind, "")
        if kind in tokens.SOMETIMES and not view.state:
            continue
        if view.state == "ready" and not view.code and scarce.intersection(USES.get(kind, ())):
            view = view._replace(
                code=f"{kind}.supply",
                ja="数えた残りが少なくなりました。",
                en="Nearly used up, as counted.",
                remedy_ja="替えを用意し、替えたら数を入れる",
                remedy_en="Have the next ready; enter the count then.",
            )
        elif (words := fault_words(view.code)) is not None:
            view = view._replace(ja=words.ja, en=words.en, remedy_ja=words.remedy_ja)
        if recorded is not None and (recorded.state.value, recorded.code) == (
            view.state.replace("busy", "ready"),
            view.code,
        ):
            view = view._replace(since_ms=recorded.since_ms)
        made.append(view._replace(unsure=kind in unsure, quiet=kind == "voice" and station.booth.sound.quiet))
    return made
