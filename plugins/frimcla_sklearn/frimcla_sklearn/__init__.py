"""Classifiers and metrics for FrimCla, on scikit-learn.

`plugin` is the menu and imports no framework; the other modules do the work.
"""
