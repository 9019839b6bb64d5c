"""Run the command line with ``python -m frimcla``."""

from .cli import main

main()
