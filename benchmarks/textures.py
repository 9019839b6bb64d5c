"""Descriptors without weights on four sets of real images, judged on groups they never saw.

    FRIMCLA_DATA=FOLDER python benchmarks/textures.py [--sets bee_pollen,...] [--json FILE]

FOLDER holds the sets, each with an INDEX.csv (file, class, group). Prints a table in Markdown:
balanced accuracy, mean and standard deviation over 5 folds that split no group, in percent, of
logistic regression and of an SVM with an RBF kernel. Nothing is tuned; features are standardised
inside a fold. Milliseconds per image are of processor time, reading the file included.

What becomes black and white of 16-bit images is measured over the whole set, without classes.
"""

import csv
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from common import parser, write_json
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from frimcla.sklearn import FeatureExtractor

SETS = "chula_rbc12,bee_pollen,bccd_cells,nuclear_protein_16bit"
LEARNERS = {
    "LR": LogisticRegression(max_iter=1000),
    "SVM": SVC(C=10),
}
EXTRACTORS = {
    "ImageSize": "image_size",
    "MeanColour": "mean_colour",
    "LAB888": "lab",
    "ColourMoments": "colour_moments",
    "Haralick": "haralick",
    "LBP": "lbp",
    "Radial": "radial",
    "Zernike": "zernike",
    "Gabor": "gabor",
    "Wavelet": "wavelet",
    "Scattering": "scattering",
    "Tamura": "tamura",
    "Granularity": "granularity",
    "TAS": "tas",
    "Textures": "textures",
}


def main() -> None:
    """Measure every descriptor on every set, and print the table."""
    found = parser(__doc__)
    found.add_argument("--sets", default=SETS, type=lambda text: text.split(","))
    options = found.parse_args()
    data = Path(os.environ.get("FRIMCLA_DATA") or found.error("FRIMCLA_DATA names no folder"))
    rows = [row for name in options.sets for row in _measured(data / name)]
    print(_markdown(options.sets, rows))
    write_json(options.json, {"benchmark": "textures", "rows": rows})


def _measured(folder: Path) -> list[dict[str, Any]]:
    with (folder / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        images = list(csv.DictReader(file))
    paths = [folder / image["file"] for image in images]
    classes, groups = (np.array([image[key] for image in images]) for key in ("class", "group"))
    rows = []
    for label, extractor in EXTRACTORS.items():
        fitted = FeatureExtractor(extractor).fit(paths)
        start = time.process_time()
        features = fitted.transform(paths)
        spent = 1000 * (time.process_time() - start) / len(paths)
        row = {"set": folder.name, "extractor": label, "numbers": features.shape[1], "ms": spent}
        for learner, model in LEARNERS.items():
            scores = cross_val_score(
                make_pipeline(StandardScaler(), model),
                features,
                classes,
                groups=groups,
                cv=StratifiedGroupKFold(5, shuffle=True, random_state=0),
                scoring="balanced_accuracy",
            )
            row[learner] = [float(100 * scores.mean()), float(100 * scores.std(ddof=1))]
        print(row, file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def _markdown(sets: list[str], rows: list[dict[str, Any]]) -> str:
    titles = [f"{name} {learner}" for name in sets for learner in LEARNERS]
    lines = [["descriptor", "numbers", *titles, "ms"], ["---", *(len(titles) + 2) * ["--:"]]]
    for label in EXTRACTORS:
        own = {row["set"]: row for row in rows if row["extractor"] == label}
        cells = [own[name][learner] for name in sets for learner in LEARNERS]
        numbers = next(iter(own.values()))["numbers"]
        times = [row["ms"] for row in own.values()]
        shown = [f"{mean:.1f} ± {std:.1f}" for mean, std in cells]
        lines.append([label, f"{numbers:,}", *shown, f"{min(times):.0f} to {max(times):.0f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
