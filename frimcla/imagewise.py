"""Extractors that are one function of one image."""

from functools import wraps
from typing import Any

import numpy as np


def per_image(function: Any) -> Any:
    """Turn a function of one image into the factory of an extractor.

    ``@per_image`` over ``def f(image, **params) -> vector`` gives a factory: ``f(**params)``
    is a callable from n images to a ``float32`` matrix (n, d).
    """

    @wraps(function)
    def factory(**params: Any) -> Any:
        def extract(images: Any) -> Any:
            return np.array([function(image, **params) for image in images], np.float32)

        return extract

    return factory
