/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "probe/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What passes undivided nearly everywhere (the value of DNS Flag Day 2020). */
#define UDP_SIZE 1232
#define HEADER_SIZE 12

bool
question_make(const ldns_rdf *zone, uint16_t id, uint8_t **wire, size_t *length)
{
	ldns_rdf *name = ldns_rdf_clone(zone);
	ldns_pkt *question = name == NULL
	                         ? NULL
	                         : ldns_pkt_query_new(name, LDNS_RR_TYPE_SOA,
	                               LDNS_RR_CLASS_IN, 0);

	if (question == NULL) {
		ldns_rdf_deep_free(name);
		return false;
	}
	ldns_pkt_set_id(question, id);
	ldns_pkt_set_edns_udp_size(question, UDP_SIZE);
	ldns_pkt_set_edns_do(question, true);
	bool made = ldns_pkt2wire(wire, question, length) == LDNS_STATUS_OK;

	ldns_pkt_free(question);
	return made;
}

static void
say(struct answer *answer, enum answer_kind kind, const char *why)
{
	answer->kind = kind;
	snprintf(answer->why, sizeof(answer->why), "%s", why);
}

/* The twelve bits of RFC 6891 6.1.3, as a word. */
static unsigned
take_rcode(const ldns_pkt *packet, struct answer *answer)
{
	unsigned rcode = (unsigned)ldns_pkt_get_rcode(packet);

	if (ldns_pkt_edns(packet)) {
		rcode |= (unsigned)ldns_pkt_edns_extended_rcode(packet) << 4;
	}
	char *word =
	    rcode < 16 ? ldns_pkt_rcode2str((ldns_pkt_rcode)rcode) : NULL;

	if (word != NULL) {
		snprintf(answer->rcode, sizeof(answer->rcode), "%s", word);
	} else {
		snprintf(answer->rcode, sizeof(answer->rcode), "RCODE%u",
		    rcode);
	}
	free(word);
	return rcode;
}

/* What is not the answer to our question may come from anybody. */
static bool
fits_question(const ldns_pkt *packet, const ldns_rdf *zone)
{
	const ldns_rr_list *questions = ldns_pkt_question(packet);

	if (ldns_pkt_get_opcode(packet) != LDNS_PACKET_QUERY ||
	    ldns_rr_list_rr_count(questions) != 1) {
		return false;
	}
	const ldns_rr *rr = ldns_rr_list_rr(questions, 0);

	return ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA &&
	       ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
	       ldns_dname_compare(ldns_rr_owner(rr), zone) == 0;
}

/* Counts the zone's SOAs, and keeps the serial. */
static unsigned
take_soa(const ldns_pkt *packet, const ldns_rdf *zone, struct answer *answer)
{
	const ldns_rr_list *rrs = ldns_pkt_answer(packet);
	unsigned n_soa = 0;

	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(rrs, i);

		if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN ||
		    ldns_dname_compare(ldns_rr_owner(rr), zone) != 0) {
			continue;
		}
		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA &&
		    ldns_rr_rd_count(rr) == 7) {
			answer->serial =
			    ldns_rdf2native_int32(ldns_rr_rdf(rr, 2));
			n_soa++;
		}
		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_RRSIG &&
		    ldns_rr_rrsig_typecovered(rr) != NULL &&
		    ldns_rdf2rr_type(ldns_rr_rrsig_typecovered(rr)) ==
		        LDNS_RR_TYPE_SOA) {
			answer->is_signed = true;
		}
	}
	return n_soa;
}

static void
judge(const ldns_pkt *packet, const ldns_rdf *zone, struct answer *answer)
{
	unsigned rcode = take_rcode(packet, answer);

	answer->aa = ldns_pkt_aa(packet);
	/* Some repeat no question in an error (FORMERR for one). */
	if (!fits_question(packet, zone) &&
	    (rcode == 0 ||
	        ldns_rr_list_rr_count(ldns_pkt_question(packet)) != 0)) {
		say(answer, ANSWER_NONE, "an answer to another question");
	} else if (ldns_pkt_tc(packet)) {
		say(answer, ANSWER_TRUNCATED, "the answer is truncated");
	} else if (rcode != 0) {
		snprintf(answer->why, sizeof(answer->why),
		    "the nameserver answers %s", answer->rcode);
		answer->kind = ANSWER_REFUSED;
	} else if (take_soa(packet, zone, answer) != 1) {
		say(answer, ANSWER_REFUSED,
		    "the answer does not hold one SOA of the zone");
	} else if (!answer->aa) {
		say(answer, ANSWER_REFUSED,
		    "the nameserver has no authority for the zone");
	} else {
		answer->kind = ANSWER_SERIAL;
	}
}

void
answer_read(const uint8_t *wire, size_t length, const ldns_rdf *zone,
    uint16_t id, struct answer *answer)
{
	ldns_pkt *packet = NULL;

	*answer = (struct answer){0};
	if (length < HEADER_SIZE || !LDNS_QR_WIRE(wire) ||
	    LDNS_ID_WIRE(wire) != id) {
		say(answer, ANSWER_NONE, "octets that are no answer to it");
	} else if (LDNS_TC_WIRE(wire)) {
		/* What is left of it need not be whole. */
		say(answer, ANSWER_TRUNCATED, "the answer is truncated");
	} else if (ldns_wire2pkt(&packet, wire, length) != LDNS_STATUS_OK) {
		say(answer, ANSWER_NONE, "a message that cannot be read");
	} else {
		judge(packet, zone, answer);
	}
	ldns_pkt_free(packet);
}
