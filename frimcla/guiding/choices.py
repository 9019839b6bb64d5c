"""What a form offers: the menu of the installed plugins, and why some of it cannot be had."""

from __future__ import annotations

from typing import Any

import attrs

from frimcla.components import Classifier, Component, Extractor, Metric
from frimcla.errors import ConfigError, did_you_mean
from frimcla.registry import Registry
from frimcla.study import SETTINGS
from frimcla.weights import absent, megabytes

PLAIN = (
    *("class_weight", "folds", "inner_folds", "repeats", "nested", "statistics", "alpha", "rope"),
    *("permutations", "seed", "n_jobs", "engine", "unreadable", "pictures", "explain", "ignore"),
)
"""Settings that mean to a study what they mean to its file."""


@attrs.frozen(kw_only=True)
class Choice:
    """A line of the form.

    Attributes:
        name: What a study writes: ``"lab"``, or ``"plugin:lab"`` where two plugins offer one.
        label: What tables call it.
        summary: What it is, in a line.
        component: On the menu.
        lacking: Why it cannot be had now; empty where it can.
        fetches: Megabytes of weights that would mend it, in words; empty where nothing is lacking.
    """

    name: str
    label: str
    summary: str
    component: Component
    lacking: str = ""
    fetches: str = ""

    @property
    def usual(self) -> bool:
        """Whether a study that names nothing includes it."""
        return self.component.suggested and not self.lacking


def extractors(registry: Registry) -> list[Choice]:
    """Return the extractors, descriptors first, then networks; controls join every study."""
    offered = [choice for choice in _choices(registry, Extractor) if not _control(choice)]
    return sorted(map(_with_weights, offered), key=_place)


def _place(choice: Choice) -> tuple[bool, bool]:
    """Sort descriptors before networks, and networks of the default study before the others."""
    network = is_network(choice)
    return network, network and not choice.component.suggested


def classifiers(registry: Registry) -> list[Choice]:
    """Return the classifiers, in the order of the menu."""
    return _choices(registry, Classifier)


def metrics(registry: Registry) -> list[Choice]:
    """Return the metrics, in the order of the menu."""
    return _choices(registry, Metric)


def is_network(choice: Choice) -> bool:
    """Say whether it was trained on other images before."""
    return bool(getattr(choice.component, "weights", ""))


def accepted(settings: dict[str, Any]) -> dict[str, Any]:
    """Return further settings, checked.

    Raises:
        ConfigError: One is unknown, has a place in the form, or a wrong value; all of them.
    """
    problems, accepted = [], {}
    for name, value in settings.items():
        try:
            if name not in PLAIN:
                raise ValueError(f"is no setting to be given here{did_you_mean(name, PLAIN)}")
            accepted[name] = SETTINGS[name].accept(value)
        except ValueError as error:
            problems.append((name, str(error)))
    if problems:
        raise ConfigError("the form", problems)
    return accepted


def _choices(registry: Registry, kind: type[Component]) -> list[Choice]:
    return [
        Choice(
            name=name,
            label=component.recipe().label,
            summary=component.summary,
            component=component,
        )
        for name, component in registry.called(kind).items()
        if not component.required  # no form asks for parameters
    ]


def _control(choice: Choice) -> bool:
    return isinstance(choice.component, Extractor) and choice.component.control


def _with_weights(choice: Choice) -> Choice:
    """Say which weights are not here, if any."""
    file = absent(choice.component.recipe())
    if file is None:
        return choice
    size = f"{megabytes(file.size)} MB"
    return attrs.evolve(choice, lacking=f"its weights are not here ({size})", fetches=size)
