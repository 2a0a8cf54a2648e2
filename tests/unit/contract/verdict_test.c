/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <string.h>

#include "contract/verdict.h"
#include "stream_maker.h"

enum { CLAIMS = 10 };

static struct stream stream;
static struct verdict_row rows[CLAIMS];
static struct verdicts verdicts;

static const char *
read_stream(void)
{
	memset(rows, 0, sizeof(rows));
	return verdicts_read(stream.octets, stream.length, CLAIMS, rows,
	    &verdicts);
}

Test(verdict, the_zero_of_verdict_is_unjudged)
{
	cr_assert_eq(VERDICT_UNJUDGED, 0);
	cr_assert_str_eq(verdict_name(VERDICT_UNJUDGED), "unjudged");
	cr_assert_str_eq(verdict_name(VERDICT_SECURE), "secure");
	cr_assert_str_eq(verdict_name(VERDICT_INDETERMINATE), "indeterminate");
}

Test(verdict, every_reason_but_none_has_a_text)
{
	cr_assert_str_empty(reason_text(REASON_none));
	for (int reason = 1; reason < N_REASONS; reason++) {
		cr_assert_str_not_empty(reason_text((enum reason)reason));
	}
}

Test(verdict, a_whole_stream_is_read)
{
	put_all(&stream, CLAIMS);
	cr_assert_null(read_stream());
	cr_assert_str_eq(verdicts.hello.library, "ldns");
	cr_assert_eq(verdicts.n_canaries, 2);
	cr_assert(verdicts.has_reading);
	cr_assert_eq(verdicts.reading.records, 7);
	cr_assert_eq(verdicts.judged, CLAIMS);
	cr_assert_eq(verdicts.n_words, 1);
	cr_assert_eq(verdicts.words[0].length, strlen("all is well"));
	for (int i = 0; i < CLAIMS; i++) {
		cr_assert_eq(rows[i].verdict, VERDICT_SECURE);
	}
}

Test(verdict, a_stream_may_say_nothing)
{
	put_hello(&stream);
	put_bye(&stream, 0);
	cr_assert_null(read_stream());
	cr_assert_not(verdicts.has_reading);
	cr_assert_eq(verdicts.judged, 0);
}

Test(verdict, claims_not_spoken_of_stay_unjudged)
{
	put_hello(&stream);
	put_row(&stream, 3, VERDICT_BOGUS, REASON_bogus);
	put_row(&stream, 1, VERDICT_UNJUDGED, REASON_not_read);
	put_bye(&stream, 2);
	cr_assert_null(read_stream());
	cr_assert_eq(rows[3].verdict, VERDICT_BOGUS);
	cr_assert_eq(rows[3].reason, REASON_bogus);
	cr_assert_eq(rows[0].verdict, VERDICT_UNJUDGED);
	cr_assert_eq(rows[1].reason, REASON_not_read);
}

Test(verdict, a_stream_cut_anywhere_is_refused)
{
	put_all(&stream, CLAIMS);
	size_t whole = stream.length;

	for (stream.length = 0; stream.length < whole; stream.length++) {
		cr_assert_not_null(read_stream(), "%zu", stream.length);
	}
}

Test(verdict, octets_after_the_end_are_refused)
{
	put_all(&stream, CLAIMS);
	stream.length++;
	cr_assert_not_null(read_stream());
	stream.length += 7;
	cr_assert_not_null(read_stream());
}

Test(verdict, a_second_stream_after_the_first_is_refused)
{
	put_all(&stream, CLAIMS);
	put_all(&stream, CLAIMS);
	cr_assert_not_null(read_stream());
}

Test(verdict, padding_that_is_not_zero_is_refused)
{
	put_hello(&stream);
	put_canary(&stream, CANARY_BEFORE);
	stream.octets[stream.length - 1] = 1;
	put_bye(&stream, 0);
	cr_assert_not_null(read_stream());
}

Test(verdict, octets_that_are_not_aligned_are_refused)
{
	put_all(&stream, CLAIMS);
	memmove(stream.octets + 4, stream.octets, stream.length);
	cr_assert_not_null(verdicts_read(stream.octets + 4, stream.length,
	    CLAIMS, rows, &verdicts));
}

/* ---- the order of frames ---- */

/*
 * A stream in letters: h hello, b canary before, r reading, v a verdict on
 * the next claim, w words, a canary after, . bye.
 */
static void
put_letters(const char *letters)
{
	uint32_t judged = 0;

	for (; *letters != '\0'; letters++) {
		switch (*letters) {
		case 'h':
			put_hello(&stream);
			break;
		case 'b':
			put_canary(&stream, CANARY_BEFORE);
			break;
		case 'r':
			put_reading(&stream);
			break;
		case 'v':
			put_secure(&stream, judged++, 1);
			break;
		case 'w':
			put_words(&stream, 0, "word");
			break;
		case 'a':
			put_canary(&stream, CANARY_AFTER);
			break;
		case '.':
			put_bye(&stream, judged);
			break;
		default:
			put_frame(&stream, (uint32_t)*letters, NULL, 0);
		}
	}
}

struct order {
	char letters[16];
};

static struct order good_orders[] = {
    {"h."},
    {"hb."},
    {"hbbrvwvwaa."},
    {"hr."},
    {"hv."},
    {"hw."},
    {"ha."},
    {"hba."},
    {"hbva."},
};

static struct order bad_orders[] = {
    {""},
    {"."},
    {"h"},
    {"hh."},
    {"bh."},
    {"b."},
    {"vh."},
    {"hrb."},
    {"hvb."},
    {"hab."},
    {"hrr."},
    {"hvr."},
    {"har."},
    {"hav."},
    {"haw."},
    {"hbrvwahv."},
    {"hbrvwa"},
    {"h.."},
    {"h.v"},
    {"hz."},
    {"hbzva."},
};

ParameterizedTestParameters(verdict, frames_in_order_are_read)
{
	return cr_make_param_array(struct order, good_orders,
	    sizeof(good_orders) / sizeof(good_orders[0]), NULL);
}

ParameterizedTest(struct order *order, verdict, frames_in_order_are_read)
{
	put_letters(order->letters);
	cr_assert_null(read_stream(), "%s", order->letters);
}

ParameterizedTestParameters(verdict, frames_out_of_order_are_refused)
{
	return cr_make_param_array(struct order, bad_orders,
	    sizeof(bad_orders) / sizeof(bad_orders[0]), NULL);
}

ParameterizedTest(struct order *order, verdict, frames_out_of_order_are_refused)
{
	put_letters(order->letters);
	cr_assert_not_null(read_stream(), "%s", order->letters);
}

/* ---- what frames say ---- */

Test(verdict, a_claim_answered_twice_is_refused)
{
	put_hello(&stream);
	put_secure(&stream, 0, 5);
	put_secure(&stream, 4, 2);
	put_bye(&stream, 7);
	cr_assert_not_null(read_stream());
}

Test(verdict, a_claim_left_unjudged_twice_is_refused)
{
	put_hello(&stream);
	put_row(&stream, 2, VERDICT_UNJUDGED, REASON_none);
	put_row(&stream, 2, VERDICT_SECURE, REASON_none);
	put_bye(&stream, 2);
	cr_assert_not_null(read_stream());
}

Test(verdict, a_claim_that_another_stream_answered_is_refused)
{
	put_all(&stream, CLAIMS);
	memset(rows, 0, sizeof(rows));
	rows[7].verdict = VERDICT_SECURE;
	cr_assert_not_null(verdicts_read(stream.octets, stream.length, CLAIMS,
	    rows, &verdicts));
}

Test(verdict, a_claim_that_is_not_there_is_refused)
{
	static const uint32_t firsts[] = {CLAIMS, CLAIMS - 1, UINT32_MAX};

	for (size_t i = 0; i < 3; i++) {
		stream.length = 0;
		put_hello(&stream);
		put_secure(&stream, firsts[i], 2);
		put_bye(&stream, 2);
		cr_assert_not_null(read_stream());
	}
}

Test(verdict, a_count_that_is_not_that_of_the_rows_is_refused)
{
	static const uint32_t counts[] = {0, 2, 4, 5, UINT32_MAX};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		uint8_t payload[8 + 2 * 3] = {0};
		uint32_t count = counts[i];

		memcpy(payload + 4, &count, sizeof(count));
		stream.length = 0;
		put_hello(&stream);
		put_frame(&stream, FRAME_VERDICTS, payload, sizeof(payload));
		put_bye(&stream, 3);
		cr_assert_not_null(read_stream());
	}
}

Test(verdict, no_verdicts_at_all_are_refused)
{
	put_hello(&stream);
	put_secure(&stream, 0, 0);
	put_bye(&stream, 0);
	cr_assert_not_null(read_stream());
}

Test(verdict, an_unknown_verdict_or_reason_is_refused)
{
	for (unsigned value = 0; value < 256; value++) {
		stream.length = 0;
		put_hello(&stream);
		put_row(&stream, 0, value, REASON_none);
		put_bye(&stream, 1);
		cr_assert_eq(read_stream() == NULL, value < N_VERDICTS);
		stream.length = 0;
		put_hello(&stream);
		put_row(&stream, 0, VERDICT_BOGUS, value);
		put_bye(&stream, 1);
		cr_assert_eq(read_stream() == NULL, value < N_REASONS);
	}
}

Test(verdict, secure_with_a_reason_is_refused)
{
	put_hello(&stream);
	put_row(&stream, 0, VERDICT_SECURE, REASON_bogus);
	put_bye(&stream, 1);
	cr_assert_not_null(read_stream());
}

Test(verdict, another_number_than_the_worker_says_is_refused)
{
	for (uint64_t judged = 0; judged < 5; judged++) {
		stream.length = 0;
		put_hello(&stream);
		put_secure(&stream, 0, 3);
		put_bye(&stream, judged);
		cr_assert_eq(read_stream() == NULL, judged == 3);
	}
}

Test(verdict, a_spoiled_greeting_is_refused)
{
	struct frame_hello *hello =
	    (void *)(stream.octets + sizeof(struct frame));

	put_hello(&stream);
	put_bye(&stream, 0);
	struct frame_hello good = *hello;

	cr_assert_null(read_stream());
	hello->magic[7] = 'T';
	cr_assert_not_null(read_stream());
	*hello = good;
	hello->version++;
	cr_assert_not_null(read_stream());
	*hello = good;
	hello->slice = 1;
	cr_assert_not_null(read_stream());
	*hello = good;
	hello->n_slices = 0;
	cr_assert_not_null(read_stream());
	*hello = good;
	memset(hello->library, 'a', sizeof(hello->library));
	cr_assert_not_null(read_stream());
	*hello = good;
	hello->crypto_version[1] = '\n';
	cr_assert_not_null(read_stream());
}

Test(verdict, an_unknown_canary_is_refused)
{
	static const struct frame_canary canaries[] = {
	    {13, 0, VERDICT_SECURE, VERDICT_BOGUS},
	    {13, 3, VERDICT_SECURE, VERDICT_BOGUS},
	    {13, CANARY_BEFORE, N_VERDICTS, VERDICT_BOGUS},
	    {13, CANARY_BEFORE, VERDICT_SECURE, 255},
	};

	for (size_t i = 0; i < 4; i++) {
		stream.length = 0;
		put_hello(&stream);
		put_frame(&stream, FRAME_CANARY, &canaries[i],
		    sizeof(canaries[i]));
		put_bye(&stream, 0);
		cr_assert_not_null(read_stream());
	}
}

Test(verdict, too_many_canaries_are_refused)
{
	for (unsigned n = LIMIT_CANARIES; n <= LIMIT_CANARIES + 1; n++) {
		stream.length = 0;
		put_hello(&stream);
		for (unsigned i = 0; i < n; i++) {
			put_canary(&stream, CANARY_BEFORE);
		}
		put_bye(&stream, 0);
		cr_assert_eq(read_stream() == NULL, n == LIMIT_CANARIES);
	}
}

Test(verdict, too_many_words_are_refused)
{
	for (unsigned n = LIMIT_WORDS_PER_WORKER;
	     n <= LIMIT_WORDS_PER_WORKER + 1; n++) {
		stream.length = 0;
		put_hello(&stream);
		for (unsigned i = 0; i < n; i++) {
			put_words(&stream, 0, "word");
		}
		put_bye(&stream, 0);
		cr_assert_eq(read_stream() == NULL,
		    n == LIMIT_WORDS_PER_WORKER);
	}
}

Test(verdict, words_that_are_too_long_or_no_plain_text_are_refused)
{
	char text[LIMIT_MESSAGE_BYTES + 2];

	memset(text, 'a', sizeof(text));
	text[LIMIT_MESSAGE_BYTES + 1] = '\0';
	put_hello(&stream);
	put_words(&stream, 0, text);
	put_bye(&stream, 0);
	cr_assert_not_null(read_stream());

	stream.length = 0;
	put_hello(&stream);
	put_words(&stream, 0, "\033[2J");
	put_bye(&stream, 0);
	cr_assert_not_null(read_stream());

	stream.length = 0;
	put_hello(&stream);
	put_words(&stream, CLAIMS, "no such claim");
	put_bye(&stream, 0);
	cr_assert_not_null(read_stream());
}

Test(verdict, any_flipped_bit_is_refused_or_harmless, .timeout = 120)
{
	put_all(&stream, CLAIMS);
	for (size_t bit = 0; bit < 8 * stream.length; bit++) {
		stream.octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
		if (read_stream() == NULL) {
			for (int i = 0; i < CLAIMS; i++) {
				cr_assert_lt(rows[i].verdict, N_VERDICTS);
			}
		}
		stream.octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}

Test(verdict, the_longest_stream_is_not_longer_than_allowed)
{
	char text[LIMIT_MESSAGE_BYTES + 1];

	memset(text, 'a', LIMIT_MESSAGE_BYTES);
	text[LIMIT_MESSAGE_BYTES] = '\0';
	put_hello(&stream);
	for (int i = 0; i < LIMIT_CANARIES; i++) {
		put_canary(&stream, CANARY_BEFORE);
	}
	put_reading(&stream);
	for (uint32_t i = 0; i < CLAIMS; i++) {
		put_secure(&stream, i, 1);
	}
	for (size_t left = LIMIT_WORDS_PER_WORKER; left > 0; left--) {
		if (stream.length + 2048 < STREAM_MAX) {
			put_words(&stream, 0, text);
		}
	}
	put_bye(&stream, CLAIMS);
	cr_assert_null(read_stream());
	cr_assert_leq(stream.length, verdicts_max_octets(CLAIMS));
	cr_assert_gt(verdicts_max_octets(UINT32_MAX), UINT32_MAX);
}
