/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * anchors.h -- what the apex DNSKEY RRset must stand under.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ldns/zone_keys.h"

struct anchors {
	bool self;                  /* the zone's own keys: there is no file */
	ldns_rr *rr[LIMIT_ANCHORS]; /* DS and DNSKEY of the zone's name */
	unsigned n;
};

/* Reads DS and DNSKEY records of APEX (wire form) from FILE; those of other
 * names are left out.  Dies if ldns cannot read it. */
void anchors_read(struct anchors *anchors, FILE *file, const uint8_t *apex);
void anchors_release(struct anchors *anchors);

/* Returns the keys that may begin the chain, as bits: those that ANCHORS
 * names and that may sign the RRset they are in. */
uint64_t anchors_keys(const struct anchors *anchors, const struct keys *keys);
