/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index_rows.h -- the part of index_open() that looks at every row.
 */
#pragma once

#include "contract/index.h"

/*
 * Checks all rows of INDEX, whose header and sections are already checked,
 * in time linear in its size.  Returns NULL, or what is wrong.
 */
const char *index_check_rows(const struct index *index);

/* Its parts, in the order in which each may rely on those before it. */
const char *index_check_zone_rows(const struct index *index);
const char *index_check_signature_rows(const struct index *index);
const char *index_check_finding_rows(const struct index *index);

/* True if OCTETS are in bounds. */
bool index_is_range(const struct index *index, struct index_octets octets);

/* True if OCTETS are in bounds and exactly one well-formed name. */
bool index_is_name(const struct index *index, struct index_octets octets);
