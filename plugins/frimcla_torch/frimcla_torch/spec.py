"""Which model with which weights: enough to export it in any process. Imports no torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from frimcla.files import sha256_of_file
from frimcla.keys import digest
from frimcla.weights import Weights, at_hand, found_file, verified
from frimcla_onnx.exports import Order

from .published import Known, known_as
from .trained import PUBLISHED, RANDOM

REVISION = 1
"""Raise it when the same specification gives another exported graph."""
MADE_BY = ("frimcla-torch", "onnx", "onnxruntime", "timm", "torch", "transformers")
ROOM, SECONDS = 2**33, 3600
"""What an export may take: a config.json may ask for any size."""
ADDRESS = "https://huggingface.co/{}/resolve/main/{}"
UNKNOWN = "unknown: see its card"


@attrs.frozen
class Source:
    """Where models have their names.

    Attributes:
        names: What they look like.
        example: One of them.
        files: Which files of a model are fetched, and what they end in here.
        year: Of the library.
        paper: Key of what to cite for a model that nobody looked at.
    """

    names: str
    example: str
    files: tuple[tuple[str, str], ...]
    year: int
    paper: str


FREE = {
    "timm": Source(
        r"[a-z0-9]+(_[a-z0-9]+)*(\.[a-z0-9_]+)?",
        "vit_small_patch14_dinov2.lvd142m",
        (("model.safetensors", ".safetensors"),),
        2019,
        "wightman2019",
    ),
    "huggingface": Source(
        r"[A-Za-z0-9][\w-]*/[A-Za-z0-9][\w.-]*",
        "facebook/dinov2-small",
        (
            ("model.safetensors", ".safetensors"),
            ("config.json", ".config.json"),
            ("preprocessor_config.json", ".preprocessor_config.json"),
        ),
        2020,
        "wolf2020",
    ),
}
"""By the name of the extractor."""


@attrs.frozen(kw_only=True)
class Spec:
    """One model with its parameters.

    Attributes:
        source: ``"timm"`` or ``"huggingface"``.
        model: What it is called there.
        weights: ``"published"``, ``"random"``, or a file.
        pooling: ``"own"``, ``"avg"`` or ``"first"``.
        side: Width and height, 0: the model's own.
        seed_of_weights: Of random ones.
        config: A file instead of the published one, or empty; Hugging Face only.
    """

    source: str
    model: str
    weights: str = PUBLISHED
    pooling: str = "own"
    side: int = 0
    seed_of_weights: int = 0
    config: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Spec:
        """Return the model that arguments mean; how images are fitted is no part of it."""
        known = {field.name for field in attrs.fields(cls)}
        return cls(**{key: value for key, value in values.items() if key in known})

    def check(self) -> None:
        """Raise a `ValueError` unless the model and its files may be called like this."""
        source = FREE[self.source]
        if not re.fullmatch(source.names, self.model):
            what = f"model must be a name like {source.example} (got {self.model!r})"
            raise ValueError(f"{what}; paths and addresses are none")
        if self.weights == PUBLISHED and self.source == "timm" and "." not in self.model:
            what = f"model must be a name with its tag, like {source.example} (got {self.model})"
            raise ValueError(f"{what}: huggingface.co/timm lists them")
        if self._is_file and Path(self.weights).suffix != ".safetensors":
            what = "weights must be a file that ends in .safetensors"
            raise ValueError(f"{what} (got {Path(self.weights).name}): pickles may run code")
        if self.source == "huggingface" and self.weights != PUBLISHED and not self.config:
            raise ValueError("config must be a file, config.json, with weights of your own")

    @property
    def known(self) -> Known | None:
        """What is known of it, if anything."""
        return known_as(self.source, self.model)

    @property
    def published(self) -> tuple[Weights, ...]:
        """The files that it needs and that no package brings, the weights first."""
        source = FREE[self.source]
        if self.weights != PUBLISHED or not re.fullmatch(source.names, self.model):
            return ()
        known, repository = self.known, self.model if "/" in self.model else f"timm/{self.model}"
        return tuple(
            Weights(
                file=repository.replace("/", "--") + ending,
                url=ADDRESS.format(repository, name),
                size=(known.size if known else 0) if ending == ".safetensors" else 1000,
                features=known.features if known else 0,
                licence=known.licence if known else UNKNOWN,
            )
            for name, ending in source.files
        )

    def contents(self) -> dict[str, str]:
        """Return the SHA-256 of what is read, or words where it is not here."""
        paths = {file.file: at_hand(file) for file in self.published}
        if self.config:
            beside = Path(found_file(self.config)).with_name("preprocessor_config.json")
            paths[beside.name] = beside if beside.is_file() else None
        return {
            name: sha256_of_file(path) if path else "not at hand" for name, path in paths.items()
        }

    def files(self) -> dict[str, tuple[str, str]]:
        """Return the paths and SHA-256 of weights, config and preprocessor, as far as it has some.

        Raises:
            OSError: One that was named is not there.
            WeightsError: A published one is not, or is not what it should be.
        """
        if self.published:
            names = ("weights", "config", "preprocessor")
            found = (verified(file, self.source) for file in self.published)
            return {name: (str(path), sha) for name, (path, sha) in zip(names, found)}  # noqa: B905
        named = {"weights": self.weights if self._is_file else "", "config": self.config}
        if self.config:
            beside = Path(self.config).with_name("preprocessor_config.json")
            named["preprocessor"] = str(beside) if beside.is_file() else ""
        return {name: (path, sha256_of_file(Path(path))) for name, path in named.items() if path}

    @property
    def order(self) -> Order:
        """What is done once with the model, by a process of its own; files by their content."""
        files = self.files()
        shape = [self.source, self.model, self.pooling, self.side]
        seed = self.seed_of_weights if self.weights == RANDOM else None
        contents = {name: sha for name, (_, sha) in files.items()}
        return Order(
            key=f"{self.source}-{digest([REVISION, *shape, seed, contents])}",
            by="frimcla_torch.exporting:main",
            told={**attrs.asdict(self), "files": {name: path for name, (path, _) in files.items()}},
            made_by=MADE_BY,
            memory=ROOM + 12 * sum(Path(path).stat().st_size for path, _ in files.values()),
            seconds=SECONDS,
        )

    @property
    def _is_file(self) -> bool:
        return self.weights not in {PUBLISHED, RANDOM}
