/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exemption.h -- whether an exemption of the policy covers a finding.
 *
 * The survey asks when it makes one, the gate again before it decides.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "contract/policy.h"

/* The longest an exemption may last: 90 days. */
#define LIMIT_EXEMPTION_S INT64_C(7776000)

/* True if findings of CHECK may be exempt at all: neither those on which the
 * validators' word depends nor those made from it. */
bool exemption_may_name(enum check_id check);

/* True if EXEMPTION, in force or not, is for findings of CHECK at OWNER (wire
 * form, lower case; NULL: at no name). */
bool exemption_covers(const struct policy_exemption *exemption,
    enum check_id check, const uint8_t *owner);

bool exemption_is_in_force(const struct policy_exemption *exemption,
    int64_t at_s);

/* Returns which exemption, from 1, that is in force AT_S covers findings of
 * CHECK at OWNER; or 0. */
unsigned exemption_find(const struct policy_values *values, enum check_id check,
    const uint8_t *owner, int64_t at_s);

/* True if the exemptions of VALUES, which may come from anywhere, are whole:
 * named, bounded, and of checks that may be exempt. */
bool exemptions_hold(const struct policy_values *values);
