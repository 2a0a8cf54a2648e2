#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What wakes people at three in the morning, each as a drill: what is
published stays, the cause is named on /health, and the next good zone goes out
once the cause is gone."""

import rig

import clock_drills
import config_drills
import disk_drills
import receiver_drills
import state_drills
import worker_drills

MODULES = (worker_drills, disk_drills, receiver_drills, clock_drills,
           config_drills, state_drills)


def main():
    rig.prepare()
    suite = rig.harness.Suite()
    for module in MODULES:
        module.add_to(suite)
    suite.run(__doc__)


if __name__ == "__main__":
    main()
