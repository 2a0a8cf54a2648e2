/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read.h -- zone text through libldns' own reader into a struct zone.
 */
#pragma once

#include <ldns/ldns.h>
#include <stdint.h>
#include <stdio.h>

#include "ldns/zone_records.h"

/* How far reading came. */
struct read_end {
	ldns_status status; /* LDNS_STATUS_OK: to the end of the text */
	uint64_t line;      /* where the record that stopped it begins, or the
	                       blank lines and comments before it */
};

/*
 * Reads the whole of FILE; relative names are taken below ORIGIN, presentation
 * form.  Stops at the first thing that ldns does not take, $INCLUDE among
 * them.  The zone is not sealed.
 */
struct read_end read_text(FILE *file, const char *origin, struct zone *zone);

/* Returns where in LENGTH octets of TEXT the first line is that is neither
 * blank nor a comment, and adds the lines before it to *LINE. */
size_t read_skip_comments(const char *text, size_t length, uint64_t *line);

/*
 * True if the record that begins at LENGTH octets of TEXT has a type that
 * ldns does not know: then it is this reader that is old, not the zone that
 * is wrong.
 */
bool read_type_is_unknown(const char *text, size_t length);
