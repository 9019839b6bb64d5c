"""Components, and the recipes made from them: label, key, build."""

import os
import pickle
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from installed.fake_orders import LAB, NET, TREE, Bins, params

import frimcla
from frimcla.errors import PluginError
from frimcla.params import NoParams

LABS = st.builds(
    LAB.recipe,
    bins=st.tuples(*[st.integers(1, 256)] * 3),
    mask=st.booleans(),
    space=st.sampled_from(["lab", "hsv"]),
)


class TestComponent:
    def test_without_params_class_it_has_none(self) -> None:
        bare = frimcla.Extractor(name="bare", factory="a:b", summary="bare")

        assert bare.recipe().values == {}
        assert (bare.full_name, attrs.evolve(bare, plugin="x").full_name) == ("bare", "x:bare")

    def test_an_attrs_class_as_factory_brings_its_own_parameters(self) -> None:
        itself = frimcla.Extractor(name="bins", factory=Bins, summary="bins")

        assert itself.recipe(mask=True).build() == Bins(mask=True)

    @pytest.mark.parametrize("name", ["Lab", "lab-444", "4lab", "lab_", "lab__a", "", "lab\n", "é"])
    def test_its_name_is_lower_snake_case(self, name: str) -> None:
        with pytest.raises(ValueError, match="must match regex"):
            attrs.evolve(LAB, name=name)

    @pytest.mark.parametrize("name", ["label", "name", "probabilities", "seed"])
    def test_a_parameter_takes_no_reserved_name(self, name: str) -> None:
        with pytest.raises(ValueError, match=rf"^lab: {name} is reserved$"):
            attrs.evolve(LAB, params=params(**{name: frimcla.param(0, "help")}))

    def test_its_parameters_are_made_by_param(self) -> None:
        with pytest.raises(TypeError) as caught:
            attrs.evolve(LAB, params=params(bins=attrs.field(default=8)))

        assert str(caught.value) == "Params.bins must be made by frimcla.param"

    @pytest.mark.parametrize(
        ("label", "unknown"),
        [
            ("LAB{bin}", "bin"),
            ("LAB{bins} {mask} {zoo} {ant}", "ant"),
            ("LAB{0}", "0"),
            ("LAB{bins[0]}", "bins[0]"),
            ("LAB{bins.size}", "bins.size"),
        ],
    )
    def test_its_label_names_parameters_only(self, label: str, unknown: str) -> None:
        with pytest.raises(ValueError, match=r".") as caught:
            attrs.evolve(LAB, label=label)

        assert str(caught.value) == f"lab: its label names {unknown}, which is no parameter"

    @pytest.mark.parametrize("label", ["LAB{}", "LAB}", "LAB{mask:.2f}", "LAB{bins:{width}}"])
    def test_its_label_can_be_filled_in(self, label: str) -> None:
        with pytest.raises(ValueError, match=r"^lab: its label"):
            attrs.evolve(LAB, label=label)

    @pytest.mark.parametrize(
        ("search", "grids", "searched"),
        [
            ({}, (), set()),
            ({"a": [1, 2]}, ((("a", (1, 2)),),), {"a"}),
            ([{"a": [1]}, {"a": [2], "b": [3]}, {}],
             ((("a", (1,)),), (("a", (2,)), ("b", (3,)))), {"a", "b"}),
        ],
        ids=["none", "one", "several"],
    )  # fmt: skip
    def test_search_is_one_grid_or_several(self, search, grids, searched) -> None:
        component = frimcla.Classifier(name="c", factory="a:b", search=search, summary="s")

        assert (component.search, component.searched) == (grids, searched)


class TestLabel:
    @pytest.mark.parametrize(
        ("component", "values", "label"),
        [
            (LAB, {}, "LAB888"),
            (LAB, {"bins": (4, 16, 4)}, "LAB4x16x4"),
            (LAB, {"mask": True}, "LAB888(mask=True)"),
            (LAB, {"mask": False}, "LAB888"),
            (LAB, {"space": "hsv", "mask": True}, "LAB888(mask=True, space=hsv)"),
            (LAB, {"label": "colour", "mask": True}, "colour"),
            (TREE, {}, "DT"),
            (TREE, {"depth": 3}, "DT(depth=3)"),
            (TREE, {"share": 0.25}, "DT(share=0.25)"),
            (NET, {}, "net"),
            (NET, {"w": "/home/me/vgg.npy"}, "net"),
            (attrs.evolve(LAB, label="{{{bins}}}{mask}"), {}, "{888}False"),
        ],
        ids=["template", "long", "changed", "written", "two", "user's", "searched", "pinned",
             "number", "no file", "file", "braces"],
    )  # fmt: skip
    def test_shows_what_was_chosen(self, component, values: dict, label: str) -> None:
        assert component.recipe(**values).label == label

    @given(LABS, LABS)
    def test_recipes_of_one_component_share_a_label_only_if_equal(self, one, other) -> None:
        assert (one.label == other.label) == (one == other)

    @pytest.mark.parametrize(
        ("default", "length", "labels"),
        [
            ((1, 1), 2, {(1, 2): "DT(x=12)", (12,): "DT(x=(12))", (1, 20): "DT(x=1x20)"}),
            (1.0, 0, {0.1234567: "DT(x=0.1234567)", 0.1234568: "DT(x=0.1234568)"}),
            (1.0, 0, {1e-07: "DT(x=1e-07)", 0.1 + 0.2: "DT(x=0.30000000000000004)"}),
        ],
        ids=["tuples of two lengths", "close numbers", "small number"],
    )
    def test_other_values_have_other_labels(self, default, length: int, labels: dict) -> None:
        component = attrs.evolve(TREE, params=params(x=frimcla.param(default, "", length=length)))

        assert {value: component.recipe(x=value).label for value in labels} == labels

    def test_of_a_pair_joins_both(self) -> None:
        pair = frimcla.Pair(extractor=LAB.recipe(), classifier=TREE.recipe())

        assert pair.label == "LAB888 + DT"
        assert pair.key == f"{LAB.recipe().key}--{TREE.recipe().key}"


class TestKey:
    def test_never_changes_between_versions(self) -> None:
        assert LAB.recipe().key == "lab-179357d0a5ee"

    def test_ignores_labels_defaults_written_and_what_only_people_read(self) -> None:
        renamed = attrs.evolve(LAB, label="other", summary="other", suggested=False)
        same = LAB.recipe(label="x"), LAB.recipe(mask=False), renamed.recipe()

        assert {recipe.key for recipe in same} == {LAB.recipe().key}

    def test_changes_with_all_that_may_change_a_number(self) -> None:
        changes = [
            *({"plugin": "other"}, {"revision": 2}, {"fixed": {"k": 2}}, {"fixed": {}}),
            *({"identify": "builtins:dict"}, {"name": "other"}),
            {"params": NoParams, "label": "LAB"},
        ]
        recipes = [attrs.evolve(LAB, **change).recipe() for change in changes]
        recipes += [LAB.recipe(bins=(8, 8, 9)), LAB.recipe(mask=True), LAB.recipe(space="hsv")]
        metric = frimcla.Metric(name="lab", factory=dict, fixed={"k": 1}, params=Bins, summary="m")

        keys = {recipe.key for recipe in (LAB.recipe(), metric.recipe(), *recipes)}

        assert len(keys) == 2 + len(recipes)

    def test_changes_with_a_pinned_parameter_even_at_its_default(self) -> None:
        assert TREE.recipe(depth=3).pinned == {"depth"}
        assert TREE.recipe(depth=3).key != TREE.recipe().key
        assert TREE.recipe(share=1.0) == TREE.recipe()

    def test_asks_identify_with_the_parameters(self, tmp_path: Path, monkeypatch) -> None:
        (tmp_path / "engine.py").write_text("NOW = 4\ndef of(values): return {**values, 'v': NOW}")
        monkeypatch.syspath_prepend(tmp_path)
        recipe = attrs.evolve(TREE, identify="engine:of").recipe(depth=2)

        before, answer = recipe.key, recipe.identity[-1]
        monkeypatch.setattr("engine.NOW", 5)

        assert answer == {"depth": 2, "share": 1.0, "v": 4}
        assert recipe.key != before

    def test_a_file_counts_by_its_content_and_does_not_show(self, tmp_path: Path) -> None:
        one, same, other = (tmp_path / name / "w.npy" for name in ("one", "same", "other"))
        for path, content in [(one, b"a"), (same, b"a"), (other, b"b")]:
            path.parent.mkdir()
            path.write_bytes(content)
        recipes = [NET.recipe(w=str(path)) for path in (one, same, other)]

        keys = [recipe.key for recipe in recipes]
        one.write_bytes(b"b")

        assert keys[0] == keys[1] != keys[2] != NET.recipe().key
        assert recipes[0].key == keys[2]
        assert {recipe.label for recipe in recipes} == {"net"}

    def test_an_optional_file_may_be_none(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.chdir(tmp_path)
        net = attrs.evolve(
            NET, params=params(w=frimcla.param("none", "file", path=True, optional=True))
        )
        recipes = [net.recipe(), net.recipe(w=None), net.recipe(w="none")]

        keys = {recipe.key for recipe in recipes}
        (tmp_path / "none").write_bytes(b"no weights")

        assert keys == {net.recipe().key}
        assert {recipe.label for recipe in recipes} == {"net"}


class TestBuild:
    def test_gives_the_factory_all_there_is(self) -> None:
        made = attrs.evolve(LAB, factory="builtins:dict").recipe(mask=True).build(seed=3)

        assert made == {"k": 1, "bins": (8, 8, 8), "mask": True, "space": "lab", "seed": 3}

    @pytest.mark.parametrize(
        ("factory", "plugin", "message"),
        [
            ("nowhere:it", "", "loaded: No module named 'nowhere'"),
            ("nowhere:it", "p", "loaded: No module named 'nowhere'; reinstall the plugin p"),
            ("builtins:it", "", "loaded: module 'builtins' has no attribute 'it'"),
            ("math:sqrt", "", "made: math.sqrt() takes no keyword arguments"),
            (lambda **_: [].index(1), "", "made: 1 is not in list"),
            (lambda **_: os.stat("/no"), "", "made: [Errno 2] No such file or directory: '/no'"),
        ],
        ids=["module", "module of a plugin", "attribute", "arguments", "value", "file"],
    )
    def test_an_error_names_the_component(self, factory, plugin: str, message: str) -> None:
        with pytest.raises(PluginError) as caught:
            attrs.evolve(LAB, factory=factory, plugin=plugin).recipe().build()

        assert str(caught.value) == f"extractor LAB888 cannot be {message}"

    def test_a_bug_in_a_factory_is_not_dressed_up(self) -> None:
        with pytest.raises(ZeroDivisionError):
            attrs.evolve(LAB, factory=lambda **_: 1 / 0).recipe().build()


def test_a_recipe_goes_to_another_process_and_back() -> None:
    recipe = TREE.recipe(depth=5, label="mine")

    copy = pickle.loads(pickle.dumps(recipe))

    assert copy == recipe
    assert (copy.key, copy.label, copy.pinned) == (recipe.key, "mine", {"depth"})
