"""What a study survives: the table is docs/reliability.md, with the tests that lie elsewhere.

Few of each by themselves. ``FRIMCLA_RELIABILITY=1 python -P -m pytest -s tests/reliability``
runs all of them, which takes hours; 0.1 runs a tenth. At the end stands how many were run and
how many survived. Whatever happens, happens to one small study with a network among its
extractors; afterwards it is run to its end, and compared byte for byte with what it finds
undisturbed.
"""
