"""Trained weights that no package brings: which file, where it lies, whether it is the right one.

Nothing here opens a connection; `frimcla.fetching` does, for ``frimcla weights fetch`` only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from .errors import PluginError, WeightsError
from .files import md5_of_file, sha256_of_file
from .params import limits_of
from .recipes import load

if TYPE_CHECKING:
    from .recipes import Recipe

CACHE_VARIABLE = "FRIMCLA_CACHE"
"""Names the folder for what is fetched, instead of the system's."""
MIRROR_VARIABLE = "FRIMCLA_WEIGHTS"
"""Names a folder, or the address of one, that holds weights by the names of their files."""
HDF5 = b"\x89HDF\r\n\x1a\n"
"""How a file that ends in ``.h5`` begins."""
SIDE = ".sha256"
"""Ending of the file beside fetched weights that tells their SHA-256."""


@attrs.frozen(kw_only=True)
class Weights:
    """A file of trained weights that an extractor needs and that no package brings.

    Args:
        file: Its name, without a folder.
        url: The https address at its publisher.
        sha256: Of its content as published, or ``""``.
        md5: Of its content as published, or ``""``; looked at where there is no SHA-256.
        size: Bytes, about: for lists, and for progress until the server says.
        features: Numbers per image that the network gives.
        licence: Of the weights, for example ``"CC BY 4.0"``.
        member: Where *url* is that of an archive, ``.zip`` or ``.tar.gz``: the path of the file in
            it. Hashes are of the file then, and *size* is exact.
    """

    file: str = attrs.field(validator=attrs.validators.matches_re(r"\w[\w.+-]*"))
    url: str = attrs.field(validator=attrs.validators.matches_re(r"https://\S+"))
    sha256: str = attrs.field(default="", validator=attrs.validators.matches_re("|[0-9a-f]{64}"))
    md5: str = attrs.field(default="", validator=attrs.validators.matches_re("|[0-9a-f]{32}"))
    size: int
    features: int
    licence: str
    member: str = ""


def needed(recipe: Recipe) -> tuple[Weights, ...]:
    """Return the weights without which *recipe* cannot be built.

    Raises:
        PluginError: The plugin's function that names them cannot be imported.
    """
    return tuple(file for part in recipe.parts for file in _needed(part))


def _needed(recipe: Recipe) -> tuple[Weights, ...]:
    component = recipe.component
    where = getattr(component, "weights", "")  # only extractors have some
    if not where:
        return ()
    try:
        told = load(where)(recipe.arguments)
    except (ImportError, AttributeError) as error:
        what = f"the weights of {component.kind} {component.name} cannot be told: {error}"
        raise PluginError(f"{what}; its plugin must be mended") from error
    if told is None:
        return ()
    return (told,) if isinstance(told, Weights) else tuple(told)


def cache_folder() -> Path:
    """Return the folder for what is fetched; it need not exist."""
    if named := os.environ.get(CACHE_VARIABLE, ""):
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("frimcla", appauthor=False))


def weights_folder() -> Path:
    """Return the folder that fetched weights are put into; it need not exist."""
    return cache_folder() / "weights"


def kept_folders() -> list[Path]:
    """Return the folders of this user: ours, and Keras's own, where its downloads lie."""
    keras = os.environ.get("KERAS_HOME", "") or os.path.join(os.path.expanduser("~"), ".keras")
    return [weights_folder(), Path(keras) / "models"]


def places() -> list[Path]:
    """Return the folders in which weights are looked for, in this order."""
    mirror = os.environ.get(MIRROR_VARIABLE, "")
    folder = Path(mirror).expanduser()
    return [folder, *kept_folders()] if mirror and os.path.isdir(folder) else kept_folders()


def at_hand(weights: Weights) -> Path | None:
    """Return where the file lies, its content unseen, or None."""
    paths = (folder / weights.file for folder in places())
    return next((path for path in paths if os.path.isfile(path)), None)


def absent(recipe: Recipe) -> Weights | None:
    """Return the first of the weights that *recipe* needs and that are not here, if any.

    Raises:
        PluginError: The plugin's function that names them cannot be imported.
    """
    return next((file for file in needed(recipe) if not at_hand(file)), None)


def found_file(path: str, beside: Path | None = None) -> str:
    """Return *path*; where nothing is there, a file of its name elsewhere, if any.

    Args:
        path: Where it once was.
        beside: A folder in which it is looked for before those of weights.
    """
    if os.path.isfile(path):
        return path
    folders = [beside, *places()] if beside else places()
    paths = (folder / Path(path).name for folder in folders)
    return next((str(other) for other in paths if os.path.isfile(other)), path)


def contents(recipe: Recipe) -> dict[str, str]:
    """Return the SHA-256 of the weights that *recipe* has here, by the names of their files.

    Published ones and files of the user; what is not here is left out.
    """
    paths = [path for file in needed(recipe) if (path := at_hand(file))]
    for part in recipe.parts:
        limits = limits_of(part.component.params)
        paths += [Path(value) for name, value in part.values.items() if limits[name].is_file(value)]
    return {path.name: sha256_of_file(path) for path in paths if path.is_file()}


def verified(weights: Weights, label: str) -> tuple[Path, str]:
    """Return where the file lies and the SHA-256 of its content, which was checked.

    Raises:
        WeightsError: It is missing, or its content is not what was published. Where nothing
            was published, what counts is what ``frimcla weights fetch`` wrote down.
    """
    path = at_hand(weights)
    if path is None:
        raise WeightsError(f"{missing(weights, label)}; {ways_out(label)}")
    if problem := wrong(weights, path):
        raise WeightsError(
            f"{label}: {path} is damaged or another file ({problem}); remove it, "
            f"and run: frimcla weights fetch {label}"
        )
    return path, sha256_of_file(path)


def missing(weights: Weights, name: str) -> str:
    """Say which file of which extractor is not here."""
    size = megabytes(weights.size)
    return f"{name} needs {weights.file} ({size} MB), which is not on this machine"


def ways_out(by: str) -> str:
    """Say the ways to bring weights here.

    Args:
        by: What to give to ``frimcla weights fetch``: names, or a study that sets parameters.
    """
    return (
        f"on a machine with a network run `frimcla weights fetch {by}` (then copy the files to "
        f"{weights_folder()}, or set {MIRROR_VARIABLE} to a folder that holds them); "
        'or name a file you have: weights = "PATH"'
    )


def wrong(weights: Weights, path: Path) -> str:
    """Say how the content of *path* differs from what was published; ``""`` if it does not."""
    if weights.member and (size := path.stat().st_size) != weights.size:
        return f"{size:,} bytes instead of {weights.size:,}"
    if weights.md5 and not weights.sha256:
        found, published, kind = md5_of_file(path), weights.md5, "MD5"
    else:
        found, kind = sha256_of_file(path), "SHA-256"
        published = weights.sha256 or _noted(path) or found
    if found != published:
        return f"{kind} {found} instead of {published}"
    return "" if weights.sha256 or weights.md5 else _unlike(Path(weights.file).suffix, path)


def _unlike(suffix: str, path: Path) -> str:
    """Say what a file is not, by how it begins: it may be the log-in page of some network."""
    with path.open("rb") as file:
        start = file.read(9)
    if suffix == ".h5" and not start.startswith(HDF5):
        return "no HDF5 file"
    if suffix == ".safetensors" and start[8:] != b"{":  # behind the length of the header
        return "no file of safetensors"
    return "no JSON object" if suffix == ".json" and start.lstrip()[:1] != b"{" else ""


def megabytes(size: int) -> str:
    """Return *size* in megabytes for people: ``"58.9"``, ``"553"``."""
    return f"{size / 1e6:.1f}" if size < 100e6 else f"{size / 1e6:.0f}"


def _noted(path: Path) -> str:
    """Return what fetching noted beside the file, or ``""``."""
    side = path.with_name(path.name + SIDE)
    if not side.is_file():
        return ""
    return side.read_text(encoding="utf-8", errors="replace").partition(" ")[0].strip().lower()
