/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/name.h"
#include "contract/reading.h"
#include "index_maker.h"

static void
read_made(const struct made_index *made, struct reading *reading)
{
	struct index index;

	cr_assert_null(index_open(made, sizeof(*made), &index));
	reading_of_index(&index, reading);
}

/* Whether a spoiled index reads otherwise than the index as it was made. */
static bool
is_noticed(const struct made_index *spoiled)
{
	static struct made_index made;
	struct reading before, after;

	make_index(&made);
	read_made(&made, &before);
	read_made(spoiled, &after);
	return reading_difference(&before, &after) != NULL;
}

Test(reading, a_digest_is_sha_256_of_the_wire_form)
{
	/* printf '\1a\0\0\1\0\1\0\0\16\20\0\4\300\0\2\1' | sha256sum */
	static const uint8_t expected[32] = {0x39, 0x12, 0x03, 0x9b, 0xb0, 0x7f,
	    0xa8, 0x12, 0xa2, 0xa8, 0x7c, 0x57, 0x0f, 0x63, 0x17, 0xb3, 0xbe,
	    0x85, 0x15, 0x80, 0xf6, 0x4f, 0x46, 0x84, 0xd4, 0x08, 0x52, 0xee,
	    0xfe, 0xc8, 0x14, 0x21};
	static const uint8_t rdata[] = {192, 0, 2, 1};
	uint8_t digest[32];

	record_digest((const uint8_t *)"\1a", TYPE_A, CLASS_IN, 3600, rdata,
	    sizeof(rdata), digest);
	cr_assert_arr_eq(digest, expected, sizeof(digest));
}

Test(reading, the_longest_record_has_a_digest)
{
	static uint8_t rdata[LIMIT_RDATA_OCTETS];
	uint8_t name[LIMIT_NAME_OCTETS], digest[32];
	size_t length = 0;

	memset(name, 'a', sizeof(name));
	for (; length < 192; length += 64) {
		name[length] = 63;
	}
	name[length] = 61;
	name[254] = 0;
	cr_assert_eq(name_length(name, sizeof(name)), 255);
	record_digest(name, 65535, 65535, UINT32_MAX, rdata, sizeof(rdata),
	    digest);
}

Test(reading, sums_carry)
{
	struct sum256 sum = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, 1}};
	uint64_t one[4] = {1, 0, 0, 0};

	sum256_add(&sum, (const uint8_t *)one);
	cr_assert_eq(sum.word[0], 0);
	cr_assert_eq(sum.word[1], 0);
	cr_assert_eq(sum.word[2], 0);
	cr_assert_eq(sum.word[3], 2);
}

Test(reading, sums_are_taken_modulo_two_to_the_256)
{
	struct sum256 sum = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
	uint8_t most[32];

	memset(most, 0xff, sizeof(most));
	sum256_add(&sum, most);
	cr_assert_eq(sum.word[0], UINT64_MAX - 1);
	cr_assert_eq(sum.word[1], UINT64_MAX);
	cr_assert_eq(sum.word[2], UINT64_MAX);
	cr_assert_eq(sum.word[3], UINT64_MAX);
}

Test(reading, sums_do_not_depend_on_order)
{
	struct sum256 one = {0}, other = {0};
	uint8_t digests[3][32];

	for (int i = 0; i < 3; i++) {
		memset(digests[i], 0x70 + 0x40 * i, sizeof(digests[i]));
		sum256_add(&one, digests[i]);
	}
	for (int i = 2; i >= 0; i--) {
		sum256_add(&other, digests[i]);
	}
	cr_assert_arr_eq(one.word, other.word, sizeof(one.word));
}

Test(reading, an_index_is_counted)
{
	static struct made_index made;
	struct reading reading;

	make_index(&made);
	read_made(&made, &reading);
	cr_assert_eq(reading.records, MADE_RECORDS);
	cr_assert_eq(reading.rrsigs, MADE_RRSIGS);
	cr_assert_eq(reading.owed, MADE_CLAIMS - 1);
}

Test(reading, the_same_index_reads_alike)
{
	static struct made_index made;

	make_index(&made);
	cr_assert_not(is_noticed(&made));
}

Test(reading, a_changed_ttl_is_noticed)
{
	static struct made_index made;

	make_index(&made);
	made.records[MADE_A].ttl++;
	cr_assert(is_noticed(&made));
}

Test(reading, changed_rdata_is_noticed)
{
	static struct made_index made;

	make_index(&made);
	made.octets[made.records[MADE_A].rdata.offset] ^= 1;
	cr_assert(is_noticed(&made));
}

Test(reading, a_claim_with_another_digest_is_noticed)
{
	static struct made_index made;

	make_index(&made);
	made.claims[0].digest[0] ^= 1;
	cr_assert(is_noticed(&made));
}

Test(reading, claims_with_exchanged_digests_are_noticed)
{
	static struct made_index made;
	uint8_t digest[32];

	make_index(&made);
	memcpy(digest, made.claims[0].digest, sizeof(digest));
	memcpy(made.claims[0].digest, made.claims[1].digest, sizeof(digest));
	memcpy(made.claims[1].digest, digest, sizeof(digest));
	cr_assert(is_noticed(&made));
}

Test(reading, a_claim_left_out_is_noticed)
{
	static struct made_index made;

	make_index(&made);
	made.claims[1] = made.claims[2];
	made.claims[2] = made.claims[3];
	made.header.section[SECTION_CLAIMS].count = MADE_CLAIMS - 1;
	made.rrsigs[1].claim = 1;
	made.rrsigs[2].claim = INDEX_NONE;
	cr_assert(is_noticed(&made));
}

Test(reading, every_difference_has_a_name)
{
	struct reading zero = {0};
	struct reading others[6] = {{0}};

	others[0].records = 1;
	others[1].rrsigs = 1;
	others[2].owed = 1;
	others[3].records_sum.word[3] = 1;
	others[4].rrsigs_sum.word[0] = 1;
	others[5].owed_sum.word[2] = 1;
	cr_assert_null(reading_difference(&zero, &zero));
	for (int i = 0; i < 6; i++) {
		cr_assert_not_null(reading_difference(&zero, &others[i]));
	}
}
