"""At most eight sentences, for who knows the images: golden, and at the edges."""

import numpy as np
import pytest
from verdicts import SIX, TWELVE, grid, outcome

from frimcla.verdict_text import verdict_lines, verdict_text


def close():
    """MLP best; RF of the next extractor as good, and cheaper."""
    scores = grid(TWELVE[:3], SIX[:4], repeats=10)
    best = scores["VGG16", "MLP"]
    noise = np.random.default_rng(1).normal(0, 0.002, best.shape)
    scores["VGG19", "RF"] = (best - 0.001 + noise).clip(0, 1)
    return scores


def test_a_study_in_plain_words():
    text = verdict_text(
        outcome(close(), tested=(0.96, 0.902, 0.984), chance=0.005, failed={("X", "Y"): "no"})
    )

    assert text == (
        "Take VGG16 + MLP: expect accuracy 95.0 % (95 % interval 92.0 to 97.5 %) on new images, "
        "about 95 of 100 images right.\n"
        "The table shows 96.6 % for it; that is optimistic by 1.6 points, as the best of "
        "12 pairs.\n"
        "Cheaper to use and hardly worse is VGG19 + RF: the probability that it is worse by more "
        "than 1.0 points is practically 0.\n"
        "VGG16 + RF and VGG16 + LR are undecided: more repeats would hardly decide, more images "
        "might; 8 pairs are worse.\n"
        "On 100 images kept until the end, VGG16 + MLP got accuracy 96.0 % (95 % interval 90.2 to "
        "98.4 %).\n"
        "An answer without skill gets 50.0 %; p = 0.005 against shuffled classes.\n"
        "X + Y failed.\n"
    )


def test_everything_at_once_is_eight_lines():
    lines = verdict_lines(
        outcome(
            close() | {("HSV", "KNN"): close()["VGG16", "RF"]},
            tested=(0.96, 0.9, 0.98),
            chance=0.01,
            controls=["HSV"],
            failed={("X", "Y"): "no"},
        )
    )

    assert len(lines) == 8
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.91, "about 9 of 10 images right"),
        (0.89, "about 9 of 10 images right"),
        (0.95, "about 95 of 100 images right"),
        (0.63, "about 63 of 100 images right"),
        (0.999, ""),
        (1.0, ""),
        (0.0, ""),
        (0.004, ""),
    ],
)
def test_a_share_is_told_in_images(value, words):
    first, *_ = verdict_lines(outcome(grid(), expected=(value, None, None)))

    assert first.endswith(f" on new images{', ' if words else ''}{words}.")


def test_only_accuracy_is_told_in_images():
    first, *_ = verdict_lines(outcome(grid(), metric="balanced_accuracy"))

    assert first.endswith(" on new images.")


def test_lower_is_better():
    first, second, *_, last = verdict_lines(
        outcome(grid(), metric="brier", expected=(0.9, 0.88, 0.92))
    )

    assert first == (
        "Take VGG19 + KNN: expect brier 0.900 (95 % interval 0.880 to 0.920) on new images, where "
        "lower is better."
    )
    assert second == (
        "The table shows 0.870 for it; that is optimistic by 0.030, as the best of 6 pairs."
    )
    assert last == (
        "An answer without skill gets 0.500, and it is not certain that this study found more."
    )


def test_an_interval_that_holds_no_skill_is_told():
    *_, last = verdict_lines(outcome(grid(), expected=(0.6, 0.48, 0.7)))

    assert last.endswith("and it is not certain that this study found more.")


def test_one_pair_was_not_chosen():
    lines = verdict_lines(outcome(grid(TWELVE[:1], SIX[:1])))

    assert lines[1:] == [
        "The table shows 88.8 % for it; it was the only pair, so nothing was chosen.",
        "An answer without skill gets 50.0 %.",
    ]


def test_a_naive_number_that_promised_no_more_is_not_called_optimistic():
    lines = verdict_lines(outcome(grid(), expected=(0.97, 0.95, 0.99)))

    assert lines[1] == (
        "The table shows 96.2 % for it; the best of 6 pairs often looks too good, but here it "
        "does not."
    )


def test_extractors_that_do_not_beat_a_control_are_named():
    beaten = "\n".join(verdict_lines(outcome(grid(TWELVE, SIX), controls=["HSV444"])))
    best = "\n".join(verdict_lines(outcome(grid(), controls=["VGG16"])))

    assert "Beware" not in beaten
    assert (
        "Beware of the control VGG16 + MLP: nothing that costs more was found better; "
        "what tells the classes apart may be something simple."
    ) in best


def test_repeats_that_might_decide_are_named():
    text = verdict_text(outcome(grid(TWELVE[:1], SIX[:2], folds=5)))

    assert "VGG16 + KNN is undecided: repeats = 2 might decide.\n" in text
