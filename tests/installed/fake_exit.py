"""Ends the program on import."""

raise SystemExit("no licence\nfor this machine")
