"""Makes docs/demo.jpg from what ``frimcla demo`` left: ``python docs/picture.py frimcla-demo``."""

import sys
from pathlib import Path

from PIL import Image

from frimcla.painting import contact_sheet

WIDTH, GAP = 1500, 24


def scaled(picture: Image.Image, width: int) -> Image.Image:
    """Return a picture of this width."""
    return picture.resize((width, round(picture.height * width / picture.width)), Image.LANCZOS)


def main(demo: Path) -> None:
    """Put the images above, and what was found in them below."""
    sheet = scaled(Image.fromarray(contact_sheet()[:, :1056]), WIDTH)
    plots = [Image.open(demo / "results" / name) for name in ("scatter.png", "confusion.png")]
    left = scaled(plots[0].convert("RGB"), 900)
    right = scaled(plots[1].convert("RGB"), WIDTH - 900 - GAP)
    room = max(left.height, right.height)
    page = Image.new("RGB", (WIDTH, sheet.height + GAP + room), "white")
    page.paste(sheet, (0, 0))
    for x, plot in ((0, left), (900 + GAP, right)):
        page.paste(plot, (x, sheet.height + GAP + (room - plot.height) // 2))
    page.save(Path(__file__).with_name("demo.jpg"), quality=85, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
