/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge_fuzz.c -- records of any octets: zonegate-ldns finds, counts and
 * judges them, comes to an end, and calls nothing secure.
 *
 * Each record is two octets of length and that many octets of wire form.  The
 * text reader is ldns' own and not fuzzed here: it is known to hang.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ldns/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_records(struct zone *zone, const uint8_t *data, size_t size)
{
	while (size >= 2) {
		size_t length = (size_t)(data[0] << 8 | data[1]);

		data += 2;
		size -= 2;
		if (length > size) {
			length = size;
		}
		zone_add(zone, data, length);
		data += length;
		size -= length;
	}
}

static void
judge_all(const struct zone *zone, const struct keys *keys)
{
	static const uint8_t apex[] = {1, 'x', 0};
	struct anchors anchors = {.self = true};
	struct judge judge;

	judge_init(&judge, zone, keys, apex, 1767225600);
	judge.words_left = 2;
	for (size_t i = 0; i < zone->n_rrsigs; i++) {
		uint32_t row = zone_find_rrsig(zone, zone->rrsigs[i].digest);

		/* The corpus holds no signature that is valid. */
		if (row == ZONE_NONE ||
		    judge_rrsig(&judge, row).verdict == VERDICT_SECURE) {
			abort();
		}
	}
	if (judge_chain(&judge, &anchors).verdict == VERDICT_SECURE) {
		abort();
	}
	judge_release(&judge);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t apex[] = {1, 'x', 0};
	struct zone zone;
	struct keys keys;

	zone_init(&zone, 1);
	add_records(&zone, data, size);
	zone_seal(&zone);
	keys_init(&keys, &zone, apex);
	keys_count_owed(&keys, &zone);
	judge_all(&zone, &keys);
	keys_release(&keys);
	zone_release(&zone);
	return 0;
}
