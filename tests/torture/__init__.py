"""The long run: the scenarios of tests/promises at their full sizes. `python -m tests.torture --help`."""
