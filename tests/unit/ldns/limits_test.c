/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * limits_test.c -- zones made to keep a validator busy (CVE-2023-50387).
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "contract/name.h"
#include "zone_maker.h"

static char text[1 << 15];

static void
append(const char *line)
{
	size_t n = strlen(text);

	snprintf(text + n, sizeof(text) - n, "%s\n", line);
	cr_assert_lt(strlen(text), sizeof(text) - 1);
}

/* N keys of one tag: the tag is a sum of 16-bit words, and six octets, three
 * words, change places. */
static void
append_colliding_keys(unsigned n)
{
	char line[256];

	for (unsigned i = 0; i < n; i++) {
		char groups[81] = "";

		for (unsigned j = 0; j < 10; j++) {
			memcpy(groups + 8 * j, i == j ? "AAECAwQF" : "AAAAAAAA",
			    9);
		}
		snprintf(line, sizeof(line),
		    "x. 60 IN DNSKEY 256 3 13 %sAAAAAA==", groups);
		append(line);
	}
}

/* N signatures of 64 octets, all different. */
static void
append_rrsigs(unsigned n, uint16_t tag)
{
	char line[256];

	for (unsigned i = 0; i < n; i++) {
		snprintf(line, sizeof(line),
		    "x. 60 IN RRSIG SOA 13 1 60 20370101000000 "
		    "20200101000000 %u x. %04u%080dAA==",
		    tag, i, 0);
		append(line);
	}
}

static void
begin(void)
{
	snprintf(text, sizeof(text), "x. 60 IN SOA a. b. 1 2 3 4 5\n");
}

/* Judges every RRSIG; counts the verdicts with REASON. */
static unsigned
count_reason(struct made_zone *made, enum reason reason)
{
	unsigned n = 0;

	for (size_t i = 0; i < made->zone.n_rrsigs; i++) {
		struct verdict_row row =
		    judge_rrsig(&made->judge, made->zone.rrsigs[i].record);

		cr_assert_neq(row.verdict, VERDICT_SECURE);
		n += row.reason == (uint8_t)reason;
	}
	return n;
}

static uint16_t
tag_of_colliding_keys(void)
{
	struct made_zone made;

	begin();
	append_colliding_keys(2);
	make_zone(&made, "x.", text, CANARY_AT);
	cr_assert_eq(made.keys.n, 2);
	cr_assert_eq(made.keys.key[0].tag, made.keys.key[1].tag);

	uint16_t tag = made.keys.key[0].tag;

	release_zone(&made);
	return tag;
}

Test(limits, a_few_colliding_keys_are_all_tried)
{
	uint16_t tag = tag_of_colliding_keys();
	struct made_zone made;

	begin();
	append_colliding_keys(LIMIT_KEYS_PER_CLAIM);
	append_rrsigs(1, tag);
	make_zone(&made, "x.", text, CANARY_AT);
	cr_assert_eq(count_reason(&made, REASON_bad_signature), 1);
	release_zone(&made);
}

Test(limits, too_many_colliding_keys_are_not_tried)
{
	uint16_t tag = tag_of_colliding_keys();
	struct made_zone made;

	begin();
	append_colliding_keys(LIMIT_KEYS_PER_CLAIM + 1);
	append_rrsigs(3, tag);
	make_zone(&made, "x.", text, CANARY_AT);
	cr_assert_eq(count_reason(&made, REASON_too_many_keys), 3);
	release_zone(&made);
}

Test(limits, too_many_signatures_on_one_rrset_are_not_judged)
{
	uint16_t tag = tag_of_colliding_keys();
	struct made_zone made;

	begin();
	append_colliding_keys(1);
	append_rrsigs(LIMIT_RRSIGS_PER_RRSET + 3, tag);
	make_zone(&made, "x.", text, CANARY_AT);
	cr_assert_eq(count_reason(&made, REASON_too_many_rrsigs), 3);
	release_zone(&made);
}

Test(limits, a_zone_of_keys_is_not_judged)
{
	struct anchors anchors = {.self = true};
	struct made_zone made;

	begin();
	for (unsigned i = 0; i <= LIMIT_KEYS; i++) {
		char line[64];

		snprintf(line, sizeof(line), "x. 60 IN DNSKEY 256 3 13 AA%02u",
		    i);
		append(line);
	}
	append_rrsigs(2, 1);
	make_zone(&made, "x.", text, CANARY_AT);
	cr_assert(made.keys.too_many);
	cr_assert_eq(count_reason(&made, REASON_too_many_keys), 2);
	cr_assert_eq(judge_chain(&made.judge, &anchors).reason,
	    REASON_too_many_keys);
	release_zone(&made);
}

Test(limits, words_are_counted)
{
	uint16_t tag = tag_of_colliding_keys();
	struct made_zone made;
	unsigned n_words = 0;

	begin();
	append_colliding_keys(1);
	append_rrsigs(LIMIT_RRSIGS_PER_RRSET, tag);
	make_zone(&made, "x.", text, CANARY_AT);
	made.judge.words_left = 5;
	for (size_t i = 0; i < made.zone.n_rrsigs; i++) {
		judge_rrsig(&made.judge, made.zone.rrsigs[i].record);
		n_words += made.judge.words[0] != '\0';
	}
	cr_assert_eq(n_words, 5);
	release_zone(&made);
}

Test(limits, what_is_owed_names_a_key_and_has_an_rrset)
{
	uint16_t tag = tag_of_colliding_keys();
	struct made_zone made;
	char tag_text[8];

	snprintf(tag_text, sizeof(tag_text), "%u", tag);
	begin();
	append_colliding_keys(1);
	append_rrsigs(2, tag);
	append_rrsigs(1, (uint16_t)(tag + 1));
	append(with("y.x. 60 IN RRSIG TXT 13 2 60 20370101000000 "
	            "20200101000000 TAG x. AAAA",
	    "TAG", tag_text));
	make_zone(&made, "x.", text, CANARY_AT);
	keys_count_owed(&made.keys, &made.zone);
	cr_assert_eq(made.zone.reading.rrsigs, 4);
	cr_assert_eq(made.zone.reading.owed, 2);
	release_zone(&made);
}
