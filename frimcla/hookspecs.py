"""The hooks a plugin may implement. Five, and each only adds to the menu.

A hook returns an iterable of components and touches nothing else: no network, no files, no
state. The module that implements hooks must import nothing heavier than `frimcla` and
*attrs*; frameworks belong behind a component's *factory*.

Compatibility: a hook may gain arguments (pluggy lets implementations ignore them) and a
component may gain fields with defaults. Nothing else changes within a major version.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from .components import Classifier, Command, Extractor, Metric, Reader

PROJECT = "frimcla"
"""Prefix of every hook, and the entry point group plugins register under."""

hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a plugin's function as the implementation of a hook."""

_hookspec = pluggy.HookspecMarker(PROJECT)


@_hookspec
def frimcla_extractors() -> Iterable[Extractor]:
    """Offer feature extractors.

    Must not import a framework, look for weights, or open a connection.

    Example::

        @frimcla.hookimpl
        def frimcla_extractors():
            yield frimcla.Extractor(
                name="mean_colour",
                factory="frimcla_mean.colour:mean_colour",
                summary="mean of each colour channel",
            )
    """
    return ()


@_hookspec
def frimcla_classifiers() -> Iterable[Classifier]:
    """Offer classifiers.

    Must not import a framework. A class of the plugin's own that a trained model contains is
    named in ``trusted``, or the model cannot be saved.

    Example::

        @frimcla.hookimpl
        def frimcla_classifiers():
            yield frimcla.Classifier(
                name="nearest_mean",
                factory="frimcla_means.model:NearestMean",
                trusted=("frimcla_means.model.NearestMean",),
                summary="class of the nearest mean",
            )
    """
    return ()


@_hookspec
def frimcla_metrics() -> Iterable[Metric]:
    """Offer metrics that judge predictions.

    Must not import a framework.

    Example::

        @frimcla.hookimpl
        def frimcla_metrics():
            yield frimcla.Metric(
                name="error_rate",
                factory="frimcla_errors:error_rate",
                greater_is_better=False,
                summary="share of wrong predictions, 0 to 1",
            )
    """
    return ()


@_hookspec
def frimcla_readers() -> Iterable[Reader]:
    """Offer readers of image files.

    Must not import what decodes them. A reader returns planes x height x width x channels as
    stored; what becomes of them is decided elsewhere, once for all formats.

    Example::

        @frimcla.hookimpl
        def frimcla_readers():
            yield frimcla.Reader(
                name="czi",
                factory="frimcla_czi.reading:Czi",
                magic=(b"ZISRAWFILE",),
                suffixes=(".czi",),
                summary="Zeiss CZI, by czifile",
            )
    """
    return ()


@_hookspec
def frimcla_commands() -> Iterable[Command]:
    """Offer commands of the command line: ``frimcla NAME``.

    Must not import what a command needs, nor click. A command of the core cannot be replaced.

    Example::

        @frimcla.hookimpl
        def frimcla_commands():
            yield frimcla.Command(
                name="serve",
                factory="frimcla_web.command:serve",
                summary="Show a trained model on a web page",
            )
    """
    return ()
