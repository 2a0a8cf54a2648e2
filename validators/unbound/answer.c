/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * answer.c -- takes a DNS message apart (RFC 1035 4) and compares one RRset in
 * it with the claimed one, octet by octet.
 *
 * Owner names, and names inside the RDATA of types that may be compressed
 * (RFC 3597 4), are compared without case: a compressed name takes the case
 * of the one it points to.  TTLs are not compared: they count down.
 */
#include "unbound/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "contract/limits.h"
#include "contract/name.h"

#define HEADER_OCTETS 12

struct reader {
	struct span message;
	size_t at;
};

struct section_row {
	uint8_t owner[LIMIT_NAME_OCTETS];
	uint16_t type;
	uint16_t class_;
	size_t rdata; /* where it begins in the message */
	size_t rdata_length;
};

static bool
take_u16(struct reader *reader, uint16_t *value)
{
	if (reader->message.length - reader->at < 2) {
		return false;
	}
	const uint8_t *at = reader->message.at + reader->at;

	*value = (uint16_t)(at[0] << 8 | at[1]);
	reader->at += 2;
	return true;
}

/*
 * Copies the name at *AT to NAME in lower case, following pointers, which must
 * point back (RFC 1035 4.1.4): each before the labels it is read from.  Moves
 * *AT past the name; returns its length, or 0 if it is none.
 */
static size_t
take_name(struct span message, size_t *at, uint8_t name[LIMIT_NAME_OCTETS])
{
	size_t here = *at, before = *at, length = 0;
	bool jumped = false;

	while (here < message.length) {
		size_t label = message.at[here];

		if (label >= 0xC0) {
			if (message.length - here < 2) {
				return 0;
			}
			size_t target =
			    (label & 0x3F) << 8 | message.at[here + 1];

			if (target >= before) {
				return 0;
			}
			if (!jumped) {
				*at = here + 2;
			}
			jumped = true;
			here = before = target;
			continue;
		}
		if (label > 63 || message.length - here < 1 + label ||
		    LIMIT_NAME_OCTETS - length < 1 + label) {
			return 0;
		}
		memcpy(name + length, message.at + here, 1 + label);
		length += 1 + label;
		here += 1 + label;
		if (label == 0) {
			if (!jumped) {
				*at = here;
			}
			uint8_t cased[LIMIT_NAME_OCTETS];

			memcpy(cased, name, length);
			return name_to_lower(cased, name);
		}
	}
	return 0;
}

static bool
take_record(struct reader *reader, struct section_row *row)
{
	uint16_t length;

	if (take_name(reader->message, &reader->at, row->owner) == 0 ||
	    !take_u16(reader, &row->type) || !take_u16(reader, &row->class_) ||
	    reader->message.length - reader->at < 4) {
		return false;
	}
	reader->at += 4; /* TTL */
	if (!take_u16(reader, &length) ||
	    reader->message.length - reader->at < length) {
		return false;
	}
	row->rdata = reader->at;
	row->rdata_length = length;
	reader->at += length;
	return true;
}

/*
 * Where names stand in the RDATA of the types whose names may come compressed:
 * 'n' a name, a digit so many octets.  NULL: the octets are all there is.
 */
static const char *
layout(uint16_t type)
{
	switch (type) {
	case 2:  /* NS */
	case 3:  /* MD */
	case 4:  /* MF */
	case 5:  /* CNAME */
	case 7:  /* MB */
	case 8:  /* MG */
	case 9:  /* MR */
	case 12: /* PTR */
		return "n";
	case 6:  /* SOA */
	case 14: /* MINFO */
		return "nn";
	case 15: /* MX */
		return "2n";
	default:
		return NULL;
	}
}

/*
 * Writes LENGTH octets of RDATA at AT of MESSAGE to OUT, which has room for
 * LIMIT_RDATA_OCTETS, with names whole and in lower case.  Returns the length,
 * or SIZE_MAX if it is no RDATA of TYPE.
 */
static size_t
plain_rdata(struct span message, size_t at, size_t length, uint16_t type,
    uint8_t *out)
{
	const char *part = layout(type);
	size_t end = at + length, written = 0;

	/* What follows the RDATA is none of its business. */
	message.length = end;
	for (; part != NULL && *part != '\0'; part++) {
		size_t n;

		if (*part == 'n') {
			uint8_t name[LIMIT_NAME_OCTETS];

			n = take_name(message, &at, name);
			if (n == 0 || LIMIT_RDATA_OCTETS - written < n) {
				return SIZE_MAX;
			}
			memcpy(out + written, name, n);
		} else {
			n = (size_t)(*part - '0');
			if (end - at < n || LIMIT_RDATA_OCTETS - written < n) {
				return SIZE_MAX;
			}
			memcpy(out + written, message.at + at, n);
			at += n;
		}
		written += n;
	}
	if (LIMIT_RDATA_OCTETS - written < end - at) {
		return SIZE_MAX;
	}
	memcpy(out + written, message.at + at, end - at);
	return written + (end - at);
}

static bool
same_rdata(struct span message, const struct section_row *row,
    struct span rdata)
{
	/* Equal octets without a name among them need no other form. */
	if (layout(row->type) == NULL) {
		return row->rdata_length == rdata.length &&
		       memcmp(message.at + row->rdata, rdata.at,
		           rdata.length) == 0;
	}
	static uint8_t a[LIMIT_RDATA_OCTETS], b[LIMIT_RDATA_OCTETS];
	size_t n_a =
	    plain_rdata(message, row->rdata, row->rdata_length, row->type, a);
	size_t n_b = plain_rdata(rdata, 0, rdata.length, row->type, b);

	return n_a != SIZE_MAX && n_a == n_b && memcmp(a, b, n_a) == 0;
}

/* Which records of a section were found among the wanted ones. */
struct tick {
	const struct answer_wanted *wanted;
	bool *seen;
	size_t
	    next; /* where the last search ended: libunbound keeps the order */
	size_t n_rrsigs;
};

/* The same RDATA twice is one record (RFC 2181 5): in the sorted index the
 * second stands beside the first, and the answer holds one of them. */
static bool
tick_rdata(struct tick *tick, struct span message,
    const struct section_row *row)
{
	const struct answer_wanted *wanted = tick->wanted;
	size_t n = wanted->n_rdata, k = tick->next % n;

	for (size_t i = 0; !same_rdata(message, row, wanted->rdata[k]); i++) {
		if (i == n) {
			return false;
		}
		k = (k + 1) % n;
	}
	do {
		tick->seen[k++] = true;
	} while (k < n && same_rdata(message, row, wanted->rdata[k]));
	tick->next = k;
	return true;
}

static bool
tick_rrsig(struct tick *tick, struct span message,
    const struct section_row *row)
{
	if (++tick->n_rrsigs > tick->wanted->n_rrsigs) {
		return false;
	}
	for (size_t i = 0; i < tick->wanted->n_rrsigs; i++) {
		if (same_rdata(message, row, tick->wanted->rrsigs[i])) {
			return true;
		}
	}
	return false;
}

/* Of a record in the section that holds the wanted RRset. */
static bool
tick_record(struct tick *tick, struct span message,
    const struct section_row *row, const uint8_t *name)
{
	const struct answer_wanted *wanted = tick->wanted;
	bool here =
	    name_compare(row->owner, name) == 0 && row->class_ == CLASS_IN;

	if (here && row->type == wanted->type) {
		return tick_rdata(tick, message, row);
	}
	if (here && row->type == TYPE_RRSIG && row->rdata_length >= 2 &&
	    (message.at[row->rdata] << 8 | message.at[row->rdata + 1]) ==
	        wanted->type) {
		return tick_rrsig(tick, message, row);
	}
	/* Beside a NODATA's NSEC stands the SOA. */
	return wanted->qtype != wanted->type;
}

static bool
take_question(struct reader *reader, const struct answer_wanted *wanted,
    const uint8_t *name)
{
	uint8_t asked[LIMIT_NAME_OCTETS];
	uint16_t type, class_;

	return take_name(reader->message, &reader->at, asked) != 0 &&
	       take_u16(reader, &type) && take_u16(reader, &class_) &&
	       name_compare(asked, name) == 0 && type == wanted->qtype &&
	       class_ == CLASS_IN;
}

/* Reads the counts of the header into COUNTS; false unless it is a whole
 * response with RCODE 0 to one question. */
static bool
take_header(struct reader *reader, uint16_t counts[4])
{
	uint16_t flags;

	if (reader->message.length < HEADER_OCTETS) {
		return false;
	}
	reader->at = 2; /* the identifier is libunbound's own */
	if (!take_u16(reader, &flags)) {
		return false;
	}
	for (unsigned i = 0; i < 4; i++) {
		if (!take_u16(reader, &counts[i])) {
			return false;
		}
	}
	/* QR, OPCODE, TC, RCODE: RFC 1035 4.1.1 */
	return (flags & 0xFA0F) == 0x8000 && counts[0] == 1;
}

static bool
tick_sections(struct reader *reader, struct tick *tick, const uint8_t *name)
{
	const struct answer_wanted *wanted = tick->wanted;
	unsigned holding = wanted->qtype == wanted->type ? 1 : 2;
	uint16_t counts[4];

	if (!take_header(reader, counts) ||
	    !take_question(reader, wanted, name) ||
	    (holding == 2 && counts[1] != 0)) {
		return false;
	}
	for (unsigned section = 1; section < 4; section++) {
		for (unsigned i = 0; i < counts[section]; i++) {
			struct section_row row;

			if (!take_record(reader, &row) ||
			    (section == holding &&
			        !tick_record(tick, reader->message, &row,
			            name))) {
				return false;
			}
		}
	}
	return reader->at == reader->message.length;
}

bool
answer_holds(struct span message, const struct answer_wanted *wanted)
{
	struct reader reader = {.message = message};
	struct tick tick = {.wanted = wanted};
	uint8_t name[LIMIT_NAME_OCTETS];

	if (wanted->n_rdata == 0 || message.length > UINT16_MAX) {
		return false;
	}
	name_to_lower(wanted->name, name);
	tick.seen = xcalloc(wanted->n_rdata, sizeof(*tick.seen));
	bool holds = tick_sections(&reader, &tick, name) && tick.n_rrsigs > 0;

	for (size_t i = 0; i < wanted->n_rdata; i++) {
		holds = holds && tick.seen[i];
	}
	free(tick.seen);
	return holds;
}
