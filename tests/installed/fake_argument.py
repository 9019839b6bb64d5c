"""Wants an argument that the hook does not give."""

import frimcla


@frimcla.hookimpl
def frimcla_extractors(images):
    return ()
