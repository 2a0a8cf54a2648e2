/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <stddef.h>
#include <string.h>

#include "contract/check.h"
#include "contract/index.h"
#include "contract/name.h"
#include "contract/policy.h"
#include "contract/reading.h"
#include "index_maker.h"

static const char *
open_made(const struct made_index *made)
{
	struct index index;

	return index_open(made, sizeof(*made), &index);
}

Test(index, a_complete_index_opens)
{
	static struct made_index made;
	struct index index;

	make_index(&made);
	cr_assert_null(index_open(&made, sizeof(made), &index));
	cr_assert_eq(index.n_owners, MADE_OWNERS);
	cr_assert_eq(index.n_claims, MADE_CLAIMS);
	cr_assert_eq(index.header, &made.header);
}

Test(index, a_refused_index_opens)
{
	static struct made_index made;

	make_refused_index(&made);
	cr_assert_null(open_made(&made));
	made.header.outcome = INDEX_UNREADABLE;
	cr_assert_null(open_made(&made));
	made.header.apex_name = (struct index_octets){0};
	cr_assert_null(open_made(&made));
}

Test(index, a_refusal_without_a_finding_is_refused)
{
	static struct made_index made;

	make_refused_index(&made);
	made.header.section[SECTION_FINDINGS].count = 0;
	cr_assert_not_null(open_made(&made));
}

Test(index, an_incomplete_index_with_rows_is_refused)
{
	static struct made_index made;

	make_index(&made);
	made.header.outcome = INDEX_REFUSED;
	cr_assert_not_null(open_made(&made));
	made.header.outcome = INDEX_UNREADABLE;
	cr_assert_not_null(open_made(&made));
}

Test(index, an_unfinished_index_is_refused)
{
	static struct made_index made;

	make_index(&made);
	made.header.outcome = INDEX_UNFINISHED;
	cr_assert_not_null(open_made(&made));
}

Test(index, zeros_are_refused)
{
	static struct made_index made;

	cr_assert_not_null(open_made(&made));
}

Test(index, a_shorter_file_is_refused)
{
	static struct made_index made;
	struct index index;

	make_index(&made);
	for (size_t size = 0; size < sizeof(made); size++) {
		cr_assert_not_null(index_open(&made, size, &index));
	}
}

Test(index, octets_that_are_not_aligned_are_refused)
{
	static struct made_index made[2];
	uint8_t *at = (uint8_t *)made + 4;
	struct index index;

	make_index(made);
	memmove(at, made, sizeof(made[0]));
	cr_assert_not_null(index_open(at, sizeof(made[0]), &index));
}

Test(index, a_refused_file_leaves_the_index_untouched)
{
	static struct made_index made;
	struct index index, before;

	memset(&index, 0x5a, sizeof(index));
	memcpy(&before, &index, sizeof(index));
	make_index(&made);
	made.claims[3].kind = CLAIM_VOID;
	cr_assert_not_null(index_open(&made, sizeof(made), &index));
	cr_assert_arr_eq(&index, &before, sizeof(index));
}

/* ---- one field spoiled ---- */

struct spoiling {
	char what[64];
	size_t offset;
	size_t size;
	uint64_t value;
};

#define SPOIL(field, value)                                                    \
	{                                                                      \
#field, offsetof(struct made_index, field),                    \
		    sizeof(((struct made_index *)0)->field), (value)           \
	}

static struct spoiling spoilings[] = {
    SPOIL(header.magic[0], 'Z'), SPOIL(header.version, INDEX_VERSION + 1),
    SPOIL(header.outcome, 4), SPOIL(header.size, sizeof(struct made_index) + 8),
    SPOIL(header.apex, INDEX_NONE), SPOIL(header.apex, MADE_OWNERS),
    SPOIL(header.apex, MADE_WWW), SPOIL(header.soa_record, MADE_RECORDS),
    SPOIL(header.soa_record, MADE_DNSKEY), SPOIL(header.n_units, 2),
    SPOIL(header.n_units, 0), SPOIL(header.earliest_rrsig, MADE_RRSIGS),
    SPOIL(header.newest_rrsig, MADE_RRSIGS), SPOIL(header.serial, 2),
    SPOIL(header.soa_refresh, 1), SPOIL(header.soa_retry, 1),
    SPOIL(header.soa_expire, 1), SPOIL(header.soa_minimum, 1),
    SPOIL(header.self_anchored, 2), SPOIL(header.apex_name.offset, 1),
    SPOIL(header.apex_name.offset, UINT64_MAX),
    SPOIL(header.apex_name.length, 8),
    SPOIL(header.apex_name.length, UINT32_MAX), SPOIL(header.apex_name.zero, 1),
    SPOIL(header.section[SECTION_OCTETS].offset, 4),
    SPOIL(header.section[SECTION_OCTETS].offset, UINT64_MAX - 7),
    SPOIL(header.section[SECTION_OCTETS].count, 8),
    SPOIL(header.section[SECTION_OCTETS].count, MADE_OCTETS + 1),
    SPOIL(header.section[SECTION_OWNERS].offset, 8),
    SPOIL(header.section[SECTION_OWNERS].offset,
        offsetof(struct made_index, owners) + 4),
    SPOIL(header.section[SECTION_OWNERS].offset,
        offsetof(struct made_index, rrsets)),
    SPOIL(header.section[SECTION_OWNERS].count, 1),
    SPOIL(header.section[SECTION_OWNERS].count, 3),
    SPOIL(header.section[SECTION_OWNERS].count, UINT64_MAX),
    SPOIL(header.section[SECTION_OWNERS].count, UINT64_MAX / 40 + 2),
    SPOIL(header.section[SECTION_RRSETS].count, 4),
    SPOIL(header.section[SECTION_RRSETS].count, 1U << 20),
    SPOIL(header.section[SECTION_RECORDS].count, 5),
    SPOIL(header.section[SECTION_RRSIGS].count, 2),
    SPOIL(header.section[SECTION_KEYS].count, 0),
    SPOIL(header.section[SECTION_CLAIMS].count, 3),
    SPOIL(header.section[SECTION_FINDINGS].count, UINT64_MAX),
    SPOIL(owners[1].name.offset, 100000), SPOIL(owners[1].name.length, 0),
    SPOIL(owners[1].name.length, 12), SPOIL(owners[1].name.zero, 1),
    SPOIL(owners[1].first_rrset, 2), SPOIL(owners[1].n_rrsets, 1),
    SPOIL(owners[1].n_rrsets, UINT32_MAX), SPOIL(owners[1].first_rrsig, 1),
    SPOIL(owners[1].n_rrsigs, 0), SPOIL(owners[1].n_rrsigs, 2),
    SPOIL(owners[1].flags, OWNER_APEX), SPOIL(owners[1].flags, 64),
    SPOIL(owners[0].flags, 0), SPOIL(owners[1].labels, 1),
    SPOIL(rrsets[MADE_A_RRSET].owner, MADE_APEX),
    SPOIL(rrsets[MADE_A_RRSET].owner, MADE_OWNERS),
    SPOIL(rrsets[MADE_A_RRSET].type, TYPE_AAAA),
    SPOIL(rrsets[MADE_A_RRSET].type, TYPE_RRSIG),
    SPOIL(rrsets[MADE_A_RRSET].class_, 3),
    SPOIL(rrsets[MADE_A_RRSET].first_record, 0),
    SPOIL(rrsets[MADE_A_RRSET].n_records, 0),
    SPOIL(rrsets[MADE_A_RRSET].n_records, UINT32_MAX),
    SPOIL(rrsets[MADE_A_RRSET].first_rrsig, 0),
    SPOIL(rrsets[MADE_A_RRSET].first_rrsig, UINT32_MAX),
    SPOIL(rrsets[MADE_A_RRSET].n_rrsigs, 0),
    SPOIL(rrsets[MADE_A_RRSET].n_rrsigs, 2),
    SPOIL(rrsets[MADE_A_RRSET].zero, 1),
    SPOIL(records[MADE_A].rdata.offset, 1U << 31),
    SPOIL(records[MADE_A].rdata.length, MADE_OCTETS),
    SPOIL(records[MADE_A].rdata.zero, 1),
    SPOIL(records[MADE_A].rrset, MADE_SOA_RRSET),
    SPOIL(records[MADE_A].zero, 1),
    SPOIL(records[MADE_A_RRSIG].rdata.length, 18),
    SPOIL(rrsigs[2].record, MADE_RECORDS), SPOIL(rrsigs[2].record, MADE_A),
    SPOIL(rrsigs[2].record, MADE_SOA_RRSIG),
    SPOIL(rrsigs[1].record, MADE_SOA_RRSIG),
    SPOIL(rrsigs[2].rrset, MADE_RRSETS), SPOIL(rrsigs[2].rrset, MADE_SOA_RRSET),
    SPOIL(rrsigs[2].rrset, INDEX_NONE), SPOIL(rrsigs[2].key, 1),
    SPOIL(rrsigs[2].key, INDEX_NONE), SPOIL(rrsigs[2].claim, MADE_CLAIMS),
    SPOIL(rrsigs[2].claim, 0), SPOIL(rrsigs[2].claim, INDEX_NONE),
    SPOIL(rrsigs[2].type_covered, TYPE_SOA), SPOIL(rrsigs[2].algorithm, 8),
    SPOIL(rrsigs[2].labels, 1), SPOIL(rrsigs[2].original_ttl, 1),
    SPOIL(rrsigs[2].expiration, 1), SPOIL(rrsigs[2].inception, 1),
    SPOIL(rrsigs[2].key_tag, 1), SPOIL(rrsigs[2].signer_is_apex, 2),
    SPOIL(rrsigs[2].signature.offset, 0), SPOIL(rrsigs[2].signature.length, 3),
    SPOIL(keys[0].record, MADE_RECORDS), SPOIL(keys[0].record, MADE_SOA),
    SPOIL(keys[0].flags, 256), SPOIL(keys[0].protocol, 2),
    SPOIL(keys[0].algorithm, 8), SPOIL(keys[0].tag, 1),
    SPOIL(keys[0].is_anchored, 2), SPOIL(keys[0].is_incoming, 2),
    SPOIL(claims[1].kind, CLAIM_VOID), SPOIL(claims[1].kind, CLAIM_CHAIN),
    SPOIL(claims[1].kind, 3), SPOIL(claims[1].rrsig, 0),
    SPOIL(claims[1].rrsig, MADE_RRSIGS), SPOIL(claims[1].rrsig, INDEX_NONE),
    SPOIL(claims[1].rrset, MADE_SOA_RRSET), SPOIL(claims[1].rrset, INDEX_NONE),
    SPOIL(claims[1].unit, 2), SPOIL(claims[3].unit, MADE_UNITS),
    SPOIL(claims[3].unit, 0), SPOIL(claims[3].kind, CLAIM_RRSIG),
    SPOIL(claims[3].rrsig, 0), SPOIL(claims[3].rrset, MADE_A_RRSET),
    SPOIL(claims[3].rrset, INDEX_NONE), SPOIL(claims[3].digest[31], 1),
    SPOIL(findings[0].check, 0), SPOIL(findings[0].check, N_CHECKS),
    SPOIL(findings[0].severity, SEVERITY_OFF),
    SPOIL(findings[0].option, N_OPTIONS), SPOIL(findings[0].count, 0),
    SPOIL(findings[0].owner.length, 1),
    SPOIL(findings[0].owner.offset, 1U << 30),
    SPOIL(findings[0].message.length, MADE_OCTETS),
    SPOIL(findings[0].message.length, 10), /* cuts a character */
    SPOIL(findings[0].message.offset, 0),  /* a control octet */
};

ParameterizedTestParameters(index, a_spoiled_field_is_refused)
{
	return cr_make_param_array(struct spoiling, spoilings,
	    sizeof(spoilings) / sizeof(spoilings[0]), NULL);
}

ParameterizedTest(struct spoiling *spoiling, index, a_spoiled_field_is_refused)
{
	static struct made_index made;

	make_index(&made);
	memcpy((uint8_t *)&made + spoiling->offset, &spoiling->value,
	    spoiling->size);
	cr_assert_not_null(open_made(&made), "%s = %llu", spoiling->what,
	    (unsigned long long)spoiling->value);
}

/* ---- more than one field ---- */

Test(index, a_row_outside_the_file_is_refused)
{
	static struct made_index made;

	make_index(&made);
	made.header.section[SECTION_FINDINGS].offset = sizeof(made) - 8;
	cr_assert_not_null(open_made(&made));
}

Test(index, an_owner_in_upper_case_is_refused)
{
	static struct made_index made;

	make_index(&made);
	made.octets[made.owners[1].name.offset + 1] = 'W';
	cr_assert_not_null(open_made(&made));
}

Test(index, an_owner_that_stands_twice_is_refused)
{
	static struct made_index made;

	make_index(&made);
	made.owners[1].name = made.owners[0].name;
	made.owners[1].labels = 1;
	cr_assert_not_null(open_made(&made));
}

Test(index, an_rrset_that_stands_twice_is_refused)
{
	static struct made_index made;

	make_index(&made);
	made.rrsets[MADE_DNSKEY_RRSET].type = TYPE_RRSIG;
	cr_assert_not_null(open_made(&made));
}

Test(index, an_rrsig_claimed_twice_is_refused)
{
	static struct made_index made;

	make_index(&made);
	made.claims[1] = made.claims[0];
	made.rrsigs[2].claim = INDEX_NONE;
	cr_assert_not_null(open_made(&made));
}

Test(index, claims_without_the_chain_are_refused)
{
	static struct made_index made;

	make_index(&made);
	made.header.section[SECTION_CLAIMS].count = MADE_CLAIMS - 1;
	cr_assert_not_null(open_made(&made));
}

Test(index, an_rrsig_that_covers_nothing_is_no_claim)
{
	static struct made_index made;

	make_index(&made);
	made.rrsets[MADE_A_RRSET].n_rrsigs = 0;
	made.rrsigs[2].rrset = INDEX_NONE;
	made.claims[1].rrset = INDEX_NONE;
	cr_assert_not_null(open_made(&made));
}

Test(index, an_rrsig_by_an_unpublished_key_is_no_claim)
{
	static struct made_index made;

	make_index(&made);
	made.claims[1] = made.claims[2];
	made.claims[2] = made.claims[3];
	made.header.section[SECTION_CLAIMS].count = MADE_CLAIMS - 1;
	made.rrsigs[1].claim = 1;
	made.rrsigs[2].claim = INDEX_NONE;
	made.rrsigs[2].key = INDEX_NONE;
	cr_assert_null(open_made(&made));
}

/* Whatever one flipped bit makes of an index: if it opens, it can be walked. */
Test(index, any_flipped_bit_is_refused_or_harmless, .timeout = 120)
{
	static struct made_index made;

	make_index(&made);
	for (size_t bit = 0; bit < 8 * sizeof(made); bit++) {
		uint8_t *octet = (uint8_t *)&made + bit / 8;
		uint8_t mask = (uint8_t)(1U << bit % 8);
		struct index index;
		struct reading reading;

		*octet ^= mask;
		if (index_open(&made, sizeof(made), &index) == NULL) {
			reading_of_index(&index, &reading);
			cr_assert_eq(reading.records, MADE_RECORDS);
		}
		*octet ^= mask;
	}
	cr_assert_null(open_made(&made));
}

/* ---- finding things ---- */

Test(index, owners_are_found_by_name)
{
	static struct made_index made;
	struct index index;

	make_index(&made);
	cr_assert_null(index_open(&made, sizeof(made), &index));
	cr_assert_eq(index_find_owner(&index, (const uint8_t *)"\7example"),
	    MADE_APEX);
	cr_assert_eq(index_find_owner(&index,
	                 (const uint8_t *)"\3www\7example"),
	    MADE_WWW);
	cr_assert_eq(index_find_owner(&index,
	                 (const uint8_t *)"\3aaa\7example"),
	    INDEX_NONE);
	cr_assert_eq(index_find_owner(&index,
	                 (const uint8_t *)"\3zzz\7example"),
	    INDEX_NONE);
	cr_assert_eq(index_find_owner(&index, (const uint8_t *)""), INDEX_NONE);
}

Test(index, rrsets_are_found_by_type)
{
	static struct made_index made;
	struct index index;

	make_index(&made);
	cr_assert_null(index_open(&made, sizeof(made), &index));
	cr_assert_eq(index_find_rrset(&index, MADE_APEX, TYPE_SOA),
	    MADE_SOA_RRSET);
	cr_assert_eq(index_find_rrset(&index, MADE_APEX, TYPE_RRSIG),
	    MADE_APEX_RRSIG_RRSET);
	cr_assert_eq(index_find_rrset(&index, MADE_APEX, TYPE_DNSKEY),
	    MADE_DNSKEY_RRSET);
	cr_assert_eq(index_find_rrset(&index, MADE_WWW, TYPE_A), MADE_A_RRSET);
	cr_assert_eq(index_find_rrset(&index, MADE_WWW, TYPE_SOA), INDEX_NONE);
	cr_assert_eq(index_find_rrset(&index, MADE_APEX, TYPE_A), INDEX_NONE);
}

Test(index, an_rrset_of_another_class_is_not_found)
{
	static struct made_index made;
	struct index index;

	make_index(&made);
	made.rrsets[MADE_A_RRSET].class_ = 3;
	made.rrsets[MADE_WWW_RRSIG_RRSET].class_ = 3;
	cr_assert_null(index_open(&made, sizeof(made), &index));
	cr_assert_eq(index_find_rrset(&index, MADE_WWW, TYPE_A), INDEX_NONE);
}

Test(index, a_record_has_the_name_of_its_owner)
{
	static struct made_index made;
	struct index index;
	char text[LIMIT_NAME_TEXT];

	make_index(&made);
	cr_assert_null(index_open(&made, sizeof(made), &index));
	cr_assert_str_eq(name_to_text(index_record_owner(&index,
	                                  &index.records[MADE_A]),
	                     text),
	    "www.example.");
}
