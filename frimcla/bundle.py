"""The trained winner as one file: a zip of a manifest, a classifier frozen by skops, and arrays.

Nothing in the file runs: members are named and hashed in the manifest, types are trusted by
the code of the installed plugins, and what does not fit is refused before it is read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from . import trust
from .contracts import Array, Progress
from .dataset import Image
from .describing import Describer
from .errors import BundleError, FrimclaError
from .examples import Example, Examples
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
from .trust import COVERAGE, Evidence, Trust, check_coverage

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MANIFEST, CLASSIFIER = "manifest.json", "classifier.skops"
TRUST, EXAMPLES = "trust.npz", "examples.npz"
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
        trust: What the study tells of a prediction like this one; None where there is no
            prediction, or the model is of before such things were kept.
        nearest: Images of the study that are most like it, where the model brings any.
    """

    file: str
    predicted: str = ""
    scores: Mapping[str, float] = attrs.field(factory=dict)
    problem: str = ""
    trust: Trust | None = None
    nearest: tuple[Example, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Model:
    """A trained pair that predicts new images.

    Attributes:
        manifest: What it says of itself.
        classifier: What was trained.
        readers: What reads images for it.
        trust: What the pair said of the study's images while each was held out; None in a file
            of format 1.
        examples: Some of the images it has learnt from, where it was trained to bring them.
        notices: What a user should know, one sentence each.
    """

    manifest: Manifest
    classifier: Any
    readers: Readers
    trust: Evidence | None = None
    examples: Examples | None = None
    notices: tuple[str, ...] = ()

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
        coverage: float = COVERAGE,
        n_jobs: int = 1,
        progress: Progress | None = None,
    ) -> list[Prediction]:
        """Predict image files, in their order. A bad file gets a problem; the others go on.

        Args:
            paths: Files. For folders see `frimcla.predict`.
            coverage: How often the candidates of an image are to hold its class, 0.5 to 1.
            n_jobs: Processes that read and describe images.
            progress: Called as images are done.

        Raises:
            BundleError: The classifier cannot predict.
            ConfigError: There is no such coverage.
        """
        images = [Image(key="", name=str(path), files=(Path(path),), label="") for path in paths]
        return self.predict_images(images, coverage=coverage, n_jobs=n_jobs, progress=progress)

    def predict_images(
        self,
        images: Sequence[Image],
        *,
        coverage: float = COVERAGE,
        n_jobs: int = 1,
        progress: Progress | None = None,
    ) -> list[Prediction]:
        """Predict images whose channels may lie in files of their own; else as `predict`."""
        check_coverage(coverage)
        describer = self.describer
        rows, problems = describe_files(
            images, describer.space, describer.opener, n_jobs=n_jobs, progress=progress
        )
        readable = sorted(rows)
        features = np.stack([rows[number] for number in readable]) if readable else None
        told = dict(zip(readable, self._say(features, coverage), strict=True))
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

    def _say(self, features: Array | None, coverage: float) -> Iterator[Prediction]:
        if features is None:
            return
        predicted, probabilities = self.answers(features)
        trusts: Iterable[Trust | None] = repeat(None, len(features))
        nearest: Iterable[tuple[Example, ...]] = repeat((), len(features))
        if self.trust:
            trusts = self.trust.judge(predicted, probabilities, features, coverage)
            if self.examples:
                novelty = self.trust.novelty
                nearest = (self.examples.nearest(p, novelty) for p in novelty.points(features))
        for number, scores, told, beside in zip(
            predicted, probabilities, trusts, nearest, strict=True
        ):
            by_class = dict(zip(self.classes, map(float, scores), strict=True))
            yield Prediction(
                file="",
                predicted=self.classes[number],
                scores=by_class,
                trust=told,
                nearest=beside,
            )

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
    members = {CLASSIFIER: freeze(model.classifier, trusted)}
    if model.trust:
        members[TRUST] = trust.pack(model.trust)
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
        BundleError: It is no bundle, was changed, or needs a plugin that is not installed.
    """
    try:
        registry = registry or Registry.discover()
        manifest, members = _read(Path(path), registry)
        classifier = thaw(members[CLASSIFIER], classifier_of(manifest.classifier).trusted)
        evidence = None
        if TRUST in members:
            images = manifest.trained_on["images"]
            evidence = trust.unpack(members[TRUST], manifest.classes, images)
    except BundleError as error:
        raise BundleError(f"{path} {error}") from None
    return Model(
        manifest=manifest, classifier=classifier, readers=Readers.of(registry), trust=evidence
    )


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
    manifest = from_json(_member(file, MANIFEST, LARGEST), registry)
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
