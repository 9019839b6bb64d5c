"""A look at the images before any of it is learnt from: sheets, facts and warnings.

What is drawn is what extractors see, so that a range that crushes the images, a channel that is
empty or a class that was photographed under another lamp meets the eye before it meets a score.
"""

from .inspection import inspect as inspect
from .summary import told as told
