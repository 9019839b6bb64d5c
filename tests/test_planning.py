"""What a study will cost, and what it settles before it begins."""

import pytest
from toys import Toys

import frimcla
from frimcla.components import Classifier
from frimcla.errors import ConfigError, PluginError
from frimcla.planning import check_recipes
from frimcla.search import candidates, fits_of
from frimcla.testing import toy_dataset

REGISTRY = frimcla.Registry.of(toys=Toys())
TWO_GRIDS = Classifier(
    name="two",
    factory="toys:NearestMean",
    summary="two grids",
    params=REGISTRY.find(Classifier, "nearest_mean").params,
    search=({"shrink": (0.0, 0.25)}, {"shrink": (0.25, 0.5)}),
)


def test_candidates_are_the_grids_one_after_the_other_and_none_twice():
    assert candidates(TWO_GRIDS.recipe()) == [{"shrink": 0.0}, {"shrink": 0.25}, {"shrink": 0.5}]


def test_a_written_parameter_leaves_one_candidate():
    assert candidates(TWO_GRIDS.recipe(shrink=0.1)) == [{}]


@pytest.mark.parametrize(("values", "fits"), [({}, 3 * 2 + 1), ({"shrink": 0.1}, 1)])
def test_fits_count_candidates_in_inner_folds_and_the_last_fit(values, fits):
    assert fits_of(TWO_GRIDS.recipe(**values), inner_folds=2) == fits


def test_everything_that_cannot_be_built_is_told_before_the_run(cells):
    gone = frimcla.Extractor(name="gone", factory="no_such:thing", summary="not there")
    lost = frimcla.Classifier(name="lost", factory="toys:Lost", summary="not there either")
    study = frimcla.check(cells, registry=REGISTRY)[0]
    study = study.changed(extractors=(gone.recipe(),), classifiers=(lost.recipe(),))

    with pytest.raises(PluginError) as caught:
        check_recipes(study)

    assert str(caught.value) == (
        "extractor gone cannot be loaded: No module named 'no_such'\n"
        "classifier lost cannot be loaded: module 'toys' has no attribute 'Lost'"
    )


def test_a_metric_that_does_not_fit_the_classes_is_told_before_the_run(cells):
    def picky():
        def score(truth, predicted):
            raise ValueError("positive must be one of a, b (got 'sick')")

        return score

    study = frimcla.check(cells, registry=REGISTRY)[0]
    metric = frimcla.Metric(name="picky", factory=picky, summary="0 to 1").recipe()

    with pytest.raises(ConfigError) as caught:
        frimcla.run(study.changed(metric=metric, output=cells.parent / "out"), registry=REGISTRY)

    assert caught.value.problems == (
        ("metric", "cannot judge these images: positive must be one of a, b (got 'sick')"),
    )


def test_a_rehearsal_gives_seconds(cells):
    _, _, cost = frimcla.check(cells, rehearsal=True, registry=REGISTRY)

    assert cost.seconds > 0
    assert (cost.images, cost.pairs) == (36, 2)


def test_too_few_images_are_told_with_the_number_of_folds_that_is_possible(tmp_path):
    folder = toy_dataset(tmp_path / "few", count=4)
    study = frimcla.read_study(folder, REGISTRY).changed(folds=5)

    with pytest.raises(frimcla.FrimclaError) as caught:
        frimcla.check(study, registry=REGISTRY)

    assert str(caught.value).splitlines()[1] == (
        "  stripes_1  has 4 different images, fewer than the 5 folds; set folds = 4 or add images"
    )
