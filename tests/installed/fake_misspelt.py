"""Implements a hook that is none."""

import frimcla


@frimcla.hookimpl
def frimcla_extractor():
    return ()
