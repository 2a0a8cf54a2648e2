/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer.h -- does a DNS message hold exactly the records that were claimed?
 *
 * libunbound says "secure" of whatever it answers with, and that may be other
 * records than were asked for (a cached CNAME's target, say).  So its word
 * counts only for a message that answer_holds() accepts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *at;
	size_t length;
};

/* What was asked and what the answer must be made of. */
struct answer_wanted {
	const uint8_t *name; /* the question's, wire form */
	uint16_t qtype;
	uint16_t type; /* of the RRset; not qtype: NODATA, looked for in the
	                  authority section at the same name */
	const struct span
	    *rdata; /* the RRset; the same RDATA may be repeated */
	size_t n_rdata;
	const struct span
	    *rrsigs;     /* RDATA of signatures that may come with it */
	size_t n_rrsigs; /* at least 1 of them must; if 1, exactly that one */
};

/*
 * True if MESSAGE is a well-formed response with RCODE 0 to that question,
 * and its section holds the wanted RRset, whole, with its signatures, and in
 * the answer section nothing else.
 */
bool answer_holds(struct span message, const struct answer_wanted *wanted);
