"""FrImCla's extractors in scikit-learn: images to features, as a step of any pipeline.

Images are seen as in a study (`frimcla.describing`), so the numbers are those of a study, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from .config import read_extractor
from .configuring import INTAKE
from .contracts import Array
from .describing import Describer, images_of
from .parts import predictions_of
from .policy import Policy
from .reading import Readers
from .recipes import Recipe
from .registry import Registry
from .search import made
from .toml import recipe_table


class FeatureExtractor(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # has no types
    """Describes images by an extractor of the installed plugins.

    Takes lists of paths, or of arrays ``uint8`` or ``uint16``, (height, width) or (height, width,
    3), or arrays of them, (n, height, width) or (n, height, width, 3); floating-point numbers as
    well. It returns ``float32`` (n, d). What it learns is what becomes black and white, and which
    kind of image it takes: from the images that it is fitted to, never from their classes.

    Args:
        name: The extractor: ``"lab"``, ``"classic:lab"``, or a table as in a study,
            ``{"name": "lab", "bins": [4, 4, 4]}`` or ``{"join": ["lab", "lbp"]}``.
        scaling: What becomes black and white, as in a study; so are the next four.
        channels: Channels that are seen. A parameter of the extractor that is called like a
            setting is written in the table: ``{"name": "hog", "channels": "strongest"}``.
        planes: What becomes of several planes.
        max_megapixels: Larger images are refused.
        engine: What runs networks.
        n_jobs: Processes, -1 for all cores; changes no number.
        registry: What plugins offer; the installed ones if omitted.
        params: Parameters of the extractor; they win over those in the table.

    Attributes:
        describer_: What describes images, after `fit`.
    """

    def __init__(
        self,
        name: str | Mapping[str, Any],
        *,
        scaling: Any = "auto",
        channels: Any = "rgb",
        planes: str = "max",
        max_megapixels: float = 100.0,
        engine: str = "auto",
        n_jobs: int = 1,
        registry: Registry | None = None,
        **params: Any,
    ) -> None:
        self.name = name
        self.scaling = scaling
        self.channels = channels
        self.planes = planes
        self.max_megapixels = max_megapixels
        self.engine = engine
        self.n_jobs = n_jobs
        self.registry = registry
        self.params = params

    @classmethod
    def of(cls, describer: Describer) -> FeatureExtractor:
        """Return what is fitted already; a clone of it sees images as they are seen here."""
        recipe, policy = describer.space.recipe, describer.space.policy
        named: dict[str, Any] = {"name": recipe.component.full_name}
        if len(recipe.parts) > 1:
            named = recipe_table(recipe)
        elif recipe.given_label:
            named["label"] = recipe.given_label
        own = cls("").get_params()
        table = named | {key: value for key, value in recipe.values.items() if key in own}
        fitted = cls(
            table if table.keys() != {"name"} else table["name"],
            **{key: getattr(policy, key) for key in INTAKE},
            engine=describer.space.engine or "auto",
            **{key: value for key, value in recipe.values.items() if key not in own},
        )
        fitted.describer_ = describer
        return fitted

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings, and the parameters of the extractor that were given."""
        own: dict[str, Any] = super().get_params(deep)
        return own | self.params

    def set_params(self, **settings: Any) -> FeatureExtractor:
        """Change settings, and parameters of the extractor, given before or not."""
        own = super().get_params(deep=False)
        given = {key: value for key, value in settings.items() if key not in own}
        self.params = self.params | given
        super().set_params(**{key: settings[key] for key in settings if key in own})
        return self

    def fit(self, X: Any, y: Any = None) -> FeatureExtractor:
        """Settle what is seen of images by a look at *X*, the n images to learn from.

        Raises:
            ConfigError: The extractor or a setting is wrong; everything that is.
            DatasetError: Images cannot be read, or are unlike the others; all of them.
            PluginError: The extractor cannot run here.
        """
        registry = self.registry or Registry.discover()
        recipe, settings = self._read(registry)
        policy = Policy(**{key: settings[key] for key in INTAKE})
        self.describer_ = Describer.settled(
            recipe,
            policy,
            images_of(X, policy),
            readers=Readers.of(registry),
            engine=settings["engine"],
            n_jobs=settings["n_jobs"],
        )
        return self

    def transform(self, X: Any) -> Array:
        """Return the features ``float32`` (n, d) of n images.

        Raises:
            DatasetError: Images cannot be read, or are of another kind than those of `fit`; all
                of them.
            PluginError: The extractor fails.
        """
        check_is_fitted(self)
        describer: Describer = self.describer_
        images = images_of(X, describer.space.policy, describer.opener.kind)
        return describer(images, self.n_jobs)

    def get_feature_names_out(self, input_features: Any = None) -> Array:
        """Return what features are called, strings (d,): ``"lab444_0"`` and so on."""
        check_is_fitted(self)
        describer: Describer = self.describer_
        label = describer.space.recipe.label.lower()
        return np.array([f"{label}_{number}" for number in range(describer.width)], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _read(self, registry: Registry) -> tuple[Recipe, dict[str, Any]]:
        table = dict(self.name) if isinstance(self.name, Mapping) else {"name": self.name}
        settings = {key: _plain(getattr(self, key)) for key in (*INTAKE, "engine", "n_jobs")}
        entry = {key: _plain(value) for key, value in (table | self.params).items()}
        named = table.get("name", table.get("join"))
        source = f"{type(self).__name__}({named!r})"
        return read_extractor(source, entry, settings, registry)


class PluginClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of a plugin that is none of scikit-learn's, as scikit-learn wants it.

    Args:
        recipe: The classifier, its parameters filled in.
        seed: Of every fit.

    Attributes:
        classifier_: What the plugin makes, fitted.
        classes_: The k labels, sorted.
    """

    def __init__(self, recipe: Recipe, *, seed: int = 0) -> None:
        self.recipe = recipe
        self.seed = seed

    def fit(self, X: Array, y: Array) -> PluginClassifier:
        """Learn from features (n, d) and labels (n,)."""
        self.classes_ = np.unique(y)
        classifier = made(self.recipe, {}, self.seed)
        self.classifier_ = classifier.fit(np.asarray(X, np.float32), np.asarray(y))
        return self

    def predict(self, X: Array) -> Array:
        """Return the labels (n,) of features (n, d)."""
        numbers, _ = predictions_of(self.classifier_, np.asarray(X, np.float32), self.classes_)
        labels: Array = self.classes_[numbers]
        return labels

    @available_if(lambda self: hasattr(self.classifier_, "predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Array) -> Array:
        """Return probabilities ``float32`` (n, k) of features (n, d)."""
        return predictions_of(self.classifier_, np.asarray(X, np.float32), self.classes_)[1]


def pipeline_of(
    describer: Describer, classifier: Any, classes: Array, recipe: Recipe, seed: int
) -> Pipeline:
    """Return a fitted pipeline: ``features``, then ``classifier``.

    Args:
        describer: What describes images.
        classifier: What was trained. One of scikit-learn is taken as it is.
        classes: The k labels, sorted.
        recipe: The classifier, with the hyper-parameters that were found.
        seed: Of the fit of a clone, where the classifier is not of scikit-learn.
    """
    if not isinstance(classifier, BaseEstimator):
        wrapped = PluginClassifier(recipe, seed=seed)
        wrapped.classifier_, wrapped.classes_ = classifier, classes
        classifier = wrapped
    return Pipeline([("features", FeatureExtractor.of(describer)), ("classifier", classifier)])


def _plain(value: Any) -> Any:
    """Return numbers of numpy, which searches draw, as Python's own."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    return type(value)(map(_plain, value)) if isinstance(value, (list, tuple)) else value
