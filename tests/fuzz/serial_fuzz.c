/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * serial_fuzz.c -- any packet may come in the place of a nameserver's answer.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probe/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static ldns_rdf *zone;
	struct answer answer;

	if (zone == NULL) {
		zone = ldns_dname_new_frm_str("example.");
	}
	if (size > 65535) {
		return 0;
	}
	/* A copy of its own, so that a read past its end is seen. */
	uint8_t *copy = malloc(size == 0 ? 1 : size);

	memcpy(copy, data, size);
	answer_read(copy, size, zone, 0x1234, &answer);
	if (answer.kind == ANSWER_SERIAL && (!answer.aa || size < 30)) {
		abort();
	}
	free(copy);
	return 0;
}
