"""The heavy half of the good plugin."""

import frimcla


@frimcla.per_image
def shade(image, channel):
    return [image[..., channel].mean()]


@frimcla.per_image
def spread(image):
    return [image.std()]
