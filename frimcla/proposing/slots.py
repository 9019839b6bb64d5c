"""What the words of file names say, over all images: constant, told by the class, or varying.

A name is cut into words at everything that is no letter and no digit; a word into letters and
digits. The n-th words of all names are one *slot*, and so is each level of folders.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from itertools import pairwise

import attrs

from frimcla.patterns import composed

from .units import MOMENTS, camel, is_well, rank, says_part

_WORD = re.compile(r"r\d+c\d+(?=f\d+)|[^\W_]+")  # r01c02f03: a microscope's well and field
_PIECE = re.compile(r"\d+|[^\W\d_]+|[^\W_]")
_LETTERS = re.compile(r"[^\W\d_]+")
_EXTENSION = re.compile(r"(\.ome|\.nii)?\.[^\W\d_][^\W_]{1,4}$", re.IGNORECASE)
_WILD = "*"
_BRACES = re.compile(r"[{}*]")


@attrs.frozen(kw_only=True)
class Slot:
    """The n-th words of all names, or the n-th folders above them.

    Attributes:
        gap: Pattern of what stands between the word before and this one.
        before: Pattern of the start of the word, before what varies.
        after: Pattern of its end.
        values: What varies; nothing where the word is constant or told by the class.
        word: The word that says what it is, such as "smear"; "" where none does.
        rank: How large a unit that word means; None where it means none.
        part: The values are parts or views of one thing, such as left and right.
        moment: The values are dates or hours.
    """

    gap: str
    before: str = ""
    after: str = ""
    values: tuple[str, ...] = ()
    word: str = ""
    rank: int | None = None
    part: bool = False
    moment: bool = False


def told(values: Sequence[Hashable], by: Sequence[str]) -> bool:
    """Say whether each image's value follows from its text in *by*."""
    known: dict[str, Hashable] = {}
    return all(known.setdefault(one, value) == value for value, one in zip(values, by, strict=True))


def folder_slots(names: Sequence[str], labels: Sequence[str]) -> list[Slot]:
    """Return a slot for each level of folders; none where images lie at different depths."""
    paths = [composed(name).split("/")[:-1] for name in names]
    if len({len(path) for path in paths}) != 1:
        return []
    return [_folder(level, names, labels) for level in zip(*paths, strict=True)]


def name_slots(names: Sequence[str], labels: Sequence[str], kinds: Sequence[str]) -> list[Slot]:
    """Return a slot for each word of the files' names; what follows the shortest is one slot.

    Args:
        names: Paths of the images.
        labels: Their classes, which names may hold in words.
        kinds: What else tells a word, besides: the class in training, the class in the test.
    """
    joints = {label: _joint(label) for label in set(labels)}
    cut = [
        _cut(composed(name).rpartition("/")[2], joints[label])
        for name, label in zip(names, labels, strict=True)
    ]
    shortest = min(len(words) for words, _, _ in cut)
    slots: list[Slot] = []
    for at in range(shortest):
        values = tuple(words[at] for words, _, _ in cut)
        gap = _shared([gaps[at] for _, gaps, _ in cut])
        slots.append(_word(gap, values, kinds, slots))
        if all(at in moments for _, _, moments in cut):
            slots[-1] = attrs.evolve(slots[-1], moment=True)
    rest = tuple("_".join(words[shortest:]) for words, _, _ in cut)
    return slots if told(rest, kinds) else [*slots, Slot(gap=_WILD, values=rest)]


def _folder(level: tuple[str, ...], names: Sequence[str], labels: Sequence[str]) -> Slot:
    if told(level, labels):
        return Slot(gap="/", before=_shared(level))
    word = _leading(level)
    return Slot(
        gap="/",
        values=level,
        word=word,
        rank=rank(word),
        part=says_part(word, level) or _shards(level, names),
        moment=all(MOMENTS.fullmatch(value) for value in set(level)),
    )


def _shards(level: Sequence[str], names: Sequence[str]) -> bool:
    """Say whether folders only spread many files: each is called as its files begin."""
    stems = [name.rpartition("/")[2].partition(".")[0] for name in names]
    both = zip(level, stems, strict=True)
    return all(
        len(one) <= 3 and len(stem) >= 12 and stem[: len(one) + 1].isalnum() and one in stem
        for one, stem in both
    )


def _joint(label: str) -> re.Pattern[str] | None:
    """Return what finds a class of several words, to be read as one word."""
    words = _WORD.findall(composed(label))
    if len(words) < 2:
        return None
    return re.compile(r"(?<![^\W_])" + r"[\W_]*".join(words) + r"(?![^\W_])", re.IGNORECASE)


def _cut(name: str, joint: re.Pattern[str] | None) -> tuple[list[str], list[str], set[int]]:
    """Return a name's words, what stands before each, and which of them tell a moment."""
    stem = _EXTENSION.sub("", name)
    if joint:
        stem = joint.sub(lambda found: "".join(_WORD.findall(found[0])), stem)
    spans = [found.span() for found in MOMENTS.finditer(stem)]
    found = list(_WORD.finditer(stem))
    ends = [0, *(one.end() for one in found)]
    gaps = [stem[end : one.start()] for end, one in zip(ends, found, strict=False)]
    moments = {
        at
        for at, one in enumerate(found)
        if any(start < one.end() and one.start() < end for start, end in spans)
    }
    return [one[0] for one in found], gaps, moments


def _shared(texts: Sequence[str]) -> str:
    """Return the pattern that fits all *texts*: their text where they are one."""
    return _WILD if len(set(texts)) > 1 or _BRACES.search(texts[0]) else texts[0]


def _word(gap: str, values: tuple[str, ...], labels: Sequence[str], left: list[Slot]) -> Slot:
    if told(values, labels):
        return Slot(gap=gap, before=_shared(values))
    before, core, after = ("", values, "") if is_well(values) else _core(values, labels)
    word = camel(before or (left[-1].before if left and not left[-1].values else "")) or _leading(
        core
    )
    well = is_well(core) and rank(word) is None
    inherits = bool(left) and left[-1].part and not before and all(map(str.isdecimal, core))
    return Slot(
        gap=gap,
        before=before,
        after=after,
        values=core,
        word="well" if well else word,
        rank=rank("well" if well else word),
        part=inherits or says_part(word, core) or says_part("", values),
    )


def _core(values: tuple[str, ...], labels: Sequence[str]) -> tuple[str, tuple[str, ...], str]:
    """Return what of the words varies, and patterns of what stands before and after it."""
    cut = [_PIECE.findall(value) for value in values]
    shapes = {tuple(piece.isdecimal() for piece in pieces) for pieces in cut}
    if len(shapes) > 1:
        return "", values, ""
    columns = list(zip(*cut, strict=True))
    vary = [at for at, column in enumerate(columns) if not told(column, labels)]
    first, last = vary[0], vary[-1] + 1
    return (
        _joined([_shared(column) for column in columns[:first]]),
        tuple("".join(pieces[first:last]) for pieces in cut),
        _joined([_shared(column) for column in columns[last:]]),
    )


def _joined(texts: Sequence[str]) -> str:
    """Return the patterns one after the other, two stars in a row as one."""
    kept = [b for a, b in pairwise(["", *texts]) if not a == b == _WILD]
    return "".join(kept)


def _leading(values: Sequence[str]) -> str:
    """Return the letters with which all *values* begin, where these are the same."""
    found = {letters[0] if (letters := _LETTERS.match(value)) else "" for value in set(values)}
    return camel(found.pop()) if len(found) == 1 else ""
