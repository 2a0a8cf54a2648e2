/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libunbound says of the built-in canaries, set up as it is for units.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <unbound.h>

#include "contract/canary.h"
#include "contract/name.h"
#include "unbound/ask.h"
#include "unbound/context.h"

enum { P256 = 13, ED448 = 16, LAST_SECOND = 2145916799 };

struct heard {
	const char *name;
	uint8_t wire[LIMIT_NAME_OCTETS];
	uint16_t type;
	unsigned replies;
	enum reply_status status;
	size_t length;
	bool has_words;
};

static void
question(void *of, uint32_t i, const uint8_t **name, uint16_t *type)
{
	struct heard *heard = of;

	(void)i;
	cr_assert_neq(name_from_text(heard->name, heard->wire), 0);
	*name = heard->wire;
	*type = heard->type;
}

static void
answered(void *of, uint32_t i, const struct reply *reply)
{
	struct heard *heard = of;

	(void)i;
	heard->replies++;
	heard->status = reply->status;
	heard->length = reply->message.length;
	heard->has_words = reply->words != NULL && *reply->words != '\0';
}

static struct heard
hear_n(const char *text, const char *anchors, int64_t at, const char *name,
    uint32_t n)
{
	struct heard heard = {.name = name, .type = TYPE_TXT};
	const struct asker asker = {question, answered, &heard};
	uint8_t apex[LIMIT_NAME_OCTETS];
	const struct context_zone zone = {
	    .apex = apex,
	    .text = text,
	    .text_length = strlen(text),
	    .anchors = anchors,
	    .anchors_length = strlen(anchors),
	    .at = at,
	};
	struct context context;

	cr_assert_neq(name_from_text(CANARY_ZONE, apex), 0);
	context_open(&context, &zone);
	ask(&context, n, &asker);
	context_close(&context);
	cr_assert_eq(heard.replies, n);
	return heard;
}

static struct heard
hear(const char *text, const char *anchors, int64_t at)
{
	return hear_n(text, anchors, at, CANARY_NAME, 1);
}

Test(ask, a_canary_is_secure, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);
	struct heard heard = hear(canary->intact, canary->dnskey, CANARY_AT);

	cr_assert_eq(heard.status, REPLY_SECURE);
	cr_assert_gt(heard.length, 12);
}

Test(ask, a_flipped_canary_is_bogus_with_words, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);
	struct heard heard = hear(canary->flipped, canary->dnskey, CANARY_AT);

	cr_assert_eq(heard.status, REPLY_BOGUS);
	cr_assert(heard.has_words);
	cr_assert_eq(heard.length, 0);
}

Test(ask, contexts_do_not_remember_each_other, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);

	for (int i = 0; i < 3; i++) {
		cr_assert_eq(hear(canary->intact, canary->dnskey, CANARY_AT)
		                 .status,
		    REPLY_SECURE);
		cr_assert_eq(hear(canary->flipped, canary->dnskey, CANARY_AT)
		                 .status,
		    REPLY_BOGUS);
	}
}

Test(ask, more_questions_than_fly_at_once_are_all_answered, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);

	cr_assert_eq(hear_n(canary->intact, canary->dnskey, CANARY_AT,
	                 CANARY_NAME, 1000)
	                 .status,
	    REPLY_SECURE);
}

Test(ask, the_clock_is_the_one_it_is_given, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);

	cr_assert_eq(hear(canary->intact, canary->dnskey, 86400).status,
	    REPLY_BOGUS);
	cr_assert_eq(hear(canary->intact, canary->dnskey, LAST_SECOND).status,
	    REPLY_BOGUS);
	/* Past 2038: negative where libunbound keeps it (RFC 4034 3.1.5). */
	cr_assert_eq(hear(canary->intact, canary->dnskey, 4000000000).status,
	    REPLY_BOGUS);
}

Test(ask, without_an_anchor_nothing_is_secure, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);

	cr_assert_eq(hear(canary->intact, "", CANARY_AT).status, REPLY_NEITHER);
}

Test(ask, under_another_zones_key_nothing_is_secure, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);

	cr_assert_eq(hear(canary->intact, canary_find(8)->dnskey, CANARY_AT)
	                 .status,
	    REPLY_BOGUS);
}

Test(ask, an_unknown_algorithm_is_never_secure, .timeout = 20)
{
	const struct canary *canary = canary_find(ED448);

	if (canary != NULL) {
		enum reply_status status =
		    hear(canary->intact, canary->dnskey, CANARY_AT).status;

		cr_assert(status == REPLY_SECURE || status == REPLY_NEITHER);
	}
}

Test(ask, text_that_cannot_be_read_is_refused_with_words, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);
	struct heard heard = hear("canary.zonegate. 60 IN SOA nonsense\n",
	    canary->dnskey, CANARY_AT);

	cr_assert_eq(heard.status, REPLY_REFUSED);
	cr_assert(heard.has_words);
}

Test(ask, what_the_zone_does_not_hold_is_not_looked_for, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);

	cr_assert_neq(hear_n(canary->intact, canary->dnskey, CANARY_AT,
	                  "example.com.", 1)
	                  .status,
	    REPLY_SECURE);
}

Test(ask, no_built_in_zone_answers_before_the_unit, .timeout = 20)
{
	const struct canary *canary = canary_find(P256);
	struct heard heard = {.name = CANARY_NAME, .type = TYPE_TXT};
	const struct asker asker = {question, answered, &heard};
	uint8_t apex[LIMIT_NAME_OCTETS];
	const struct context_zone zone = {
	    .apex = apex,
	    .text = canary->intact,
	    .text_length = strlen(canary->intact),
	    .anchors = canary->dnskey,
	    .anchors_length = strlen(canary->dnskey),
	    .at = CANARY_AT,
	};
	struct context context;

	cr_assert_neq(name_from_text(CANARY_ZONE, apex), 0);
	context_open(&context, &zone);
	ask(&context, 1, &asker);
	ub_ctx_print_local_zones(context.ub);
	cr_assert_not_null(strstr(context.log_octets,
	                       "number of auth zones 0\n"),
	    "%s", context.log_octets);
	context_close(&context);
}
