#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon, attacked: by what comes in, by who speaks to it, by the order in
which things happen."""

# First of all: it knows where the harness is.
from rig import Gate  # noqa: F401

import clock_tests
import flood_tests
import release_tests
from gate_daemon import harness


def main():
    suite = harness.Suite()
    release_tests.add_to(suite)
    flood_tests.add_to(suite)
    clock_tests.add_to(suite)
    suite.run(__doc__)


if __name__ == "__main__":
    main()
