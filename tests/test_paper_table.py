"""The table of the papers in four shapes, whatever names are in it."""

import numpy as np
import pytest
from verdicts import SIX, TWELVE, grid, outcome

from frimcla.paper_table import marked_table, table_csv, table_latex, table_markdown

NASTY = {"A|4_%": [0.9, 0.8, 0.9, 0.8, 0.9], "=1+1": [0.7, 0.6, 0.5, 0.7, 0.6]}


def nasty(**how):
    """Two extractors with two classifiers on five folds, one pair failed."""
    scores = {(name, "</script>ñ"): np.array([row]) for name, row in NASTY.items()}
    scores["A|4_%", "KNN"] = np.array([[0.8, 0.9, 0.8, 0.8, 0.7]])
    return outcome(scores, failed={("=1+1", "KNN"): "no"}, **how).verdict


def test_markdown_has_the_columns_of_the_paper():
    text = table_markdown(outcome(grid()).verdict)

    assert text.splitlines()[:5] == [
        "| extractor | KNN | LR | MLP | Test | After post-hoc |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        "| VGG16 | 88.8 (2.4) | 95.2 (1.8) | **96.2 (1.9)** | 44.95*** | MLP ≃ LR; MLP > KNN |",
        "| VGG19 | 87.0 (2.2) | *93.7 (1.5)* | 92.8 (2.2) | 48.86*** | LR ≃ MLP; LR > KNN |",
        "| best of each extractor |  |  |  | 3.50** | VGG16 + MLP > VGG19 + LR |",
    ]
    assert text.splitlines()[-1] == (
        "accuracy in percent: mean (standard deviation) over 10 folds. Italic: best of the row; "
        "bold: best of all. As the best of many, the bold value is optimistic. Test: whether what "
        "stands in the row differs, RM-ANOVA (Greenhouse-Geisser) for VGG16; Friedman "
        "(Iman-Davenport, tie-corrected) for VGG19; paired t for best of each extractor; \\* p "
        "below 0.05, \\*\\* below 0.01, \\*\\*\\* below 0.001. After post-hoc: A > B says that B "
        "is worse; A ≃ B only that they were not told apart."
    )


def test_classic_cells_have_the_deviation_of_the_2019_papers():
    strict, classic = (outcome(grid(), statistics=one) for one in ("strict", "classic"))
    scores = strict.selection.cells["VGG16", "KNN"].scores

    assert f"({100 * scores.std(ddof=0):.1f})" == "(2.2)" != f"({100 * scores.std(ddof=1):.1f})"
    assert "| VGG16 | 88.8 (2.2) |" in table_markdown(classic.verdict)
    assert "| VGG16 | 88.8 (2.4) |" in table_markdown(strict.verdict)
    text = "Compatible with the 2019 papers; not the inference."
    assert table_markdown(classic.verdict).endswith(f" {text}\n")
    assert text not in table_markdown(strict.verdict)


def test_names_are_escaped_in_each_format():
    verdict = nasty()

    assert "| A\\|4_% | **86.0 (5.5)** | 80.0 (7.1) |" in table_markdown(verdict)
    assert "\\</script>ñ" in table_markdown(verdict)
    assert "A\\textbar{}4\\_\\% & \\textbf{86.0 (5.5)} & 80.0 (7.1) &" in table_latex(verdict)
    assert "extractor & $<$/script$>$ñ & KNN & Test & After post-hoc" in table_latex(verdict)
    header, first, second, best = table_csv(verdict).splitlines()
    assert header == "extractor,</script>ñ,KNN,Test,Which test,After post-hoc"
    assert first.startswith("A|4_%,86.0 (5.5),80.0 (7.1),")
    assert second == "'=1+1,62.0 (8.4),-,-,-,-"
    assert best.startswith("best of each extractor,,,")


def test_latex_has_math_for_what_is_told():
    text = table_latex(outcome(grid()).verdict)

    assert "MLP $\\simeq$ LR; MLP $>$ KNN \\\\\n" in text
    assert "\\begin{tabular}{lrrrrl}" in text
    assert "\\midrule\nbest of each extractor" in text


def test_five_folds_cannot_reach_significance_by_exact_ranks():
    """Two classifiers, five folds: 2^-4 is the smallest p that there is."""
    text = table_csv(outcome(grid(TWELVE[:2], SIX[:2], folds=5), metric="brier").verdict)

    first = "VGG16,0.893 (0.015),0.960 (0.015),0.00,exact Wilcoxon,KNN ≃ LR"
    assert text.splitlines()[1:] == [
        f"{first} (cannot reach significance)",
        "VGG19,0.847 (0.025),0.920 (0.018),4.09*,paired t,KNN ≃ LR",
        "best of each extractor,,,-3.81*,paired t,VGG19 + KNN ≃ VGG16 + KNN",
    ]


def test_where_smaller_is_better_the_smallest_is_bold():
    text = table_markdown(outcome(grid(), metric="brier").verdict)

    assert "| VGG16 | *0.888 (0.024)* | 0.952 (0.018) |" in text
    assert "| VGG19 | **0.870 (0.022)** |" in text
    assert "KNN > LR, MLP" in text
    assert "; the lowest is the best." in text


def test_one_pair_is_compared_with_nothing():
    verdict = outcome(grid(TWELVE[:1], SIX[:1])).verdict

    assert table_csv(verdict) == (
        "extractor,KNN,Test,Which test,After post-hoc\nVGG16,88.8 (2.4),-,-,-\n"
    )
    assert marked_table(verdict) == (
        "accuracy in percent: mean (standard deviation) over 10 folds; "
        "* best of the row, ** best of all\n"
        "extractor         KNN\n"
        "VGG16      88.8 (2.4)**"
    )


def test_terminal_table_is_narrow_and_says_whether_rows_differ():
    assert marked_table(outcome(grid()).verdict) == (
        "accuracy in percent: mean (standard deviation) over 10 folds; * best of the row, "
        "** best of all; p: whether what stands in the row differs\n"
        "extractor            KNN            LR           MLP           p\n"
        "VGG16         88.8 (2.4)    95.2 (1.8)    96.2 (1.9)**  1.02e-06\n"
        "VGG19         87.0 (2.2)    93.7 (1.5)*   92.8 (2.2)    5.33e-08\n"
        "best of each                                             0.00669"
    )


@pytest.mark.parametrize("statistics", ["strict", "classic"])
def test_folds_that_are_all_alike_make_a_table(statistics):
    values = {"A": 0.9, "B": 0.9, "C": 0.8}
    scores = {("X", name): np.full((1, 10), value) for name, value in values.items()}

    assert "X,90.0 (0.0),90.0 (0.0),80.0 (0.0)," in table_csv(
        outcome(scores, statistics=statistics).verdict
    )
