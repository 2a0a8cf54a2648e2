/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "probe/answer.h"

#define ID 0x1234

static ldns_rdf *zone;
static ldns_pkt *packet;
static struct answer answer;

static ldns_rr *
record(const char *text)
{
	ldns_rr *rr = NULL;

	cr_assert_eq(ldns_rr_new_frm_str(&rr, text, 3600, NULL, NULL),
	    LDNS_STATUS_OK, "%s", text);
	return rr;
}

#define SOA "example. 3600 IN SOA ns.example. h.example. 4000000001 1 1 1 1"
#define RRSIG                                                                  \
	"example. 3600 IN RRSIG SOA 13 1 3600 20300101000000 20200101000000 "  \
	"7 "                                                                   \
	"example. AAAA"

/* A good answer, without its signature. */
static void
begin(void)
{
	zone = ldns_dname_new_frm_str("Example.");
	packet = ldns_pkt_query_new(ldns_dname_new_frm_str("example."),
	    LDNS_RR_TYPE_SOA, LDNS_RR_CLASS_IN, 0);
	ldns_pkt_set_id(packet, ID);
	ldns_pkt_set_qr(packet, true);
	ldns_pkt_set_aa(packet, true);
	ldns_pkt_push_rr(packet, LDNS_SECTION_ANSWER, record(SOA));
}

static void
end(void)
{
	ldns_pkt_free(packet);
	ldns_rdf_deep_free(zone);
}

TestSuite(answer, .init = begin, .fini = end);

static enum answer_kind
read_it(void)
{
	uint8_t *wire;
	size_t length;

	cr_assert_eq(ldns_pkt2wire(&wire, packet, &length), LDNS_STATUS_OK);
	answer_read(wire, length, zone, ID, &answer);
	free(wire);
	return answer.kind;
}

Test(answer, the_serial_is_read)
{
	cr_assert_eq(read_it(), ANSWER_SERIAL);
	cr_assert_eq(answer.serial, 4000000001);
	cr_assert(answer.aa);
	cr_assert_not(answer.is_signed);
	cr_assert_str_eq(answer.rcode, "NOERROR");
}

Test(answer, a_signature_of_the_SOA_is_seen)
{
	ldns_pkt_push_rr(packet, LDNS_SECTION_ANSWER, record(RRSIG));
	cr_assert_eq(read_it(), ANSWER_SERIAL);
	cr_assert(answer.is_signed);
}

Test(answer, a_zeroed_one_is_none)
{
	struct answer zeroed = {0};

	cr_assert_eq(zeroed.kind, ANSWER_NONE);
}

Test(answer, what_is_not_ours_is_none)
{
	ldns_pkt_set_id(packet, ID + 1);
	cr_assert_eq(read_it(), ANSWER_NONE);
	ldns_pkt_set_id(packet, ID);
	ldns_pkt_set_qr(packet, false);
	cr_assert_eq(read_it(), ANSWER_NONE);
	ldns_pkt_set_qr(packet, true);
	ldns_pkt_set_opcode(packet, LDNS_PACKET_NOTIFY);
	cr_assert_eq(read_it(), ANSWER_NONE);
	ldns_pkt_set_opcode(packet, LDNS_PACKET_QUERY);
	cr_assert_eq(read_it(), ANSWER_SERIAL);
	ldns_rr_set_type(ldns_rr_list_rr(ldns_pkt_question(packet), 0),
	    LDNS_RR_TYPE_NS);
	cr_assert_eq(read_it(), ANSWER_NONE);
}

Test(answer, a_truncated_one_is_asked_for_again)
{
	ldns_pkt_set_tc(packet, true);
	cr_assert_eq(read_it(), ANSWER_TRUNCATED);
}

Test(answer, without_authority_it_is_a_refusal)
{
	ldns_pkt_set_aa(packet, false);
	cr_assert_eq(read_it(), ANSWER_REFUSED);
}

Test(answer, an_error_is_a_refusal_whatever_comes_with_it)
{
	ldns_pkt_set_rcode(packet, LDNS_RCODE_SERVFAIL);
	cr_assert_eq(read_it(), ANSWER_REFUSED);
	cr_assert_str_eq(answer.rcode, "SERVFAIL");
}

/* RFC 6891 6.1.3: the upper eight bits are in the OPT record. */
Test(answer, an_extended_error_is_a_refusal)
{
	ldns_pkt_set_edns_udp_size(packet, 1232);
	ldns_pkt_set_edns_extended_rcode(packet, 1);
	cr_assert_eq(read_it(), ANSWER_REFUSED);
	cr_assert_str_eq(answer.rcode, "RCODE16");
}

Test(answer, two_SOAs_are_a_refusal)
{
	ldns_pkt_push_rr(packet, LDNS_SECTION_ANSWER,
	    record("example. 1 IN SOA ns.example. h.example. 7 1 1 1 1"));
	cr_assert_eq(read_it(), ANSWER_REFUSED);
}

Test(answer, no_part_of_one_is_read_past_its_end)
{
	uint8_t *wire;
	size_t length;

	ldns_pkt_push_rr(packet, LDNS_SECTION_ANSWER, record(RRSIG));
	cr_assert_eq(ldns_pkt2wire(&wire, packet, &length), LDNS_STATUS_OK);
	for (size_t i = 0; i < length; i++) {
		uint8_t *part = malloc(i == 0 ? 1 : i);

		memcpy(part, wire, i);
		answer_read(part, i, zone, ID, &answer);
		cr_assert_neq(answer.kind, ANSWER_SERIAL, "%zu", i);
		free(part);
	}
	free(wire);
}

Test(answer, the_question_is_as_it_should_be)
{
	uint8_t *wire;
	size_t length;
	ldns_pkt *question;

	cr_assert(question_make(zone, ID, &wire, &length));
	cr_assert_eq(ldns_wire2pkt(&question, wire, length), LDNS_STATUS_OK);
	cr_assert_eq(ldns_pkt_id(question), ID);
	cr_assert_not(ldns_pkt_rd(question));
	cr_assert_not(ldns_pkt_qr(question));
	cr_assert(ldns_pkt_edns_do(question));
	answer_read(wire, length, zone, ID, &answer);
	cr_assert_eq(answer.kind, ANSWER_NONE);
	ldns_pkt_free(question);
	free(wire);
}
