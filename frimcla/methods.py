"""``methods.txt``: the paragraph of a paper, from what was done and found.

Nothing is claimed that was not tested: what was not told apart is not called alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .citing import Reference, apart, cited
from .comparing import EQUIVALENT, TOO_MUCH, Standing
from .errors import readable
from .number import Number
from .outcome import Outcome
from .passports import passports_of
from .recipes import Recipe
from .references import REFERENCES
from .row_words import TESTS, row_sentences
from .saying import amount, between, fixed, listed, pairs_told, points, probable
from .selection import told_pair
from .stats.rows import Strict
from .stopping import FEWEST, LEVEL
from .study import Study


def methods_text(outcome: Outcome) -> str:
    """Return the file: a paragraph of what was done, then one of each result."""
    paragraphs = (
        _done(outcome),
        _described(outcome),
        _analysed(outcome),
        *_rows(outcome),
        _over_all(outcome),
        _expected(outcome),
    )
    told = [text for sentences in paragraphs if (text := " ".join(sentences))]
    return "\n\n".join(told) + "\n"


def _done(outcome: Outcome) -> Iterator[str]:
    """Say what was compared on what."""
    selection, study = outcome.selection, outcome.study
    counts = ", ".join(f"{readable(label)} {images}" for label, images in outcome.classes.items())
    pairs = selection.judged
    grouping = (
        f"grouped by {outcome.grouped_by}, {len(outcome.groups)} groups, never split"
        if outcome.grouped_by
        else "grouping: none declared"
    )
    kept = ", grouped" if outcome.grouped_by else ""
    folds = f"{outcome.repeats} x " if outcome.repeats > 1 else ""
    yield (
        f"We compared C = {_count(pairs, 'configuration')} "
        f"({_count(len(selection.extractors), 'feature extractor')} x "
        f"{_count(len(selection.classifiers), 'classifier')}) on N = {len(outcome.table.images)} "
        f"images ({len(outcome.classes)} classes: {counts}; {grouping}) with "
        f"{folds}{outcome.folds}-fold stratified{kept} cross-validation (seed {study.seed}), "
        f"scored by {outcome.metric}."
    )
    if failed := tuple(selection.failed):
        verb = "is" if len(failed) == 1 else "are"
        yield f"{listed(pairs_told(failed))} failed and {verb} left out."
    yield from _raced(outcome)
    searched = [f"{label} {tried}" for label, tried in outcome.tried.items() if tried > 1]
    if searched:
        yield (
            f"Hyper-parameters were tuned inside each training fold by {_way(study)} (settings "
            f"tried: {', '.join(searched)}) in at most {study.inner_folds} inner folds."
        )
    else:
        yield "No hyper-parameters were tuned."


def _way(study: Study) -> str:
    """Return what the search is called."""
    if study.halving:
        return "successive halving over inner folds [@jamieson2016]"
    return "exhaustive search"


def _raced(outcome: Outcome) -> Iterator[str]:
    """Say by which rule configurations stopped, and how many did."""
    selection = outcome.selection
    if selection.rule is None:
        return
    margin = points(selection.rule.margin, percent=outcome.percent)
    yield (
        f"Configurations raced through the folds [@maron1997]: from fold {FEWEST} on, one stopped "
        "where it trailed the best over the same folds with a one-sided corrected p "
        f"[@nadeau2003] below {probable(LEVEL)} and by more than {margin}; "
        f"{len(selection.behind)} of {selection.judged} did, and have no part in tests. "
        "The estimate of the selected configuration repeats this rule."
    )
    if late := len(selection.out_of_time):
        yield (
            f"Within the budget of {outcome.study.budget}, {_count(late, 'configuration')} did not "
            "go through all folds; which depends on the machine."
        )


def _described(outcome: Outcome) -> Iterator[str]:
    """Say what described the images, and whose it is."""
    recipes = outcome.study.extractors
    if not any(map(passports_of, recipes)):
        return
    known = _apart(outcome)
    yield f"Images were described by {listed([_cited(recipe, known) for recipe in recipes])}."
    parts = [part for recipe in recipes for part in recipe.parts]
    if unknown := dict.fromkeys(readable(p.label) for p in parts if not passports_of(p)):
        yield f"No publication is known here for {listed(list(unknown))}."
    trained: dict[str, list[str]] = {}
    for part in parts:
        for passport in passports_of(part):
            if passport.trained_on:
                trained.setdefault(passport.trained_on, []).append(readable(part.label))
    for data, labels in trained.items():
        names = list(dict.fromkeys(labels))
        verb = "was" if len(names) == 1 else "were"
        yield f"{listed(names)} {verb} trained on {data}, and not further."


def _cited(recipe: Recipe, known: Mapping[Reference, Reference]) -> str:
    cites = [known[one] for passport in passports_of(recipe) for one in passport.cites]
    return readable(recipe.label) + cited(cites)


def _apart(outcome: Outcome) -> dict[Reference, Reference]:
    """Return publications by what plugins say of them; those of the statistics keep their keys."""
    passports = (one for recipe in outcome.study.extractors for one in passports_of(recipe))
    return apart((*REFERENCES, *(one for passport in passports for one in passport.cites)))


def references(outcome: Outcome) -> tuple[Reference, ...]:
    """Return all that `methods_text` may cite."""
    return tuple(_apart(outcome).values())


def _analysed(outcome: Outcome) -> Iterator[str]:
    """Say how it was analysed."""
    alpha, rope = probable(outcome.verdict.alpha), outcome.verdict.rope
    if len(outcome.selection.cells) == 1:
        return
    yield (
        f"All tests are two-sided at alpha = {alpha}. Differences between configurations are "
        "given with intervals and p values of the t test corrected for overlapping training sets "
        "[@nadeau2003], for which no unbiased variance exists [@bengio2004]; p values are adjusted "
        "by Holm's procedure [@holm1979]. The probabilities that a configuration is worse, "
        "equivalent or better are those of the Bayesian correlated t test with a region of "
        f"practical equivalence of +/- {points(rope, percent=outcome.percent)} [@benavoli2017]."
    )
    yield from _tests(outcome)
    if outcome.repeats > 1:
        yield "Tests of a whole row see the folds of the first repeat only."


def _rows(outcome: Outcome) -> Iterator[Iterator[str]]:
    """Yield a paragraph for each extractor, and one for the best of each."""
    compared = outcome.verdict.comparisons
    cells = outcome.selection.cells
    for extractor, row in compared.rows.items():
        pairs = {pair[1]: pair for pair in cells if pair[0] == extractor}
        yield row_sentences(outcome, f"For {extractor}, ", "classifiers", row, pairs)
    if len(compared.rows) > 1:
        pairs = {told_pair(pair): pair for pair in cells}
        yield row_sentences(outcome, "", "the best of each extractor", compared.best, pairs)


def _tests(outcome: Outcome) -> Iterator[str]:
    """Say which tests stand in the rows, and what they cannot do."""
    compared = outcome.verdict.comparisons
    if compared.statistics == "classic":
        yield (
            "Rows were tested as in the FrImCla papers of 2019, to be compared with them and not "
            "as inference."
        )
        return
    rows = [row for row in (*compared.rows.values(), compared.best) if isinstance(row, Strict)]
    if used := dict.fromkeys(row.omnibus.test for row in rows if row.against):
        yield (
            f"The candidates of a row were compared by {listed([TESTS[test] for test in used])}, "
            "chosen by the normality of residuals [@shapiro1965] and the equality of spreads "
            "[@brown1974]."
        )
    if any(row.against and not row.wilcoxon_can for row in rows):
        yield (
            f"With {outcome.folds} folds, exact signed ranks [@wilcoxon1945] cannot reach "
            "significance, whatever the scores."
        )


def _over_all(outcome: Outcome) -> Iterator[str]:
    """Say who may stand in for the winner."""
    verdict, compared = outcome.verdict, outcome.verdict.comparisons
    if not compared.against:
        return
    winner, percent = told_pair(verdict.winner), outcome.percent
    naive = amount(verdict.naive.value, percent=percent)
    yield f"Over all configurations, {winner} had the best mean {outcome.metric} ({naive})."
    named = {
        Standing.EQUIVALENT: f"equivalent to it with a probability of at least {EQUIVALENT}",
        Standing.RECOMMENDED: "worse than it by more than the region of equivalence with a "
        f"probability of at most {TOO_MUCH}",
        Standing.UNDECIDED: "not distinguishable from it by these folds",
        Standing.WORSE: "worse (corrected t with Holm over all configurations)",
    }
    for standing, what in named.items():
        if count := len(compared.standing(standing)):
            yield f"{_count(count, 'configuration')} {'was' if count == 1 else 'were'} {what}."
    if verdict.cheapest != verdict.winner:
        worse = compared.against[verdict.cheapest].other.worse
        yield (
            f"The cheapest of those recommended was {told_pair(verdict.cheapest)} "
            f"(P(worse) = {probable(worse)})."
        )


def _expected(outcome: Outcome) -> Iterator[str]:
    """Say what to expect, and why the table says more."""
    verdict, number, pairs = outcome.verdict, outcome.expected, outcome.selection.judged
    if pairs > 1:
        yield (
            f"The cross-validated {outcome.metric} of the selected configuration "
            f"({amount(verdict.naive.value, percent=outcome.percent)}) is optimistic because it is "
            f"the best of {pairs};"
        )
    way = (
        "the nested cross-validation estimate [@varma2006]"
        if verdict.expectation.nested
        else "the estimate by bootstrap bias corrected cross-validation (BBC-CV) "
        "[@tsamardinos2018], itself slightly optimistic near chance,"
    )
    start = way if pairs > 1 else way[0].upper() + way[1:]
    yield f"{start} is {_with_interval(number, outcome)}."
    baseline = amount(outcome.selection.baseline, percent=outcome.percent)
    yield f"An answer without skill gets {baseline}."
    if verdict.tested and outcome.trained:
        yield (
            f"On {outcome.test_images} images kept until the end, {told_pair(outcome.trained)} got "
            f"{verdict.tested[0].metric} {_with_interval(verdict.tested[0], outcome)}."
        )
        yield from _rival(outcome)
    if verdict.chance:
        yield (
            "Against studies with shuffled classes the probability of a result at least as good is "
            f"p = {probable(verdict.chance.value)}."
        )
    yield "Tests on cross-validation folds compare algorithms on this data set only."
    yield "Software versions are recorded in run.json."


def _rival(outcome: Outcome) -> Iterator[str]:
    """Yield what the same images say of the runner-up."""
    rival, number = outcome.verdict.rival, outcome.verdict.against_rival
    if rival is None or number is None:
        return
    if number.unit == "p":
        yield (
            f"On them it was compared with {told_pair(rival)} by McNemar's test [@mcnemar1947], "
            f"mid-p = {probable(number.value)}."
        )
        return
    yield (
        f"On them its {outcome.metric} less that of {told_pair(rival)} is "
        f"{_with_interval(number, outcome)}, by a bootstrap of whole groups."
    )


def _with_interval(number: Number, outcome: Outcome) -> str:
    percent = number.unit == "share"
    text = amount(number.value, percent=percent)
    if number.low is None or number.high is None:
        return text
    cited = " [@wilson1927]" if "Wilson" in number.method else ""
    level = fixed(100 * number.level, 0)
    return f"{text} ({level} % CI {between(number.low, number.high, percent=percent)}{cited})"


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
