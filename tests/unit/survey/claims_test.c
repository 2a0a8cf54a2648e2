/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claims_test.c -- claims, and the units in which libunbound is asked. */
#include <criterion/criterion.h>
#include <libzscanner/scanner.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "whole_survey.h"
#include "zone_survey.h"

/* A second signature, by the KSK. */
#define MORE                                                                   \
	ZONE_SIG("", "SOA", "1", ZONE_KSK)                                     \
	ZONE_SIG("www.", "A", "2", ZONE_KSK)                                   \
	ZONE_SIG("", "NS", "1", ZONE_KSK)                                      \
	"example. 3600 IN NSEC alias.example. NS SOA\n" ZONE_SIG("",           \
	    "NSEC", "1", ZONE_ZSK) "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.example." \
	                           " 60 IN NSEC3 1 0 0 - "                     \
	                           "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB "         \
	                           "A\n" ZONE_SIG("AAAAAAAAAAAAAAAAAAAAAAAAAA" \
	                                          "AAAAAA.",                   \
	                               "NSEC3", "2", ZONE_ZSK)

static struct whole_survey made;

static struct units
survey_with(const char *more)
{
	size_t size = strlen(zone_signed) + strlen(more) + 1;
	char *text = malloc(size);

	snprintf(text, size, "%s%s", zone_signed, more);
	cr_assert_eq(whole_survey_run(&made, text, ""), INDEX_COMPLETE);
	free(text);
	return whole_survey_units(&made);
}

static uint16_t
type_of(uint32_t claim)
{
	const struct index *index = &made.survey.index;

	return index->rrsets[index->claims[claim].rrset].type;
}

/* Units of KIND, and the first of them in *FIRST. */
static unsigned
count_units(const struct units *units, enum unit_kind kind,
    const struct units_row **first)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < units->header->n_units; i++) {
		if (units->rows[i].kind == kind) {
			*first = n++ == 0 ? &units->rows[i] : *first;
		}
	}
	return n;
}

Test(claims, each_kind_has_its_units)
{
	struct units units = survey_with(MORE);
	const struct units_row *row = NULL;

	cr_expect_eq(count_units(&units, UNIT_PLAIN, &row), 2);
	cr_expect_eq(count_units(&units, UNIT_APEX_NS, &row), 2);
	cr_expect_eq(row->n_claims, 1);
	cr_expect_eq(type_of(row->first_claim), TYPE_NS);
	cr_expect_eq(count_units(&units, UNIT_APEX_NSEC, &row), 1);
	cr_expect_eq(type_of(row->first_claim), TYPE_NSEC);
	cr_expect_eq(count_units(&units, UNIT_DNSKEY, &row), 1);
	cr_expect_eq(count_units(&units, UNIT_ALIAS, &row), 1);
	cr_expect_eq(row->n_claims, 2);
	cr_expect_eq(count_units(&units, UNIT_CHAIN, &row), 1);
	cr_expect_eq(row, &units.rows[units.header->n_units - 1]);
}

Test(claims, only_published_keys_and_present_rrsets_make_claims)
{
	survey_with("");
	uint32_t n = made.survey.index.n_claims;

	survey_with(ZONE_SIG("www.", "A", "2", "1"));
	cr_expect_eq(made.survey.index.n_claims, n);
	survey_with(ZONE_SIG("www.", "AAAA", "2", ZONE_ZSK));
	cr_expect_eq(made.survey.index.n_claims, n);
	survey_with(ZONE_SIG("www.", "A", "2", ZONE_KSK));
	cr_expect_eq(made.survey.index.n_claims, n + 1);
	/* A copy is judged like the original. */
	survey_with(ZONE_SIG("www.", "A", "2", ZONE_ZSK));
	cr_expect_eq(made.survey.index.n_claims, n + 1);
}

Test(claims, what_cannot_be_asked_is_in_a_unit_without_text)
{
	static const char *const mores[] = {
	    "other. 60 IN A 192.0.2.1\nother. 60 IN RRSIG A 13 1 60 " ZONE_TIMES
	    " " ZONE_ZSK " example. " ZONE_SIGNATURE "\n",
	    ZONE_SIG("sub.", "NS", "2", ZONE_ZSK),
	    ZONE_SIG("www.", "RRSIG", "2", ZONE_ZSK),
	    "o.example. 60 IN TYPE41 \\# 1 00\n" ZONE_SIG("o.", "TYPE41", "2",
	        ZONE_ZSK),
	};

	for (size_t i = 0; i < sizeof(mores) / sizeof(mores[0]); i++) {
		struct units units = survey_with(mores[i]);
		const struct units_row *row =
		    &units.rows[units.header->n_units - 2];

		cr_expect_eq(row->kind, UNIT_PLAIN);
		cr_expect_eq(row->text_length, 0, "zone %zu", i);
		cr_expect_eq(row->n_claims, 1, "zone %zu", i);
	}
}

Test(claims, signatures_beyond_the_limit_share_a_unit_without_text)
{
	enum { MANY = LIMIT_RRSIGS_PER_RRSET + 10 };
	static char more[MANY * 256];
	char *at = more;

	for (int i = 0; i < MANY; i++) {
		at += sprintf(at,
		    "www.example. 3600 IN RRSIG A 13 2 3600 " ZONE_TIMES
		    " " ZONE_ZSK " example. %08d\n",
		    i);
	}
	struct units units = survey_with(more);
	const struct units_row *row = &units.rows[units.header->n_units - 2];

	cr_expect_eq(row->text_length, 0);
	cr_expect_eq(row->n_claims, MANY + 1 - LIMIT_RRSIGS_PER_RRSET);
}

Test(claims, too_many_keys_leave_all_units_without_text)
{
	static char more[(LIMIT_KEYS + 1) * 64];
	char *at = more;

	for (int i = 0; i < LIMIT_KEYS; i++) {
		at += sprintf(at, "example. 3600 IN DNSKEY 256 3 13 %08d\n", i);
	}
	struct units units = survey_with(more);

	for (uint32_t i = 0; i < units.header->n_units; i++) {
		cr_expect_eq(units.rows[i].text_length, 0);
	}
}

Test(claims, the_first_to_expire_is_known)
{
	survey_with("www.example. 3600 IN RRSIG A 13 2 3600 20261201000000 "
	            "20261120230000 " ZONE_ZSK " example. " ZONE_SIGNATURE
	            "\n");
	const struct survey *s = &made.survey;
	const struct index_rrsig *rrsig =
	    &s->index.rrsigs[s->header.earliest_rrsig];

	/* 2026-12-01T00:00:00Z. */
	cr_assert_eq(rrsig->expiration, 1796083200);
}

/* ---- the texts ---- */

struct seen {
	unsigned records;
	unsigned rrsigs;
	unsigned soas, dnskeys, decoys, addresses;
};

/* True if the record the scanner read stands in the index. */
static bool
is_indexed(const zs_scanner_t *scanner)
{
	const struct index *index = &made.survey.index;
	uint8_t owner[LIMIT_NAME_OCTETS];

	name_to_lower(scanner->r_owner, owner);
	uint32_t row = index_find_owner(index, owner);

	row = row == INDEX_NONE ? row
	                        : index_find_rrset(index, row, scanner->r_type);
	if (row == INDEX_NONE) {
		return false;
	}
	const struct index_rrset *rrset = &index->rrsets[row];

	for (uint32_t i = 0; i < rrset->n_records; i++) {
		const struct index_record *record =
		    &index->records[rrset->first_record + i];

		if (record->ttl == scanner->r_ttl &&
		    record->rdata.length == scanner->r_data_length &&
		    memcmp(index_at(index, record->rdata), scanner->r_data,
		        record->rdata.length) == 0) {
			return true;
		}
	}
	return false;
}

static void
see(struct seen *seen, const zs_scanner_t *scanner)
{
	seen->records++;
	seen->soas += scanner->r_type == TYPE_SOA;
	seen->dnskeys += scanner->r_type == TYPE_DNSKEY;
	seen->rrsigs += scanner->r_type == TYPE_RRSIG;
	if (scanner->r_type == 65280) {
		seen->decoys++;
	} else if (!is_indexed(scanner)) {
		cr_expect_eq(scanner->r_type, TYPE_A, "a record from nowhere");
		seen->addresses++;
	}
}

/* Reads the unit's text again. */
static struct seen
read_unit(const struct units *units, const struct units_row *row)
{
	zs_scanner_t *scanner = malloc(sizeof(*scanner));
	struct seen seen = {0};

	cr_assert_eq(zs_init(scanner, ".", 1, 7), 0);
	cr_assert_eq(zs_set_input_string(scanner,
	                 units->text + row->text_offset,
	                 (size_t)row->text_length),
	    0);
	while (zs_parse_record(scanner) == 0 &&
	       scanner->state == ZS_STATE_DATA) {
		see(&seen, scanner);
	}
	cr_expect_eq(scanner->state, ZS_STATE_EOF);
	zs_deinit(scanner);
	free(scanner);
	return seen;
}

Test(claims, units_hold_their_records_and_one_signature_each)
{
	struct units units = survey_with(MORE);

	for (uint32_t i = 0; i < units.header->n_units; i++) {
		const struct units_row *row = &units.rows[i];
		struct seen seen = read_unit(&units, row);
		bool has_soa_claim = row->kind == UNIT_PLAIN;
		/* SOA, DNSKEY and each claim have one; SOA may be a claim. */
		unsigned rrsigs = 2 + row->n_claims - has_soa_claim;

		if (row->kind == UNIT_DNSKEY || row->kind == UNIT_CHAIN) {
			rrsigs = 2;
		}
		cr_expect_eq(seen.soas, 1);
		cr_expect_eq(seen.dnskeys, 2);
		cr_expect_eq(seen.rrsigs, rrsigs, "unit %u has %u", i,
		    seen.rrsigs);
		cr_expect_eq(seen.decoys, i == 0);
		cr_expect_gt(row->anchor_length, 0);
	}
}

Test(claims, nameservers_have_addresses_where_ns_is_judged)
{
	struct units units =
	    survey_with("example. 3600 IN NS far.test.\nexample. 3600 IN NS "
	                "NS1.example.\n");
	const struct units_row *row = NULL;

	cr_assert_eq(count_units(&units, UNIT_APEX_NS, &row), 1);
	struct seen seen = read_unit(&units, row);

	cr_expect_eq(seen.addresses, 2);
}

Test(claims, a_dnskey_signature_is_anchored_at_its_own_key)
{
	struct units units = survey_with(ZONE_SIG("", "DNSKEY", "1", ZONE_ZSK));
	const struct index *index = &made.survey.index;
	const struct units_row *row = NULL;

	cr_assert_eq(count_units(&units, UNIT_DNSKEY, &row), 2);
	for (int i = 0; i < 2; i++, row++) {
		const struct index_rrsig *rrsig =
		    &index->rrsigs[index->claims[row->first_claim].rrsig];
		char expected[64];

		snprintf(expected, sizeof(expected), "example. IN DS %u 13 2 ",
		    rrsig->key_tag);
		const char *anchor = units.text + row->anchor_offset;

		cr_expect_eq(strncmp(anchor, expected, strlen(expected)), 0);
		cr_expect_eq(memchr(anchor, '\n', (size_t)row->anchor_length),
		    anchor + row->anchor_length - 1);
	}
}
