"""Plots as SVG for a page that allows no inline style, of plain values; nothing knows a study.

`svg` turns a figure of matplotlib into markup and rules, `strokes` puts other numbers into it.
"""
