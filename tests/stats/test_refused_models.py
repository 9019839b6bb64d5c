"""The same of finished models, of the chosen one, and of whole rows."""

from __future__ import annotations

from functools import partial as p

import numpy as np
import pytest

from frimcla.stats import (
    bbc,
    delong,
    effects,
    matched,
    nested,
    proportions,
    selecting,
    wording,
)
from frimcla.stats.classic import classic
from frimcla.stats.strict import strict

good = np.arange(12).reshape(4, 3) / 12
hole = np.where(good == good[2, 1], np.nan, good)
yes = [0, 1, 0, 1]

REFUSED = [
    (p(matched.mcnemar, -1, 2), "McNemar: whole counts of 0 or more are asked, not -1"),
    (p(matched.mcnemar, 1, 2.5), "McNemar: whole counts of 0 or more are asked, not 2.5"),
    (p(matched.mcnemar, 1, np.inf), "McNemar: whole counts of 0 or more are asked, not inf"),
    (p(matched.discordant, [0, 1], [1]), "McNemar: both on the same images, not 2 and 1"),
    (p(matched.discordant, [0, 2], [1, 1]), "first: 0 or 1 is asked, at (1,) is 2"),
    (
        p(matched.cochrans_q, [0, 1]),
        "correct: 2 axes and one value at least are asked, the shape is (2,)",
    ),
    (p(matched.cochrans_q, [[0, 0.5]]), "correct: 0 or 1 is asked, at (0, 1) is 0.5"),
    (p(matched.cochrans_q, [["a", "b"]]), "correct: 0 or 1 is asked, at (0, 0) is a"),
    (p(matched.cochrans_q, [[0], [1]]), "Cochran's Q: 2 models or more are asked, there is 1"),
    (p(delong.delong, yes, [1, 2, 3], [1, 2, 3]), "DeLong: 4 images have scores of 3 and 3"),
    (p(delong.delong, yes, [1, 2, 3, 4], [1, 2]), "DeLong: 4 images have scores of 4 and 2"),
    (
        p(delong.delong, [0, 1, 1, 1], yes, yes),
        "DeLong: 2 images of either class or more are asked, there are 3 positive and 1 negative",
    ),
    (
        p(delong.delong, yes, yes, yes, confidence=1),
        "confidence: between 0 and 1, without both, is asked, not 1",
    ),
    (
        p(bbc.bbc_cv, bbc.means(good), good.shape[1], range(4), bbc.every(3)),
        "BBC-CV: draws of 4 units, not of 3",
    ),
    (
        p(
            bbc.bbc_cv,
            bbc.means(good),
            good.shape[1],
            [0] * 4,
            bbc.Draws(1, np.ones(1), lambda: iter(np.ones((1, 1), int))),
        ),
        "BBC-CV: no bootstrap sample could be scored: too few rows or classes",
    ),
    (p(bbc.means, hole), "scores: finite numbers are asked, at (2, 1) is nan"),
    (
        p(bbc.sampled, 1, seed=0),
        "bootstrap: 2 units and 1 sample or more are asked, there are 1 and 1000",
    ),
    (p(bbc.every, 9), "all bootstrap samples: 2 to 8 units, not 9"),
    (
        p(nested.combine, [[1, 2, 3]], [1, 2], n=4, folds=3),
        (
            "nested CV: pivots (m, 2), 3 folds or more and as many images are asked, not (1, "
            "3), 3 and 4"
        ),
    ),
    (
        p(nested.combine, [[1, 2]], [1, 2], n=4, folds=2),
        (
            "nested CV: pivots (m, 2), 3 folds or more and as many images are asked, not (1, "
            "2), 2 and 4"
        ),
    ),
    (
        p(nested.combine, [[1, 2]], [1, 2], n=4, folds=3, cv_means=[np.nan]),
        "cv_means: finite numbers are asked, at (0,) is nan",
    ),
    (
        p(nested.pivots_of, good, [1, 2], [0, 1]),
        (
            "nested CV: inner (n, K), outer (n,) and folds (n,) of 0 to K - 1 are asked, not "
            "(4, 3), (2,) and (2,) to 1"
        ),
    ),
    (
        p(nested.pivots_of, good, [1, 2, 3, 4], [0, 0, 1, 2]),
        "nested CV: fold 1 has 1 images, 2 or more are asked",
    ),
    (
        p(nested.pivots_of, hole[:, :2], [1, 2, 3, 4], [0, 0, 0, 1]),
        "nested CV: fold 1 has 1 images, 2 or more are asked",
    ),
    (
        p(nested.pivots_of, hole[:, :2], [1, 2, 3, 4], [1, 1, 0, 0]),
        "inner errors without fold 1: finite numbers are asked, at (0,) is nan",
    ),
    (p(proportions.wilson, 5, 4), "a share: 0 to n of n images, n of 1 or more, not 5 of 4"),
    (
        p(proportions.clopper_pearson, 0, 0),
        "a share: 0 to n of n images, n of 1 or more, not 0 of 0",
    ),
    (
        p(selecting.expected_maximum, 0, 1),
        (
            "expected maximum: images and candidates of 1 or more and p from 0 to 1 are "
            "asked, not 0, 1 and 0.5"
        ),
    ),
    (
        p(selecting.one_standard_error, [1, 2], [1], [1, 1]),
        (
            "one standard error: means, errors and costs of the same candidates are asked, "
            "there are 2, 1 and 2"
        ),
    ),
    (
        p(selecting.one_standard_error, [1], [-1], [1]),
        "standard errors: 0 or more is asked, not -1",
    ),
    (
        p(effects.cohen_d, [1, 1], [1, 1], confidence=1),
        "confidence: between 0 and 1, without both, is asked, not 1",
    ),
    (p(effects.hedges_g, 1, [1, 2]), "first: one axis is asked, there are 0: give (n,)"),
    (
        p(effects.rank_biserial, [1, 2], [1, 2], confidence=1),
        "confidence: between 0 and 1, without both, is asked, not 1",
    ),
    (p(wording.cell, []), "scores: 1 or more are asked, there are 0"),
    (p(classic, good, "AB"), "names: 3 different names, one per column, are asked: ['A', 'B']"),
    (
        p(classic, good, "ABA"),
        "names: 3 different names, one per column, are asked: ['A', 'B', 'A']",
    ),
    (p(classic, good, "ABC", alpha=0), "alpha: between 0 and 1, without both, is asked, not 0"),
    (p(strict, good[:1], "ABC", ratio=1), "scores: 2 blocks (rows) or more are asked, there are 1"),
    (p(strict, good, "ABC", ratio=1, repeats=3), "repeats: 4 folds are not 3 equal repeats"),
    (
        p(strict, good, "ABC", ratio=1, repeats=4),
        "repeats: 2 folds or more in each are asked, there are 1",
    ),
    (
        p(strict, good, "ABC", ratio=-1),
        "ratio: test over training images, 0 or more, is asked, not -1",
    ),
    (p(strict, good, "ABC", ratio=1, rope=-1), "rope: 0 or more is asked, not -1"),
]


@pytest.mark.parametrize(("call", "sentence"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_it_is_refused_in_one_sentence(call, sentence) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        call()

    assert str(caught.value) == sentence
