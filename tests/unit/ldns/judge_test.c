/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "contract/name.h"
#include "zone_maker.h"

/* The canaries are signed from 2020 until 2037. */
enum { INCEPTION = 1577836800, EXPIRATION = 2114380800 };

/* Judges CANARY_NAME TXT in TEXT. */
static struct verdict_row
judge_alive(const char *text, int64_t at)
{
	struct made_zone made;

	make_zone(&made, CANARY_ZONE, text, at);

	struct verdict_row row =
	    judge_rrsig(&made.judge, find_rrsig(&made, CANARY_NAME, TYPE_TXT));

	/* Nothing is refused without a word or a reason of its own. */
	cr_assert(row.verdict == VERDICT_SECURE || row.reason != REASON_none);
	cr_assert(row.reason != REASON_bogus || made.judge.words[0] != '\0');
	release_zone(&made);
	return row;
}

static void
expect(struct verdict_row row, enum verdict verdict, enum reason reason)
{
	cr_assert_eq(row.verdict, verdict, "%s", reason_text(row.reason));
	cr_assert_eq(row.reason, reason, "%s", reason_text(row.reason));
}

/* Returns TEXT with each RRSIG made to name the DNSKEY as it is now. */
static const char *
with_its_tag(const char *text)
{
	struct made_zone made, before;
	char old_tag[32], new_tag[32];

	make_zone(&made, CANARY_ZONE, text, CANARY_AT);
	make_zone(&before, CANARY_ZONE, canary_text(), CANARY_AT);
	snprintf(old_tag, sizeof(old_tag), " %u %s", before.keys.key[0].tag,
	    CANARY_ZONE);
	snprintf(new_tag, sizeof(new_tag), " %u %s", made.keys.key[0].tag,
	    CANARY_ZONE);
	release_zone(&made);
	release_zone(&before);
	return with(text, old_tag, new_tag);
}

Test(judge, an_intact_signature_is_secure)
{
	expect(judge_alive(canary_text(), CANARY_AT), VERDICT_SECURE,
	    REASON_none);
}

Test(judge, a_signature_holds_from_inception_to_expiration)
{
	const char *text = canary_text();

	expect(judge_alive(text, INCEPTION), VERDICT_SECURE, REASON_none);
	expect(judge_alive(text, INCEPTION - 1), VERDICT_BOGUS,
	    REASON_not_yet_valid);
	expect(judge_alive(text, EXPIRATION), VERDICT_SECURE, REASON_none);
	expect(judge_alive(text, EXPIRATION + 1), VERDICT_BOGUS,
	    REASON_expired);
}

Test(judge, expiration_before_inception_is_bogus)
{
	const char *text = with(with(canary_text(), "20370101", "x"),
	    "x000000 20200101", "20200101000000 20370101");

	expect(judge_alive(text, CANARY_AT), VERDICT_BOGUS, REASON_bogus);
}

Test(judge, other_rdata_is_bogus)
{
	expect(judge_alive(with(canary_text(), "awake", "aware"), CANARY_AT),
	    VERDICT_BOGUS, REASON_bad_signature);
}

Test(judge, one_record_more_is_bogus)
{
	const char *text = with(canary_text(), CANARY_NAME " 3600 IN TXT",
	    CANARY_NAME " 3600 IN TXT x\n" CANARY_NAME " 3600 IN TXT");

	expect(judge_alive(text, CANARY_AT), VERDICT_BOGUS,
	    REASON_bad_signature);
}

Test(judge, ttl_case_and_duplicates_are_not_signed)
{
	const char *line = CANARY_NAME " 3600 IN TXT";

	expect(judge_alive(with(canary_text(), line,
	                       "ALIVE.Canary.zonegate. 60 IN TXT"),
	           CANARY_AT),
	    VERDICT_SECURE, REASON_none);
	expect(judge_alive(with(canary_text(), line,
	                       CANARY_NAME
	                       " 3600 IN TXT \"awake\"\n" CANARY_NAME
	                       " 3600 IN TXT"),
	           CANARY_AT),
	    VERDICT_SECURE, REASON_none);
}

Test(judge, without_an_rrset_nothing_is_said)
{
	const char *text = with(canary_text(), CANARY_NAME " 3600 IN TXT",
	    CANARY_NAME " 3600 IN SPF");

	expect(judge_alive(text, CANARY_AT), VERDICT_UNJUDGED, REASON_no_rrset);
}

Test(judge, a_signer_that_is_not_the_zone_is_bogus)
{
	const char *text =
	    with(canary_text(), " " CANARY_ZONE " ", " other.zonegate. ");

	expect(judge_alive(text, CANARY_AT), VERDICT_BOGUS, REASON_bogus);
}

Test(judge, labels_must_not_pass_the_owners)
{
	expect(judge_alive(with(canary_text(), "TXT 13 3 ", "TXT 13 4 "),
	           CANARY_AT),
	    VERDICT_BOGUS, REASON_bogus);
	/* Two labels: *.canary.zonegate. would have been signed. */
	expect(judge_alive(with(canary_text(), "TXT 13 3 ", "TXT 13 2 "),
	           CANARY_AT),
	    VERDICT_BOGUS, REASON_bad_signature);
}

Test(judge, a_key_that_nobody_published_is_no_key)
{
	const char *text = with(canary_text(), "DNSKEY 257 3", "DNSKEY 256 3");

	expect(judge_alive(text, CANARY_AT), VERDICT_BOGUS, REASON_no_key);
}

Test(judge, a_key_that_is_no_zone_key_is_not_used)
{
	expect(judge_alive(with_its_tag(with(canary_text(), "DNSKEY 257 3",
	                       "DNSKEY 1 3")),
	           CANARY_AT),
	    VERDICT_BOGUS, REASON_bogus);
	expect(judge_alive(with_its_tag(with(canary_text(), "DNSKEY 257 3",
	                       "DNSKEY 257 4")),
	           CANARY_AT),
	    VERDICT_BOGUS, REASON_bogus);
}

Test(judge, a_signature_of_another_length_is_bogus)
{
	const char *text = canary_text();
	char rrsig[1024];
	const char *begin = strstr(text, CANARY_NAME " 3600 IN RRSIG TXT");
	size_t n = strcspn(begin, "\n");

	snprintf(rrsig, sizeof(rrsig), "%.*s", (int)n, begin);

	char *signature = strrchr(rrsig, ' ');

	snprintf(signature, 8, " AAAA");

	char whole[1024];

	snprintf(whole, sizeof(whole), "%.*s", (int)n, begin);
	expect(judge_alive(with(text, whole, rrsig), CANARY_AT), VERDICT_BOGUS,
	    REASON_bad_signature);
}

Test(judge, an_algorithm_ldns_does_not_know_is_not_judged)
{
	const char *text = with_its_tag(with(canary_text(), "DNSKEY 257 3 13",
	    "DNSKEY 257 3 200"));

	expect(judge_alive(with(text, "RRSIG TXT 13", "RRSIG TXT 200"),
	           CANARY_AT),
	    VERDICT_UNJUDGED, REASON_algorithm);
}
