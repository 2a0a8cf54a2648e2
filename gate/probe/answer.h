/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer.h -- octets from the network as an answer to the one question that
 * zonegate-probe asks: a zone's SOA.
 */
#pragma once

#include <ldns/ldns.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_ERROR 128
#define ANSWER_WORD 24

enum answer_kind {
	ANSWER_NONE,      /* zero: not an answer to the question; `why' */
	ANSWER_TRUNCATED, /* it is, but is to be asked for over TCP */
	ANSWER_REFUSED,   /* it is, without the serial; `why' */
	ANSWER_SERIAL,    /* it is */
};

struct answer {
	enum answer_kind kind;
	uint32_t serial;
	bool aa;
	bool is_signed; /* an RRSIG covers the SOA */
	char rcode[ANSWER_WORD];
	char why[ANSWER_ERROR];
};

/*
 * Makes the question for ZONE's SOA, without recursion, with the DO bit: its
 * wire form in *WIRE, to be freed, *LENGTH octets, with message identifier ID.
 * False if that cannot be done.
 */
bool question_make(const ldns_rdf *zone, uint16_t id, uint8_t **wire,
    size_t *length);

/* What LENGTH octets of WIRE say to the question for ZONE's SOA with ID. */
void answer_read(const uint8_t *wire, size_t length, const ldns_rdf *zone,
    uint16_t id, struct answer *answer);
