"""What a model must not be used for, as far as its own file tells."""

from __future__ import annotations

from collections.abc import Iterator

from frimcla.bundle import Model
from frimcla.saying import told

FEW = 30
"""Images of a class, below which hardly anything is known of it."""
WIDE = 0.1
"""Width of an interval that a user is warned of."""


def cautions(model: Model) -> Iterator[tuple[str, str]]:
    """Say what a model must not be used for: a title and a sentence each."""
    manifest, trained = model.manifest, model.manifest.trained_on
    names = ", ".join(model.classes)
    forced = f"It knows {names}, and nothing else: an image of anything else is called one of them."
    flagged = " Most such images are marked as unlike anything in training, but not all."
    yield "Other classes", forced + flagged * (model.trust is not None)
    elsewhere = (
        "How good it is there, nobody knows. Take some hundred images of known class from there, "
        "one folder per class, and ask:"
    )
    yield "Another microscope, stain, camera or laboratory", elsewhere
    if manifest.saw:
        like = f"It takes images like those it was trained on ({manifest.saw}); others are refused."
        yield "Other kinds of files", like
    yield (
        "Decisions about a person",
        "It is no medical device. Nobody's diagnosis or treatment may rest on it alone.",
    )
    if rough := _few(model):
        yield "Fine differences", rough
    if not trained.get("grouped_by"):
        ungrouped = (
            "No groups were declared when it was trained. If several of its images show one "
            "patient, slide or plate, it is worse on new ones than it says."
        )
        yield "Images that belong together", ungrouped


def _few(model: Model) -> str:
    """Warn where so few images were there that the numbers are rough."""
    expected, counts = model.manifest.expected, model.manifest.trained_on["per_class"]
    said = []
    if scarce := [f"{label} {n}" for label, n in counts.items() if n < FEW]:
        said.append(f"Of some classes it has seen few images ({', '.join(scarce)}).")
    ends = expected.low, expected.high
    if ends[0] is not None and ends[1] is not None and ends[1] - ends[0] > WIDE:
        said.append(
            f"The images were too few to say exactly how good it is: {told(expected)}. "
            "A model that does a little better or worse is not told apart."
        )
    return " ".join(said)
