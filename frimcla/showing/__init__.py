"""What plots and tables show of one pair: numbers of its answers out of fold, with intervals.

Pure functions of answers; nothing is fitted, drawn or written.
"""
