/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge.h -- one verdict at a time: is this RRSIG valid, is the DNSKEY RRset
 * under its anchors?
 *
 * Whether a signature is the key's is libldns' judgement alone.  What ldns
 * leaves to its callers is decided here: which keys may be tried, the signer,
 * the labels, the time, and when there is too much to try.
 */
#pragma once

#include <stdint.h>

#include "contract/verdict.h"
#include "ldns/anchors.h"
#include "ldns/signed_data.h"
#include "ldns/zone_keys.h"
#include "ldns/zone_records.h"

struct judge {
	const struct zone *zone; /* sealed */
	const struct keys *keys;
	const uint8_t *apex; /* wire form, lower case */
	int64_t at;
	uint8_t *n_judged; /* RRSIGs judged of the RRset that begins there */
	struct signed_data data;
	unsigned words_left;        /* verdicts that may still be explained */
	unsigned second_looks_left; /* secure ones still to be judged twice */
	char words[LIMIT_MESSAGE_BYTES]; /* about the last verdict, or "" */
};

void judge_init(struct judge *judge, const struct zone *zone,
    const struct keys *keys, const uint8_t *apex, int64_t at);
void judge_release(struct judge *judge);

/* Judges RRSIG, a row of zone.records. */
struct verdict_row judge_rrsig(struct judge *judge, uint32_t rrsig);

/* SECURE if a key that ANCHORS names signed the apex DNSKEY RRset. */
struct verdict_row judge_chain(struct judge *judge,
    const struct anchors *anchors);
