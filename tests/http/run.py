#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate-http as it is, with a daemon that is played."""

import abuse
import events
import roles
import tls
import uploads
import views
from rig import harness

SUITE = harness.Suite()

for module in (views, roles, uploads, events, tls, abuse):
    for test in module.TESTS:
        SUITE.add(test.__name__.replace("_", " "), test)

if __name__ == "__main__":
    SUITE.run(__doc__)
