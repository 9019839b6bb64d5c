"""Bad input is refused in one sentence that names the place, the rule and the value."""

from __future__ import annotations

from functools import partial as p

import numpy as np
import pytest

from frimcla.stats import (
    aligned,
    all_pairs,
    anova,
    assumptions,
    bayes,
    corrected,
    critical,
    five_by_two,
    friedman,
    multiplicity,
    paired,
    quade,
)

good = np.arange(12).reshape(4, 3) / 12
hole = np.where(good == good[2, 1], np.nan, good)
yes = [0, 1, 0, 1]

REFUSED = [
    (
        p(friedman.friedman, [1, 2]),
        "scores: blocks x candidates are asked, two axes, not 1: give (n, k)",
    ),
    (p(friedman.friedman, [[1, 2]]), "scores: 2 blocks (rows) or more are asked, there are 1"),
    (p(quade.quade, [[1], [2]]), "scores: 2 candidates (columns) or more are asked, there are 1"),
    (p(aligned.aligned, hole), "scores: finite numbers are asked, at (2, 1) is nan"),
    (
        p(anova.oneway, good * 1e150),
        (
            "scores: the largest is asked to be 0 or between 1e-100 and 1e+100, not "
            "9.16667e+149: squares of such numbers are lost; give them in another unit"
        ),
    ),
    (
        p(anova.repeated, good * 1e-150),
        (
            "scores: the largest is asked to be 0 or between 1e-100 and 1e+100, not "
            "9.16667e-151: squares of such numbers are lost; give them in another unit"
        ),
    ),
    (
        p(assumptions.brown_forsythe, good[:2]),
        "scores: 3 blocks (rows) or more are asked, there are 2",
    ),
    (p(assumptions.shapiro, [1, 2]), "Shapiro-Wilk: 3 values or more are asked, there are 2"),
    (
        p(assumptions.shapiro, [1, 2, np.inf]),
        "Shapiro-Wilk: finite numbers are asked, at (2,) is inf",
    ),
    (
        p(anova.oneway_of_summary, [1, 2], [1], 5),
        (
            "one-way: as many means as deviations of 0 or more, and n of 2 or more, are "
            "asked, not 2, 1 from 1, and n = 5"
        ),
    ),
    (
        p(anova.oneway_of_summary, [1, 2], [1, -1], 5),
        (
            "one-way: as many means as deviations of 0 or more, and n of 2 or more, are "
            "asked, not 2, 2 from -1, and n = 5"
        ),
    ),
    (
        p(anova.oneway_of_summary, [1, 2], [1, 1], 1),
        (
            "one-way: as many means as deviations of 0 or more, and n of 2 or more, are "
            "asked, not 2, 2 from 1, and n = 1"
        ),
    ),
    (
        p(critical.nemenyi, 1, 10),
        "mean ranks: 2 candidates and 1 block or more are asked, there are 1 and 10",
    ),
    (
        p(critical.nemenyi_p, 1.0, 3, 0),
        "mean ranks: 2 candidates and 1 block or more are asked, there are 3 and 0",
    ),
    (
        p(critical.bonferroni_dunn, 1, 10),
        "mean ranks: 2 candidates and 1 block or more are asked, there are 1 and 10",
    ),
    (p(critical.nemenyi, 3, 10, alpha=1), "alpha: between 0 and 1, without both, is asked, not 1"),
    (p(multiplicity.holm, [0.1, 1.5]), "p values: between 0 and 1 is asked, at 1 is 1.5"),
    (p(multiplicity.li, [-0.1]), "p values: between 0 and 1 is asked, at 0 is -0.1"),
    (p(multiplicity.finner, []), "p values: 1 or more are asked, there are 0"),
    (p(multiplicity.hochberg, [[0.1]]), "p values: one axis is asked, there are 2: give (n,)"),
    (
        p(multiplicity.bonferroni, [0.1, np.nan]),
        "p values: finite numbers are asked, at (1,) is nan",
    ),
    (p(all_pairs.shaffer, [0.1, 0.2]), "all pairs: k (k - 1) / 2 p values are asked, there are 2"),
    (
        p(all_pairs.bergmann_hommel, [0.1] * 55),
        "Bergmann-Hommel: 10 candidates at most, not 11: use shaffer",
    ),
    (p(paired.paired_t, [1], [1]), "first: 2 or more are asked, there are 1"),
    (p(paired.wilcoxon, [1, 2], [[1, 2]]), "second: one axis is asked, there are 2: give (n,)"),
    (
        p(paired.wilcoxon_normal, [1, 2, 3], [1, 2]),
        "paired scores: 3 of the first and 2 of the second: give one pair per fold",
    ),
    (
        p(paired.independent_t, [1, 2], [1, np.nan]),
        "second: finite numbers are asked, at (1,) is nan",
    ),
    (p(corrected.corrected_t, [1], ratio=0.1), "differences: 2 or more are asked, there are 1"),
    (
        p(corrected.corrected_t, [1, 2], ratio=-0.1),
        "ratio: test over training images, 0 or more, is asked, not -0.1",
    ),
    (
        p(corrected.corrected_t, [1, 2], ratio=np.inf),
        "ratio: test over training images, 0 or more, is asked, not inf",
    ),
    (
        p(corrected.corrected_t, [1, 2], ratio=0.1, confidence=0),
        "confidence: between 0 and 1, without both, is asked, not 0",
    ),
    (p(five_by_two.dietterich_t, good), "5 x 2: differences of shape (5, 2) are asked, not (4, 3)"),
    (p(five_by_two.alpaydin_f, good), "5 x 2: differences of shape (5, 2) are asked, not (4, 3)"),
    (p(bayes.correlated_t, [1, 2], rho=1), "rho: 0 or more and below 1 is asked, not 1"),
    (p(bayes.correlated_t, [1, 1], rho=0, rope=-1), "rope: 0 or more is asked, not -1"),
    (
        p(bayes.correlated_t, [1, 1], rho=0, confidence=2),
        "confidence: between 0 and 1, without both, is asked, not 2",
    ),
    (p(bayes.sign, [1], rope=np.nan), "rope: 0 or more is asked, not nan"),
    (
        p(bayes.sign, [1], prior_strength=-1),
        (
            "prior: a strength of 0 or more at one of worse, equivalent, better is asked, "
            "not -1 at equivalent"
        ),
    ),
    (
        p(bayes.sign, [1], prior_place="rope"),
        (
            "prior: a strength of 0 or more at one of worse, equivalent, better is asked, "
            "not 1 at rope"
        ),
    ),
]


@pytest.mark.parametrize(("call", "sentence"), REFUSED, ids=[str(i) for i in range(len(REFUSED))])
def test_it_is_refused_in_one_sentence(call, sentence) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        call()

    assert str(caught.value) == sentence
