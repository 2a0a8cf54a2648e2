/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/name.h"
#include "ldns/zone_records.h"

/* `example. 60 IN TYPE' with the two octets A and B as RDATA. */
static size_t
make_wire(uint8_t wire[64], uint16_t type, uint8_t a, uint8_t b)
{
	static const uint8_t head[] = {7, 'E', 'x', 'a', 'm', 'p', 'l', 'e', 0,
	    0, 0, 0, 1, 0, 0, 0, 60, 0, 2};

	memcpy(wire, head, sizeof(head));
	wire[9] = (uint8_t)(type >> 8);
	wire[10] = (uint8_t)type;
	wire[sizeof(head)] = a;
	wire[sizeof(head) + 1] = b;
	return sizeof(head) + 2;
}

static void
add(struct zone *zone, uint16_t type, uint8_t a, uint8_t b)
{
	uint8_t wire[64];

	cr_assert(zone_add(zone, wire, make_wire(wire, type, a, b)));
}

static uint32_t
find_example(const struct zone *zone)
{
	static const uint8_t name[] = "\7example";

	return zone_find_owner(zone, name);
}

Test(zone_records, an_empty_zone_has_nothing)
{
	uint8_t digest[32] = {0};
	struct zone zone;

	zone_init(&zone, 1);
	zone_seal(&zone);
	cr_assert_eq(find_example(&zone), ZONE_NONE);
	cr_assert_eq(zone_find_rrsig(&zone, digest), ZONE_NONE);
	cr_assert_eq(zone.reading.records, 0);
	zone_release(&zone);
}

Test(zone_records, finds_an_rrset_whose_records_lie_apart)
{
	struct zone zone;

	zone_init(&zone, 1);
	add(&zone, TYPE_TXT, 1, 1);
	add(&zone, TYPE_A, 1, 2);
	add(&zone, TYPE_TXT, 1, 3);
	add(&zone, TYPE_AAAA, 1, 4);
	zone_seal(&zone);

	uint32_t owner = find_example(&zone);
	struct zone_rrset txt =
	    zone_find_rrset(&zone, owner, TYPE_TXT, CLASS_IN);

	cr_assert_eq(txt.n, 2);
	cr_assert_eq(zone.records[zone.order[txt.first]].rdata[1], 1);
	cr_assert_eq(zone.records[zone.order[txt.first + 1]].rdata[1], 3);
	cr_assert_eq(zone_find_rrset(&zone, owner, TYPE_A, CLASS_IN).n, 1);
	cr_assert_eq(zone_find_rrset(&zone, owner, TYPE_A, 3).n, 0);
	cr_assert_eq(zone_find_rrset(&zone, owner, TYPE_KEY, CLASS_IN).n, 0);
	zone_release(&zone);
}

Test(zone_records, keeps_what_stands_there_twice)
{
	struct zone zone;

	zone_init(&zone, 1);
	add(&zone, TYPE_TXT, 1, 1);
	add(&zone, TYPE_TXT, 1, 1);
	zone_seal(&zone);
	cr_assert_eq(zone.reading.records, 2);
	cr_assert_eq(zone_find_rrset(&zone, find_example(&zone), TYPE_TXT,
	                 CLASS_IN)
	                 .n,
	    2);
	zone_release(&zone);
}

Test(zone_records, refuses_octets_that_are_no_record)
{
	uint8_t wire[64];
	size_t n = make_wire(wire, TYPE_TXT, 1, 1);
	struct zone zone;

	zone_init(&zone, 1);
	for (size_t length = 0; length < n; length++) {
		cr_assert_not(zone_add(&zone, wire, length));
	}
	cr_assert_not(zone_add(&zone, wire, n + 1));
	cr_assert_eq(zone.reading.records, 0);
	zone_release(&zone);
}

Test(zone_records, finds_many_owners_again)
{
	enum { N = 5000 };
	uint8_t wire[64];
	struct zone zone;

	zone_init(&zone, 1);
	for (unsigned i = 0; i < N; i++) {
		size_t n = make_wire(wire, TYPE_A, 1, 1);

		wire[1] = (uint8_t)('a' + i % 26);
		wire[2] = (uint8_t)('0' + i / 26 % 10);
		wire[3] = (uint8_t)(128 + i / 260);
		cr_assert(zone_add(&zone, wire, n));
	}
	zone_seal(&zone);
	cr_assert_eq(zone.n_owners, N);
	for (uint32_t i = 0; i < N; i++) {
		cr_assert_eq(zone_find_owner(&zone, zone.owners[i].name), i);
	}
	zone_release(&zone);
}

Test(zone_records, an_rrsig_is_found_by_its_digest_only)
{
	uint8_t other[32];
	struct zone zone;

	zone_init(&zone, 1);
	add(&zone, TYPE_TXT, 1, 1);
	add(&zone, TYPE_RRSIG, 1, 2);
	zone_seal(&zone);
	cr_assert_eq(zone.n_rrsigs, 1);
	cr_assert_eq(zone_find_rrsig(&zone, zone.rrsigs[0].digest), 1);
	memcpy(other, zone.rrsigs[0].digest, 32);
	other[31] ^= 1;
	cr_assert_eq(zone_find_rrsig(&zone, other), ZONE_NONE);
	zone_release(&zone);
}

Test(zone_records, short_rdata_is_no_rrsig)
{
	static const uint8_t rdata[] = {0, 16, 13, 2, 0, 0, 0, 60, 0, 0, 0, 9,
	    0, 0, 0, 8, 1, 2, 1, 'A', 0, 0xaa};
	struct zone_record record = {.rdata = rdata, .type = TYPE_RRSIG};
	struct rrsig_rdata split;

	for (uint16_t n = 0; n < 21; n++) {
		record.rdata_length = n;
		cr_assert_not(zone_rrsig_rdata(&record, &split));
	}
	record.rdata_length = sizeof(rdata);
	cr_assert(zone_rrsig_rdata(&record, &split));
	cr_assert_eq(split.type_covered, TYPE_TXT);
	cr_assert_eq(split.algorithm, 13);
	cr_assert_eq(split.labels, 2);
	cr_assert_eq(split.original_ttl, 60);
	cr_assert_eq(split.expiration, 9);
	cr_assert_eq(split.inception, 8);
	cr_assert_eq(split.key_tag, 0x0102);
	cr_assert_arr_eq(split.signer, "\1a", 3);
	cr_assert_eq(split.signature_length, 1);
	record.type = TYPE_TXT;
	cr_assert_not(zone_rrsig_rdata(&record, &split));
}
