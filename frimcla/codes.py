"""What an audit looks for, by code: what a study can ignore, and the order of the report."""

from __future__ import annotations

CODES = {
    "FRM101": "copies",
    "FRM102": "near-duplicates",
    "FRM103": "imbalance",
    "FRM104": "suspected groups",
    "FRM201": "told by image size",
    "FRM202": "told by file size",
    "FRM203": "told by file format",
    "FRM204": "told by mean colour",
    "FRM205": "told by the border",
    "FRM206": "told by a thumbnail",
    "FRM301": "suspected label errors",
    "FRM302": "blank images",
    "FRM303": "saturated images",
    "FRM304": "images out of focus",
    "FRM401": "more images",
}
"""1: which images there are; 2: what tells classes apart without a look at what is shown;
3: single images; 4: how many. A code is never given to another check."""
