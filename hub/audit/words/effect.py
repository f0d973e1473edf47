"""What devices were to do and whether they did, in the words of an auditor."""

from __future__ import annotations

from hub.audit.words.device import called
from hub.audit.words.said import Said
from hub.domain.devices import effect
from hub.domain.devices.device import TRIES

EFFECTS = {
    "ticket": Said("番号札の印刷", "printing the ticket"),
    "reprint": Said("番号札の再印刷", "printing the ticket again"),
    "display": Said("呼出表示", "showing the number"),
    "voice": Said("音声の案内", "the announcement"),
    **{try_: Said(f"{called(kind)[0]}の試し", f"trying {called(kind)[1]}") for kind, try_ in TRIES.items()},
}

EFFECT_STATES = {
    effect.EffectState.DUE: Said("未実行", "due"),
    effect.EffectState.DONE: Said("済", "done"),
    effect.EffectState.FAILED: Said("失敗", "failed"),
    effect.EffectState.UNSURE: Said("未確認", "unsure"),
    effect.EffectState.OFF: Said("機器なし", "no device"),
}


def sentence(event: effect.EffectEvent) -> Said:
    """What became of effects."""
    match event:
        case effect.EffectsReported():
            parts = [(one.entry, _named(one.kind), EFFECT_STATES[one.state]) for one in event.outcomes]
            if not parts:
                return Said("機器の結果の報告（なし）", "a report of no device outcome")
            return Said(
                "、".join(f"{kind.ja}（項目 {entry}）：{state.ja}" for entry, kind, state in parts),
                "; ".join(f"{kind.en} (entry {entry}): {state.en}" for entry, kind, state in parts),
            )
        case effect.EffectSettled():
            kind = _named(event.effect)
            return Said(
                f"{kind.ja}（項目 {event.entry}）は{'済んでいた' if event.came_out else '済んでいなかった'}と確かめた",
                f"{kind.en} (entry {event.entry}) was found {'done' if event.came_out else 'not done'}",
            )
        case effect.EffectRepeated():
            kind = _named(event.effect)
            return Said(
                f"{event.number} の{kind.ja}（項目 {event.entry}）をもう一度行った",
                f"{kind.en} (entry {event.entry}) for {event.number} was repeated",
            )


def _named(kind: str) -> Said:
    return EFFECTS.get(kind, Said(kind, kind))
