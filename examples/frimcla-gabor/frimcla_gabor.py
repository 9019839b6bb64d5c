"""Gabor texture energy for FrimCla."""

import attrs

import frimcla


@attrs.frozen
class Gabor:
    wavelength: float = frimcla.param(8.0, "wavelength in pixels", between=(2, 32))
    angles: int = frimcla.param(6, "number of orientations", between=(1, 36))

    def __call__(self, images):
        import cv2
        import numpy as np

        # OpenCV's default phase makes odd kernels: they sum to zero, so brightness says nothing.
        size, sigma = (0, 0), self.wavelength / 2
        turns = np.pi * np.arange(self.angles) / self.angles
        kernels = [cv2.getGaborKernel(size, sigma, turn, self.wavelength, 1) for turn in turns]
        grey = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) / 255 for image in images]
        energy = [[abs(cv2.filter2D(g, -1, k)).mean() for k in kernels] for g in grey]
        return np.array(energy, np.float32)


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(
        name="gabor_energy", factory=Gabor, summary="mean Gabor energy per orientation"
    )
