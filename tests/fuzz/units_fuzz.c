/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units_fuzz.c -- the texts of a units file that opens are inside it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contract/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile char sink;

static void
read_text(const char *text, uint64_t length)
{
	for (uint64_t i = 0; i < length; i++) {
		sink = (char)(sink ^ text[i]);
	}
}

static void
walk(const struct units *units, uint32_t n_claims)
{
	uint64_t claims = 0, octets = 0;

	for (uint32_t i = 0; i < units->header->n_units; i++) {
		const struct units_row *row = &units->rows[i];

		read_text(units->text + row->text_offset, row->text_length);
		if (row->anchor_length != 0) {
			read_text(units->text + row->anchor_offset,
			    row->anchor_length);
		}
		claims += row->n_claims;
		octets += row->text_length;
	}
	if (claims != n_claims || octets > units->header->size) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t n_claims;
	struct units units;

	/* The first octets say how many claims there are. */
	if (size < sizeof(n_claims)) {
		return 0;
	}
	memcpy(&n_claims, data, sizeof(n_claims));
	size -= sizeof(n_claims);
	void *copy = malloc(size);

	if (size > 0) {
		memcpy(copy, data + sizeof(n_claims), size);
	}
	if (units_open(copy, size, n_claims, &units) == NULL) {
		walk(&units, n_claims);
	}
	free(copy);
	return 0;
}
