"""Refusals' sentences: who may do it."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "role.not_allowed": Sentence(
        "{person} さんの役割ではできません（{need}）。",
        "できる人に代わってください（Ctrl+L）",
        "{person} may not do this ({need}).",
        "Ask someone who may (Ctrl+L).",
    ),
    "role.city_by_notice": Sentence(
        "「{step}」は市の職員だけができます。",
        "根拠 {basis}。市に依頼してください",
        'Only city staff may do "{step}".',
        "By {basis}: ask the city.",
    ),
    "role.city_only": Sentence(
        "市の職員だけができる手続です。",
        "市の窓口へ引き継いでください（本人確認の依頼）",
        "Only city staff may do this.",
        "Hand it to the city desk.",
    ),
}
