"""The rules of each contract, one small function per rule.

The name of a function is the rule; its docstring is what the author reads when it fails.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import click
import numpy as np

from frimcla.components import Classifier, Command, Component, Extractor, Metric, Reader
from frimcla.contracts import Array
from frimcla.engines import engine_of
from frimcla.errors import ImageError
from frimcla.freezing import freeze, thaw
from frimcla.params import Limits, limits_of
from frimcla.passports import passport_of
from frimcla.policy import Policy
from frimcla.prices import work_of
from frimcla.reading import Readers
from frimcla.recipes import Recipe, load
from frimcla.search import candidates, fits, made
from frimcla.spaces import Space
from frimcla.weights import needed

from .data import blobs, toy_images

Rule = Callable[[Any], None]
RULES: dict[type[Component], list[Rule]] = {
    Component: [],
    Extractor: [],
    Classifier: [],
    Metric: [],
    Reader: [],
    Command: [],
}


WITHOUT_RUNNING: list[Rule] = []
"""Those that only read the menu, and so need no weights."""


def rule(kind: type[Component], *, runs: bool = True) -> Callable[[Rule], Rule]:
    """Add a function to the rules of *kind*, which runs the component or only reads the menu."""

    def add(function: Rule) -> Rule:
        RULES[kind].append(function)
        if not runs:
            WITHOUT_RUNNING.append(function)
        return function

    return add


def rules_for(component: Component) -> Iterator[Rule]:
    """Yield the rules that *component* must keep."""
    yield from RULES[Component]
    yield from RULES[type(component)]


@rule(Component, runs=False)
def says_what_it_is(component: Component) -> None:
    """The summary is one short line without a final dot; each parameter has help."""
    assert 0 < len(component.summary) <= 72
    assert "\n" not in component.summary
    assert not component.summary.endswith(".")
    assert all(limits.help for limits in limits_of(component.params).values())


@rule(Component, runs=False)
def has_valid_defaults(component: Component) -> None:
    """Every default passes its own limits, and the recipe survives pickling."""
    recipe = component.recipe()
    for name, limits in limits_of(component.params).items():
        assert limits.accept(recipe.values[name]) == recipe.values[name]
    assert pickle.loads(pickle.dumps(recipe)).key == recipe.key


@rule(Component, runs=False)
def every_parameter_matters_to_the_key(component: Component) -> None:
    """Changing any parameter changes the key, so caches are never stale."""
    changed = list(_one_change_each(component))
    keys = {component.recipe().key, *(recipe.key for recipe in changed)}
    assert len(keys) == 1 + len(changed)


@rule(Extractor, runs=False)
def says_what_work_it_is(component: Extractor) -> None:
    """Whatever its parameters, its work is a finite number, at least 0; a control needs nothing."""
    for recipe in (component.recipe(), *_one_change_each(component)):
        work = work_of(recipe)
        assert math.isfinite(work)
        assert work >= 0
        if component.control:
            assert work == 0
            assert not needed(recipe)


@rule(Extractor, runs=False)
def has_a_whole_passport(component: Extractor) -> None:
    """A passport has a licence, what is seen, and whom to cite, by author, title and year."""
    for recipe in (component.recipe(), *_one_change_each(component)):
        passport = passport_of(recipe)
        if passport is None:
            return
        assert passport.code
        assert passport.sees
        assert passport.cites
        for reference in passport.cites:
            assert {"author", "title", "year"} <= dict(reference.fields).keys()


@rule(Extractor)
def returns_one_finite_float32_row_per_image(component: Extractor) -> None:
    """The result is float32, (n, d), with no nan or infinity."""
    images = toy_images(component.sees)
    features = _extractor(component)(images)
    assert features.dtype == np.float32
    assert features.ndim == 2
    assert len(features) == len(images)
    assert np.isfinite(features).all()


@rule(Extractor)
def keeps_its_width(component: Extractor) -> None:
    """The number of features depends on the parameters only, and is what a passport names."""
    extract = _extractor(component)
    widths = {extract([image]).shape[1] for image in toy_images(component.sees)}
    assert len(widths) == 1
    passport = passport_of(component.recipe())
    assert passport is None or passport.features in {0, *widths}


@rule(Extractor)
def describes_each_image_on_its_own(component: Extractor) -> None:
    """A row does not depend on the other images, nor on the size of the batch."""
    images = toy_images(component.sees)
    extract = _extractor(component)
    together = extract(images)
    alone = np.concatenate([extract([image]) for image in images])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(extract(images[::-1]), together[::-1], rtol=1e-4, atol=1e-5)


@rule(Extractor)
def repeats_itself(component: Extractor) -> None:
    """Two objects built from one recipe give the same numbers."""
    first, second = (_extractor(component)(toy_images(component.sees)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@rule(Extractor)
def tells_images_apart(component: Extractor) -> None:
    """Different images get different features."""
    features = _extractor(component)(toy_images(component.sees))
    assert len(np.unique(features, axis=0)) > 1


@rule(Extractor)
def describes_what_it_prepared(component: Extractor) -> None:
    """Where it has `prepare`, a prepared image is described like the image, bit by bit."""
    extract = _extractor(component)
    if not hasattr(extract, "prepare"):
        return
    prepared = [extract.prepare(image) for image in toy_images(component.sees)]
    np.testing.assert_array_equal(extract(prepared), extract(toy_images(component.sees)))


@rule(Classifier, runs=False)
def has_a_place_in_the_order_of_cost(component: Classifier) -> None:
    """Its effort is a whole number, at least 1."""
    assert type(component.effort) is int
    assert component.effort >= 1


@rule(Classifier)
def learns_two_separate_blobs(component: Classifier) -> None:
    """String labels in, the same labels out, right on training data."""
    _learns(component, 2)


@rule(Classifier)
def learns_three_classes(component: Classifier) -> None:
    """More than two classes work as well."""
    _learns(component, 3)


@rule(Classifier)
def gives_probabilities_that_sum_to_one(component: Classifier) -> None:
    """Where it has `predict_proba`, rows sum to 1 and columns follow sorted `classes_`."""
    features, labels = blobs(3)
    model = component.recipe().build(seed=0).fit(features, labels)
    if not hasattr(model, "predict_proba"):
        return
    probabilities = model.predict_proba(features)
    assert list(model.classes_) == sorted(set(labels))
    assert probabilities.shape == (len(labels), 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


@rule(Classifier)
def predicts_the_same_labels_without_probabilities(component: Classifier) -> None:
    """Where it calibrates, leaving calibration out changes no label."""
    if not component.calibrates:
        return
    features, labels = blobs(3)
    both = [
        component.recipe().build(seed=0, probabilities=choice).fit(features, labels)
        for choice in (True, False)
    ]
    first, second = (model.predict(features) for model in both)
    np.testing.assert_array_equal(first, second)


@rule(Classifier)
def repeats_itself_with_a_seed(component: Classifier) -> None:
    """Two models with one seed predict the same."""
    features, labels = blobs(3)
    models = [component.recipe().build(seed=7).fit(features, labels) for _ in range(2)]
    first, second = (model.predict(features) for model in models)
    np.testing.assert_array_equal(first, second)


@rule(Classifier)
def searches_only_its_parameters(component: Classifier) -> None:
    """Each searched value is a value the parameter accepts."""
    limits = limits_of(component.params)
    for grid in component.search:
        for name, values in grid:
            assert all(limits[name].accept(value) == value for value in values)


@rule(Classifier)
def fits_many_as_one_by_one(component: Classifier) -> None:
    """Where it has `fit_many`, candidates that share work say what each of them says alone."""
    if not component.fit_many:
        return
    recipe = component.recipe()
    for classes, probabilities in product((2, 3), (True, False)):
        (features, labels), new = blobs(classes), 0.7 * blobs(classes)[0][::-1].copy()
        labels[::7] = labels[-1]  # some are wrong, so that candidates differ
        build = partial(made, recipe, seed=7, probabilities=probabilities)
        tried = candidates(recipe)
        shared = list(fits(recipe, [build(values) for values in tried], features, labels))
        assert len(shared) == len(tried)
        for values, fit in zip(tried, shared, strict=True):
            alone = partial(build(values).fit, features, labels)
            together, expected = _said(fit, new), _said(alone, new)
            np.testing.assert_array_equal(together[0], expected[0])
            np.testing.assert_allclose(together[1], expected[1], atol=1e-6)


@rule(Classifier)
def survives_pickling(component: Classifier) -> None:
    """A fitted model goes to another process and back."""
    features, labels = blobs(2)
    model = component.recipe().build(seed=0).fit(features, labels)
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.predict(features), model.predict(features))


@rule(Classifier)
def survives_the_bundle(component: Classifier) -> None:
    """Saved by skops, a fitted model loads with no type but those in `trusted`."""
    for classes in (2, 3):
        features, labels = blobs(classes)
        model = component.recipe().build(seed=0).fit(features, labels)
        copy = thaw(freeze(model, component.trusted), component.trusted)
        np.testing.assert_array_equal(copy.predict(features), model.predict(features))
        if hasattr(model, "predict_proba"):
            expected, loaded = model.predict_proba(features), copy.predict_proba(features)
            np.testing.assert_array_equal(loaded, expected)


@rule(Metric)
def returns_a_float(component: Metric) -> None:
    """One finite number, of Python's or numpy's float."""
    value = _judge(component, _TRUTH, _TRUTH)
    assert isinstance(value, float)
    assert np.isfinite(value)


@rule(Metric)
def prefers_the_truth(component: Metric) -> None:
    """Perfect predictions score better than wrong ones."""
    wrong = np.roll(_TRUTH, 1)
    sign = 1 if component.greater_is_better else -1
    assert sign * _judge(component, _TRUTH, _TRUTH) > sign * _judge(component, _TRUTH, wrong)


@rule(Metric)
def does_not_care_about_class_names(component: Metric) -> None:
    """Renaming the classes, which also changes their order, changes nothing."""
    new = {"a": "z", "b": "y", "c": "x"}
    renamed, half = np.array([new[name] for name in _TRUTH]), np.roll(_TRUTH, 2)
    renamed_half = np.array([new[name] for name in half])
    before, after = _judge(component, _TRUTH, half), _judge(component, renamed, renamed_half)
    np.testing.assert_allclose(before, after, atol=1e-9)


@rule(Reader)
def refuses_what_is_no_image(component: Reader) -> None:
    """Nothing, noise, and a beginning without the rest raise what readers may raise."""
    noise = bytes(np.random.default_rng(0).integers(0, 256, 500, np.uint8))
    for content in (b"", noise, *(magic.replace(b"?", b"\0") for magic in component.magic)):
        reader = component.recipe().build()
        for read in (reader.header, reader):
            try:
                read(io.BytesIO(content), "image")
            except (ImageError, OSError, ValueError) as error:
                said = str(error)
            else:
                raise AssertionError(f"it takes {content[:8]!r}... for an image")
            assert said, "it says nothing"


def check_reader(component: Reader, content: bytes, name: str) -> None:
    """Check what a reader says and returns of one file.

    Args:
        component: The reader.
        content: The file's bytes.
        name: Its name, with the suffix.

    Raises:
        AssertionError: The header and the pixels differ, or two readings do.
        ImageError: The file is not read.
    """
    readers = Readers((component,))
    header = readers.header(content, name)
    first, second = (readers.stack(content, name, max_megapixels=100) for _ in range(2))
    assert first.pixels.shape == header.shape
    assert first.pixels.dtype.name == header.dtype
    assert not first.pixels.flags.writeable
    assert len(header.names) in {0, header.channels}
    assert tuple(first.names) == header.names == tuple(second.names)
    assert header == readers.header(content, name)
    np.testing.assert_array_equal(first.pixels, second.pixels)


@rule(Command)
def can_be_called(component: Command) -> None:
    """The factory names a click command, which says what it does and is called as on the menu."""
    command = load(component.factory)
    assert isinstance(command, click.Command)
    assert command.help
    assert command.name == component.called
    assert not limits_of(component.params)


_TRUTH = np.array(["a", "b", "c", "a", "b", "c", "a", "a"])


def _judge(component: Metric, truth: Any, predicted: Any) -> float:
    score = component.recipe().build()
    if not component.needs_probabilities:
        return score(truth, predicted)  # type: ignore[no-any-return]
    classes = np.unique(truth)
    probabilities = 0.1 + 0.7 * (predicted[:, None] == classes)
    return score(truth, probabilities, classes)  # type: ignore[no-any-return]


def _extractor(component: Extractor) -> Any:
    recipe = component.recipe()
    engine, _ = engine_of(recipe, "auto")
    return Space(recipe=recipe, policy=Policy(), engine=engine).build()


def _learns(component: Classifier, classes: int) -> None:
    features, labels = blobs(classes)
    model = component.recipe().build(seed=0).fit(features, labels)
    predicted = model.predict(features)
    assert set(predicted) <= set(labels)
    assert (predicted == labels).mean() > 0.9


def _said(fit: Callable[[], Any], new: Array) -> tuple[Array, Array]:
    """Return labels and probabilities of a model; nothing where it cannot be fitted or asked."""
    try:
        model = fit()
        predicted = np.asarray(model.predict(new))
    except Exception:  # more neighbours than rows: left out by a search, so it must be in both
        return np.empty(0, str), np.empty(0)
    offered = hasattr(model, "predict_proba")
    return predicted, model.predict_proba(new) if offered else np.empty(0)


def _one_change_each(component: Component) -> Iterator[Recipe]:
    for name, limits in limits_of(component.params).items():
        other = next(_others(limits), None)
        if other is not None:
            yield component.recipe(**{name: other})


def _step(part: Any, by: int) -> Any:
    return (
        f"{part}x" if isinstance(part, str) else not part if isinstance(part, bool) else part + by
    )


def _others(limits: Limits) -> Iterator[Any]:
    default = limits.default
    candidates = list(limits.choices)
    if isinstance(default, bool):
        candidates = [not default]
    elif isinstance(default, (int, float)):
        candidates += [default + 1, default - 1, default / 2]
    elif isinstance(default, tuple):
        candidates += [tuple(_step(part, by) for part in default) for by in (1, -1)]
    elif not limits.choices and not limits.path:
        candidates += [f"{default}x"]
    for candidate in candidates:
        try:
            if candidate != default:
                yield limits.accept(candidate)
        except ValueError:
            continue
