"""Features in two dimensions, to look at: which images the winner's extractor finds alike.

Unsupervised: classes are not used, and all images are in it. It shows what was computed, it tests
nothing: a gap between two clouds is no score, and no score is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frimcla.contracts import Array
from frimcla.parallel import one_thread

from .album import Projection

FEWEST, MOST = 10, 2000
"""Images below which there is nothing to see, and images that are shown at the most."""
DIMENSIONS = 50
"""Principal components that t-SNE is given."""
PERPLEXITY = 30


def project(features: Array, keys: Sequence[str], *, images: int, seed: int) -> Projection | str:
    """Return images as points of a plane; or, in a sentence, why not.

    Features are standardised. PCA shows the two directions of the largest variance. t-SNE (van
    der Maaten & Hinton, JMLR 9, 2008, 2579; of the first 50 principal components, begun with the
    first two) keeps neighbours together; sizes of clouds and gaps between them mean nothing.
    One thread, so that the same seed gives the same points.

    Args:
        features: ``float32`` (m, d), finite.
        keys: Of the m images, sorted.
        images: How many different images the study has.
        seed: Of t-SNE, and of PCA where there are many features.
    """
    if len(features) < FEWEST:
        return f"there are {len(features)} images; a view takes {FEWEST} and more"
    with one_thread():
        scores, shares = _components(features, seed)
        if not shares[0] > 0:
            return "all images have the same features"
        tsne = _neighbours(scores, seed)
    return Projection(
        keys=tuple(keys),
        pca=scores[:, :2].astype(np.float32),
        tsne=tsne,
        shares=(float(shares[0]), float(shares[1])),
        images=images,
    )


def _components(features: Array, seed: int) -> tuple[Array, Array]:
    """Return principal components (m, c), two at least, and shares of the variance (c,)."""
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    scaled = StandardScaler().fit_transform(features)
    count = min(DIMENSIONS, len(scaled) - 1, scaled.shape[1])
    if not scaled.any():
        return np.zeros((len(scaled), 2), np.float32), np.zeros(2)
    found = PCA(n_components=count, random_state=seed)
    scores = np.asarray(found.fit_transform(scaled))
    shares = found.explained_variance_ratio_
    lacking = max(0, 2 - count)  # of one feature, a line
    return np.pad(scores, ((0, 0), (0, lacking))), np.pad(shares, (0, lacking))


def _neighbours(scores: Array, seed: int) -> Array:
    """Return places by t-SNE, ``float32`` (m, 2)."""
    from sklearn.manifold import TSNE

    start = scores[:, :2] / scores[:, 0].std() * 1e-4
    found = TSNE(
        perplexity=min(PERPLEXITY, (len(scores) - 1) / 3),
        init=start.astype(np.float32),
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(found.fit_transform(scores), np.float32)
