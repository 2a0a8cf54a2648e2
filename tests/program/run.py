#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole program on the fixtures, on the command line, and on real zones."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness  # noqa: E402
import bits  # noqa: E402
import command_line_tests  # noqa: E402
import config_tests  # noqa: E402
import docs_tests  # noqa: E402
import fixture_tests  # noqa: E402
import good_tests  # noqa: E402
import large_tests  # noqa: E402
import manifest_tests  # noqa: E402
import monitoring_tests  # noqa: E402
import log_tests  # noqa: E402
import peer_tests  # noqa: E402
import policy_tests  # noqa: E402
import real_zone_tests  # noqa: E402
import report_tests  # noqa: E402
import take_tests  # noqa: E402


def main():
    manifest, folder = harness.make_fixtures()
    suite = harness.Suite()
    large_tests.add_to(suite, folder)
    log_tests.add_to(suite)
    real_zone_tests.add_to(suite)
    bits.add_to(suite, folder)
    peer_tests.add_to(suite, manifest, folder)
    command_line_tests.Tests(manifest).add_to(suite)
    config_tests.add_to(suite)
    policy_tests.add_to(suite, manifest)
    take_tests.add_to(suite)
    manifest_tests.add_to(suite)
    monitoring_tests.add_to(suite)
    report_tests.add_to(suite, manifest)
    docs_tests.add_to(suite, manifest)
    fixture_tests.add_to(suite, manifest)
    good_tests.add_to(suite, manifest)
    suite.run(__doc__)


if __name__ == "__main__":
    main()
