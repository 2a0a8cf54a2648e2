/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * anchors.c -- the operator's anchor file, and the serial of the previous
 * release: zone texts of which little is wanted.
 */
#include <libzscanner/error.h>
#include <libzscanner/scanner.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "survey/ds_set.h"
#include "survey/rdata.h"
#include "survey/steps.h"

enum { SOA_TAIL = 20 }; /* RFC 1035 3.3.13: serial and four times */

static zs_scanner_t *
start_scanner(const char *origin, const char *text, size_t size)
{
	zs_scanner_t *scanner = xmalloc(sizeof(*scanner));

	/* A TTL means nothing here and may be left out. */
	if (zs_init(scanner, origin, CLASS_IN, 0) != 0 ||
	    zs_set_input_string(scanner, text, size) != 0) {
		die("libzscanner does not start");
	}
	return scanner;
}

static void
free_scanner(zs_scanner_t *scanner)
{
	zs_deinit(scanner);
	free(scanner);
}

static bool
is_anchor_for(const zs_scanner_t *scanner, const uint8_t *zone)
{
	uint8_t owner[LIMIT_NAME_OCTETS];

	name_to_lower(scanner->r_owner, owner);
	return (scanner->r_type == TYPE_DS || scanner->r_type == TYPE_DNSKEY) &&
	       name_compare(owner, zone) == 0 &&
	       rdata_is_whole(scanner->r_type, scanner->r_data,
	           scanner->r_data_length);
}

/* One of the two files, and where its records go. */
struct anchor_file {
	const char *name;
	const uint8_t *zone;
	struct anchor *anchors;
	unsigned *n;
};

static void
add_anchor(struct survey *s, const struct anchor_file *file,
    const zs_scanner_t *scanner)
{
	size_t length = scanner->r_data_length;

	file->anchors[(*file->n)++] = anchor_of(scanner->r_type,
	    arena_copy(&s->arena, scanner->r_data, length), length);
}

static bool
refuse_anchors(struct survey *s, const struct anchor_file *file,
    const zs_scanner_t *scanner, const char *why)
{
	snprintf(s->operand_error, sizeof(s->operand_error),
	    "line %llu of the %s file: %s; it takes DS and DNSKEY records "
	    "in zone-file form",
	    (unsigned long long)scanner->line_counter, file->name, why);
	return false;
}

/* Takes what the scanner just read; returns false when that was the end. */
static bool
take_anchor(struct survey *s, const struct anchor_file *file,
    const zs_scanner_t *scanner)
{
	switch (scanner->state) {
	case ZS_STATE_DATA:
		if (!is_anchor_for(scanner, file->zone)) {
			return true;
		}
		if (*file->n == LIMIT_ANCHORS) {
			snprintf(s->operand_error, sizeof(s->operand_error),
			    "the %s file has more than %d records of the zone",
			    file->name, LIMIT_ANCHORS);
			return false;
		}
		add_anchor(s, file, scanner);
		return true;
	case ZS_STATE_ERROR:
		return refuse_anchors(s, file, scanner,
		    zs_strerror(scanner->error.code));
	case ZS_STATE_INCLUDE:
		return refuse_anchors(s, file, scanner,
		    "$INCLUDE is not followed");
	case ZS_STATE_NONE:
	case ZS_STATE_EOF:
	case ZS_STATE_STOP:
		break;
	}
	return false;
}

static void
read_file(struct survey *s, const struct anchor_file *file, const char *text,
    size_t size)
{
	zs_scanner_t *scanner = start_scanner(".", text, size);

	while (zs_parse_record(scanner) == 0 && take_anchor(s, file, scanner)) {
		;
	}
	free_scanner(scanner);
}

void
anchors_read(struct survey *s, const char *text, size_t size,
    const uint8_t *zone)
{
	const struct anchor_file file = {
	    "anchor", zone, s->anchors, &s->n_anchors};

	read_file(s, &file, text, size);
}

void
incoming_read(struct survey *s, const char *text, size_t size,
    const uint8_t *zone)
{
	const struct anchor_file file = {
	    "incoming anchor", zone, s->incoming, &s->n_incoming};

	read_file(s, &file, text, size);
}

/* The previous release was judged when it was released, by the rules of its
 * day: what cannot be read any more is passed over. */
void
previous_read(struct survey *s, const char *text, size_t size)
{
	const char *origin = s->job->zone[0] == '\0' ? "." : s->job->zone;
	zs_scanner_t *scanner = start_scanner(origin, text, size);

	while (!s->has_previous_serial && zs_parse_record(scanner) == 0 &&
	       scanner->state != ZS_STATE_EOF) {
		uint32_t length = scanner->r_data_length;

		if (scanner->state != ZS_STATE_DATA ||
		    scanner->r_type != TYPE_SOA ||
		    !rdata_is_whole(TYPE_SOA, scanner->r_data, length)) {
			continue;
		}
		const uint8_t *serial = scanner->r_data + length - SOA_TAIL;

		s->previous_serial = (uint32_t)serial[0] << 24 |
		                     (uint32_t)serial[1] << 16 |
		                     (uint32_t)serial[2] << 8 | serial[3];
		s->has_previous_serial = true;
	}
	free_scanner(scanner);
	if (!s->has_previous_serial) {
		snprintf(s->operand_error, sizeof(s->operand_error),
		    "the previous release has no SOA record");
	}
}
