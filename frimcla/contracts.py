"""What the thing a factory makes must do. Checked by `frimcla.testing`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
else:
    Array = Any

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with a phase ("extract"), units done, and units in all. Draws; decides nothing."""


class Extracts(Protocol):
    """Turns images into feature vectors."""

    def __call__(self, images: Sequence[Array]) -> Array:
        """Describe each image by one row.

        Args:
            images: n RGB images, ``uint8``, shape (height, width, 3), of any and of
                different sizes. Read-only.

        Returns:
            ``float32``, shape (n, d), finite, row i for image i. d depends on the
            parameters only. A row depends on its image only, not on the rest of the batch.

        Raises:
            ValueError: Names the parameter that cannot be used.
        """


class Prepares(Extracts, Protocol):
    """An extractor too large to stand in every worker process, as networks are.

    Workers `prepare` images, one process describes what they prepared. Making one must be
    light: the work of loading begins at the first call. It is called by one thread at a time,
    with up to `batch` images (an optional attribute, else 16).

    `prepare` may be any callable attribute; extractors whose `prepare` are equal share what is
    prepared.
    """

    def prepare(self, image: Array) -> Array:
        """Return a smaller image that is described like *image*, and like itself prepared.

        Args:
            image: RGB, ``uint8``, (height, width, 3). Read-only.
        """


class Classifies(Protocol):
    """Learns labels from feature vectors; scikit-learn's convention, scaling inside.

    Made by ``factory(seed=..., **params)``. Its state must be numbers, strings and
    scikit-learn objects, or objects of classes named in `Classifier.trusted`, so that
    skops can save it. It predicts only labels it has seen.

    `predict_proba` and `classes_` are optional; without them the pair has no curves and
    no metric that needs probabilities.
    """

    def fit(self, features: Array, labels: Array) -> Classifies:
        """Learn from features ``float32`` (n, d) and labels, strings (n,)."""

    def predict(self, features: Array) -> Array:
        """Return one label per row, strings (n,)."""


class Scores(Protocol):
    """Judges predicted labels. Made by ``factory(**params)``."""

    def __call__(self, truth: Array, predicted: Array) -> float:
        """Return one number; its bounds stand in the component's summary.

        Args:
            truth: Labels, strings (n,).
            predicted: Labels, strings (n,).

        Raises:
            ValueError: A parameter does not fit these labels.
        """


class ScoresProbabilities(Protocol):
    """Judges class probabilities; for a metric with ``needs_probabilities``."""

    def __call__(self, truth: Array, probabilities: Array, classes: Array) -> float:
        """Return one number, as `Scores` does.

        Args:
            truth: Labels, strings (n,).
            probabilities: ``float`` (n, k), rows sum to 1.
            classes: The k labels in the order of the columns, sorted.
        """
