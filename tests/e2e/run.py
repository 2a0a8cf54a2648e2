#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole pipeline with real parts: BIND signs, zonegate decides, NSD
serves, dig and delv look."""

# First of all: it knows where the harness is.
from gate_daemon import harness

import people_tests
import pipeline_tests
import trouble_tests


def main():
    suite = harness.Suite()
    # The longest first.
    trouble_tests.add_to(suite)
    pipeline_tests.add_to(suite)
    people_tests.add_to(suite)
    suite.run(__doc__)


if __name__ == "__main__":
    main()
