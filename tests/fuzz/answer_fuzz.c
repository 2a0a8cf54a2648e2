/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer_fuzz.c -- any octets may be compared with any claim.
 *
 * The input is a question (name, qtype, type), a record's RDATA and a
 * signature's, each with its length before it, and then the message.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "contract/name.h"
#include "unbound/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes a span with its length in one octet before it, copied so that a read
 * past its end is seen. */
static struct span
take(const uint8_t **data, size_t *size, size_t length)
{
	if (length > *size) {
		length = *size;
	}
	uint8_t *copy = malloc(length == 0 ? 1 : length);

	if (length > 0) {
		memcpy(copy, *data, length);
	}
	*data += length;
	*size -= length;
	return (struct span){copy, length};
}

static struct span
take_short(const uint8_t **data, size_t *size)
{
	size_t length = 0;

	if (*size > 0) {
		length = **data;
		(*data)++;
		(*size)--;
	}
	return take(data, size, length);
}

static void
drop(struct span span)
{
	uint8_t *at;

	memcpy(&at, &span.at, sizeof(at));
	free(at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint16_t types[2] = {0};

	if (size < sizeof(types)) {
		return 0;
	}
	memcpy(types, data, sizeof(types));
	data += sizeof(types);
	size -= sizeof(types);

	struct span name = take_short(&data, &size);
	struct span rdata = take_short(&data, &size);
	struct span rrsig = take_short(&data, &size);
	struct span message = take(&data, &size, size);

	if (name_length(name.at, name.length) != 0) {
		const struct answer_wanted wanted = {
		    .name = name.at,
		    .qtype = types[0],
		    .type = types[1],
		    .rdata = &rdata,
		    .n_rdata = 1,
		    .rrsigs = &rrsig,
		    .n_rrsigs = 1,
		};

		answer_holds(message, &wanted);
	}
	drop(name);
	drop(rdata);
	drop(rrsig);
	drop(message);
	return 0;
}
