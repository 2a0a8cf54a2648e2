/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h -- runs of records to owners in canonical order (RFC 4034 6.1).
 */
#pragma once

#include <stdint.h>

#include "survey/steps.h"

/*
 * Sorts the runs of RAW by owner.  owner_of[run] becomes the rank of the run's
 * owner, and first_run[owner] some run that has it; both have room for
 * raw->n_runs entries.  Returns the number of owners.
 */
uint32_t order_owners(const struct raw_zone *raw, uint32_t *owner_of,
    uint32_t *first_run);
