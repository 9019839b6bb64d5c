"""Statistical tests for comparing classifiers: pure functions on arrays.

Nothing here knows FrImCla, so that a statistician can review this folder alone, or lift it out:
it needs numpy, scipy and statsmodels. `docs/statistics.md` says which test answers which question.

Rooms, by what they answer:

* ``assumptions``: normality, equal spread, sphericity. Reported, never a silent gate.
* ``anova``, ``friedman``, ``quade``, ``aligned``: do k candidates differ at all?
* ``multiplicity``, ``all_pairs``, ``critical``: many comparisons at once.
* ``paired``, ``corrected``, ``five_by_two``, ``bayes``: two candidates on the same folds.
* ``matched``, ``delong``: finished models on one set of test images.
* ``bbc``, ``nested``, ``proportions``, ``selecting``: what to expect of the chosen one.
* ``effects``, ``omnibus_effects``: how large is a difference? ``tails`` holds noncentral t and F.
* ``classic``, ``strict``, ``wording``: a whole row of the table, as in 2019 and as today.

Conventions: a table of scores is ``(n, k)``: n blocks (folds, or data sets) x k candidates, the
same folds for every candidate. A difference is ``first - second``. Rank 1 is best. p values are
two-sided unless the name says otherwise. Bad input raises `ValueError` with one sentence.
"""
