/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "zone_maker.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "contract/name.h"

struct read_end
read_made(struct zone *zone, const char *origin, const char *text)
{
	static char copy[1 << 16];
	size_t length = strlen(text);

	cr_assert_lt(length, sizeof(copy));
	memcpy(copy, text, length + 1);

	FILE *file = fmemopen(copy, length, "r");

	cr_assert_not_null(file);
	zone_init(zone, 1);

	struct read_end end = read_text(file, origin, zone);

	fclose(file);
	return end;
}

void
make_zone(struct made_zone *made, const char *apex, const char *text,
    int64_t at)
{
	struct read_end end = read_made(&made->zone, ".", text);

	cr_assert_eq(end.status, LDNS_STATUS_OK, "line %d: %s", (int)end.line,
	    ldns_get_errorstr_by_id(end.status));
	cr_assert_neq(name_from_text(apex, made->apex), 0);
	zone_seal(&made->zone);
	keys_init(&made->keys, &made->zone, made->apex);
	judge_init(&made->judge, &made->zone, &made->keys, made->apex, at);
}

void
release_zone(struct made_zone *made)
{
	judge_release(&made->judge);
	keys_release(&made->keys);
	zone_release(&made->zone);
}

uint32_t
find_rrsig(const struct made_zone *made, const char *owner, uint16_t type)
{
	uint8_t name[LIMIT_NAME_OCTETS];
	struct rrsig_rdata rdata;

	cr_assert_neq(name_from_text(owner, name), 0);

	uint32_t row = zone_find_owner(&made->zone, name);

	cr_assert_neq(row, ZONE_NONE);
	for (size_t i = 0; i < made->zone.n_rrsigs; i++) {
		uint32_t record = made->zone.rrsigs[i].record;

		if (made->zone.records[record].owner == row &&
		    zone_rrsig_rdata(&made->zone.records[record], &rdata) &&
		    rdata.type_covered == type) {
			return record;
		}
	}
	cr_assert_fail("no RRSIG covers type %u at %s", type, owner);
	return ZONE_NONE;
}

const char *
canary_text(void)
{
	return canary_find(LDNS_ECDSAP256SHA256)->intact;
}

const char *
with(const char *text, const char *find, const char *replace)
{
	enum { SIZE = 1 << 15, BUFFERS = 4 };
	static char buffers[BUFFERS][SIZE];
	static unsigned next;
	char *buffer = buffers[next++ % BUFFERS];
	const char *hit = strstr(text, find);
	size_t n = 0;

	cr_assert_not_null(hit, "no %s in the text", find);
	for (; hit != NULL; hit = strstr(text, find)) {
		n += (size_t)snprintf(buffer + n, SIZE - n, "%.*s%s",
		    (int)(hit - text), text, replace);
		cr_assert_lt(n, SIZE);
		text = hit + strlen(find);
	}
	snprintf(buffer + n, SIZE - n, "%s", text);
	return buffer;
}
