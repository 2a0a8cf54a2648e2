/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit_text.h -- the text of units: what fits, and writing it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "survey/output.h"
#include "survey/steps.h"

/* True if the apex's SOA and DNSKEY, which every unit has, can be loaded, and
 * there are not too many keys. */
bool unit_text_has_common(const struct survey *s);

/* True if RRSET with RRSIG can stand in a unit: no line too long for
 * libunbound, and the answer fits into a message. */
bool unit_text_is_loadable(const struct survey *s,
    const struct index_rrset *rrset, const struct index_rrsig *rrsig);

/* About how many octets RRSET takes in a unit. */
uint64_t unit_text_octets(const struct survey *s,
    const struct index_rrset *rrset);

/* Writes the records of UNIT. */
void unit_text_write(const struct survey *s, const struct plan_unit *unit,
    struct output *output);

/* Writes the anchors of UNIT; none for a chain to the operator's. */
void unit_anchors_write(const struct survey *s, const struct plan_unit *unit,
    struct output *output);
