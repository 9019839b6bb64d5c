"""Which files a name means, what is told of it, and what is no name. Without torch."""

from __future__ import annotations

import importlib.util

import pytest

from frimcla.engines import engine_of
from frimcla.errors import PluginError, WeightsError
from frimcla.passports import passport_of
from frimcla.prices import work_of
from frimcla.weights import needed
from frimcla_torch import plugin
from frimcla_torch.published import known_as, names_of, paper_of

TIMM, HUGGING = plugin.frimcla_extractors()
SMALL = "vit_small_patch14_dinov2.lvd142m"


def test_a_model_of_timm_is_one_file_under_a_name_of_its_own():
    (file,) = needed(TIMM.recipe(model=SMALL))

    assert file.file == f"timm--{SMALL}.safetensors"
    assert file.url == f"https://huggingface.co/timm/{SMALL}/resolve/main/model.safetensors"
    assert (file.features, file.licence, file.size) == (384, "Apache-2.0", 88_224_768)


def test_a_model_of_hugging_face_comes_with_two_files_that_say_what_it_is():
    files = needed(HUGGING.recipe(model="facebook/dinov2-small"))

    home = "https://huggingface.co/facebook/dinov2-small/resolve/main"
    assert [(file.file, file.url) for file in files] == [
        ("facebook--dinov2-small.safetensors", f"{home}/model.safetensors"),
        ("facebook--dinov2-small.config.json", f"{home}/config.json"),
        (
            "facebook--dinov2-small.preprocessor_config.json",
            f"{home}/preprocessor_config.json",
        ),
    ]


def test_of_a_model_that_nobody_looked_at_the_licence_is_not_known():
    recipe = TIMM.recipe(model="some_new_model.tag")

    assert needed(recipe)[0].licence == "unknown: see its card"
    assert passport_of(recipe).features == 0


@pytest.mark.parametrize("values", [{"weights": "random"}, {"weights": "my.safetensors"}])
def test_nothing_is_fetched_for_weights_of_ones_own(values):
    assert needed(TIMM.recipe(model=SMALL, **values)) == ()


@pytest.mark.parametrize("source", ["timm", "huggingface"])
def test_each_model_of_the_table_has_a_licence_and_a_paper(source):
    component = {"timm": TIMM, "huggingface": HUGGING}[source]
    assert names_of(source)
    for name in names_of(source):
        known = known_as(source, name)
        component.params(model=name)
        assert known.licence in {"Apache-2.0", "CC-BY-NC-4.0", "MIT", "BSD-3-Clause"}
        assert paper_of(known.paper)[0].key == known.paper
        assert passport_of(component.recipe(model=name)).features == known.features


@pytest.mark.parametrize(
    ("component", "name"),
    [
        (TIMM, "../../secret"),
        (TIMM, "https://evil.example/x"),
        (TIMM, "hf-hub:somebody/model"),
        (TIMM, "local-dir:/tmp"),
        (TIMM, "vit;rm"),
        (TIMM, "Evil\nname"),
        (HUGGING, "facebook"),
        (HUGGING, "../secret"),
        (HUGGING, "a/../b"),
        (HUGGING, "a/b/c"),
        (HUGGING, "/etc/passwd"),
    ],
)
def test_paths_and_addresses_are_no_names(component, name):
    recipe = component.recipe(model=name)

    assert needed(recipe) == ()
    with pytest.raises(PluginError, match="model must be a name like") as caught:
        engine_of(recipe, "auto")
    assert str(caught.value).isprintable()


def test_published_weights_need_a_tag():
    with pytest.raises(PluginError, match="must be a name with its tag, like vit_small"):
        engine_of(TIMM.recipe(model="vit_tiny_patch16_224"), "auto")


@pytest.mark.parametrize("ending", [".bin", ".pt", ".pth", ".pkl", ".ckpt", ""])
def test_pickles_are_refused_by_their_ending(tmp_path, ending):
    path = tmp_path / f"weights{ending}"
    path.write_bytes(b"")

    with pytest.raises(PluginError, match=r"must be a file that ends in \.safetensors"):
        TIMM.recipe(model=SMALL, weights=str(path)).build(engine="onnx", threads=1)


def test_what_is_not_here_is_told_before_it_is_asked_for():
    with pytest.raises(WeightsError, match="which is not on this machine"):
        engine_of(TIMM.recipe(model=SMALL), "auto")


def test_weights_of_ones_own_need_a_config():
    recipe = HUGGING.recipe(model="facebook/dinov2-small", weights="random")

    with pytest.raises(PluginError, match=r"config must be a file, config\.json"):
        engine_of(recipe, "auto")


def test_work_is_not_known_before_a_model_is_exported():
    assert work_of(TIMM.recipe(model=SMALL)) == 0
    assert work_of(TIMM.recipe()) == 0


@pytest.mark.skipif(
    importlib.util.find_spec("torch") is not None, reason="torch is installed: nothing is lacking"
)
def test_without_torch_it_is_told_what_to_install():
    recipe = TIMM.recipe(model="vit_tiny_patch16_224", weights="random")

    with pytest.raises(PluginError, match="must be exported once, which takes ") as caught:
        engine_of(recipe, "auto")
    assert "torch: pip install 'frimcla-torch[export]'" in str(caught.value)
