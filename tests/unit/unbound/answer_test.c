/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages are put together octet by octet; one thing is wrong with each.
 */
#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

#include "unbound/answer.h"

static const uint8_t OWNER[] = "\1a\4test"; /* with its root label */

struct message {
	uint8_t octets[2048];
	size_t length;
};

static void
put(struct message *message, const void *octets, size_t length)
{
	cr_assert_leq(message->length + length, sizeof(message->octets));
	memcpy(message->octets + message->length, octets, length);
	message->length += length;
}

static void
put_u16(struct message *message, unsigned value)
{
	const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};

	put(message, octets, sizeof(octets));
}

/* A response to the question OWNER QTYPE, and its counts of records. */
static void
put_header(struct message *message, unsigned qtype, unsigned answers,
    unsigned authorities)
{
	memset(message, 0, sizeof(*message));
	put_u16(message, 0);
	put_u16(message, 0x8180);
	put_u16(message, 1);
	put_u16(message, answers);
	put_u16(message, authorities);
	put_u16(message, 0);
	put(message, OWNER, sizeof(OWNER));
	put_u16(message, qtype);
	put_u16(message, 1);
}

/* A record whose owner is the question's name, by a pointer. */
static void
put_record(struct message *message, unsigned type, const void *rdata,
    size_t length)
{
	put_u16(message, 0xC00C);
	put_u16(message, type);
	put_u16(message, 1);
	put(message, "\0\0\0\5", 4);
	put_u16(message, (unsigned)length);
	put(message, rdata, length);
}

enum { A = 1, NS = 2, SOA = 6, MX = 15, TXT = 16, RRSIG = 46, NSEC = 47 };

#define SIGNATURE_OF_A "\0\1\15\2 and so on"
#define SIGNATURE_OF_NSEC "\0\57\15\2 and so on"
#define SPAN(text)                                                             \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}

static const struct span addresses[] = {SPAN("\300\0\2\1"), SPAN("\300\0\2\2")};
static const struct span signature = SPAN(SIGNATURE_OF_A);

static struct answer_wanted
two_addresses(void)
{
	return (struct answer_wanted){
	    .name = OWNER,
	    .qtype = A,
	    .type = A,
	    .rdata = addresses,
	    .n_rdata = 2,
	    .rrsigs = &signature,
	    .n_rrsigs = 1,
	};
}

static void
put_two_addresses(struct message *message)
{
	put_header(message, A, 3, 0);
	put_record(message, A, "\300\0\2\2", 4);
	put_record(message, A, "\300\0\2\1", 4);
	put_record(message, RRSIG, SIGNATURE_OF_A, sizeof(SIGNATURE_OF_A) - 1);
}

static bool
holds(const struct message *message, struct answer_wanted wanted)
{
	/* In memory of its own, so that ASan sees a read past its end. */
	uint8_t *copy = malloc(message->length + 1);

	memcpy(copy, message->octets, message->length);
	bool answer =
	    answer_holds((struct span){copy, message->length}, &wanted);

	free(copy);
	return answer;
}

Test(answer, the_claimed_records_hold_in_any_order)
{
	struct message message;

	put_two_addresses(&message);
	cr_assert(holds(&message, two_addresses()));
}

Test(answer, nothing_wanted_does_not_hold)
{
	struct message message;
	struct answer_wanted wanted = two_addresses();

	put_header(&message, A, 0, 0);
	wanted.n_rdata = 0;
	cr_assert_not(holds(&message, wanted));
}

Test(answer, the_question_is_compared_without_case)
{
	struct message message;

	put_two_addresses(&message);
	message.octets[13] = 'A';
	cr_assert(holds(&message, two_addresses()));
	message.octets[13] = 'b';
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, every_shorter_message_is_refused)
{
	struct message message;

	put_two_addresses(&message);
	for (size_t length = message.length; length-- > 0;) {
		message.length = length;
		cr_assert_not(holds(&message, two_addresses()), "%zu octets",
		    length);
	}
}

Test(answer, an_octet_too_many_is_refused)
{
	struct message message;

	put_two_addresses(&message);
	put(&message, "", 1);
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, every_flipped_bit_but_ids_ttls_and_flags_is_noticed)
{
	/* Identifier; AA, RD of the flags, RA, Z, AD, CD; the case of letters;
	 * TTLs. */
	struct message message, flipped;
	unsigned passed = 0;

	put_two_addresses(&message);
	for (size_t bit = 0; bit < message.length * 8; bit++) {
		flipped = message;
		flipped.octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
		passed += holds(&flipped, two_addresses());
	}
	cr_assert_eq(passed, 16 + 2 + 4 + 5 + 3 * 32, "%u", passed);
}

Test(answer, only_a_whole_response_without_error_counts)
{
	static const uint16_t flags[] = {
	    0x0180, 0x8181, 0x8182, 0x8183, 0x8380, 0x8980};
	struct message message;

	put_two_addresses(&message);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		message.octets[2] = (uint8_t)(flags[i] >> 8);
		message.octets[3] = (uint8_t)flags[i];
		cr_assert_not(holds(&message, two_addresses()), "%x", flags[i]);
	}
}

Test(answer, a_missing_record_is_noticed)
{
	struct message message;

	put_header(&message, A, 2, 0);
	put_record(&message, A, "\300\0\2\2", 4);
	put_record(&message, RRSIG, SIGNATURE_OF_A, sizeof(SIGNATURE_OF_A) - 1);
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, a_record_too_many_is_noticed)
{
	struct message message;

	put_two_addresses(&message);
	message.octets[7] = 4;
	put_record(&message, A, "\300\0\2\3", 4);
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, a_record_that_stands_twice_in_the_zone_may_come_once)
{
	static const struct span doubled[] = {
	    SPAN("\300\0\2\1"), SPAN("\300\0\2\1"), SPAN("\300\0\2\2")};
	struct message message;
	struct answer_wanted wanted = two_addresses();

	wanted.rdata = doubled;
	wanted.n_rdata = 3;
	put_two_addresses(&message);
	cr_assert(holds(&message, wanted));
}

Test(answer, the_signature_must_be_there)
{
	struct message message;

	put_header(&message, A, 2, 0);
	put_record(&message, A, "\300\0\2\1", 4);
	put_record(&message, A, "\300\0\2\2", 4);
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, the_signature_must_be_the_claimed_one)
{
	struct message message;

	put_header(&message, A, 3, 0);
	put_record(&message, A, "\300\0\2\1", 4);
	put_record(&message, A, "\300\0\2\2", 4);
	put_record(&message, RRSIG, "\0\1\15\2 and so off", 15);
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, a_second_signature_is_noticed)
{
	struct message message;

	put_two_addresses(&message);
	message.octets[7] = 4;
	put_record(&message, RRSIG, SIGNATURE_OF_A, sizeof(SIGNATURE_OF_A) - 1);
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, a_cname_beside_the_answer_is_noticed)
{
	struct message message;

	put_two_addresses(&message);
	message.octets[7] = 4;
	put_record(&message, 5, OWNER, sizeof(OWNER));
	cr_assert_not(holds(&message, two_addresses()));
}

Test(answer, records_of_another_name_do_not_count)
{
	struct message message;

	put_two_addresses(&message);
	/* The first record's owner becomes the question's parent. */
	message.octets[12 + sizeof(OWNER) + 4 + 1] = 0x0E;
	cr_assert_not(holds(&message, two_addresses()));
}

/* ---- names that come compressed ---- */

Test(answer, a_name_in_rdata_may_come_compressed_and_in_another_case)
{
	static const struct span mx[] = {SPAN("\0\12\1m\1A\4Test\0")};
	static const struct span mx_signature = SPAN("\0\17\15\2 and so on");
	struct answer_wanted wanted = {
	    .name = OWNER,
	    .qtype = MX,
	    .type = MX,
	    .rdata = mx,
	    .n_rdata = 1,
	    .rrsigs = &mx_signature,
	    .n_rrsigs = 1,
	};
	struct message message;

	put_header(&message, MX, 2, 0);
	put_record(&message, MX, "\0\12\1M\300\14", 6);
	put_record(&message, RRSIG, mx_signature.at, mx_signature.length);
	cr_assert(holds(&message, wanted));

	put_header(&message, MX, 2, 0);
	put_record(&message, MX, "\0\13\1M\300\14", 6);
	put_record(&message, RRSIG, mx_signature.at, mx_signature.length);
	cr_assert_not(holds(&message, wanted));
}

Test(answer, an_unknown_type_is_compared_octet_by_octet)
{
	static const struct span text[] = {SPAN("\1m")};
	static const struct span text_signature = SPAN("\0\20\15\2 and so on");
	struct answer_wanted wanted = {
	    .name = OWNER,
	    .qtype = TXT,
	    .type = TXT,
	    .rdata = text,
	    .n_rdata = 1,
	    .rrsigs = &text_signature,
	    .n_rrsigs = 1,
	};
	struct message message;

	put_header(&message, TXT, 2, 0);
	put_record(&message, TXT, "\1M", 2);
	put_record(&message, RRSIG, text_signature.at, text_signature.length);
	cr_assert_not(holds(&message, wanted));
}

Test(answer, a_pointer_that_does_not_point_back_is_refused)
{
	static const uint8_t targets[] = {12, 13, 14, 100, 255};
	struct message message;

	for (size_t i = 0; i < sizeof(targets); i++) {
		put_two_addresses(&message);
		message.octets[12] = 0xC0;
		message.octets[13] = targets[i];
		cr_assert_not(holds(&message, two_addresses()));
	}
}

/* ---- NODATA ---- */

static const struct span next[] = {SPAN("\1b\4test\0\0\1\3")};
static const struct span next_signature = SPAN(SIGNATURE_OF_NSEC);

static struct answer_wanted
absent_type(void)
{
	return (struct answer_wanted){
	    .name = OWNER,
	    .qtype = 65399,
	    .type = NSEC,
	    .rdata = next,
	    .n_rdata = 1,
	    .rrsigs = &next_signature,
	    .n_rrsigs = 1,
	};
}

static void
put_nodata(struct message *message, unsigned answers, unsigned authorities)
{
	put_header(message, 65399, answers, authorities);
	put_record(message, SOA, "\0\0 and so on", 11);
	put_record(message, RRSIG, "\0\6 and so on", 11);
	put_record(message, NSEC, next[0].at, next[0].length);
	put_record(message, RRSIG, next_signature.at, next_signature.length);
}

Test(answer, the_nsec_of_a_nodata_is_in_the_authority_section)
{
	struct message message;

	put_nodata(&message, 0, 4);
	cr_assert(holds(&message, absent_type()));
}

Test(answer, a_nodata_has_no_answer)
{
	struct message message;

	put_nodata(&message, 4, 0);
	cr_assert_not(holds(&message, absent_type()));
	put_nodata(&message, 1, 3);
	cr_assert_not(holds(&message, absent_type()));
}

Test(answer, a_nodata_without_the_nsecs_signature_is_noticed)
{
	struct message message;

	put_header(&message, 65399, 0, 1);
	put_record(&message, NSEC, next[0].at, next[0].length);
	cr_assert_not(holds(&message, absent_type()));
}
