/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit.h -- `zonegate audit': one zone, one report, one exit status.
 */
#pragma once

#include "options.h"

/* Returns the exit status. */
int audit(const struct options *options);
