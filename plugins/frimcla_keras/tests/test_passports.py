"""What networks say of themselves, for tables, filters and methods sections."""

import re

import pytest

from frimcla.citing import bibliography, cited
from frimcla.passports import passport_of, permissive
from frimcla.weights import needed
from frimcla_keras import plugin
from frimcla_keras.networks import NETS
from frimcla_keras.papers import IMAGENET, PAPERS, paper_of
from frimcla_keras.spec import Spec

MENU = {one.name: one for one in plugin.frimcla_extractors()}


def test_every_network_has_one_paper_and_every_paper_networks():
    found = {net.cls: [p for p in PAPERS if re.fullmatch(p, net.cls)] for net in NETS}

    assert all(len(patterns) == 1 for patterns in found.values())
    assert {pattern for (pattern,) in found.values()} == PAPERS.keys()
    assert len({paper.key for paper in PAPERS.values()}) == len(PAPERS)


def test_the_passport_of_googlenet():
    found = passport_of(MENU["googlenet"].recipe())

    assert (found.code, found.year, found.features) == ("MIT", 2015, 1024)
    assert found.sees == "224 x 224, BGR minus its mean in ImageNet"
    assert found.trained_on == "ImageNet-1k, 1.28 million photographs, 1,000 classes"
    assert cited(found.cites) == " [@szegedy2015; @russakovsky2015]"
    assert "title = {Going Deeper with Convolutions}" in bibliography("@szegedy2015", found.cites)


def test_weights_that_were_drawn_were_trained_on_nothing():
    found = passport_of(MENU["vgg16"].recipe(weights="random"))

    assert found.trained_on == ""
    assert found.cites == (paper_of("VGG16"),)


def test_the_largest_convnexts_were_trained_on_more():
    found = [passport_of(MENU[f"convnext_{size}"].recipe()) for size in ("small", "base")]

    assert [one.trained_on[:13] for one in found] == ["ImageNet-1k, ", "ImageNet-21k,"]


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_passports_tell_the_numbers_of_the_weights(net):
    """For every width and head; of an inner layer only Keras knows."""
    for alpha in net.alphas or (1.0,):
        for head in (False, True):
            values = {"alpha": alpha} if net.alphas else {}
            found = passport_of(MENU[net.name].recipe(head=head, **values))
            spec = Spec(network=net.name, alpha=alpha, head=head)
            assert found.features == spec.published.features
            assert IMAGENET in found.cites
    assert passport_of(MENU["vgg16"].recipe(layer="block1_pool")).features == 0


def test_only_the_weights_of_overfeat_are_not_permissive():
    others = {name for name, one in MENU.items() if not permissive(needed(one.recipe())[0].licence)}

    assert others == {"overfeat", "overfeat_accurate"}
