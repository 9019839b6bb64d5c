"""How far to trust a prediction: each number against one that is counted by hand, or a promise."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
import pytest

from frimcla import trust
from frimcla.errors import BundleError, ConfigError
from frimcla.folds import fold_of
from frimcla.novelty import Novelty, held_out
from frimcla.parallel import one_thread
from frimcla.scoring import Answers
from frimcla.stats.proportions import wilson
from frimcla.trust import Evidence, check_coverage, p_values

CLASSES = ("a", "b")


def drawn(n: int, d: int, seed: int = 0, rank: int = 3) -> np.ndarray:
    """Return features with a few common causes, of very different sizes, ``float32`` (n, d)."""
    rng = np.random.default_rng(seed)
    causes = np.random.default_rng(99).standard_normal((rank, d))
    units = 10.0 ** np.random.default_rng(98).integers(-3, 3, d)
    noise = 0.3 * rng.standard_normal((n, d))
    return ((5 + rng.standard_normal((n, rank)) @ causes + noise) * units).astype(np.float32)


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """As in a study; many cores are slow where matrices are small."""
    with one_thread():
        yield


@pytest.fixture
def evidence() -> Evidence:
    """Ten images of each class: certainties .50, .55, ... .95 of the true one."""
    own = np.arange(10) / 20 + 0.5
    probabilities = np.concatenate(
        [np.stack([own, 1 - own], axis=1), np.stack([1 - own, own], axis=1)]
    ).astype(np.float32)
    truth = np.repeat([0, 1], 10)
    features = drawn(20, 4)
    answers = Answers(
        truth=np.array(CLASSES)[truth],
        predicted=np.array(CLASSES)[truth],
        probabilities=probabilities,
        classes=np.array(CLASSES),
    )
    return Evidence.of(answers, features, np.tile([0, 1], 10))


def judged(evidence: Evidence, own: float, coverage: float = 0.9) -> trust.Trust:
    """Judge one image that is "a" with this probability."""
    probabilities = np.array([[own, 1 - own]], np.float32)
    return next(evidence.judge(np.array([0]), probabilities, drawn(1, 4, 7), coverage))


def test_a_p_value_is_a_rank() -> None:
    known = np.array([1.0, 2.0, 3.0, 4.0])

    assert p_values(known, np.array([0.0, 2.0, 3.5, 9.0])).tolist() == [1, 0.8, 0.4, 0.2]


@pytest.mark.parametrize(
    ("own", "coverage", "candidates"),
    [
        (0.97, 0.9, ("a",)),
        (0.50, 0.9, ("a", "b")),  # ranks 11 of 11 in both classes
        (0.52, 0.9, ("a",)),  # "b" with .48: less than all ten images, p = 1 / 11 < .1
        (0.52, 0.95, ("a", "b")),  # and more than .05
        (0.45, 0.9, ("b",)),
        (0.52, 0.8, ()),  # "a": one image of ten has less, p = 2 / 11 < .2
    ],
)
def test_candidates_are_the_classes_whose_own_images_get_no_more(
    evidence: Evidence, own: float, coverage: float, candidates: tuple[str, ...]
) -> None:
    assert judged(evidence, own, coverage).candidates == candidates


def test_the_same_image_has_the_same_set(evidence: Evidence) -> None:
    assert judged(evidence, 0.6) == judged(evidence, 0.6)


def test_right_is_the_share_among_the_images_nearest_in_certainty() -> None:
    n = 300
    sure = np.linspace(0.5, 0.999, n)
    truth = (np.arange(n) < 150) * (np.arange(n) % 2)  # half of the unsure ones are wrong
    probabilities = np.stack([sure, 1 - sure], axis=1).astype(np.float32)
    found = Evidence(
        classes=CLASSES,
        truth=truth.astype(np.int16),
        predicted=np.zeros(n, np.int16),
        probabilities=probabilities,
        distances=np.ones(n, np.float32),
        novelty=Novelty.fit(drawn(20, 4), np.zeros(20)),
    )

    unsure, certain = judged(found, 0.5), judged(found, 0.999)

    assert (unsure.right, unsure.of) == (0.5, 60)
    assert (unsure.low, unsure.high) == wilson(30, 60)
    assert (certain.right, certain.of) == (1, 60)


def test_without_probabilities_there_is_familiarity_alone(evidence: Evidence) -> None:
    mute = np.full((20, 2), np.nan, np.float32)
    found = next(
        attrs.evolve(evidence, probabilities=mute).judge(
            np.array([0]), mute[:1], drawn(1, 4, 7), 0.9
        )
    )

    assert (found.candidates, found.of) == (None, 0)
    assert np.isnan([found.right, found.low, found.high]).all()
    assert 0 < found.familiarity <= 1


def test_other_features_than_those_of_the_study_are_refused(evidence: Evidence) -> None:
    with pytest.raises(BundleError, match="is of 4 features, and here are 5"):
        next(evidence.judge(np.array([0]), np.ones((1, 2)), drawn(1, 5), 0.9))


@pytest.mark.parametrize("coverage", [0.5, 1, 0, -1, 90, float("nan")])
def test_a_coverage_that_is_none_is_refused(coverage: float) -> None:
    with pytest.raises(ConfigError, match=r"must lie between 0\.5 and 1, both excluded"):
        check_coverage(coverage)


@pytest.mark.parametrize(("n", "d"), [(60, 3), (60, 20), (60, 300)])
def test_images_like_those_of_training_are_called_unlike_as_often_as_is_said(
    n: int, d: int
) -> None:
    alarms, strange = [], []
    for seed in range(10):
        features, labels = drawn(2 * n, d, seed), np.arange(2 * n) % 2
        learnt, kept = features[:n], features[n:]
        folds = fold_of(labels[:n], np.arange(n), np.arange(n), 5, seed)
        distances = held_out(learnt, labels[:n], folds)
        novelty = Novelty.fit(learnt, labels[:n])
        alarms.append((p_values(distances, novelty.distances(kept)) < 0.05).mean())
        other = kept[:, ::-1]
        strange.append((p_values(distances, novelty.distances(other)) < 0.05).mean())

    assert 0.02 <= np.mean(alarms) <= 0.08
    assert np.mean(strange) > 0.95


@pytest.mark.parametrize("features", [np.zeros((30, 5)), np.ones((30, 1)), np.eye(30)])
def test_features_that_say_little_still_give_distances(features: np.ndarray) -> None:
    novelty = Novelty.fit(features.astype(np.float32), np.arange(30) % 3)

    far = novelty.distances(np.full((2, features.shape[1]), 1e30, np.float32))

    assert np.isfinite(novelty.distances(features.astype(np.float32))).all()
    assert np.isfinite(far).all()


def test_a_record_is_read_back_as_it_was(evidence: Evidence) -> None:
    found = trust.unpack(trust.pack(evidence), CLASSES, 20)

    assert trust.pack(found) == trust.pack(evidence)
    assert judged(found, 0.7) == judged(evidence, 0.7)


def test_no_row_of_a_record_can_be_told_to_be_of_a_certain_image(evidence: Evidence) -> None:
    rows = list(zip(evidence.truth, evidence.distances, strict=True))

    assert rows == sorted(rows)
