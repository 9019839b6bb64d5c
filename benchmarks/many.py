"""Many extractors in one run: is decoding paid once?

    python benchmarks/many.py [--images 128] [--json FILE]

Eight extractors, five networks among them, in one run and each in a run of its own. One run
decodes each image once, so it should be faster by what seven more decodings take.
"""

from collections.abc import Callable

from common import (
    CORES,
    decoding,
    extracted,
    in_turn,
    medians,
    parser,
    photographs,
    space_of,
    table,
    verdict,
    warmed,
    workplace,
    write_json,
)

EXTRACTORS = (
    ("mobilenet", {"alpha": 0.25}),
    ("mobilenet", {"alpha": 0.5}),
    ("mobilenet", {"alpha": 1.0}),
    ("mobilenet_v2", {}),
    ("mobilenet_v3_small", {}),
    ("lab", {}),
    ("hsv", {}),
    ("haralick", {}),
)


def main() -> None:
    """Take turns, and print seconds, images decoded, and what was saved."""
    found = parser(__doc__)
    found.add_argument("--images", type=int, default=128)
    found.add_argument("--repeats", type=int, default=3)
    options = found.parse_args()
    counts: dict[str, int] = {}
    with workplace() as folder:
        images = photographs(folder / "images", options.images)
        parts = _parts(images, counts)
        seconds = in_turn(parts, options.repeats)
    middle = medians(seconds)
    together, apart, decode = middle["together"], middle["apart"], middle["decode"]
    print(f"{len(images)} images, {len(EXTRACTORS)} extractors, {CORES} cores")
    rows = [
        ("one run of all", together, counts["together"]),
        ("one run each", apart, counts["apart"]),
        ("decoding alone", decode, len(images)),
    ]
    table(("", "seconds", "images decoded"), rows)
    more = counts["apart"] - counts["together"]
    saved = (apart - together) / (decode * more / len(images))
    each = counts["together"] / len(images)
    verdict("images decoded in one run / images", each, "exactly 1")
    verdict("seconds saved / seconds of the decodings left out", saved, "about 1")
    verdict("one run each / one run of all", apart / together, "above 1")
    results = {"images": len(images), "decoded": counts, "seconds": seconds}
    ratios = {"decoded_per_image": each, "saved": saved, "apart_by_together": apart / together}
    write_json(options.json, {"benchmark": "many", **results, "ratios": ratios})


def _parts(images: tuple, counts: dict[str, int]) -> dict[str, Callable[[], float]]:
    """Return what is measured; it notes how many images were decoded."""
    networks = [
        space_of(name, weights="random", **values)
        for name, values in EXTRACTORS
        if name.startswith("mobilenet")
    ]
    plain = [space_of(name) for name, _ in EXTRACTORS if not name.startswith("mobilenet")]
    spaces = [*networks, *plain]
    fit = networks[0].build().prepare
    warmed(images, spaces)

    def together() -> float:
        seconds, counts["together"] = extracted(images, spaces)
        return seconds

    def apart() -> float:
        runs = [extracted(images, [space]) for space in spaces]
        counts["apart"] = sum(decoded for _, decoded in runs)
        return sum(seconds for seconds, _ in runs)

    return {"together": together, "apart": apart, "decode": lambda: decoding(images, fit)}


if __name__ == "__main__":
    main()
