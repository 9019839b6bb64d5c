"""What a pair costs: the order, and where its parts come from."""

import random

import attrs
import networky
import pytest
from toys import Toys

import frimcla
from frimcla import Classifier, Extractor
from frimcla.errors import PluginError
from frimcla.prices import Price, price_of, work_of
from frimcla.recipes import Pair

REGISTRY = frimcla.Registry.of(toys=Toys(), networky=networky)
EDGES = REGISTRY.find(Extractor, "edges")
NET = REGISTRY.find(Extractor, "net")
NEAREST = REGISTRY.find(Classifier, "nearest_mean")

IN_ORDER = [
    Price(work=0.0, features=512, effort=60, label="LAB888 + KNN"),
    Price(work=40.5, features=9, effort=20, label="NET + MLP"),
    Price(work=40.5, features=256, effort=10, label="NET(pooling=max) + LR"),
    Price(work=40.5, features=256, effort=20, label="A + MLP"),
    Price(work=40.5, features=256, effort=20, label="B + MLP"),
    Price(work=300.0, features=3, effort=1, label="A + LR"),
]


def test_work_counts_first_then_features_then_the_classifier_then_the_label():
    shuffled = random.Random(0).sample(IN_ORDER, len(IN_ORDER))

    assert shuffled != IN_ORDER
    assert sorted(shuffled) == IN_ORDER


def test_the_price_of_a_pair_is_that_of_its_parts():
    pair = Pair(extractor=NET.recipe(scale=2), classifier=attrs.evolve(NEAREST, effort=7).recipe())

    assert price_of(pair, features=3) == Price(
        work=9.0, features=3, effort=7, label="net(scale=2) + NM"
    )


def test_a_descriptor_and_a_classifier_that_say_nothing_have_a_place():
    pair = Pair(extractor=EDGES.recipe(), classifier=NEAREST.recipe())

    assert price_of(pair, features=4) == Price(work=0.0, features=4, effort=100, label=pair.label)


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("no_such:work", "No module named 'no_such'"),
        ("toys:work", "module 'toys' has no attribute 'work'"),
    ],
)
def test_work_that_cannot_be_imported_is_the_plugins_fault(where, why):
    with pytest.raises(PluginError) as caught:
        work_of(attrs.evolve(NET, work=where).recipe())

    assert str(caught.value) == (
        f"the work of extractor net cannot be told: {why}; its plugin must be mended"
    )
