"""What shortcuts are told in."""

from __future__ import annotations

from .apart import Apart

WAYS = {
    "FRM201": (
        "the size of the images",
        (
            "Extractors that shrink images to one size show it by what is stretched or blurred. "
            "Cut all classes alike, or say why sizes belong to the classes"
        ),
    ),
    "FRM202": (
        "the size of the files, beyond what size and structure of the images explain,",
        (
            "The classes were saved in different ways, which leaves traces in the pixels. Save "
            "all of them alike, from the originals"
        ),
    ),
    "FRM203": (
        "the format of the files",
        (
            "Formats leave traces in the pixels, JPEG above all. Save all classes alike, from the"
            " originals"
        ),
    ),
    "FRM204": (
        "the mean colour, with its contrast,",
        (
            "Where classes are about colour, say a stain or pollen, that is no fault: then set "
            'ignore = ["FRM204"]. Otherwise a lamp, a camera or a stain may be learnt instead of '
            "what the images show"
        ),
    ),
    "FRM205": (
        "the border",
        (
            "The outermost 8 % seldom show what the classes are about: look for stamps, frames, "
            "scales, and for backgrounds that differ. Where they do belong to the classes, set "
            'ignore = ["FRM205"]'
        ),
    ),
    "FRM206": (
        "a thumbnail of 8 x 8 pixels",
        (
            "Where classes are about colour, light or rough shape, that is no fault: then set "
            'ignore = ["FRM206"]. Otherwise look for stamps, and for light or places that differ'
        ),
    ),
}
"""By code: what is looked at, and what to think of it."""


def sentence(
    code: str, label: str, apart: Apart, *, among: int, doubtful: bool = False, some: str = ""
) -> str:
    """Say that a description tells a class, and what to do.

    Args:
        code: Of the check.
        label: The class.
        apart: How well it is told.
        among: Number of classes.
        doubtful: Whether it may be chance, for there are few groups.
        some: That not all images were looked at, in brackets.
    """
    what, advice = WAYS[code]
    if doubtful:
        advice = f"With so few groups that may be chance. If it is not: {advice}"
    against = "the other class" if among == 2 else "all others"
    return (
        f"{what[0].upper()}{what[1:]} alone tells “{label}” from {against}: of 100 pairs of "
        f"images held out {100 * apart.area:.0f} are put in the right order, and "
        f"{100 * apart.chance:.0f} with shuffled classes{some}. {advice}. "
        "The images listed are those that are told best."
    )
