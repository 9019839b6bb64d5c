"""What lies in folders of features: how much, whether it is whole, and what nobody needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
from rich.filesize import decimal

from .contracts import Progress
from .errors import ConfigError
from .files import discard, leftovers
from .listing import aligned
from .locking import claimed
from .old_config import is_old, translate
from .shards import read_arrays
from .store import ASIDE, PROBES, SHARDS, UNUSABLE, read_shard
from .study import FEATURES, RECORD, SETTINGS
from .syntax import parse
from .toml import literal

SPACE = re.compile(r".+-[0-9a-f]{12}")


@attrs.frozen(kw_only=True)
class Shelf:
    """One space in one folder.

    Attributes:
        folder: Where it lies; its name is the key of the space.
        extractor: What describes, with its parameters.
        images: How many it describes.
        width: By how many numbers each.
        damaged: Files that are not as they were written, and are still there.
        rubbish: What was damaged before, and what killed runs left.
    """

    folder: Path
    extractor: str = ""
    images: int = 0
    width: int = 0
    damaged: tuple[Path, ...] = ()
    rubbish: tuple[Path, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return size_of([self.folder])


def stores_of(source: Path) -> list[Path]:
    """Return the folders of features that *source* means.

    Args:
        source: Such a folder, an output folder, or a configuration.

    Raises:
        ConfigError: There is none.
    """
    if source.is_file():
        raw = parse(source)
        found = _of_settings(translate(raw).settings if is_old(raw) else raw, source.parent)
    elif list(_spaces(source)):
        found = [source]
    else:
        study = source / "study.toml"
        cache = _of_settings(parse(study), source)[:1] if study.is_file() else []
        found = [*cache, source / FEATURES]
    there = [folder for folder in dict.fromkeys(found) if list(_spaces(folder))]
    if not there:
        what = "has no features; name an output folder, a cache, or a configuration that was run"
        raise ConfigError("the store", [(str(source), what)])
    return there


def shelves(store: Path, progress: Progress | None = None) -> list[Shelf]:
    """Read every file below a folder of features, and change none."""
    found = list(_spaces(store))
    shards = {folder: sorted(folder.glob(SHARDS)) for folder in found}
    total, done = sum(map(len, shards.values())), 0
    read = []
    for folder, paths in shards.items():
        read.append(_shelf(folder, paths))
        done += len(paths)
        if progress:
            progress("read", done, total)
    return read


def told(store: Path, found: Sequence[Shelf]) -> str:
    """Return a table of what a folder of features holds."""
    head = ("SPACE", "IMAGES", "NUMBERS", "SIZE", "EXTRACTOR")
    rows = [
        (
            one.folder.name,
            f"{one.images:,}",
            f"{one.width:,}",
            decimal(one.size),
            one.extractor,
        )
        for one in found
    ]
    total = ("", "", "", decimal(sum(one.size for one in found)), "")
    lines = [str(store), aligned([head, *rows, total], right=(1, 2, 3))]
    damaged = sum(len(one.damaged) for one in found)
    rubbish = [path for one in found for path in one.rubbish]
    if damaged:
        lines.append(f"damaged: {damaged}; frimcla store verify names them")
    if rubbish:
        size = decimal(size_of(rubbish))
        lines.append(
            f"of no use: {len(rubbish)} damaged or half-written, {size}; "
            "frimcla store gc removes them"
        )
    return "\n".join(lines)


def unused(store: Path, found: Sequence[Shelf], keep: Iterable[Path]) -> list[Path]:
    """Return what can go: rubbish, and spaces that no run of those to *keep* has used.

    Args:
        store: A folder of features.
        found: What is in it.
        keep: Output folders; without any, every space stays.

    Raises:
        ConfigError: One of them is no output of a finished run.
    """
    used = [_used(output) for output in keep]
    needless = [
        one.folder
        for one in found
        if used and not any(one.folder.name in spaces for spaces in used)
    ]
    return needless + [path for one in found if one.folder not in needless for path in one.rubbish]


def remove(store: Path, paths: Iterable[Path]) -> None:
    """Remove files and spaces of a folder of features, while no run is active in it.

    Raises:
        BusyError: One is.
    """
    with claimed(store.parent if store.name == FEATURES else store):
        for path in paths:
            if path.is_dir() and SPACE.fullmatch(path.name):
                for file in (*path.glob(SHARDS), *path.glob(f"*{ASIDE}"), path / PROBES):
                    discard(file)
                if not list(path.iterdir()):
                    path.rmdir()
            else:
                discard(path)


def size_of(paths: Iterable[Path]) -> int:
    """Return the bytes of files, and of those below folders."""
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*")))
    return sum(file.stat().st_size for file in files if file.is_file())


def _spaces(store: Path) -> Iterator[Path]:
    """Yield the folders in *store* that hold features and are named by their space."""
    for folder in sorted(store.iterdir()) if store.is_dir() else ():
        ours = SPACE.fullmatch(folder.name) and folder.is_dir()
        if ours and (any(folder.glob("s-*")) or (folder / PROBES).exists()):
            yield folder


def _shelf(folder: Path, shards: Sequence[Path]) -> Shelf:
    keys: set[str] = set()
    damaged, width, extractor = [], 0, ""
    for path in shards:
        try:
            facts, names, features = read_shard(path)
            if facts["space"] != folder.name:
                raise ValueError("it belongs elsewhere")
            extractor = extractor or _words(facts["identity"])
            keys.update(names)
            width = features.shape[1]
        except UNUSABLE:
            damaged.append(path)
    probes = folder / PROBES
    try:
        read_arrays(probes)
    except FileNotFoundError:
        pass
    except UNUSABLE:
        damaged.append(probes)
    return Shelf(
        folder=folder,
        extractor=extractor,
        images=len(keys),
        width=width,
        damaged=tuple(damaged),
        rubbish=(*sorted(folder.glob(f"*{ASIDE}")), *leftovers(folder)),
    )


def _words(identity: dict[str, Any]) -> str:
    """Return what describes in a space, by its identity."""
    _, plugin, name, _, _, params, *_ = identity["extractor"]
    told = ", ".join(f"{key} = {literal(value)}" for key, value in params.items())
    engine = f", by {identity['engine']}" if "engine" in identity else ""
    return f"{plugin}:{name}" + (f" ({told})" if told else "") + engine


def _used(output: Path) -> set[str]:
    path = output / RECORD
    try:
        return set(json.loads(path.read_text("utf-8"))["spaces"])
    except (OSError, ValueError, KeyError, TypeError):
        what = "has no run.json of a finished run, which tells what it uses; run the study first"
        raise ConfigError("the store", [(str(output), what)]) from None


def _of_settings(raw: dict[str, Any], here: Path) -> list[Path]:
    """Return cache and features of a configuration that lies in the folder *here*."""
    output, cache = (raw.get(key) or SETTINGS[key].default for key in ("output", "cache"))
    own = here / str(output) / FEATURES
    return [here / str(cache), own] if cache else [own]
