"""The trained winner as one file: a zip of a manifest and a classifier frozen by skops.

Nothing in the file runs: members are named and hashed in the manifest, types are trusted by
the code of the installed plugins, and what does not fit is refused before it is read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from .contracts import Array, Progress
from .dataset import Image
from .describing import Describer
from .errors import BundleError, FrimclaError
from .extraction import describe, describe_files
from .files import sha256, write_atomically
from .freezing import check_zip, freeze, thaw
from .intake import Opener
from .manifest import LARGEST, Manifest, from_json, to_json
from .parts import predictions_of
from .policy import views
from .probes import drawn
from .reading import Readers
from .registry import Registry
from .search import classifier_of

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MANIFEST, CLASSIFIER = "manifest.json", "classifier.skops"
SAME_SCORE = 1e-4
"""Up to this difference of a class score, two machines agree."""
DATE = (1980, 1, 1, 0, 0, 0)
"""Of every member: when a model was saved is no part of it."""


@attrs.frozen(kw_only=True)
class Prediction:
    """What the model says of one file.

    Attributes:
        file: The file, as it was named.
        predicted: Its class; empty where the file cannot be read.
        scores: Probability per class; nan where the classifier offers none.
        problem: Why there is no prediction, or empty.
    """

    file: str
    predicted: str = ""
    scores: Mapping[str, float] = attrs.field(factory=dict)
    problem: str = ""


@attrs.frozen(kw_only=True, eq=False)
class Model:
    """A trained pair that predicts new images."""

    manifest: Manifest
    classifier: Any
    readers: Readers

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes it knows, sorted."""
        return self.manifest.classes

    @property
    def describer(self) -> Describer:
        """What describes images for it, and refuses those of another kind."""
        manifest = self.manifest
        opener = Opener(readers=self.readers, policy=manifest.policy, kind=manifest.saw)
        return Describer(space=manifest.space, opener=opener)

    @property
    def pipeline(self) -> Pipeline:
        """Itself as a fitted pipeline of scikit-learn: of paths or arrays, to labels and scores.

        A clone of it has the settings and hyper-parameters that the study found, and learns
        from other images.
        """
        from .sklearn import pipeline_of  # scikit-learn takes seconds, and few ask for this

        manifest = self.manifest
        return pipeline_of(
            self.describer,
            self.classifier,
            np.array(self.classes),
            manifest.classifier,
            manifest.seed,
        )

    def predict(
        self,
        paths: Sequence[str | Path],
        *,
        n_jobs: int = 1,
        progress: Progress | None = None,
    ) -> list[Prediction]:
        """Predict image files, in their order. A bad file gets a problem; the others go on.

        Args:
            paths: Files. For folders see `frimcla.predict`.
            n_jobs: Processes that read and describe images.
            progress: Called as images are done.
        """
        images = [Image(key="", name=str(path), files=(Path(path),), label="") for path in paths]
        return self.predict_images(images, n_jobs=n_jobs, progress=progress)

    def predict_images(
        self, images: Sequence[Image], *, n_jobs: int = 1, progress: Progress | None = None
    ) -> list[Prediction]:
        """Predict images whose channels may lie in files of their own; else as `predict`."""
        describer = self.describer
        rows, problems = describe_files(
            images, describer.space, describer.opener, n_jobs=n_jobs, progress=progress
        )
        readable = sorted(rows)
        features = np.stack([rows[number] for number in readable]) if readable else None
        told = dict(zip(readable, self._say(features), strict=True))
        return [
            attrs.evolve(told[number], file=image.name)
            if number in told
            else Prediction(file=image.name, problem=self._hinted(problems[number], image))
            for number, image in enumerate(images)
        ]

    def _hinted(self, problem: str, image: Image) -> str:
        """Add to a problem how files are put together, where it may be for want of that."""
        names = self.manifest.files
        if not names or len(image.files) > 1:
            return problem
        columns = ", ".join(f"file_{name}" for name in names)
        return (
            f"{problem}. Or name the files of its channels in a manifest (columns {columns}) or by "
            'a pattern, such as --names "{well}_{channel}.tif"'
        )

    def _say(self, features: Array | None) -> Iterator[Prediction]:
        if features is None:
            return
        predicted, probabilities = self.answers(features)
        for number, scores in zip(predicted, probabilities, strict=True):
            by_class = dict(zip(self.classes, map(float, scores), strict=True))
            yield Prediction(file="", predicted=self.classes[number], scores=by_class)

    def answers(self, features: Array) -> tuple[Array, Array]:
        """Return class numbers ``int16`` (n,) and probabilities ``float32`` (n, k).

        Args:
            features: ``float32`` (n, d), of the model's own space.
        """
        try:
            return predictions_of(self.classifier, features, np.array(self.classes))
        except FrimclaError:
            raise
        except Exception as error:
            raise BundleError(f"the classifier cannot predict: {error}") from error


def probe_scores(model: Model) -> tuple[tuple[float, ...], ...]:
    """Return the class scores of the five drawn images, (5, k); empty if there are none."""
    _, scores = model.answers(_drawn_features(model.manifest))
    return () if np.isnan(scores).any() else tuple(tuple(map(float, row)) for row in scores)


def _drawn_features(manifest: Manifest) -> Array:
    """Describe the drawn images; where channels are described one by one, each as all of them."""
    features = describe(drawn(), manifest.space)
    return np.tile(features, (1, views(manifest.policy, manifest.saw)))


def check_probes(model: Model) -> None:
    """Make sure that the model says here what it said where it was trained.

    Raises:
        BundleError: It does not; names the versions that made it.
    """
    here, there = probe_scores(model), model.manifest.probes
    if np.shape(here) != np.shape(there) or not np.allclose(here, there, atol=SAME_SCORE):
        made_with = ", ".join(f"{name} {v}" for name, v in model.manifest.versions.items())
        raise BundleError(
            "gives other scores here than where it was trained; install what it was made with "
            f"({made_with}), or train it again"
        )


def save(path: Path, model: Model, packages: Mapping[str, str]) -> Manifest:
    """Write a bundle; return its manifest, which names the members now.

    Raises:
        PluginError: The classifier holds types that its plugin does not trust.
    """
    trusted = classifier_of(model.manifest.classifier).trusted
    frozen = freeze(model.classifier, trusted)
    manifest = attrs.evolve(model.manifest, members={CLASSIFIER: sha256(frozen)})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {MANIFEST: to_json(manifest, packages), CLASSIFIER: frozen}.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), content)
    write_atomically(path, out.getvalue())
    return manifest


def load(path: str | Path, registry: Registry | None = None) -> Model:
    """Load a trained model; nothing in the file runs before all of it is verified.

    Raises:
        BundleError: It is no bundle, was changed, or needs a plugin that is not installed.
    """
    try:
        registry = registry or Registry.discover()
        manifest, frozen = _read(Path(path), registry)
        classifier = thaw(frozen, classifier_of(manifest.classifier).trusted)
    except BundleError as error:
        raise BundleError(f"{path} {error}") from None
    return Model(manifest=manifest, classifier=classifier, readers=Readers.of(registry))


def _read(path: Path, registry: Registry) -> tuple[Manifest, bytes]:
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
    manifest = from_json(_member(file, MANIFEST, LARGEST), registry)
    if names != {MANIFEST, *manifest.members} or CLASSIFIER not in names:
        raise BundleError("has other members than its manifest names: refused")
    frozen = _member(file, CLASSIFIER)
    if sha256(frozen) != manifest.members[CLASSIFIER]:
        raise BundleError(f"was changed after it was written: {CLASSIFIER} fails its checksum")
    return manifest, frozen


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
