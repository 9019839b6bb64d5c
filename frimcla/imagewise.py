"""Extractors that are one function of one image."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from .contracts import Array, Extracts


def per_image(function: Callable[..., Array]) -> Callable[..., Extracts]:
    """Turn a function of one image into the factory of an extractor.

    ``@per_image`` over ``def f(image, **params) -> vector`` gives a factory: ``f(**params)``
    is a callable from n images to a ``float32`` matrix (n, d).
    """

    @wraps(function)
    def factory(**params: Any) -> Extracts:
        def extract(images: Sequence[Array]) -> Array:
            import numpy as np  # here, so that a hook module may use this on top

            return np.array([function(image, **params) for image in images], np.float32)

        return extract

    return factory
