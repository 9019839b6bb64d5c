"""What a trained model says of itself, and how recipes are written there and read back."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from .components import Classifier, Component, Extractor, Metric, Reader
from .engines import engine_of
from .errors import (
    AmbiguousComponentError,
    BundleError,
    PluginError,
    UnknownComponentError,
    WeightsError,
    readable,
)
from .files import sha256
from .joining import MOST_JOINED, Join
from .keys import canonical
from .number import Number
from .params import limits_of
from .policy import Kind, Policy
from .reading import known_as
from .recipes import Recipe
from .registry import BRINGS, Registry
from .spaces import Space
from .study import SETTINGS
from .weights import found_file, weights_folder

FORMAT = 2
"""Version of the bundle's layout that is written; docs/bundle.md tells what changed."""
FORMATS = (1, FORMAT)
"""Those that are read; another one is refused."""
WORD = re.compile(r"\w*")
"""What a plugin or a component may be called: a forged name could add lines to a message."""
PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What a distribution may be called."""
READER = re.compile(r"\w+:[\w-]+")
"""How a reader is named: plugin and key."""
LARGEST = 4_000_000
"""Bytes of a manifest."""
TEXT = dict.fromkeys(("plugin", "package", "name", "label"), str)
ORDER = {**TEXT, "revision": int, "params": dict, "pinned": list}
SHAPE = {
    **dict.fromkeys(("extractor", "classifier", "policy", "expected", "trained_on"), dict),
    **dict.fromkeys(("saw", "versions", "members"), dict),
    **dict.fromkeys(("classes", "files", "metrics", "probes"), list),
    "seed": int,
}
"""What each part of a manifest is."""

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Manifest:
    """Everything about a trained model but its numbers.

    Attributes:
        classes: The k classes, sorted.
        extractor: What describes an image.
        classifier: What was trained, with the hyper-parameters that were found.
        policy: What the extractor sees.
        saw: What the images were like, and others must be.
        files: Names of the channels where each lay in a file of its own.
        engine: What runs the extractor, where several could.
        metrics: The deciding metric first.
        expected: What to expect of it.
        trained_on: Dataset key, number of images, images per class.
        seed: Of the study.
        versions: Of Python, FrimCla, the plugins and the libraries.
        probes: What the model said of the five drawn images, class scores (5, k); 1 for the
            class it named where the classifier offers none. In format 1 empty then.
        members: SHA-256 of every other member of the zip.
        format: Version of the layout.
    """

    classes: tuple[str, ...]
    extractor: Recipe
    classifier: Recipe
    policy: Policy
    saw: Kind | None
    metrics: tuple[Recipe, ...]
    expected: Number
    trained_on: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str]
    engine: str = ""
    files: tuple[str, ...] = ()
    probes: tuple[tuple[float, ...], ...] = ()
    members: Mapping[str, str] = attrs.field(factory=dict)
    format: int = FORMAT

    @property
    def label(self) -> str:
        """``"LAB444 + SVM"``."""
        return f"{self.extractor.label} + {self.classifier.label}"

    @property
    def space(self) -> Space:
        """Where its features live."""
        return Space(recipe=self.extractor, policy=self.policy, engine=self.engine)


def to_json(manifest: Manifest, packages: Mapping[str, str]) -> bytes:
    """Write a manifest, with a checksum over all of it.

    Args:
        manifest: What to write.
        packages: What ``pip`` calls each plugin, so that a missing one can be named.
    """
    content = {
        "format": manifest.format,
        "classes": list(manifest.classes),
        "extractor": {
            **_order(manifest.extractor, packages),
            "engine": manifest.engine,
            "space": manifest.space.key,
        },
        "classifier": _order(manifest.classifier, packages),
        "policy": attrs.asdict(manifest.policy),
        "saw": attrs.asdict(manifest.saw) if manifest.saw else {},
        "files": list(manifest.files),
        "metrics": [_order(metric, packages) for metric in manifest.metrics],
        "expected": attrs.asdict(manifest.expected),
        "trained_on": dict(manifest.trained_on),
        "seed": manifest.seed,
        "versions": dict(manifest.versions),
        "probes": [list(scores) for scores in manifest.probes],
        "members": dict(manifest.members),
    }
    content["checksum"] = sha256(canonical(content))
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def from_json(text: bytes, registry: Registry, here: Path | None = None) -> Manifest:
    """Read a manifest and find its components among the installed plugins.

    Args:
        text: The manifest.
        registry: What plugins offer.
        here: The folder of the model: files that an extractor names may lie there.

    Raises:
        BundleError: It was changed, is of another format, needs a plugin that is not there, or
            that plugin computes other features now.
    """
    content = _checked(text)
    _check_shape(content)
    policy = _policy(content["policy"], registry)
    try:
        extractor = _find(Extractor, content["extractor"], registry, here)
        manifest = Manifest(
            classes=tuple(content["classes"]),
            extractor=extractor,
            classifier=_find(Classifier, content["classifier"], registry),
            policy=policy,
            saw=_kind(content["saw"]),
            files=tuple(content["files"]),
            engine=_engine(extractor, content["extractor"]["engine"]),
            metrics=tuple(_find(Metric, metric, registry) for metric in content["metrics"]),
            expected=Number(**content["expected"]),
            trained_on=content["trained_on"],
            seed=content["seed"],
            versions=content["versions"],
            probes=tuple(tuple(map(float, scores)) for scores in content["probes"]),
            members=content["members"],
            format=content["format"],
        )
        made_by = content["extractor"]["space"]
        computes = manifest.space.key
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BundleError(f"its manifest lacks or misspells {error}") from None
    except OSError as error:  # a parameter that names a file
        raise BundleError(f"needs the file {error.filename} ({_mend(error)})") from None
    except (PluginError, WeightsError) as error:
        raise BundleError(f"cannot run here: {error}") from None
    if computes != made_by:
        raise BundleError(
            f"its features are {made_by}, and the installed plugin computes "
            f"{computes}; install the versions it was made with: "
            + ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
            + _back(manifest.extractor)
        )
    return manifest


def _policy(written: dict[str, Any], registry: Registry) -> Policy:
    """Read the policy, and make sure that it means here what it meant there.

    Raises:
        BundleError: It does not, or asks for a reader that is not installed.
    """
    try:
        policy = Policy.of_json(written)
        for name in ("scaling", "channels", "planes", "max_megapixels"):
            SETTINGS[name].accept(getattr(policy, name))
        if not policy.settled or not all(READER.fullmatch(reader) for reader in policy.readers):
            raise ValueError
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise BundleError("its manifest lacks or misspells 'policy'") from None
    if policy.revision != Policy().revision:
        raise BundleError("sees images as another version of FrImCla did; train it again")
    here = {known_as(reader) for reader in registry.all(Reader).values()}
    if absent := [reader for reader in policy.readers if reader not in here]:
        plugin = absent[0].partition(":")[0]
        raise BundleError(
            f"needs the reader {absent[0]}: install the plugin {plugin}, in the version it was "
            "trained with" + registry.not_active()
        )
    return policy


def _kind(written: dict[str, Any]) -> Kind | None:
    if not written:
        return None
    names = tuple(map(str, written["names"]))
    numbers = {name: int(written[name]) for name in ("bits", "channels")}
    if not all(0 <= number < 2**16 for number in numbers.values()):
        raise ValueError("'saw'")
    return Kind(dtype=str(written["dtype"]), names=names, **numbers)


def _engine(extractor: Recipe, recorded: str) -> str:
    """Return the engine that made the features, made ready.

    Raises:
        BundleError: It does not run here: another one would give other numbers.
    """
    engine, notice = engine_of(extractor, recorded)
    if engine != recorded:
        raise BundleError(f"needs the engine {recorded}, and here is {engine}; {notice}")
    return engine


def _back(extractor: Recipe) -> str:
    """Say which files of the user made the features, if any: perhaps one was changed."""
    files = dict.fromkeys(
        readable(Path(value).name)
        for part in extractor.parts
        for name, value in part.values.items()
        if limits_of(part.component.params)[name].is_file(value)
    )
    return f"; or put {' and '.join(files)} back as it was" if files else ""


def _mend(error: OSError) -> str:
    name = Path(str(error.filename)).name
    if error.errno != errno.ENOENT or not name:
        return f"{error.strerror}"
    where = f"beside the model, into {weights_folder()}, or where FRIMCLA_WEIGHTS points"
    return f"it is not there; put {name} {where}"


def _checked(text: bytes) -> dict[str, Any]:
    try:
        content = json.loads(text)
        checksum = content.pop("checksum")
        version = content["format"]
        found = sha256(canonical(content))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise BundleError("its manifest cannot be read") from None
    if version not in FORMATS or isinstance(version, bool | float):
        read = " and ".join(map(str, FORMATS))
        raise BundleError(f"is of format {version}, and this FrImCla reads formats {read}")
    if checksum != found:
        raise BundleError("was changed after it was written: its manifest fails its checksum")
    return content  # type: ignore[no-any-return]


def _check_shape(content: Mapping[str, Any]) -> None:
    """Refuse what is not of the kind it should be, before anything relies on it.

    Raises:
        BundleError: Names the part that is wrong.
    """
    _check_kinds(content, SHAPE, "")
    for part in ("extractor", "classifier"):
        _check_kinds(content[part], ORDER, f"{part}.")
    _check_kinds(content["extractor"], {"engine": str, "space": str}, "extractor.")
    if "join" in content["extractor"]:
        _check_join(content["extractor"]["join"])
    for number, metric in enumerate(content["metrics"]):
        _check_kinds(metric, ORDER, f"metrics[{number}].")
    trained = {"images": int, "per_class": dict, "images_by_hash": list}
    _check_kinds(content["trained_on"], trained, "trained_on.")
    _check_kinds(content["expected"], {"value": float, "metric": str, "method": str}, "expected.")
    classes, k = content["classes"], len(content["classes"])
    good = {
        "classes": k > 1 and classes == sorted({str(label) for label in classes}),
        "metrics": len(content["metrics"]) > 0,
        "probes": all(isinstance(row, list) and len(row) == k for row in content["probes"]),
        "trained_on.images_by_hash": all(
            isinstance(key, str) for key in content["trained_on"]["images_by_hash"]
        ),
        "versions": all(isinstance(value, str) for value in content["versions"].values()),
        "members": all(isinstance(value, str) for value in content["members"].values()),
        "files": all(isinstance(name, str) for name in content["files"]),
    }
    if wrong := [part for part, is_good in good.items() if not is_good]:
        raise BundleError(f"its manifest lacks or misspells {wrong[0]!r}")


def _check_join(members: Any) -> None:
    if not isinstance(members, list) or not 2 <= len(members) <= MOST_JOINED:
        raise BundleError("its manifest lacks or misspells 'extractor.join'")
    for number, member in enumerate(members):
        _check_kinds(member, ORDER, f"extractor.join[{number}].")
        if "join" in member:
            raise BundleError(f"its manifest lacks or misspells 'extractor.join[{number}]'")


def _check_kinds(content: Any, kinds: Mapping[str, type], where: str) -> None:
    for key, kind in kinds.items():
        value = content.get(key) if isinstance(content, dict) else None
        strange = key in {"name", "plugin"} and not WORD.fullmatch(str(value))
        if not isinstance(value, kind) or strange:
            raise BundleError(f"its manifest lacks or misspells {where + key!r}")


def _order(recipe: Recipe, packages: Mapping[str, str]) -> dict[str, Any]:
    component = recipe.component
    joined = recipe.parts if len(recipe.parts) > 1 else ()
    return {
        "plugin": component.plugin,
        "package": packages.get(component.plugin) or BRINGS[component.kind],
        "name": component.name,
        "revision": component.revision,
        "params": recipe.values,
        "pinned": sorted(recipe.pinned),
        "label": recipe.given_label,
        **({"join": [_order(part, packages) for part in joined]} if joined else {}),
    }


def _find(
    kind: type[Component], order: Mapping[str, Any], registry: Registry, here: Path | None = None
) -> Recipe:
    if "join" in order:
        members = tuple(_find(kind, member, registry, here) for member in order["join"])
        return Join(members=members, given_label=order["label"])
    plugin, name = order["plugin"], order["name"]
    try:
        component = registry.find(kind, f"{plugin}:{name}" if plugin else name)
    except (UnknownComponentError, AmbiguousComponentError):
        # Words of a file that end up in a command somebody may copy.
        package = order["package"] if PACKAGE.fullmatch(order["package"]) else BRINGS[kind.kind]
        raise BundleError(
            f'needs the {kind.kind} {name} of the plugin "{plugin}": pip install {package}'
            + registry.not_active()
        ) from None
    if component.revision != order["revision"]:
        raise BundleError(
            f"was made with revision {order['revision']} of {name}, and revision "
            f"{component.revision} is installed; train it again"
        )
    limits = limits_of(component.params)
    params = {
        name: found_file(value, here) if name in limits and limits[name].is_file(value) else value
        for name, value in order["params"].items()
    }
    recipe = component.recipe(label=order["label"], **params)
    return attrs.evolve(recipe, pinned=frozenset(order["pinned"]))
