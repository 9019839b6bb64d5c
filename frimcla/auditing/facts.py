"""What an audit measures of an image: of its file, and of what extractors see. One pass."""

from __future__ import annotations

import attrs
import numpy as np

from frimcla.contracts import Array, Progress
from frimcla.dataset import Image, Problems
from frimcla.errors import ImageError
from frimcla.inspecting.facts import ImageFacts, facts_of
from frimcla.intake import Batch
from frimcla.opening import Opened
from frimcla.parallel import unordered
from frimcla.readers.formats import HEAD, format_of
from frimcla.twins import fingerprint

from .measures import border, moments, needed, sharpness, thumbnail

AT_ONCE = 16
"""Images of a task."""


@attrs.frozen(kw_only=True, eq=False)
class Measured:
    """An image in numbers; c is 3 for each view of it.

    Attributes:
        facts: What `frimcla.inspecting` measures, header included.
        nbytes: Of its files.
        format: What its files are, by content: ``"JPEG"``.
        needed: Bytes that the middle of what is seen takes as JPEG and as PNG, per pixel, (2,):
            fine structures take more, however they were saved.
        colour: Mean and deviation of each channel in levels of 0 to 255, (c, 2).
        border: Mean of each channel in twelve parts of the outermost 8 %, (12, c).
        thumbnail: Means of 8 x 8 cells in levels, (8, 8, c).
        print: Fingerprint of each view, ``uint64`` (4 v,).
        sharpness: Power of the finest structures relative to all, on a copy of 64 pixels;
            0 without any.
    """

    facts: ImageFacts
    nbytes: int
    format: str
    needed: Array
    colour: Array
    border: Array
    thumbnail: Array
    print: Array
    sharpness: float

    @property
    def image(self) -> Image:
        """What was measured."""
        return self.facts.image

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.facts.header.width * self.facts.header.height


def measure_all(
    opened: Opened, progress: Progress | None = None
) -> tuple[tuple[Measured, ...], Problems]:
    """Measure every image that can be read, in the order of the dataset; tests are not seen.

    Args:
        opened: The study, with settled pixels.
        progress: Called as images are measured.

    Returns:
        What was measured, and why others could not be.
    """
    images = opened.dataset.images
    found: list[Measured] = []
    lost: Problems = []
    tasks = Batch.cut(images, opened.opener, AT_ONCE)
    for some, others in unordered(measure, tasks, opened.study.n_jobs, ahead=64):
        found += some
        lost += others
        if progress:
            progress("audit", len(found) + len(lost), len(images))
    return tuple(sorted(found, key=lambda one: (one.image.key, one.image.name))), sorted(lost)


def measure(batch: Batch) -> tuple[list[Measured], Problems]:
    """Measure images; return those that are as they were listed, and what is wrong with others."""
    found, lost = [], []
    for image in batch.images:
        try:
            found.append(_measured(image, batch))
        except ImageError as error:
            lost.append((image.name, str(error)))
        except OSError as error:
            lost.append((image.name, f"cannot be opened ({error.strerror})"))
    return found, lost


def _measured(image: Image, batch: Batch) -> Measured:
    picture = batch.opener.picture(image, known=True)
    views = picture.views("rgb8")
    return Measured(
        facts=facts_of(image, picture),
        nbytes=sum(path.stat().st_size for path in image.files),
        format=_format(image),
        needed=np.sum([needed(view) for view in views], axis=0),
        colour=np.concatenate([moments(view) for view in views]),
        border=np.concatenate([border(view) for view in views], axis=1),
        thumbnail=np.concatenate([thumbnail(view) for view in views], axis=2),
        print=np.concatenate([fingerprint(view) for view in views]),
        sharpness=sharpness(views),
    )


def _format(image: Image) -> str:
    """Return what the files of an image are; of a plugin's kind, what their names say."""
    found = []
    for path in image.files:
        with path.open("rb") as file:
            head = file.read(HEAD)
        found.append(format_of(head) or path.suffix.lower().lstrip(".") or "another")
    return " and ".join(dict.fromkeys(found))
