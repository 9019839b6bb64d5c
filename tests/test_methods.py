"""The paragraph of a paper: golden, cited in full, and claiming nothing that was not tested."""

import re

import numpy as np
import pytest
from verdicts import SIX, TWELVE, grid, outcome

from frimcla.citing import CITED, Reference, apart, bibliography, cited
from frimcla.methods import methods_text
from frimcla.references import REFERENCES
from frimcla.verdict_text import verdict_text

FORBIDDEN = ("accept the null", "accepted", "proves", "no difference", "not significant", "equal ")
ALIKE = {("X", name): np.full((1, 10), 0.9) for name in "ABC"}
REPORTS = {
    "strict": lambda: outcome(grid(TWELVE[:3], SIX), tested=(0.96, 0.9, 0.98), chance=0.005),
    "classic": lambda: outcome(grid(repeats=2), statistics="classic", nested=False),
    "five folds": lambda: outcome(grid(TWELVE[:2], SIX[:2], folds=5), metric="brier"),
    "one pair": lambda: outcome(grid(TWELVE[:1], SIX[:1])),
    "all alike": lambda: outcome(ALIKE, expected=(0.9, None, None)),
    "names": lambda: outcome(
        {(f"{a}|_%", f"</script>{b}"): one for (a, b), one in grid().items()},
        classes={"=1+1": 10, "ñ": 20},
        grouped_by="patient",
        failed={("X", "Y"): "no"},
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_claimed_that_was_not_tested(name):
    made = REPORTS[name]()

    for text in (methods_text(made), verdict_text(made)):
        assert [word for word in FORBIDDEN if word in text.lower()] == []
        assert not re.search(r"\bnan\b|\binf\b|None", text)


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_cited_is_in_the_bibliography_and_nothing_else(name):
    text = methods_text(REPORTS[name]())
    cited = set(CITED.findall(text))

    assert "varma2006" in cited or "tsamardinos2018" in cited
    assert (
        set(re.findall(r"^@article\{(\w+),$", bibliography(text, REFERENCES), flags=re.M)) == cited
    )


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.key)
def test_entries_are_whole(reference):
    fields = dict(reference.fields)

    assert {"author", "title", "journal", "volume", "pages", "year"} <= fields.keys()
    assert reference.key.endswith(fields["year"])
    assert all(value.count("{") == value.count("}") for value in fields.values())


def work(key, title):
    return Reference(key, "misc", {"title": title, "year": "1979"})


def test_publications_that_share_a_key_are_told_apart():
    others = [work("holm1979", "Mine"), work("holm1979", "Yours"), work("holm1979a", "Hers")]
    told = apart([*REFERENCES, others[0], *others])

    assert [told[one].key for one in others] == ["holm1979a", "holm1979b", "holm1979c"]
    assert all(told[ours] == ours for ours in REFERENCES)
    text = bibliography(f"Tested [@holm1979].{cited(told[one] for one in others)}", told.values())
    assert re.findall(r"(?:title = |^@\w+)\{(\w+)", text, flags=re.M) == (
        ["holm1979", "A", "holm1979a", "Mine", "holm1979b", "Yours", "holm1979c", "Hers"]
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "}, note = {"},
        {"title": "an {open one"},
        {"title": "two\nlines"},
        {"title} ,x": "a name"},
        {"": "no name"},
    ],
    ids=str,
)
def test_what_would_break_an_entry_is_refused(fields):
    with pytest.raises(ValueError, match="must be"):
        Reference("a2000", "misc", fields)


def test_the_methods_of_a_study():
    text = methods_text(outcome(grid(), classes={"cat": 300, "dog": 200}, grouped_by="patient"))
    done, analysed, *rows, over_all, expected = text.rstrip("\n").split("\n\n")

    assert done == (
        "We compared C = 6 configurations (2 feature extractors x 3 classifiers) on N = 500 images "
        "(2 classes: cat 300, dog 200; grouped by patient, 4 groups, never split) with 10-fold "
        "stratified, grouped cross-validation (seed 0), scored by accuracy. Hyper-parameters were "
        "tuned inside each training fold by exhaustive search (settings tried: KNN 2, LR 2, MLP 2) "
        "in at most 3 inner folds."
    )
    assert analysed.startswith("All tests are two-sided at alpha = 0.05. ")
    first, second, best = rows
    assert first == (
        "For VGG16, classifiers differed (RM-ANOVA (Greenhouse-Geisser), F(1.65, 14.9) = 44.95, "
        "p = 1.02e-06, partial eta squared = 0.83; residual Shapiro-Wilk p = 0.281, Brown-Forsythe "
        "p = 0.834). MLP had the best mean accuracy (96.2 %, SD 1.9); it was better than KNN by "
        "7.3 points (95 % CI [4.3, 10.4], Holm p = 0.000876; exact Wilcoxon, Holm p = 0.00391); it "
        "was not distinguishable from LR (Holm p = 0.295, P(equivalent) = 0.473)."
    )
    assert second.startswith(
        "For VGG19, classifiers differed (Friedman (Iman-Davenport, tie-corrected), F(2, 18) = "
        "48.86, p = 5.33e-08, Kendall's W = 0.84;"
    )
    assert best.startswith("The best of each extractor differed (paired t, t(9) = 3.50, ")
    assert over_all == (
        "Over all configurations, VGG16 + MLP had the best mean accuracy (96.2 %). 2 "
        "configurations were not distinguishable from it by these folds. 3 configurations were "
        "worse (corrected t with Holm over all configurations)."
    )
    assert expected == (
        "The cross-validated accuracy of the selected configuration (96.2 %) is optimistic because "
        "it is the best of 6; the nested cross-validation estimate [@varma2006] is 95.0 % (95 % CI "
        "92.0 to 97.5 %). An answer without skill gets 50.0 %. Tests on cross-validation folds "
        "compare algorithms on this data set only. Software versions are recorded in run.json."
    )


def test_five_folds_cannot_reach_significance_by_exact_ranks():
    text = methods_text(REPORTS["five folds"]())

    assert (
        "With 5 folds, exact signed ranks [@wilcoxon1945] cannot reach significance, whatever the "
        "scores." in text
    )
    assert "For VGG16, the test cannot reach significance (exact Wilcoxon," in text
    assert "exact Wilcoxon, Holm p" not in text


def test_p_values_have_three_digits_and_are_not_rounded_to_stars():
    found = re.findall(r"p = ([\d.e-]+\d)", methods_text(REPORTS["strict"]()))

    assert len(found) > 20
    assert max(len(re.sub(r"e.*|^0\.0*|\.", "", one)) for one in found) == 3
