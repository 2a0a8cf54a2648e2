/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "contract/name.h"
#include "zone_maker.h"

static const char *
dnskey_line(void)
{
	return canary_find(LDNS_ECDSAP256SHA256)->dnskey;
}

/* Writes the DS of the canary's key as text. */
static void
make_ds(ldns_hash hash, char *text, size_t size)
{
	ldns_rr *key = NULL, *ds;
	char *ds_text;

	cr_assert_eq(ldns_rr_new_frm_str(&key, dnskey_line(), 0, NULL, NULL),
	    0);
	ds = ldns_key_rr2ds(key, hash);
	ds_text = ldns_rr2str(ds);
	snprintf(text, size, "%s", ds_text);
	free(ds_text);
	ldns_rr_free(ds);
	ldns_rr_free(key);
}

static void
make_anchors(struct anchors *anchors, const char *text)
{
	static char copy[8192];
	uint8_t apex[LIMIT_NAME_OCTETS];

	snprintf(copy, sizeof(copy), "%s", text);

	FILE *file = fmemopen(copy, strlen(copy), "r");

	cr_assert_not_null(file);
	name_from_text(CANARY_ZONE, apex);
	anchors_read(anchors, file, apex);
	fclose(file);
}

/* ANCHORS NULL: self. */
static struct verdict_row
judge_with(const char *text, const char *anchor_text)
{
	struct anchors anchors = {.self = true};
	struct made_zone made;

	if (anchor_text != NULL) {
		make_anchors(&anchors, anchor_text);
	}
	make_zone(&made, CANARY_ZONE, text, CANARY_AT);

	struct verdict_row row = judge_chain(&made.judge, &anchors);

	release_zone(&made);
	anchors_release(&anchors);
	return row;
}

static void
expect(struct verdict_row row, enum verdict verdict, enum reason reason)
{
	cr_assert_eq(row.verdict, verdict, "%s", reason_text(row.reason));
	cr_assert_eq(row.reason, reason, "%s", reason_text(row.reason));
}

Test(chain, a_key_or_its_ds_is_an_anchor)
{
	char ds[512];

	expect(judge_with(canary_text(), dnskey_line()), VERDICT_SECURE,
	    REASON_none);
	make_ds(LDNS_SHA256, ds, sizeof(ds));
	expect(judge_with(canary_text(), ds), VERDICT_SECURE, REASON_none);
	make_ds(LDNS_SHA384, ds, sizeof(ds));
	expect(judge_with(canary_text(), ds), VERDICT_SECURE, REASON_none);
	expect(judge_with(canary_text(), NULL), VERDICT_SECURE, REASON_none);
}

Test(chain, without_a_usable_anchor_there_is_none)
{
	char ds[512];

	expect(judge_with(canary_text(), "; nothing\n"), VERDICT_BOGUS,
	    REASON_no_anchor);
	make_ds(LDNS_SHA256, ds, sizeof(ds));
	expect(judge_with(canary_text(), with(ds, CANARY_ZONE, "other.")),
	    VERDICT_BOGUS, REASON_no_anchor);
	expect(judge_with(canary_text(), with(ds, " 13 2 ", " 13 4 ")),
	    VERDICT_BOGUS, REASON_no_anchor);
	expect(judge_with(canary_text(), with(ds, " 13 2 ", " 13 9 ")),
	    VERDICT_BOGUS, REASON_no_anchor);
}

Test(chain, sha1_counts_only_alone)
{
	char sha1[512], both[1024];

	make_ds(LDNS_SHA1, sha1, sizeof(sha1));
	expect(judge_with(canary_text(), sha1), VERDICT_SECURE, REASON_none);
	snprintf(both, sizeof(both), "%s\n" CANARY_ZONE " IN DS 1 13 2 %064d\n",
	    sha1, 0);
	expect(judge_with(canary_text(), both), VERDICT_BOGUS,
	    REASON_no_anchor);
}

Test(chain, the_whole_dnskey_rrset_must_be_signed)
{
	const char *text = with(canary_text(), CANARY_ZONE " 3600 IN DNSKEY",
	    CANARY_ZONE " 3600 IN DNSKEY 256 3 13 AAAA\n" CANARY_ZONE
	                " 3600 IN DNSKEY");

	expect(judge_with(text, dnskey_line()), VERDICT_BOGUS,
	    REASON_bad_signature);
}

Test(chain, a_dnskey_rrset_without_signature_is_bogus)
{
	const char *text =
	    with(canary_text(), "IN RRSIG DNSKEY", "IN RRSIG SPF");

	expect(judge_with(text, dnskey_line()), VERDICT_BOGUS, REASON_bogus);
}

Test(chain, a_revoked_key_is_no_anchor)
{
	const char *text = with(canary_text(), "DNSKEY 257", "DNSKEY 385");

	expect(judge_with(text, NULL), VERDICT_BOGUS, REASON_no_anchor);
	expect(judge_with(text, with(dnskey_line(), "257", "385")),
	    VERDICT_BOGUS, REASON_no_anchor);
}

Test(chain, a_zone_without_keys_has_none)
{
	expect(judge_with("canary.zonegate. 60 IN SOA a. b. 1 2 3 4 5\n", NULL),
	    VERDICT_BOGUS, REASON_no_anchor);
}
