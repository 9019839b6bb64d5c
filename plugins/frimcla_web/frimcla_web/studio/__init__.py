"""From a folder of images to a trained model, page by page.

Nothing is decided here, and nothing kept but a ``study.toml``: it is run as the command line runs
it, in a process of its own that no closed page stops.
"""
