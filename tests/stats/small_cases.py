"""Known answers, one of each kind and more: worked out by hand, or by scipy as they are asked."""

from __future__ import annotations

import numpy as np
from scipy import stats

THREE = [[0.9, 0.8, 0.7], [0.8, 0.7, 0.75], [0.95, 0.7, 0.6], [1.0, 0.9, 0.85], [0.88, 0.82, 0.66]]
TWO = [[0.9, 0.8], [0.8, 0.75], [0.95, 0.7], [1.0, 0.93], [0.85, 0.84]]


def case(name, inputs, expected, tolerance=1e-9):
    return {
        **{"id": name, "inputs": inputs, "expected": expected},
        "tolerance": {"rel": tolerance, "abs": tolerance},
    }


def row(scores) -> dict:
    """Return a case of a whole row, by scipy; both tables pass the tests of assumptions."""
    values = np.array(scores)
    n, k = values.shape
    names = "ABC"[:k]
    left = values - values.mean(1)[:, None] - values.mean(0) + values.mean()
    normal, spread = stats.shapiro(left.ravel()).pvalue, stats.levene(*values.T).pvalue
    assert min(normal, spread, stats.shapiro(values.ravel()).pvalue) > 0.05
    d = values[:, :1] - values[:, 1:]
    t = d.mean(0) / ((1 / n + 0.25) * d.var(0, ddof=1)) ** 0.5
    raw = 2 * stats.t.sf(t, n - 1)
    adjusted = raw if k == 2 else np.maximum(raw * np.where(raw == raw.min(), 2, 1), 2 * raw.min())
    holm = dict(zip(names[1:], adjusted, strict=True))
    f, apart = stats.f_oneway(*values.T), stats.ttest_ind(*values.T[:2])
    old = (f.statistic, f.pvalue) if k > 2 else (apart.statistic, apart.pvalue)
    paired = stats.ttest_rel(*values.T[:2])
    new = {"stat": paired.statistic, "df": n - 1, "p": paired.pvalue} if k == 2 else {}
    return case(
        f"E2E-{k}",
        {"scores": scores, "names": list(names), "n_train": 80, "n_test": 20, "alpha": 0.05},
        {
            "frimcla_compat": {
                "shapiro_pooled": list(stats.shapiro(values.ravel())),
                **{"parametric": True, "winner": "A", "stat": old[0], "p": old[1]},
                **{
                    "df": [2, 12] if k > 2 else 8,
                    "test": "ANOVA one-way" if k > 2 else "unpaired t",
                },
            },
            "recommended": {
                **{"shapiro_residual_p": normal, "levene_p": spread, "branch": "parametric", **new},
                **{"best_by_mean": "A", "nb_corrected_holm": holm},
            },
        },
    )


def cases() -> list[dict]:
    values, x, y = np.array(THREE), *np.array(TWO).T
    friedman, oneway = stats.friedmanchisquare(*values.T), stats.f_oneway(*values.T)
    t, apart = stats.ttest_rel(x, y), stats.ttest_ind(x, y)
    share = stats.binomtest(9, 12)
    folds = [[[i, i + 2] if i != j else None for j in range(3)] for i in range(3)]
    return [
        case(
            "RANK-1",
            {"scores": THREE, "names": ["A", "B", "C"]},
            {
                "friedman_chi2_tie_corrected": friedman.statistic,
                "friedman_p_no_ties": friedman.pvalue,
                **{"control": "A", "mean_ranks": {"A": 1.0, "B": 2.2, "C": 2.8}},
            },
        ),
        case(
            "ANOVA-1",
            {"scores": THREE, "names": ["A", "B", "C"]},
            {
                **{"oneway_F": oneway.statistic, "oneway_df": [2, 12]},
                "levene_median_W_p": list(stats.levene(*values.T)),
                "paired_t_raw_p": {"A vs B": stats.ttest_rel(values[:, 0], values[:, 1]).pvalue},
            },
        ),
        case(
            "MULT-1",
            {"raw_p": {"0-1": 0.01, "1-2": 0.03, "0-2": 0.04}, "k": 3},
            {
                "holm": {"0-1": 0.03, "0-2": 0.06, "1-2": 0.06},
                "hochberg": {"0-1": 0.03, "0-2": 0.04, "1-2": 0.04},
                "shaffer_static": {"0-1": 0.03, "0-2": 0.04, "1-2": 0.03},
                "bergmann_hommel": {"0-1": 0.03, "0-2": 0.04, "1-2": 0.03},
            },
        ),
        case(
            "PAIR-1",
            {"x": x.tolist(), "y": y.tolist()},
            {
                **{
                    "t_paired": [t.statistic, t.pvalue],
                    "effects": {"A12": 0.82, "cliff_delta": 0.64},
                },
                "t_independent_frimcla": [apart.statistic, apart.pvalue],
                "wilcoxon_exact": {"W_plus": 15, "n_nonzero": 5, "p_exact": 1 / 16},
            },
        ),
        case(
            "CORRT-1",
            {"d": [0.01, 0.02, 0.03], "n_train": 40, "n_test": 20, "k_folds": 3},
            {"corrected_t": {"mean": 0.02, "t": 2 / (5 / 6) ** 0.5, "df": 2, "note": "no value"}},
        ),
        case(
            "CORRT-2",
            {"cases": [{"d": [0.0, 0.0]}, {"d": [0.02, 0.02]}], "k_folds": 2, "rope": 0.01},
            {
                "results": [
                    {"corrected_t_p": 1, "p_left": 0, "p_rope": 1, "p_right": 0},
                    {"corrected_t_p": 0, "p_left": 0, "p_rope": 0, "p_right": 1},
                ]
            },
        ),
        case(
            "CV52-1",
            {"differences": [[0.1, 0]] * 5},
            {"t": 2**0.5, "F": 1},
        ),
        case(
            "MCN-1",
            {"b": 1, "c": 3},
            {"p_exact": 0.625, "p_mid": 0.375, "chi2": 1},
        ),
        case(
            "DELONG-1",
            {"y": [0, 0, 1, 1], "score1": [1, 2, 3, 4], "score2": [1, 3, 2, 4]},
            {"auc": [1, 0.75], "se": [0, 0.125**0.5], "cov": 0, "z": 0.5**0.5},
        ),
        case("BBC-1", {"correct": [[1, 0], [0, 1]]}, {"bbc": 0, "naive_best": 0.5}),
        case("BBC-2", {"correct": [[1, 0]] * 12}, {"bbc": 1, "ci95_percentile": [1, 1]}),
        case("BBC-3", {"correct": [[1], [1], [0]], "groups": [5, 5, 7]}, {"bbc": 0.5}),
        case("SEL-1", {"N": 1, "C": 2, "p": 0.5}, {"expected_best": 0.75, "optimism": 0.25}),
        case(
            "CI-1",
            {"k": 9, "n": 12, "alpha": 0.05},
            {
                "wilson": list(share.proportion_ci(method="wilson")),
                "clopper_pearson": list(share.proportion_ci()),
            },
        ),
        case(
            "COCHRAN-1",
            {"correct": [[1, 0]] + [[0, 1]] * 3},
            {"Q": 1, "df": 1},
        ),
        case(
            "BSIGN-1",
            {"diff": [-1, -1, 1], "rope": 0.5, "prior_strength": 0, "prior_place": "rope"},
            {"p_left": 0.75, "p_right": 0.25, "dirichlet_alpha": [2, 0, 1]},
            tolerance=1e-3,
        ),
        case(
            "ONESE-1",
            {"means": [0.9, 0.95], "ses": [0.01, 0.06], "cost": [1, 2]},
            {"best": 1, "threshold": 0.89, "eligible": [0, 1], "chosen": 0},
        ),
        case("ORDER-1", {"winner": "A", "others": [["B", 0.8, True]]}, {"order": "A > B"}),
        case(
            "FRIMCLA-1",
            {
                **{"n": 10, "ddof": 0},
                "rows": {
                    "one": {"mean": [90, 92], "std": [1, 1], "published_stat": 17.5},
                    "two": {"mean": [90, 92], "std": [1, 1], "published_stat": 40.0},
                },
            },
            {"oneway_F": {"one": 18, "two": 18}, "anova_rows": ["one"], "friedman_rows": ["two"]},
        ),
        case(
            "NCV-1",
            {
                "pivots": [[0.1, 0.005], [0.2, 0.02], [0, 0.005]],
                **{"errs": [0, 1, 0, 1], "n": 4, "n_folds": 3, "cv_means": [0.45], "alpha": 0.1},
            },
            {
                **{"sd_infl": 1, "running_sd_infl": [0.2], "raw_mean": 0.5, "sd": 3**-0.5},
                **{"bias_est": 0.05 * (1 + 27**-0.5), "err_hat": 0.5 - 0.05 * (1 + 27**-0.5)},
                "ci_hi": 0.45 - 0.05 * 27**-0.5 + stats.norm.ppf(0.95) * 3**-0.5 / 2,
            },
        ),
        case(
            "NCV-2",
            {"ho_errors": folds, "e_out": [[0, 0], [0, 1], [0, 2]], "n": 6, "K": 3},
            {"pivots": [[2.5, 0], [1.5, 0.25], [0.5, 1]], "mean": 2, "mse": 7.5 / 3},
        ),
        row(TWO),
        row(THREE),
    ]
