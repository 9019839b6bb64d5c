"""A trained pair in memory: it predicts, and is checked to say the same here as elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from . import versions
from .completing import Networks, networks_once
from .contracts import Array, Progress
from .dataset import Image
from .describing import Describer
from .errors import BundleError, FrimclaError
from .examples import Example, Examples
from .extraction import describe, describe_files
from .intake import Opener
from .manifest import Manifest
from .parts import predictions_of
from .policy import views
from .probes import drawn
from .reading import Readers
from .registry import Registry
from .trust import COVERAGE, Evidence, Trust, check_coverage

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

SAME_SCORE = 1e-4
"""Up to this difference of a class score, two machines agree."""


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

    What describes images is loaded once, at the first prediction, and kept with it.
    """

    manifest: Manifest
    classifier: Any
    readers: Readers
    trust: Evidence | None = None
    examples: Examples | None = None
    notices: tuple[str, ...] = ()
    _networks: Networks = attrs.field(factory=networks_once, init=False, repr=False)

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
            images,
            describer.space,
            describer.opener,
            n_jobs=n_jobs,
            progress=progress,
            networks=self._networks,
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
    """Return the class scores of the five drawn images, (5, k).

    Where the classifier offers none: 1 for the class that it names, 0 for the others.
    """
    predicted, scores = model.answers(_drawn_features(model.manifest))
    if np.isnan(scores).any():
        scores = np.eye(len(model.classes))[predicted]
    return tuple(tuple(map(float, row)) for row in scores)


def _drawn_features(manifest: Manifest) -> Array:
    """Describe the drawn images; where channels are described one by one, each as all of them."""
    features = describe(drawn(), manifest.space)
    return np.tile(features, (1, views(manifest.policy, manifest.saw)))


def check_probes(model: Model) -> bool:
    """Make sure that the model says here what it said where it was trained.

    Returns:
        Whether it could be checked: files of format 1 say nothing of the drawn images where the
        classifier offers no probabilities.

    Raises:
        BundleError: It does not; names the versions that made it.
    """
    here, there = probe_scores(model), model.manifest.probes
    if not there and model.manifest.format == 1:
        return False
    if np.shape(here) != np.shape(there) or not np.allclose(here, there, atol=SAME_SCORE):
        made_with = ", ".join(f"{name} {v}" for name, v in model.manifest.versions.items())
        raise BundleError(
            "gives other scores here than where it was trained; install what it was made with "
            f"({made_with}), or train it again"
        )
    return True


def changed_versions(manifest: Manifest, registry: Registry) -> dict[str, tuple[str, str]]:
    """Return what made a model in another version than is here: there and here, by name.

    Looked at are Python, FrimCla, the plugins of the pair, and the libraries behind these.
    """
    used = {manifest.extractor.component.plugin, manifest.classifier.component.plugin}
    here = versions.of_a_run(p.distribution for p in registry.plugins if p.name in used)
    there = manifest.versions
    return {
        name: (there[name], version)
        for name, version in here.items()
        if there.get(name, version) != version
    }
