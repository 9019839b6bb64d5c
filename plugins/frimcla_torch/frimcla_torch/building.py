"""Models of timm and of Hugging Face in torch: from ``uint8`` images to features."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from frimcla.errors import PluginError, WeightsError, did_you_mean, readable

from .spec import Spec
from .trained import RANDOM

# ruff: isort: split
import torch

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HEADS = ("classifier.", "cls_classifier.", "distillation_classifier.", "pooler.", "head.")
"""What a file of Hugging Face may hold besides: the layers that name classes."""
CLASSES = {
    "convnext": "ConvNextModel",
    "convnextv2": "ConvNextV2Model",
    "deit": "DeiTModel",
    "dinov2": "Dinov2Model",
    "dinov2_with_registers": "Dinov2WithRegistersModel",
    "resnet": "ResNetModel",
    "swin": "SwinModel",
    "vit": "ViTModel",
}
"""By what ``config.json`` calls its type: code of transformers, and never of a model."""


@attrs.frozen
class Built:
    """A model.

    Attributes:
        module: What computes features, in torch.
        side: Width and height of its images.
    """

    module: Any
    side: int


class Describing(torch.nn.Module):  # type: ignore[misc]
    """From ``uint8`` (n, side, side, 3) to features (n, d), pixels scaled on the way."""

    def __init__(self, model: Any, features: Callable[[Any], Any], mean: Any, std: Any) -> None:
        super().__init__()
        self.model, self.features = model, features
        self.register_buffer("mean", torch.tensor(mean).reshape(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).reshape(1, 3, 1, 1))

    def forward(self, images: Any) -> Any:
        """Return the features of *images*."""
        pixels = images.permute(0, 3, 1, 2).to(self.mean.dtype) / 255
        return self.features((pixels - self.mean) / self.std)


def build(spec: Spec, files: Mapping[str, str]) -> Built:
    """Return the model with its weights.

    Args:
        spec: The model.
        files: Paths of weights, config and preprocessor, as far as there are some.

    Raises:
        WeightsError: The weights are not of this model.
        PluginError: There is no such model, or it has no such features.
    """
    torch.manual_seed(spec.seed_of_weights)
    built = _of_timm(spec, files) if spec.source == "timm" else _of_hugging_face(spec, files)
    built.module.eval()
    return built


def _of_timm(spec: Spec, files: Mapping[str, str]) -> Built:
    import timm

    architecture = spec.model.partition(".")[0]
    if not timm.is_model(architecture):
        hint = did_you_mean(architecture, timm.list_models())
        raise PluginError(f"timm has no model {architecture}{hint}")
    model = timm.create_model(spec.model, pretrained=False, num_classes=0)
    config = model.pretrained_cfg
    if spec.weights != RANDOM:
        heads = config.get("classifier") or ()
        heads = (heads,) if isinstance(heads, str) else heads
        _load(model, files["weights"], spec, tuple(f"{head}." for head in heads))
    own = int(config["input_size"][-1])
    side = spec.side or own
    if side != own and hasattr(model, "set_input_size"):
        model.set_input_size((side, side))

    def features(pixels: Any) -> Any:
        given = model.forward_features(pixels)
        if spec.pooling == "own":
            return model.forward_head(given, pre_logits=True)
        return _of_tokens(given, getattr(model, "num_prefix_tokens", 0), spec)

    return Built(Describing(model, features, config["mean"], config["std"]), side)


def _of_hugging_face(spec: Spec, files: Mapping[str, str]) -> Built:
    import transformers

    config = _read(files["config"])
    kind = config.get("model_type")
    if kind not in CLASSES:
        known = ", ".join(CLASSES)
        what = f"{spec.model} is of type {readable(repr(kind))[:80]}"
        raise PluginError(f"{what}, which is not run; known: {known}")
    cls = getattr(transformers, CLASSES[str(kind)])
    pooler = {"add_pooling_layer": False} if kind in {"vit", "deit"} else {}
    # What would be code of the model's own is no part of it.
    plain = {name: value for name, value in config.items() if name != "auto_map"}
    made = cls.config_class.from_dict(plain)
    made._attn_implementation = "eager"
    model = cls(made, **pooler)
    if spec.weights != RANDOM:
        _load(model, files["weights"], spec, HEADS, f"{model.base_model_prefix}.")
    scaling = _read(files["preprocessor"]) if "preprocessor" in files else {}
    mean, std = scaling.get("image_mean", MEAN), scaling.get("image_std", STD)
    own = made.image_size if hasattr(made, "image_size") else 224
    side = spec.side or _side(scaling) or int(own)
    stretched = "interpolate_pos_encoding" in inspect.signature(model.forward).parameters
    options = {"interpolate_pos_encoding": True} if stretched and side != own else {}
    prefix = 1 + getattr(made, "num_register_tokens", 0) if kind not in {"swin"} else 0

    def features(pixels: Any) -> Any:
        given = model(pixels, **options)
        pooled = getattr(given, "pooler_output", None)
        if spec.pooling == "own":
            return given.last_hidden_state[:, 0] if pooled is None else pooled.flatten(1)
        return _of_tokens(given.last_hidden_state, prefix, spec)

    return Built(Describing(model, features, mean, std), side)


def _of_tokens(tokens: Any, prefix: int, spec: Spec) -> Any:
    """Pool tokens (n, t, d), of which *prefix* stand for no place."""
    if tokens.ndim != 3 or (spec.pooling == "first" and not prefix):
        which = "tokens" if tokens.ndim != 3 else "token of the class"
        raise PluginError(f'{spec.model} has no {which}; write pooling = "own"')
    return tokens[:, 0] if spec.pooling == "first" else tokens[:, prefix:].mean(1)


def _side(scaling: Mapping[str, Any]) -> int:
    """Return the side of the images that a model was trained on, 0 where it does not say."""
    for name in ("crop_size", "size"):
        said = scaling.get(name)
        if isinstance(said, int):
            return said
        if isinstance(said, dict):
            return int(said.get("height") or said.get("shortest_edge") or 0)
    return 0


def _read(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise PluginError(f"{Path(path).name} is no JSON object; fetch it again")
    return found


def _load(model: Any, path: str, spec: Spec, heads: tuple[str, ...], prefix: str = "") -> None:
    """Give *model* all of its weights, and none but its weights.

    Args:
        model: Without the layers that name classes.
        path: Safetensors.
        spec: What it is called.
        heads: How the names of tensors begin that are of such layers.
        prefix: What names of the others begin with, where those layers are there as well.
    """
    from safetensors.torch import load_file

    found = load_file(path)
    if prefix and any(name.startswith(prefix) for name in found):
        found = {name: value for name, value in found.items() if not name.startswith(heads)}
        found = {name.removeprefix(prefix): value for name, value in found.items()}
    wanted = model.state_dict()
    found = {k: v for k, v in found.items() if k in wanted or not k.startswith(heads)}
    differ = [
        *(f"{name} is missing" for name in wanted.keys() - found.keys()),
        *(f"{name} is none of its tensors" for name in found.keys() - wanted.keys()),
        *(
            f"{name} is {tuple(found[name].shape)} and must be {tuple(wanted[name].shape)}"
            for name in wanted.keys() & found.keys()
            if found[name].shape != wanted[name].shape
        ),
    ]
    if differ:
        what = f"{spec.model}: weights {Path(path).name} do not fit it"
        more = f" and {len(differ) - 1} more" if len(differ) > 1 else ""
        told = f"{readable(min(differ))[:200]}{more}"
        raise WeightsError(f"{what}: {told}; name the file that belongs to it")
    model.load_state_dict(found, strict=True)
