"""Refusals' sentences: sound."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "sound.quiet_already": Sentence(
        "この会場はもう音を止めています。", "そのまま使えます", "It is quiet already.", "Nothing to do."
    ),
    "sound.heard_already": Sentence(
        "この会場はもう音が出ます。", "そのまま使えます", "Calls sound already.", "Nothing to do."
    ),
    "queue.fetched_already": Sentence(
        "{number} はもうその呼び方です。",
        "そのまま使えます",
        "{number} is called so already.",
        "Nothing to do.",
    ),
}
