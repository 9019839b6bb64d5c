"""What the thing a factory makes must do. Checked by `frimcla.testing`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeAlias

import attrs

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
else:
    Array = Any

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with a phase ("extract"), units done, and units in all. Draws; decides nothing."""


@attrs.frozen(kw_only=True)
class Header:
    """What a file says of its image before any pixel is decoded.

    Attributes:
        dtype: Of the pixels that the reader will return, as numpy names it: ``"uint16"``.
        bits: Significant bits of a value: 12 in a 12-bit file, although it unpacks to
            ``uint16``; 8 for palettes.
        planes: Images of equal size: of a z-stack, of a series in time, pages.
        height: In pixels, of the upright image.
        width: In pixels, of the upright image.
        channels: Values per pixel.
        names: Of the channels, where the file has them; empty or one per channel.
        colour: The three channels are red, green and blue of one picture.
        notes: Choices that were made, one clause each: "took the first of 42 frames".
    """

    dtype: str
    bits: int
    planes: int = 1
    height: int
    width: int
    channels: int = 1
    names: tuple[str, ...] = ()
    colour: bool = False
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Planes, height, width, channels."""
        return self.planes, self.height, self.width, self.channels

    @property
    def called(self) -> tuple[str, ...]:
        """What to call the channels: by their names, or by number where they have none."""
        return self.names or tuple(f"channel {number}" for number in range(self.channels))

    @property
    def nbytes(self) -> int:
        """Bytes of the pixels; of a type without a number in its name, a byte each."""
        bits = int("".join(filter(str.isdigit, self.dtype)) or 8)
        return math.prod(self.shape) * bits // 8


@attrs.frozen(kw_only=True, eq=False)
class Stack:
    """The pixels of one file.

    Attributes:
        pixels: Shape (planes, height, width, channels), dtype as stored, read-only.
        names: Of the channels, where the file has them; empty or one per channel.
    """

    pixels: Array
    names: tuple[str, ...] = ()


class Reads(Protocol):
    """Turns image files into pixels, as stored: nothing is scaled, nothing projected.

    Both methods get the file opened at its start, and a name that matters to the choice of a
    variant at most. They raise `frimcla.errors.ImageError`, `OSError` or `ValueError` with one
    sentence without the name: what is wrong, and what to do. What they import stays there:
    a reader is made again in every worker process.
    """

    def header(self, file: BinaryIO, name: str) -> Header:
        """Say what `__call__` will return, without decoding a pixel."""

    def __call__(self, file: BinaryIO, name: str) -> Stack:
        """Return the pixels, of the shape and dtype that `header` says."""


class Extracts(Protocol):
    """Turns images into feature vectors."""

    def __call__(self, images: Sequence[Array]) -> Array:
        """Describe each image by one row.

        Args:
            images: n RGB images, shape (height, width, 3), of any and of different sizes:
                ``uint8``, or ``float32`` of 0 to 1 where the component `sees` ``"float"``, then
                with all the depth that was stored. Read-only. Grey images have three equal
                channels; of a study that describes channels one by one, each is such an image.

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
            image: RGB, (height, width, 3), ``uint8`` or ``float32`` as above. Read-only.
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


class FitsMany(Protocol):
    """Fits the candidates of a search on the same rows, so that they share work.

    One distance matrix serves every number of neighbours, one scaling every strength of
    regularisation. Optional: what `Classifier.fit_many` names.
    """

    def __call__(
        self, features: Array, labels: Array, candidates: Sequence[Classifies]
    ) -> Iterable[Callable[[], Classifies]]:
        """Return for every candidate, in their order, a function without arguments that fits it.

        What that function returns need only predict: nothing of it is kept. Its labels must be
        those of the candidate fitted alone, its probabilities within 1e-6. It is asked for all
        its predictions before the next function is called, always with the same array of new
        rows, so what depends on those can be shared as well. A candidate that cannot be
        fitted raises then, not before: it is left out, the others go on.

        Args:
            features: ``float32`` (n, d).
            labels: Strings (n,).
            candidates: What the factory made with different parameters, not yet fitted; perhaps
                only one.
        """


class Scores(Protocol):
    """Judges predicted labels. Made by ``factory(**params)``.

    It may take ``sample_weight``, how often each row counts (n,), as metrics of scikit-learn do:
    then thousands of bootstrap samples are judged by their confusion matrices.
    """

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
