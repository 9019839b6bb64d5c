"""Writes ``published.json``: what timm says of well-known models, and cards of the others.

``python tests/published.py``, where frimcla-torch[export] is installed; takes minutes.
"""

import json
from pathlib import Path

from frimcla_torch.ready import operators

TARGET = Path(__file__).parents[1] / "frimcla_torch" / "published.json"
BYTES = 4
IN1K = "ImageNet-1k, 1.28 million photographs, 1,000 classes"
IN21K = "ImageNet-21k, 14 million photographs"
LVD = "LVD-142M, 142 million photographs, without labels"
SPDX = {
    "apache-2.0": "Apache-2.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "mit": "MIT",
    "bsd-3-clause": "BSD-3-Clause",
}
TIMM = {
    "vit_small_patch14_dinov2.lvd142m": (2023, "oquab2023", LVD),
    "vit_base_patch14_dinov2.lvd142m": (2023, "oquab2023", LVD),
    "vit_large_patch14_dinov2.lvd142m": (2023, "oquab2023", LVD),
    "vit_small_patch14_reg4_dinov2.lvd142m": (2023, "darcet2023", LVD),
    "vit_base_patch14_reg4_dinov2.lvd142m": (2023, "darcet2023", LVD),
    "vit_small_patch16_224.dino": (2021, "caron2021", f"{IN1K}, without labels"),
    "vit_small_patch8_224.dino": (2021, "caron2021", f"{IN1K}, without labels"),
    "vit_base_patch16_224.dino": (2021, "caron2021", f"{IN1K}, without labels"),
    "vit_tiny_patch16_224.augreg_in21k": (2021, "steiner2021", IN21K),
    "vit_small_patch16_224.augreg_in21k": (2021, "steiner2021", IN21K),
    "vit_base_patch16_224.augreg_in21k": (2021, "steiner2021", IN21K),
    "convnextv2_atto.fcmae_ft_in1k": (2023, "woo2023", IN1K),
    "convnextv2_nano.fcmae_ft_in22k_in1k": (2023, "woo2023", f"{IN21K}, and {IN1K}"),
    "convnextv2_tiny.fcmae_ft_in22k_in1k": (2023, "woo2023", f"{IN21K}, and {IN1K}"),
    "convnextv2_base.fcmae_ft_in22k_in1k": (2023, "woo2023", f"{IN21K}, and {IN1K}"),
    "swin_tiny_patch4_window7_224.ms_in1k": (2021, "liu2021", IN1K),
    "resnet18.a1_in1k": (2021, "wightman2021", IN1K),
    "resnet50.a1_in1k": (2021, "wightman2021", IN1K),
}
PAPERS = {
    "wightman2019": ("Wightman, Ross", "PyTorch Image Models", 2019, "GitHub repository"),
    "wolf2020": (
        "Wolf, Thomas and others",
        "Transformers: State-of-the-Art Natural Language Processing",
        2020,
        "EMNLP: System Demonstrations",
    ),
    "oquab2023": (
        "Oquab, Maxime and Darcet, Timoth{\\'e}e and Moutakanni, Th{\\'e}o and others",
        "{DINOv2}: Learning Robust Visual Features without Supervision",
        2023,
        "arXiv preprint arXiv:2304.07193",
    ),
    "darcet2023": (
        "Darcet, Timoth{\\'e}e and Oquab, Maxime and Mairal, Julien and Bojanowski, Piotr",
        "Vision Transformers Need Registers",
        2023,
        "arXiv preprint arXiv:2309.16588",
    ),
    "caron2021": (
        "Caron, Mathilde and Touvron, Hugo and Misra, Ishan and others",
        "Emerging Properties in Self-Supervised Vision Transformers",
        2021,
        "arXiv preprint arXiv:2104.14294",
    ),
    "steiner2021": (
        "Steiner, Andreas and Kolesnikov, Alexander and Zhai, Xiaohua and others",
        "How to train your {ViT}? Data, Augmentation, and Regularization in Vision Transformers",
        2021,
        "arXiv preprint arXiv:2106.10270",
    ),
    "woo2023": (
        "Woo, Sanghyun and Debnath, Shoubhik and Hu, Ronghang and others",
        "{ConvNeXt V2}: Co-designing and Scaling {ConvNets} with Masked Autoencoders",
        2023,
        "arXiv preprint arXiv:2301.00808",
    ),
    "liu2021": (
        "Liu, Ze and Lin, Yutong and Cao, Yue and others",
        "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows",
        2021,
        "arXiv preprint arXiv:2103.14030",
    ),
    "wightman2021": (
        "Wightman, Ross and Touvron, Hugo and J{\\'e}gou, Herv{\\'e}",
        "{ResNet} strikes back: An improved training procedure in timm",
        2021,
        "arXiv preprint arXiv:2110.00476",
    ),
}


def of_timm(name, year, paper, trained_on):
    import timm

    model = timm.create_model(name, num_classes=0)
    config = model.pretrained_cfg
    assert config["hf_hub_id"] == f"timm/{name}"
    return {
        "licence": SPDX[config["license"]],
        "year": year,
        "paper": paper,
        "features": model.head_hidden_size,
        "side": config["input_size"][-1],
        "size": BYTES * sum(one.numel() for one in model.state_dict().values()),
        "trained_on": trained_on,
    }


def of_a_card(size, features):
    """DINOv2 of Hugging Face: the card says the licence; its sizes are those of timm's."""
    return {
        "licence": "Apache-2.0",
        "year": 2023,
        "paper": "oquab2023",
        "features": features,
        "side": 224,
        "size": size,
        "trained_on": LVD,
    }


def main():
    held = operators()  # before timm, as long as it is used
    found = {name: of_timm(name, *said) for name, said in TIMM.items()}
    sizes = {
        f"facebook/dinov2-{name}": of_a_card(one["size"], one["features"])
        for name in ("small", "base", "large")
        for one in (found[f"vit_{name}_patch14_dinov2.lvd142m"],)
    }
    names = ("author", "title", "year", "journal")
    papers = {key: dict(zip(names, map(str, said), strict=True)) for key, said in PAPERS.items()}
    content = {"timm": found, "huggingface": sizes, "papers": papers}
    del held
    TARGET.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
