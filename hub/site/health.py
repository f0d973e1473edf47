"""What the health page says of a running hub: for people and monitors, without names and personal data."""

from __future__ import annotations

from collections import Counter

from hub.domain.day.day import RULES
from hub.site.devices.loop_watch import LoopWatch
from hub.site.peers import Peers
from hub.site.scribe import Scribe
from sync.messages import Status


def health(scribe: Scribe, status: Status, peers: Peers, loop_watch: LoopWatch | None) -> dict[str, object]:
    """The page as it is written in JSON; `loop` (with --watch-loop) is since the page was last asked for."""
    booth, party = scribe.booth, scribe.party
    return {
        "hub": party.name,
        "site": party.deployment.site,
        "training": party.deployment.training,
        "rules": RULES,
        "boot": scribe.boot,
        "at_ms": status.at_ms,
        "entries": scribe.size,
        "epoch": scribe.epoch,
        "refusing": "" if scribe.refusing is None else scribe.refusing.code,
        "phase": booth.day.phase.value,
        "date": booth.day.date,
        "terminals": sum(follower.link.peer.kind == "terminal" for follower in peers.followers),
        "desks": len(peers.desk_links),
        "devices": {word.device: word.state for word in status.devices},
        "effects_open": dict(Counter(held.state.value for held in booth.effects.open.values())),
        "kept": status.kept,
        "office": {"connected": status.uplink, "acknowledged": status.office},
        "city": status.city,
        **({} if loop_watch is None else {"loop": loop_watch.take()}),
    }
