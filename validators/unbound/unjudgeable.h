/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unjudgeable.h -- where libunbound's word is worth nothing, or not asked for.
 */
#pragma once

#include "unbound/unit.h"

/* Why CLAIM stands in a unit without text: the survey gives up on what would
 * cost libunbound too much, or what it cannot be asked for. */
struct verdict_row unjudged_without_text(const struct index *index,
    const struct index_claim *claim);

/* Returns ROW, or "unjudged" if CLAIM's algorithm is one whose canary was
 * wrong, or its RRset too large for libunbound. */
struct verdict_row unjudgeable(const struct bench *bench,
    const struct index_claim *claim, struct verdict_row row);
