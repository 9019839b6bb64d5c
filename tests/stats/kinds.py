"""What `frimcla.stats` finds for the inputs of each kind of known answer, under their names.

A kind may give more than a case expects; what a case expects and a kind does not give has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from frimcla.stats import (
    aligned,
    all_pairs,
    anova,
    assumptions,
    bayes,
    bbc,
    corrected,
    critical,
    delong,
    effects,
    five_by_two,
    friedman,
    matched,
    multiplicity,
    nested,
    paired,
    proportions,
    quade,
    selecting,
    wording,
)
from frimcla.stats.classic import classic
from frimcla.stats.strict import strict

Inputs = Mapping[str, Any]
Found = dict[str, Any]
SAMPLES = 20_000
"""Bootstrap samples behind a case that was drawn: its standard error is below .0005."""


def rank(inputs: Inputs) -> Found:
    names = inputs["names"]
    scores = np.array(inputs["scores"]) * (1 if inputs.get("higher_is_better", True) else -1)
    n, k = scores.shape
    plain, tied = friedman.friedman(scores, ties=False), friedman.friedman(scores)
    f, f_tied = friedman.iman_davenport(scores, ties=False), friedman.iman_davenport(scores)
    ranks, line = friedman.mean_ranks(scores), aligned.aligned(scores)
    raw = friedman.rank_pairs(scores)
    control = wording.best(names, -ranks)
    rest = [one for one in range(k) if one != control]
    found = {
        "mean_ranks": dict(zip(names, ranks, strict=True)),
        "friedman_chi2_no_ties": plain.statistic,
        "friedman_p_no_ties": plain.p,
        "friedman_chi2_tie_corrected": tied.statistic,
        "friedman_p_tie_corrected": tied.p,
        "iman_davenport_F": f.statistic,
        "iman_davenport_p": f.p,
        "iman_davenport_F_tie_corrected": f_tied.statistic,
        "iman_davenport_p_tie_corrected": f_tied.p,
        "kendall_W_tie_corrected": friedman.kendalls_w(scores),
        "aligned_T": line.statistic,
        "aligned_p": line.p,
        "quade_F": quade.quade(scores).statistic,
        "quade_p": quade.quade(scores).p,
        "nemenyi_CD_005": critical.nemenyi(k, n, alpha=0.05),
        "nemenyi_CD_010": critical.nemenyi(k, n, alpha=0.10),
        "bonferroni_dunn_CD_005": critical.bonferroni_dunn(k, n, alpha=0.05),
        "pairwise_friedman_raw_p": _by_pair(names, raw),
        "pairwise_aligned_raw_p": _by_pair(names, aligned.aligned_pairs(scores)),
        "pairwise_quade_raw_p": _by_pair(names, quade.quade_pairs(scores)),
        "control": names[control],
    }
    flat = np.array([raw[pair] for pair in combinations(range(k), 2)])
    for name, adjust in (*ADJUST.items(), *ALL_PAIRS.items()):
        told = dict(zip(_by_pair(names, raw), adjust(flat), strict=True))
        found[f"pairwise_{'nemenyi_bonferroni' if name == 'bonferroni' else name}"] = told
    against = {"raw_p": lambda p: p, **ADJUST}
    for name, adjust in against.items():
        told = dict(zip([names[one] for one in rest], adjust(raw[control][rest]), strict=True))
        found[f"control_{'bonferroni_dunn' if name == 'bonferroni' else name}"] = told
    return found


def analysis_of_variance(inputs: Inputs) -> Found:
    names, scores = inputs["names"], np.array(inputs["scores"])
    one, rm = anova.oneway(scores), anova.repeated(scores)
    pairs = list(combinations(range(len(names)), 2))
    raw = [paired.paired_t(scores[:, a], scores[:, b]).p for a, b in pairs]
    labels = [f"{names[a]} vs {names[b]}" for a, b in pairs]
    return {
        "oneway_F": one.statistic,
        "oneway_p": one.p,
        "oneway_df": one.df,
        "eta2": one.eta2,
        "omega2": one.omega2,
        "rm_F": rm.statistic,
        "rm_df": rm.df,
        "rm_p": rm.p,
        "gg_eps": rm.epsilons.greenhouse_geisser,
        "gg_p": rm.p_greenhouse_geisser,
        "hf_eps": rm.epsilons.huynh_feldt,
        "hf_p": rm.p_huynh_feldt,
        "partial_eta2": rm.partial_eta2,
        "gen_eta2": rm.generalized_eta2,
        "shapiro_pooled_W_p": assumptions.shapiro(scores),
        "shapiro_within_group_residual_W_p": assumptions.shapiro(
            assumptions.within_residuals(scores)
        ),
        "shapiro_rm_residual_W_p": assumptions.shapiro(assumptions.residuals(scores)),
        "levene_median_W_p": assumptions.brown_forsythe(scores),
        "paired_t_raw_p": dict(zip(labels, raw, strict=True)),
        "paired_t_holm": dict(zip(labels, multiplicity.holm(raw), strict=True)),
        "stac_bonferroni_ONE_sided_adj_p": _by_pair(
            names, anova.pooled_pairs(scores, one_sided=True)
        ),
        "bonferroni_pooled_two_sided_adj_p": _by_pair(names, anova.pooled_pairs(scores)),
    }


def many(inputs: Inputs) -> Found:
    names, raw = list(inputs["raw_p"]), np.array(list(inputs["raw_p"].values()))
    found = {name: adjust(raw) for name, adjust in ADJUST.items()}
    k = inputs.get("k")
    if k:  # names are "i-j": all pairs, in whatever order
        labels = sorted({part for name in names for part in name.split("-")}, key=_numeric)
        places = {frozenset(name.split("-")): place for place, name in enumerate(names)}
        order = [places[frozenset(pair)] for pair in combinations(labels, 2)]
        for name, adjust in ALL_PAIRS.items():
            found[name] = np.empty_like(raw)
            found[name][order] = adjust(raw[order])
    return {name: dict(zip(names, adjusted, strict=True)) for name, adjusted in found.items()}


def pair(inputs: Inputs) -> Found:
    x, y = np.array(inputs["x"]), np.array(inputs["y"])
    exact, (normal, z) = paired.wilcoxon(x, y), paired.wilcoxon_normal(x, y)
    found: Found = {
        "t_paired": paired.paired_t(x, y)[:2],
        "t_independent_frimcla": paired.independent_t(x, y)[:2],
        "effects": {
            "cohen_d_pooled": effects.cohen_d(x, y).value,
            "hedges_g_exactJ": effects.hedges_g(x, y).value,
            "d_z": effects.cohen_dz(x, y).value,
            "d_av": effects.cohen_dav(x, y),
            "cliff_delta": effects.cliff_delta(x, y).value,
            "A12": effects.a12(x, y).value,
            "matched_rank_biserial": effects.rank_biserial(x, y).value,
        },
        "wilcoxon_exact": {"W_plus": exact.plus, "n_nonzero": exact.n, "p_exact": exact.p},
        "wilcoxon_demsar_zsplit": {
            "R_plus": normal.plus,
            "R_minus": normal.minus,
            "T": min(normal.plus, normal.minus),
            "z": z,
            "p": normal.p,
        },
    }
    if inputs.get("n_train"):
        found["corrected_t"] = _corrected(x - y, _ratio(inputs))
    return found


def correlated(inputs: Inputs) -> Found:
    if "cases" in inputs:
        return {"results": [_degenerate(np.array(case["d"]), inputs) for case in inputs["cases"]]}
    d = np.array(inputs["d"]) if "d" in inputs else np.array(inputs["x"]) - np.array(inputs["y"])
    ratio = _ratio(inputs)
    test = corrected.corrected_t(d, ratio=ratio)
    ropes = {str(rope): _posterior(d, inputs, rope) for rope in (0.0, 0.005, 0.01, 0.02, 0.05)}
    return {
        "corrected_t": _corrected(d, ratio),
        "p_one_sided_right": test.p_greater,
        "p_one_sided_left": 1 - test.p_greater,
        "bayes": {**ropes, **_posterior(d, inputs, inputs.get("rope", 0.01))},
    }


def five_twice(inputs: Inputs) -> Found:
    t = five_by_two.dietterich_t(inputs["differences"])
    f = five_by_two.alpaydin_f(inputs["differences"])
    return {"t": t.statistic, "p_t": t.p, "F": f.statistic, "p_F": f.p}


def mcnemar(inputs: Inputs) -> Found:
    test = matched.mcnemar(inputs["b"], inputs["c"])
    return {
        **{"p_exact": test.p_exact, "p_mid": test.p_mid},
        **{"chi2": test.chi2, "p_chi2": test.p_chi2},
        **{"chi2_cc": test.chi2_corrected, "p_cc": test.p_corrected},
    }


def areas(inputs: Inputs) -> Found:
    test = delong.delong(inputs["y"], inputs["score1"], inputs["score2"])
    return {
        **{"auc": test.auc, "se": test.errors, "cov": test.covariance},
        **{"z": test.statistic, "p": test.p, "ci95": test.intervals},
    }


def bootstrap(inputs: Inputs) -> Found:
    correct = np.array(inputs["correct"])
    units = inputs.get("groups", range(len(correct)))
    count = len(set(units))
    few = count <= bbc.MOST
    draws = bbc.every(count) if few else bbc.sampled(count, samples=SAMPLES, seed=0)
    found = bbc.bbc_cv(bbc.means(correct), correct.shape[1], units, draws)
    return {
        **{"bbc": found.estimate, "naive_best": found.naive, "optimism": found.optimism},
        "ci95_percentile": (found.low, found.high),
    }


def maximum(inputs: Inputs) -> Found:
    best = selecting.expected_maximum(inputs["N"], inputs["C"], p=inputs["p"])
    return {"expected_best": best, "optimism": best - inputs["p"]}


def share(inputs: Inputs) -> Found:
    k, n, confidence = inputs["k"], inputs["n"], 1 - inputs.get("alpha", 0.05)
    return {
        "wilson": proportions.wilson(k, n, confidence=confidence),
        "clopper_pearson": proportions.clopper_pearson(k, n, confidence=confidence),
    }


def cochran(inputs: Inputs) -> Found:
    test = matched.cochrans_q(inputs["correct"])
    return {"Q": test.statistic, "p": test.p, "df": test.df}


def sign(inputs: Inputs) -> Found:
    place = {"rope": "equivalent", "left": "worse", "right": "better"}[inputs["prior_place"]]
    test = bayes.sign(
        inputs["diff"],
        rope=inputs["rope"],
        prior_strength=inputs["prior_strength"],
        prior_place=place,
    )
    return {
        **{"p_left": test.worse, "p_rope": test.equivalent, "p_right": test.better},
        "dirichlet_alpha": test.alpha,
    }


def one_error(inputs: Inputs) -> Found:
    return selecting.one_standard_error(inputs["means"], inputs["ses"], inputs["cost"])._asdict()


def order(inputs: Inputs) -> Found:
    return {"order": wording.ordering(inputs["winner"], map(tuple, inputs["others"]))}


def published(inputs: Inputs) -> Found:
    """Recompute F from printed means and deviations; which printed statistic can be that F?"""
    n, ddof = inputs["n"], inputs["ddof"]
    rows = inputs["rows"].items()
    found = {
        name: anova.oneway_of_summary(row["mean"], row["std"], n, ddof=ddof).statistic
        for name, row in rows
    }
    ranges = {name: _attainable(row["mean"], row["std"], n, ddof) for name, row in rows}
    fits = {
        name: low <= row["published_stat"] <= high
        for (name, row), (low, high) in zip(rows, ranges.values(), strict=True)
    }
    return {
        "oneway_F": found,
        "anova_rows": [name for name, fit in fits.items() if fit],
        "friedman_rows": [name for name, fit in fits.items() if not fit],
    }


def whole_row(inputs: Inputs) -> Found:
    alpha, names = inputs.get("alpha", 0.05), inputs["names"]
    old = classic(inputs["scores"], names, alpha=alpha)
    new = strict(inputs["scores"], names, ratio=_ratio(inputs), alpha=alpha)
    return {
        "frimcla_compat": {
            **{"shapiro_pooled": old.shapiro_pooled, "levene": old.levene},
            **{"parametric": old.parametric, "test": old.test, "stat": old.statistic},
            **{"df": _bare(old.df), "p": old.p, "stars": old.stars, "winner": old.winner},
            **{"adjusted_p_vs_winner": old.adjusted, "order": old.order},
            "mean_std_percent": old.cells,
        },
        "recommended": {
            **{"headline_order_nb": new.order, "shapiro_residual_p": new.shapiro_p},
            **{"levene_p": new.levene_p, "test": new.omnibus.test},
            "branch": "parametric" if new.parametric else "nonparametric",
            **{"stat": new.omnibus.statistic, "df": _bare(new.omnibus.df), "p": new.omnibus.p},
            "effect": {new.omnibus.effect: new.omnibus.size.value},
            **{"stars": new.stars, "best_by_mean": new.winner, "mean_ranks": new.mean_ranks},
            "nb_corrected_holm": {name: one.p for name, one in new.against.items()},
            "wilcoxon_exact_holm": {name: one.p_wilcoxon for name, one in new.against.items()},
            "order": new.order_wilcoxon,
        },
    }


ADJUST: dict[str, Callable[[Any], Any]] = {
    "bonferroni": multiplicity.bonferroni,
    "holm": multiplicity.holm,
    "hochberg": multiplicity.hochberg,
    "finner": multiplicity.finner,
    "li": multiplicity.li,
    "benjamini_hochberg": multiplicity.benjamini_hochberg,
}
ALL_PAIRS = {"shaffer_static": all_pairs.shaffer, "bergmann_hommel": all_pairs.bergmann_hommel}


def combination(inputs: Inputs) -> Found:
    """Combine nested errors, given as R's nestedcv holds them.

    ``pivots`` or ``var_pivots`` (m, 2) and ``errs`` or ``ho_errs``; or, of one repeat,
    ``ho_errors`` (K, K, n / K), entry (i, j) the errors on fold i without folds i and j, with
    ``e_out`` or ``outer_errors`` (K, n / K), those on fold i without fold i.
    """
    folds = int(_first(inputs, "n_folds", "K", "k_folds", "k"))
    if _first(inputs, "ho_errors", "inner_errors", default=None) is not None:
        pivots, errors = _of_cube(inputs)
    else:
        pivots = np.array(_first(inputs, "pivots", "var_pivots"))
        errors = np.ravel(_first(inputs, "ho_errs", "errs", "errors"))
    plain = np.atleast_1d(_first(inputs, "cv_means", "cv_mean", "err_cv", default=()))
    n = int(_first(inputs, "n", "N", "length_Y", "n_obs"))
    confidence = 1 - float(_first(inputs, "alpha", default=0.1))
    found = nested.combine(pivots, errors, n=n, folds=folds, cv_means=plain, confidence=confidence)
    ci = (found.low, found.high)
    return {
        **{"sd_infl": found.inflation, "inflation": found.inflation, "infl": found.inflation},
        **{"err_hat": found.estimate, "estimate": found.estimate, "est": found.estimate},
        **{"ci_lo": found.low, "ci_hi": found.high, "ci": ci, "low": found.low},
        **{"high": found.high, "raw_mean": found.raw_mean, "mean": found.raw_mean},
        **{"bias_est": found.bias, "bias": found.bias, "sd": found.deviation},
        **{"mse": found.mse, "MSE": found.mse, "pivots": pivots},
        "running_sd_infl": [
            _unbounded(nested.combine(pivots[:upto], errors, n=n, folds=folds), n, folds)
            for upto in range(folds, len(pivots) + 1, folds)
        ],
    }


KINDS: dict[str, Callable[[Inputs], Found]] = {
    "RANK": rank,
    "ANOVA": analysis_of_variance,
    "MULT": many,
    "PAIR": pair,
    "CORRT": correlated,
    "CV52": five_twice,
    "MCN": mcnemar,
    "DELONG": areas,
    "BBC": bootstrap,
    "SEL": maximum,
    "CI": share,
    "COCHRAN": cochran,
    "BSIGN": sign,
    "ONESE": one_error,
    "FRIMCLA": published,
    "E2E": whole_row,
    "ORDER": order,
    "NCV": combination,
}


def _by_pair(names: list[str], square: Any) -> dict[str, float]:
    return {
        f"{names[a]} vs {names[b]}": float(square[a, b])
        for a, b in combinations(range(len(names)), 2)
    }


def _numeric(label: str) -> tuple[int, str]:
    return (int(label), "") if label.isdigit() else (0, label)


def _ratio(inputs: Inputs) -> float:
    if inputs.get("n_train"):
        return float(inputs["n_test"] / inputs["n_train"])
    return 1 / (inputs["k_folds"] - 1)


def _corrected(d: Any, ratio: float) -> Found:
    test, naive = corrected.corrected_t(d, ratio=ratio), corrected.corrected_t(d, ratio=0)
    return {
        **{"mean": test.mean, "var": test.variance, "t": test.statistic, "df": test.df},
        **{"p_two_sided": test.p, "t_naive": naive.statistic, "p_naive": naive.p},
        "ci95": (test.low, test.high),
    }


def _posterior(d: Any, inputs: Inputs, rope: float) -> Found:
    folds = inputs.get("k_folds")
    ratio = _ratio(inputs)
    rho = 1 / folds if folds else ratio / (1 + ratio)
    test = bayes.correlated_t(d, rho=rho, rope=rope)
    return {
        **{"p_left": test.worse, "p_rope": test.equivalent, "p_right": test.better},
        **{"scale": test.scale, "ci95": (test.low, test.high), "mean": test.mean},
    }


def _degenerate(d: Any, inputs: Inputs) -> Found:
    test = corrected.corrected_t(d, ratio=_ratio(inputs))
    assert test.degenerate
    return {"corrected_t_p": test.p, **_posterior(d, inputs, inputs["rope"])}


def _attainable(means: Any, deviations: Any, n: int, ddof: int) -> tuple[float, float]:
    """Return the least and largest F that rounding of the printed numbers (+-.05) allows."""
    mean, std = np.array(means), np.array(deviations)

    def f(centre: Any, spread: Any) -> float:
        return anova.oneway_of_summary(centre, spread, n, ddof=ddof).statistic

    low, high = mean - 0.05, mean + 0.05
    centres = np.linspace(low.min(), high.max(), 4001)
    least = min(f(np.clip(one, low, high), std + 0.05) for one in centres)
    corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(len(mean), -1).T
    return least, max(f(one, np.maximum(std - 0.05, 0)) for one in corners)


def _unbounded(found: nested.Nested, n: int, folds: int) -> float:
    """Return the inflation as R's nestedcv gives it on the way: not held between 1 and sqrt(K)."""
    error = found.deviation / (n * (folds - 1) // folds) ** 0.5
    return float(max(found.mse, 0.0) ** 0.5 / error) if error else 1.0


def _bare(df: tuple[float, ...]) -> Any:
    return df if len(df) > 1 else df[0]


def _first(inputs: Inputs, *names: str, **default: Any) -> Any:
    for name in names:
        if name in inputs:
            return inputs[name]
    if default:
        return default["default"]
    raise KeyError(f"one of {', '.join(names)}")


def _of_cube(inputs: Inputs) -> tuple[Any, Any]:
    cube = [
        [np.array(cell, dtype=float) for cell in row]
        for row in _first(inputs, "ho_errors", "inner_errors")
    ]
    outer = [np.array(row, dtype=float) for row in _first(inputs, "e_out", "outer_errors")]
    folds = len(outer)
    fold_of = np.repeat(range(folds), [len(row) for row in outer])
    inner = np.full((len(fold_of), folds), np.nan)
    for i in range(folds):
        for j in range(folds):
            if i != j:
                inner[fold_of == i, j] = cube[i][j]
    return nested.pivots_of(inner, np.concatenate(outer), fold_of), inner[~np.isnan(inner)]
