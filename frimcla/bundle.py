"""The trained winner as one file: a zip of a manifest, a classifier frozen by skops, and arrays.

Nothing in the file runs: members are named and hashed in the manifest, types are trusted by
the code of the installed plugins, and what does not fit is refused before it is read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import attrs

from . import examples, trust
from .errors import BundleError
from .examples import Examples
from .files import sha256, write_atomically
from .freezing import check_zip, freeze, thaw
from .manifest import LARGEST, Manifest, from_json, to_json
from .model import Model, Prediction, changed_versions, check_probes, probe_scores
from .parallel import alone
from .reading import Readers
from .registry import Registry
from .search import classifier_of
from .trust import Evidence

__all__ = ["Model", "Prediction", "check_probes", "load", "probe_scores", "save"]
MANIFEST, CLASSIFIER = "manifest.json", "classifier.skops"
TRUST, EXAMPLES = "trust.npz", "examples.npz"
DATE = (1980, 1, 1, 0, 0, 0)
"""Of every member: when a model was saved is no part of it."""


def save(path: Path, model: Model, packages: Mapping[str, str]) -> Manifest:
    """Write a bundle; return its manifest, which names the members now.

    Raises:
        PluginError: The classifier holds types that its plugin does not trust.
    """
    trusted = classifier_of(model.manifest.classifier).trusted
    members = {CLASSIFIER: freeze(model.classifier, trusted)}
    if model.trust:
        members[TRUST] = trust.pack(model.trust)
    if model.trust and model.examples:
        members[EXAMPLES] = examples.pack(model.examples, model.classes)
    hashes = {name: sha256(content) for name, content in members.items()}
    manifest = attrs.evolve(model.manifest, members=hashes)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {MANIFEST: to_json(manifest, packages), **members}.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), content)
    write_atomically(path, out.getvalue())
    return manifest


def load(path: str | Path, registry: Registry | None = None) -> Model:
    """Load a trained model; nothing in the file runs before all of it is verified.

    Raises:
        BundleError: It is no bundle, was changed, needs a plugin that is not installed, or gives
            other scores here than where other versions made it.
    """
    try:
        registry = registry or Registry.discover()
        manifest, members = _read(Path(path), registry)
        classifier = thaw(members[CLASSIFIER], classifier_of(manifest.classifier).trusted)
        evidence, shown = _beside(manifest, members)
        model = Model(
            manifest=manifest,
            classifier=classifier,
            readers=Readers.of(registry),
            trust=evidence,
            examples=shown,
        )
        return attrs.evolve(model, notices=_notices(model, registry))
    except BundleError as error:
        raise BundleError(f"{path} {error}") from None


def _notices(model: Model, registry: Registry) -> tuple[str, ...]:
    """Return what a user should know; where other versions made the model, after a check.

    Raises:
        BundleError: It gives other scores here.
    """
    changed = changed_versions(model.manifest, registry)
    if not changed:
        return ()
    told = ", ".join(f"{name} {there} (here {here})" for name, (there, here) in changed.items())
    found = "five drawn images get the scores here that they got there"
    if not alone(check_probes, model):
        found = "whether it says the same here cannot be checked: it was made without probes"
    return (f"the model was made with {told}; {found}",)


def _beside(
    manifest: Manifest, members: Mapping[str, bytes]
) -> tuple[Evidence | None, Examples | None]:
    """Read what format 2 has beside the classifier."""
    if TRUST not in members:
        return None, None
    images = manifest.trained_on["images"]
    evidence = trust.unpack(members[TRUST], manifest.classes, images)
    if EXAMPLES not in members:
        return evidence, None
    return evidence, examples.unpack(members[EXAMPLES], manifest.classes, evidence.novelty)


def _read(path: Path, registry: Registry) -> tuple[Manifest, dict[str, bytes]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"cannot be opened ({error.strerror}); name a model.frimcla") from None
    file = io.BytesIO(content)
    try:
        names = set(check_zip(file, "it"))
    except BundleError as error:
        raise BundleError(f"is no FrImCla model: {error}") from None
    if MANIFEST not in names:
        raise BundleError("is no FrImCla model: it has no manifest.json")
    manifest = from_json(_member(file, MANIFEST, LARGEST), registry, path.parent)
    needed = {CLASSIFIER} if manifest.format == 1 else {CLASSIFIER, TRUST}
    allowed = (needed, {*needed, EXAMPLES}) if manifest.format > 1 else (needed,)
    if names != {MANIFEST, *manifest.members} or set(manifest.members) not in allowed:
        raise BundleError("has other members than its manifest names: refused")
    members = {name: _member(file, name) for name in manifest.members}
    for name, content in members.items():
        if sha256(content) != manifest.members[name]:
            raise BundleError(f"was changed after it was written: {name} fails its checksum")
    return manifest, members


def _member(file: io.BytesIO, name: str, largest: int | None = None) -> bytes:
    try:
        with zipfile.ZipFile(file) as archive:
            if largest and archive.getinfo(name).file_size > largest:
                raise BundleError(f"has a {name} of more than {largest:,} bytes: refused")
            return archive.read(name)
    except BundleError:
        raise
    except Exception as error:  # zipfile and zlib report damage in many ways
        raise BundleError(f"is damaged: {error}") from None
