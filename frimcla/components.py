"""What plugins offer: named, described, and not yet imported.

A `Component` is a line on a menu; `frimcla.recipes.Recipe` is an order from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal

import attrs

from .params import NoParams, limits_of
from .recipes import Recipe, compact

NAME = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
RESERVED = frozenset({"engine", "label", "name", "probabilities", "seed", "threads"})
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
        identify: Import path of a light function: *fixed* and parameters by name -> what changes
            numbers and the parameters cannot say, for example ``{"opencv": "4"}``. Part of the key.
        suggested: Whether a study that names no components of this kind includes it. Off unless
            asked for: what a default study finds must not depend on who else is installed.
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
    suggested: bool = False
    plugin: str = ""

    @params.validator
    def _no_reserved_name(self, _: object, params: type) -> None:
        if taken := RESERVED.intersection(limits_of(params)):
            raise ValueError(f"{self.name}: {', '.join(sorted(taken))} is reserved")

    @label.validator
    def _label_names_parameters(self, _: object, label: str) -> None:
        if "{" not in label and "}" not in label:
            return
        from string import Formatter

        limits = limits_of(self.params)
        try:
            named = {field for _, field, _, _ in Formatter().parse(label) if field}
            unknown = sorted(named - limits.keys())
            if not unknown:
                label.format_map({name: compact(one.default) for name, one in limits.items()})
        except (ValueError, IndexError, KeyError) as error:
            what = f"its label {label!r} cannot be filled in ({error})"
            raise ValueError(f"{self.name}: {what}") from None
        if unknown:
            raise ValueError(f"{self.name}: its label names {unknown[0]}, which is no parameter")

    @property
    def full_name(self) -> str:
        """``plugin:name``, which is never ambiguous."""
        return f"{self.plugin}:{self.name}" if self.plugin else self.name

    @property
    def required(self) -> tuple[str, ...]:
        """The parameters that have no usable default."""
        return tuple(name for name, one in limits_of(self.params).items() if one.required)

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
        weights: Import path of a light function: *fixed* and parameters by name -> the
            `frimcla.weights.Weights` that are needed: one, several, or None.
        engine: Import path of a function that decides what runs it: (wanted, *fixed* and
            parameters by name) -> (engine, notice). *wanted* is the study's setting, or the
            engine a trained model was made with; *notice* tells the user why it became another,
            or is empty. It may take its time, once: an export, say. The factory then takes
            ``engine: str`` and ``threads: int``, and the engine is part of its features' key.
        sees: What it is given: ``"rgb8"`` is ``uint8``, (height, width, 3), 0 to 255;
            ``"float"`` is ``float32``, (height, width, 3), 0 to 1, with the full depth of what
            was stored.
        work: Import path of a light function: *fixed* and parameters by name -> what the
            description of one image takes, in million multiply-adds (a float). Without it 0:
            descriptors, whose work hardly counts beside that of a network.
        passport: Import path of a light function: *fixed* and parameters by name -> its
            `frimcla.Passport`: licence, year, whom to cite.
        control: What it finds can be found without looking at shapes: a pair that is no better
            has not seen what it is meant to see. Part of every study that does not write
            ``controls = false``.
    """

    kind = "extractor"
    weights: str = ""
    engine: str = ""
    sees: Literal["rgb8", "float"] = attrs.field(
        default="rgb8", validator=attrs.validators.in_(("rgb8", "float"))
    )
    work: str = ""
    passport: str = ""
    control: bool = False


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
        effort: Its place in the order of what a prediction costs, 1 the least. One that says
            nothing comes after ours.
        fit_many: Import path of a function that fits many of what the factory makes on the same
            rows, and so shares work; see `frimcla.contracts.FitsMany`. Without it they are
            fitted one by one.
    """

    kind = "classifier"
    search: tuple[Grid, ...] = attrs.field(default=(), converter=_grids)
    trusted: tuple[str, ...] = ()
    calibrates: bool = False
    effort: int = 100
    fit_many: str = ""

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
        share: Its values are shares, 0 to 1, which tables show in percent.
        binomial: It is the share of images judged right, so that Wilson's interval holds.
    """

    kind = "metric"
    needs_probabilities: bool = False
    greater_is_better: bool = True
    share: bool = True
    binomial: bool = False


def _starts_or_suffixes(_: object, field: attrs.Attribute[Any], values: Iterable[Any]) -> None:
    kind = bytes if field.name == "magic" else str
    if not isinstance(values, tuple):
        raise TypeError(f"{field.name} must be a tuple (got {values!r})")
    for value in values:
        if not isinstance(value, kind) or not value:
            raise ValueError(f"{field.name} {value!r} must be {kind.__name__}, and not empty")
        if isinstance(value, str) and (value != value.lower() or value[0] != "."):
            raise ValueError(f"suffix {value!r} must be in lower case and begin with a dot")


@attrs.frozen(kw_only=True)
class Reader(Component):
    """Offers a reader of image files; see `frimcla.contracts.Reads`.

    A file is given to the reader whose *magic* it starts with. Where several do, one that also
    names the file's suffix wins, then the longest magic: so a reader of ``.lsm`` files, which
    are TIFF inside, gets them before the reader of TIFF. A reader without *magic* gets the
    files that have its suffix and that no other reader knows by their content.

    Args:
        magic: How its files start, in the first 132 bytes; ``?`` stands for any byte:
            ``b"RIFF????WEBP"``.
        suffixes: How their names end, in lower case and with the dot: ``".lsm"``.
    """

    kind = "reader"
    magic: tuple[bytes, ...] = attrs.field(default=(), validator=_starts_or_suffixes)
    suffixes: tuple[str, ...] = attrs.field(default=(), validator=_starts_or_suffixes)

    def __attrs_post_init__(self) -> None:
        if not self.magic and not self.suffixes:
            raise ValueError(f"{self.name}: a reader names magic bytes or suffixes")


@attrs.frozen(kw_only=True)
class Command(Component):
    """Offers a command of the command line: ``frimcla NAME``, with ``-`` for ``_``.

    The factory names a `click.Command`; it is imported when the command is called, so that a
    menu stays light. It finds the registry as ``ctx.obj``, and raises what `frimcla.errors`
    has for whatever the user can mend: the command line turns it into a sentence.
    """

    kind = "command"

    @property
    def called(self) -> str:
        """What is typed."""
        return self.name.replace("_", "-")


KINDS: tuple[type[Component], ...] = (Extractor, Classifier, Metric, Reader, Command)
