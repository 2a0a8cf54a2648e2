/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svcb.h -- RDATA of SVCB and HTTPS (RFC 9460). */
#pragma once

#include "survey/rest.h"

/* True if RDATA is a priority, a target, and parameters that are in order and
 * whose values are as their keys want them. */
bool svcb_is_whole(struct rest rdata);
