"""Refusals' sentences: the face photo."""

from __future__ import annotations

from hub.domain.sentences.sentence import Sentence

SENTENCES = {
    "photo.not_wanted": Sentence(
        "{number} の方のカードには写真がつきません。",
        "写真の画面で「対象外」を選んでください",
        "The card of {number} carries no photo.",
        "Choose 'not applicable' on the photo screen.",
    ),
    "photo.previous_alive": Sentence(
        "前の方（{number}）の写真がまだ残っています。",
        "{number} の写真を終える（消える）まで待ってください",
        "The photo of {number} is still alive.",
        "Wait until {number}'s photo is finished and destroyed.",
    ),
    "photo.alive": Sentence(
        "{number} の写真が残っています。",
        "写真の段を終えるか、F6 で消してください",
        "The photo of {number} is alive.",
        "Finish the photo step, or destroy the picture (F6).",
    ),
    "photo.being_destroyed": Sentence(
        "{number} の写真を消しています。",
        "消えたと出るまで待つ（長いときは機器 F4-6）",
        "The photo of {number} is being destroyed.",
        "Wait until it is gone; if it takes long look at the devices (F4-6).",
    ),
    "photo.not_yet": Sentence(
        "{number} の撮影がまだ終わっていません。",
        "写真が出るまで待ってください",
        "{number} is still being photographed.",
        "Wait for the picture.",
    ),
    "photo.order": Sentence(
        "{number} は前の方の写真がまだです（順番に撮ります）。",
        "前の方の手続で写真を終えるか対象外にする",
        "Somebody of {number} comes first: one person after the other.",
        "Finish or exempt the photo of the earlier visit.",
    ),
    "photo.unknown_shot": Sentence(
        "その写真はもうありません。",
        "いまの画面を見て続けてください",
        "There is no such picture any more.",
        "Go on from what the screen shows.",
    ),
    "photo.none": Sentence(
        "「{step}」の写真がありません。",
        "写真の画面（F4-3）で撮ってください",
        "There is no picture for {step}.",
        "Take it on the photo screen (F4-3).",
    ),
    "photo.unconfirmed": Sentence(
        "{number} の写真は本人がまだ認めていません。",
        "本人に画面を見てもらい、印をつけて Enter",
        "The applicant {number} has not accepted the picture.",
        "Let the applicant look, tick both, press Enter.",
    ),
    "photo.confirmed_already": Sentence(
        "{number} の写真は本人が認めています。",
        "Enter で写真の段を終えてください",
        "The picture of {number} is accepted already.",
        "End the photo step with Enter.",
    ),
    "photo.check_failed": Sentence(
        "規格に合わない点がある写真です。次へ進めません。",
        "F6 で撮り直す（事情があるときは F9-7）",
        "The picture is outside the rule.",
        "Take another (F6); for a good reason use F9-7.",
    ),
    "photo.ticks_missing": Sentence(
        "本人の確認と了解に印がありません。",
        "画面を見てもらい、1 と 2 に印をつける",
        "The applicant's two ticks are missing.",
        "Let the applicant look, then tick 1 and 2.",
    ),
    "photo.nothing_to_except": Sentence(
        "{number} の写真に例外のいる点はありません。",
        "そのまま本人の確認へ進んでください",
        "Nothing stands against the picture of {number}.",
        "Go on with the applicant's confirmation.",
    ),
    "photo.reason": Sentence("理由がいります。", "理由を選んでください", "A reason is needed.", "Choose a reason."),
    "photo.no_exemption": Sentence(
        "「{step}」はその理由では対象外にできません。",
        "契約にある理由を選んでください",
        "{step} cannot be left out for that reason.",
        "Choose a reason of the contract.",
    ),
    "photo.not_doomed": Sentence(
        "{number} の写真はまだ使われています。",
        "写真の段を終えるか、F6 で撮り直す",
        "The picture of {number} is still in use.",
        "Finish the step or take another (F6).",
    ),
    "photo.not_emptied": Sentence(
        "{number} の写真が消えたと確かめられません。",
        "管理者がカメラの中を見てください",
        "It is not proved that the picture of {number} is gone.",
        "A manager looks into the camera.",
    ),
}
