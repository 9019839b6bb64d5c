"""The growing table: it has each part once it is finished, and ends as the study does."""

import itertools

import pytest

from frimcla.config import read_study
from frimcla.growing import Growing
from frimcla.judging import cross_validate, tabulate
from frimcla.opening import extract_all, open_study, settle_pixels
from frimcla.planning import plan_of, settle
from frimcla.scoring import Judge
from frimcla.selection import select
from frimcla.toml import literal

USUAL = {
    "images": "cells",
    "classifiers": ["nearest_mean"],
    "metric": "accuracy",
    "folds": 3,
    "repeats": 2,
    "n_jobs": 1,
}


@pytest.fixture
def grown(cells, registry):
    """Compare pairs, look at what is finished after every part; return selection and looks."""

    def compare(**settings):
        path, looks = cells.parent / "study.toml", []
        settings = USUAL | settings
        path.write_text("".join(f"{key} = {literal(value)}\n" for key, value in settings.items()))
        begun = settle_pixels(open_study(read_study(path, registry), registry))
        opened, _ = extract_all(begun)
        study = settle(opened.study, opened.dataset, registry)
        plan, growing = plan_of(study, opened.dataset), Growing.of(begun)
        evaluated = cross_validate(study, opened, plan, lambda *_: looks.append(growing.look()))
        table = tabulate(opened, plan, evaluated)
        return select(table, Judge.of(study.deciding)), looks

    return compare


def scores_of(look):
    return {pair: list(found.scores) for pair, found in look.items()}


def test_it_ends_as_the_table_of_the_study(grown):
    selection, looks = grown()

    cells = selection.cells
    found = {pair: cell.scores.ravel().tolist() for pair, cell in cells.items()}
    assert scores_of(looks[-1]) == found
    assert all(one.mean == cells[pair].mean for pair, one in looks[-1].items())
    assert {one.folds for one in looks[-1].values()} == {2 * 3}


def test_it_grows_by_a_fold_at_a_time_and_leaves_out_those_inside(grown):
    _, looks = grown()

    counts = [sum(len(found.scores) for found in look.values()) for look in looks]
    assert counts[0] == 1
    assert all(0 <= after - before <= 1 for before, after in itertools.pairwise(counts))
    assert counts[-1] == 2 * 6
    assert len(counts) == 2 * (6 + 3)  # pairs; folds, and two folds at a time


def test_images_that_a_study_skips_are_not_in_it_either(grown, cells):
    (cells / "stripes_1" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")

    selection, looks = grown(unreadable="skip")

    found = {pair: cell.scores.ravel().tolist() for pair, cell in selection.cells.items()}
    assert scores_of(looks[-1]) == found


def test_a_study_that_goes_on_shows_what_was_finished_before(grown):
    grown(extractors=["mean_colour"])

    _, looks = grown(extractors=["mean_colour", "edges"])

    assert [len(found.scores) for found in looks[0].values()] == [6, 1]
