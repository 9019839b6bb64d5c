"""The class of the nearest shrunken mean, for FrimCla."""

import attrs

import frimcla


@attrs.frozen
class Params:
    shrinkage: float = frimcla.param(
        0.0, "how far means move to the centre, in standard deviations", between=(0, 10)
    )


class NearestMean:
    def __init__(self, shrinkage, seed):  # every classifier is given a seed; this one needs none
        self.shrinkage = shrinkage

    def fit(self, features, labels):
        import numpy as np

        self.classes_ = np.unique(labels)
        features = features.astype(float)
        self.centre, self.scale = features.mean(axis=0), features.std(axis=0)
        self.scale[self.scale == 0] = np.inf  # a constant feature counts for nothing
        scaled = (features - self.centre) / self.scale
        means = np.array([scaled[labels == name].mean(axis=0) for name in self.classes_])
        self.means = np.sign(means) * np.maximum(abs(means) - self.shrinkage, 0)
        return self

    def predict_proba(self, features):
        import numpy as np

        scaled = (features - self.centre) / self.scale
        distances = np.array([((scaled - mean) ** 2).mean(axis=1) for mean in self.means]).T
        weights = np.exp(distances.min(axis=1, keepdims=True) - distances)
        return weights / weights.sum(axis=1, keepdims=True)

    def predict(self, features):
        return self.classes_[self.predict_proba(features).argmax(axis=1)]


@frimcla.hookimpl
def frimcla_classifiers():
    yield frimcla.Classifier(
        name="nearest_mean",
        factory=NearestMean,
        params=Params,
        search={"shrinkage": (0.0, 0.1, 0.3, 0.5)},
        trusted=("frimcla_nearest_mean.NearestMean",),
        summary="class of the nearest shrunken mean",
    )
