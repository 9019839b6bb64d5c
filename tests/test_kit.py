"""The conformance kit: a good plugin passes, and each fault is caught by the rule made for it."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import attrs
import networky
import numpy as np
import pytest
import toys

from frimcla import Component, Extractor
from frimcla.registry import collect
from frimcla.testing import RULES, conformance, rules_for, toy_dataset, toy_images
from frimcla.testing.kit import with_defaults
from frimcla.testing.rules import WITHOUT_RUNNING

pytest_plugins = ["pytester"]
GOOD = {c.name: c for c in collect(toys.Toys(), "toys")}
MEAN, MODEL, ACCURACY = GOOD["mean_colour"], GOOD["nearest_mean"], GOOD["accuracy"]


def broken(component: Component) -> set[str]:
    """Return the names of the rules that *component* breaks."""

    def breaks(rule: Callable[[Component], None]) -> bool:
        try:
            rule(component)
        except Exception:
            return True
        return False

    return {rule.__name__ for rule in rules_for(component) if breaks(rule)}


PLANTED = {
    "batch_statistics": (MEAN, {}, "describes_each_image_on_its_own"),
    "nan_on_flat": (MEAN, {}, "returns_one_finite_float32_row_per_image"),
    "double": (MEAN, {}, "returns_one_finite_float32_row_per_image"),
    "changing_width": (MEAN, {}, "keeps_its_width describes_each_image_on_its_own"),
    "blind": (MEAN, {}, "tells_images_apart"),
    "moody": (MEAN, {}, "repeats_itself"),
    "Moody": (MODEL, {}, "repeats_itself_with_a_seed"),
    "Unpicklable": (MODEL, {}, "survives_pickling survives_the_bundle"),
    "Unsure": (MODEL, {}, "gives_probabilities_that_sum_to_one"),
    "Fickle": (MODEL, {"calibrates": True}, "predicts_the_same_labels_without_probabilities"),
    "share_of_a": (ACCURACY, {}, "does_not_care_about_class_names"),
    "whole": (ACCURACY, {}, "returns_a_float"),
}
SPOILT = {
    "final dot": (MEAN, {"summary": "Mean colour."}, "says_what_it_is"),
    "less than no work": (MEAN, {"work": "fake_faults:owed"}, "says_what_work_it_is"),
    "endless work": (MEAN, {"work": "fake_faults:endless"}, "says_what_work_it_is"),
    "work of nobody": (MEAN, {"work": "fake_faults:nobody"}, "says_what_work_it_is"),
    "control at work": (
        MEAN,
        {"work": "fake_faults:little", "control": True},
        "says_what_work_it_is",
    ),
    "control with weights": (
        MEAN,
        {"weights": "networky:weights", "control": True},
        "says_what_work_it_is",
    ),
    "no effort": (MODEL, {"effort": 0}, "has_a_place_in_the_order_of_cost"),
    "half an effort": (MODEL, {"effort": 1.5}, "has_a_place_in_the_order_of_cost"),
    "no summary": (MEAN, {"summary": ""}, "says_what_it_is"),
    "73 characters": (MEAN, {"summary": "a" * 73}, "says_what_it_is"),
    "two lines": (MEAN, {"summary": "a\nb"}, "says_what_it_is"),
    "lambda": (MEAN, {"factory": lambda **_: toys.mean_colour()}, "has_valid_defaults"),
    "untrusted": (MODEL, {"trusted": ()}, "survives_the_bundle"),
    "search too far": (MODEL, {"search": {"shrink": (0.5, 2.0)}}, "searches_only_its_parameters"),
    "search of nothing": (MODEL, {"search": {"bins": (1,)}}, "searches_only_its_parameters"),
    "many backwards": (MODEL, {"fit_many": "fake_faults:backwards"}, "fits_many_as_one_by_one"),
    "one too few": (MODEL, {"fit_many": "fake_faults:all_but_one"}, "fits_many_as_one_by_one"),
    "nobody fits": (MODEL, {"fit_many": "fake_faults:refusing"}, "fits_many_as_one_by_one"),
    "direction": (ACCURACY, {"greater_is_better": False}, "prefers_the_truth"),
}


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the plugins on disk on the way of this process and of those it starts."""
    folder = Path(__file__).with_name("installed")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.parametrize("fault", PLANTED)
def test_a_faulty_thing_is_caught_by_its_rule_and_no_other(fault: str) -> None:
    good, change, rules = PLANTED[fault]
    if good is MODEL:
        change = {"trusted": (f"fake_faults.{fault}",), **change}

    assert broken(attrs.evolve(good, factory=f"fake_faults:{fault}", **change)) == {*rules.split()}


@pytest.mark.parametrize(("good", "change", "rule"), SPOILT.values(), ids=SPOILT)
def test_a_faulty_line_is_caught_by_its_rule_and_no_other(good, change, rule: str) -> None:
    assert broken(attrs.evolve(good, **change)) == {rule}


def test_a_parameter_without_help_is_caught() -> None:
    params = import_module("fake_faults").Helpless

    spoilt = attrs.evolve(ACCURACY, factory="fake_faults:patient", params=params)

    assert broken(spoilt) == {"says_what_it_is"}


@pytest.mark.parametrize(
    "name", ["mean_colour", "edges", "nearest_mean", "accuracy", "balanced_accuracy", "brier"]
)
def test_a_good_component_breaks_no_rule(name: str) -> None:
    assert broken(GOOD[name]) == set()


def test_fitting_many_one_by_one_breaks_no_rule() -> None:
    assert broken(attrs.evolve(MODEL, fit_many="fake_faults:in_turn")) == set()


def test_work_may_be_little_and_a_control_may_do_nothing() -> None:
    assert broken(attrs.evolve(MEAN, work="fake_faults:little")) == set()
    assert broken(attrs.evolve(MEAN, control=True)) == set()


def test_a_parameter_may_be_of_any_sort() -> None:
    params = import_module("fake_faults").Sorts

    assert broken(attrs.evolve(ACCURACY, factory="fake_faults:patient", params=params)) == set()


class TestConformance:
    @pytest.fixture
    def run(self, pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
        """Run the one line of test code, with these arguments."""

        def run(plugin: str, arguments: str = "") -> pytest.RunResult:
            pytester.makepyfile(
                f"import {plugin}\nfrom frimcla.testing import conformance\n"
                f"test_it = conformance({plugin}{arguments})"
            )
            return pytester.runpytest_inprocess("-rA", "-p", "no:cacheprovider")

        return run

    def test_a_good_plugin_passes_every_rule(self, run) -> None:
        result = run("fake_good")

        result.assert_outcomes(passed=23)
        result.stdout.fnmatch_lines_random(
            [
                "PASSED *::test_it[[]plugin:is_light[]]",
                "PASSED *::test_it[[]extractor:shade:every_parameter_matters_to_the_key[]]",
            ]
        )

    def test_what_lacks_weights_is_not_run_and_says_so(self, run, monkeypatch, tmp_path) -> None:
        monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path))

        result = run("networky")

        result.stdout.fnmatch_lines(["SKIPPED*published needs net.h5 (58.0 MB), which is not on*"])
        result.assert_outcomes(passed=16, skipped=1, failed=1)  # it imports numpy on top

    def test_a_failure_tells_the_fault_and_the_rule(self, run) -> None:
        result = run("fake_heavy")

        result.assert_outcomes(passed=10, failed=2)
        result.stdout.fnmatch_lines(
            [
                "E *AssertionError: importing fake_heavy, or asking for work, imports numpy",
                "E *The rule: Importing the plugin's hook module, and asking for work, imports no*",
                "E *assert not True",
                "E *The rule: The summary is one short line without a final dot; each param*",
                "FAILED *::test_it[[]plugin:is_light[]]*",
                "FAILED *::test_it[[]extractor:heavy:says_what_it_is[]]*",
            ]
        )

    def test_known_failures_are_strict(self, run) -> None:
        known = {"extractor:heavy:says_what_it_is": "why", "extractor:heavy:repeats_itself": "no"}

        result = run("fake_heavy", f", expected_failures={known}")

        result.assert_outcomes(passed=9, failed=2, xfailed=1)
        result.stdout.fnmatch_lines(["*repeats_itself[]] _*", "[[]XPASS(strict)] no"])

    def test_known_failures_name_cases(self) -> None:
        """A case that was renamed must not be expected to fail for ever."""
        known = dict.fromkeys(["plugin:is_light", "plugin:is_lite", "metric:shade:x"], "why")

        with pytest.raises(ValueError, match=r".") as caught:
            conformance(import_module("fake_good"), expected_failures=known)

        assert str(caught.value) == "no such case: metric:shade:x, plugin:is_lite"


class TestNetworks:
    def test_that_prepare_are_tried_by_their_engine(self) -> None:
        (net, _) = collect(networky, "networky")

        assert broken(net) == set()

    def test_that_prepare_something_else_are_caught(self, monkeypatch) -> None:
        (net, _) = collect(networky, "networky")
        monkeypatch.setattr(networky.Thumb, "__call__", lambda self, image: image[:16, :16] // 2)

        assert "describes_what_it_prepared" in broken(net)

    def test_can_be_tried_with_other_values_than_their_defaults(self) -> None:
        (net, _) = collect(networky, "networky")

        changed = with_defaults(net, {"scale": 3.0})

        assert changed.recipe().values == {"scale": 3.0}
        assert changed.recipe().key == net.recipe(scale=3.0).key
        assert broken(changed) == set()


def test_a_rule_that_raises_tells_itself_too() -> None:
    component = attrs.evolve(MODEL, search={"shrink": (2.0,)})
    (rule,) = (r for r in rules_for(component) if r.__name__ == "searches_only_its_parameters")

    with pytest.raises(ValueError, match=r".") as caught:
        conformance(import_module("toys"))(component, rule)

    assert str(caught.value) == "must be a number between 0 and 1 (got 2.0)"
    assert caught.value.__notes__ == [f"The rule: {rule.__doc__}"]


def test_toy_images_are_awkward_and_cannot_be_written() -> None:
    images = toy_images()

    assert [image.shape for image in images] == [
        (48, 48, 3), (1, 1, 3), (3, 200, 3), (40, 64, 3), (64, 96, 3), (33, 35, 3),
    ]  # fmt: skip
    assert not any(image.flags.writeable for image in images)


def test_toy_images_in_full_depth_are_the_same_and_a_dim_one() -> None:
    shallow, deep = toy_images(), toy_images("float")

    assert {image.dtype for image in deep} == {np.dtype(np.float32)}
    assert not any(image.flags.writeable for image in deep)
    for one, other in zip(shallow, deep, strict=False):
        np.testing.assert_array_equal(one, np.rint(255 * other))
    (dim,) = deep[len(shallow) :]
    assert 255 * dim.max() < 1
    assert len(np.unique(dim)) > 100


@pytest.mark.parametrize(("sees", "dtype"), [("rgb8", np.uint8), ("float", np.float32)])
def test_every_rule_feeds_an_extractor_what_it_sees(sees: str, dtype: type) -> None:
    fed = []

    class Note:
        def prepare(self, image):
            fed.append(image)
            return image

        def __call__(self, images):
            fed.extend(images)
            return np.array([image.mean(axis=(0, 1)) for image in images], np.float32)

    component = attrs.evolve(MEAN, factory=lambda **_: Note(), sees=sees)
    for rule in (rule for rule in RULES[Extractor] if rule not in WITHOUT_RUNNING):
        fed.clear()
        rule(component)

        assert {image.dtype for image in fed} == {np.dtype(dtype)}, rule.__name__
        assert not any(image.flags.writeable for image in fed)


def test_the_toy_dataset_is_the_same_every_time(tmp_path: Path) -> None:
    files = [
        {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.png")}
        for folder in (toy_dataset(tmp_path / n, classes=2, count=3) for n in ("one", "two"))
    ]

    assert files[0] == files[1]
    assert sorted(files[0]) == [f"stripes_{k}/image_0{i}.png" for k in (1, 2) for i in range(3)]
