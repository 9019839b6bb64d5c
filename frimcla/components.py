"""What plugins offer: named, described, and not yet imported.

A `Component` is a line on a menu. A `Recipe` is an order: a component with its parameters
filled in. `Recipe.build` is the only place where heavy frameworks get imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import attrs

from .errors import PluginError
from .params import NoParams, limits_of

NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
RESERVED = frozenset({"label", "name", "probabilities", "seed"})
"""Keys a configuration or the orchestration uses; no parameter may take them."""

Grid = tuple[tuple[str, tuple[Any, ...]], ...]
Values = Mapping[str, Any] | Iterable[tuple[str, Any]]


def _pairs(values: Values) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(dict(values).items()))


def _grids(grids: Mapping[str, Any] | Iterable[Any]) -> tuple[Grid, ...]:
    listed = [grids] if isinstance(grids, Mapping) else list(grids)
    return tuple(tuple((k, tuple(v)) for k, v in dict(grid).items()) for grid in listed if grid)


def _params_of(self: Component) -> type:
    return self.factory if attrs.has(self.factory) else NoParams  # type: ignore[arg-type]


@attrs.frozen(kw_only=True)
class Component:
    """A named thing a plugin offers.

    Args:
        name: What configurations call it. Lower snake case, never reused.
        factory: Makes the thing: a callable, or its import path
            ``"package.module:attribute"``, imported on first use.
        summary: One line for ``frimcla list-plugins``. No final dot.
        params: Class of `frimcla.param` fields. If omitted and *factory* is an attrs class,
            its own fields; otherwise no parameters.
        fixed: Further keyword arguments of *factory* that users do not see.
        label: What plots and tables call it. ``{bins}`` stands for a parameter.
        revision: Raise it when the same input gives other numbers than before. Features
            cached under another revision are not reused.
        identify: Import path of a light function: parameters by name -> what changes numbers
            and the parameters cannot say, for example ``{"opencv": "4"}``. Part of the key.
        suggested: Whether a study that names no components of this kind includes it.
        plugin: Who offers it; stamped by the registry.
    """

    kind: ClassVar[str]

    name: str = attrs.field(validator=attrs.validators.matches_re(NAME))
    factory: str | Callable[..., Any]
    summary: str
    params: type = attrs.field(default=attrs.Factory(_params_of, takes_self=True))
    fixed: tuple[tuple[str, Any], ...] = attrs.field(default=(), converter=_pairs)
    label: str = attrs.field(default=attrs.Factory(lambda self: self.name, takes_self=True))
    revision: int = 1
    identify: str = ""
    suggested: bool = True
    plugin: str = ""

    @params.validator
    def _no_reserved_name(self, _: object, params: type) -> None:
        if taken := RESERVED.intersection(limits_of(params)):
            raise ValueError(f"{self.name}: {', '.join(sorted(taken))} is reserved")

    @property
    def full_name(self) -> str:
        """``plugin:name``, which is never ambiguous."""
        return f"{self.plugin}:{self.name}" if self.plugin else self.name

    def recipe(self, *, label: str = "", **values: Any) -> Recipe:
        """Fill in the parameters; the rest keep their defaults.

        Raises:
            ValueError: A value is outside its limits.
            TypeError: A parameter does not exist.
        """
        return Recipe(component=self, params=self.params(**values), given_label=label)


@attrs.frozen(kw_only=True)
class Extractor(Component):
    """Offers a feature extractor; see `frimcla.contracts.Extracts`.

    Args:
        batch_size: How many images it likes to be given at once.
    """

    kind = "extractor"
    batch_size: int = 32


@attrs.frozen(kw_only=True)
class Classifier(Component):
    """Offers a classifier; see `frimcla.contracts.Classifies`.

    Args:
        search: Grids of values tried when hyper-parameters are tuned: the product inside each
            grid, one grid after the other. One mapping is one grid.
        trusted: Types that skops may load for it, ``"package.module.Class"``: named here, in
            code that the user installed, never taken from a file.
        calibrates: Whether the factory takes ``probabilities: bool``. It is False while a
            search compares labels only, so that costly calibration is left out; the labels
            must be the same either way.
    """

    kind = "classifier"
    search: tuple[Grid, ...] = attrs.field(default=(), converter=_grids)
    trusted: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    calibrates: bool = False

    @property
    def searched(self) -> frozenset[str]:
        """The parameters that any grid varies."""
        return frozenset(name for grid in self.search for name, _ in grid)

    def recipe(self, *, label: str = "", **values: Any) -> Recipe:
        """Fill in the parameters; what is written here is not searched."""
        return attrs.evolve(
            super().recipe(label=label, **values), pinned=self.searched.intersection(values)
        )


@attrs.frozen(kw_only=True)
class Metric(Component):
    """Offers a metric; see `frimcla.contracts.Scores`.

    Args:
        needs_probabilities: It judges class probabilities instead of predicted labels.
        greater_is_better: Its direction.
        share: Its values are shares, which tables show in percent.
    """

    kind = "metric"
    needs_probabilities: bool = False
    greater_is_better: bool = True
    share: bool = True


KINDS: tuple[type[Component], ...] = (Extractor, Classifier, Metric)


def load(factory: str | Callable[..., Any]) -> Callable[..., Any]:
    """Return *factory*, imported if it is an import path."""
    if callable(factory):
        return factory
    from importlib import import_module

    module, _, attribute = factory.partition(":")
    return getattr(import_module(module), attribute)  # type: ignore[no-any-return]


@attrs.frozen(kw_only=True)
class Recipe:
    """A component with its parameters filled in: all it takes to rebuild it.

    Attributes:
        component: What is made.
        params: An instance of ``component.params``.
        pinned: Searched parameters that the user wrote: never searched, even at the default.
        given_label: The user's name for it, if any.
    """

    component: Component
    params: Any
    pinned: frozenset[str] = frozenset()
    given_label: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The parameters by name, defaults included."""
        return attrs.asdict(self.params, recurse=False)

    @property
    def label(self) -> str:
        """The name on plots: the user's, or the component's label filled in.

        Parameters that were changed and that the label template does not mention are
        appended, so that two recipes of one component never share a label by accident. Of a
        file only the name shows.
        """
        from string import Formatter

        if self.given_label:
            return self.given_label
        limits = limits_of(self.component.params)
        texts = {
            name: compact(value, path=limits[name].path) for name, value in self.values.items()
        }
        template = self.component.label
        shown = {field for _, field, _, _ in Formatter().parse(template) if field}
        rest = [
            f"{name}={texts[name]}"
            for name, value in self.values.items()
            if name not in shown and (value != limits[name].default or name in self.pinned)
        ]
        text = template.format_map(texts)
        return f"{text}({', '.join(rest)})" if rest else text

    @property
    def identity(self) -> list[Any]:
        """All that changes its numbers, as JSON; a file counts by its content."""
        component = self.component
        return [
            component.kind,
            component.plugin,
            component.name,
            component.revision,
            dict(component.fixed),
            self._content(),
            sorted(self.pinned),
            load(component.identify)(self.values) if component.identify else {},
        ]

    @property
    def key(self) -> str:
        """The identity of what it computes: ``"lab-5f0c12ab91d2"``. The label is not in it."""
        from .keys import digest

        return f"{self.component.name}-{digest(self.identity)}"

    def build(self, **extra: Any) -> Any:
        """Import the framework and make the thing.

        Raises:
            PluginError: The factory cannot be imported, or refuses its parameters.
        """
        component = self.component
        what = f"{component.kind} {self.label}"
        try:
            make = load(component.factory)
        except (ImportError, AttributeError) as error:
            hint = f"; reinstall the plugin {component.plugin}" if component.plugin else ""
            raise PluginError(f"{what} cannot be loaded: {error}{hint}") from error
        try:
            return make(**dict(component.fixed), **self.values, **extra)
        except (ValueError, TypeError, OSError) as error:
            raise PluginError(f"{what} cannot be made: {error}") from error

    def _content(self) -> dict[str, Any]:
        """Return the values, each file replaced by the SHA-256 of what it holds."""
        from pathlib import Path

        from .files import sha256_of_file

        limits = limits_of(self.component.params)
        return {
            name: sha256_of_file(Path(value)) if limits[name].path and value else value
            for name, value in self.values.items()
        }


@attrs.frozen(kw_only=True)
class Pair:
    """An extractor and a classifier: what a study compares."""

    extractor: Recipe
    classifier: Recipe

    @property
    def label(self) -> str:
        """``"LAB444 + SVM"``."""
        return f"{self.extractor.label} + {self.classifier.label}"

    @property
    def key(self) -> str:
        """A name for files: ``"lab-c7455991aa01--svm-819dff15bb02"``."""
        return f"{self.extractor.key}--{self.classifier.key}"


def compact(value: Any, *, path: bool = False) -> str:
    """Write a parameter value the way it reads best on a plot.

    >>> compact((4, 4, 4)), compact((4, 16, 4)), compact(0.25), compact("max")
    ('444', '4x16x4', '0.25', 'max')
    """
    if path and value:
        from pathlib import Path

        return Path(value).name
    if isinstance(value, tuple):
        parts = [compact(part) for part in value]
        return ("" if all(len(part) == 1 for part in parts) else "x").join(parts)
    return f"{value:g}" if isinstance(value, float) else str(value)
