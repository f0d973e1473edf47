"""Refusals' sentences: signatures on paper that are entered later."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "paper.other_manifest": Sentence(
        "この引渡しの紙ではありません（目録の指紋が違います）。",
        "紙の右上の指紋を、はじめから8けた以上読んでください",
        "This is not this transfer's paper: the manifest's digits differ.",
        "Read at least the first eight digits at the paper's top right.",
    ),
    "paper.counter": Sentence(
        "契約の一覧にない窓口です。",
        "紙を受けた市の窓口を一覧からえらんでください",
        "That counter is not one of the contract's.",
        "Choose from the list which of the city's counters took it.",
    ),
    "paper.ours": Sentence(
        "こちらの人の署名は、受領になりません。",
        "市か運送の人が署名した紙を入れてください",
        "A signature of one of us is no receipt.",
        "Enter a paper that the city or the courier signed.",
    ),
    "paper.time": Sentence(
        "紙の署名の時刻が、引渡しや到着より前か、これから先です。",
        "紙にある日時を見直してください",
        "The paper's time is before the offer or the arrival, or still to come.",
        "Look at the date and time on the paper again.",
    ),
    "paper.differs": Sentence(
        "1人目が読んだ窓口か時刻と違います。",
        "2人で紙を見てください。1人目の誤りなら管理者が F9-7 で取り消します",
        "The first person read another counter or time.",
        "Look at the paper together; if the first was wrong, the manager strikes it (F9-7).",
    ),
    "paper.entered_already": Sentence(
        "この紙は、もう2人が入力しています。",
        "市が端末で署名するのを待ってください",
        "Two people have entered this paper already.",
        "Wait until the city signs on its own machine.",
    ),
    "paper.city_counts": Sentence(
        "市が自分の端末で数え、食い違いが出ています。",
        "紙ではなく、市の端末の署名で終えてください",
        "The city has counted on its own machine, and found otherwise.",
        "Finish with the city's signature there, not with paper.",
    ),
    "paper.none": Sentence(
        "取り消す紙の受領がありません。",
        "引渡しの一覧を見てください",
        "There is no paper to strike.",
        "Look at the list of transfers.",
    ),
    "paper.stands": Sentence(
        "紙で受領されています。箱はもう相手にあります。",
        "読み違いなら、管理者が先に紙の受領を取り消してください（F9-7）",
        "A paper says that somebody else has the boxes.",
        "If it was read wrongly, the manager strikes it first (F9-7).",
    ),
}
