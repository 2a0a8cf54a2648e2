/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read.c -- libldns reads, record by record; what it read is taken from it in
 * wire form at once.  Whether a text is a zone is for ldns to say: nothing
 * here looks at it, but to explain why ldns stopped.
 */
#include "ldns/read.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/die.h"

/* ldns takes a default TTL of 0 for none, and 3600 instead; this stands for 0
 * on the way through. */
#define TTL_ZERO UINT32_MAX

/* What ldns carries from record to record. */
struct reader {
	struct zone *zone;
	ldns_rdf *origin;
	ldns_rdf *previous;
	ldns_buffer *wire;
	uint32_t ttl;      /* for records that state none */
	bool ttl_is_fixed; /* by $TTL */
};

static ldns_status
keep(struct reader *reader, ldns_rr *rr)
{
	ldns_status status;

	if (ldns_rr_ttl(rr) == TTL_ZERO) {
		ldns_rr_set_ttl(rr, 0);
	}
	ldns_buffer_clear(reader->wire);
	status = ldns_rr2buffer_wire(reader->wire, rr, LDNS_SECTION_ANSWER);
	if (status != LDNS_STATUS_OK) {
		return status;
	}
	/* RFC 1035 5.1: an omitted TTL is the last one that was stated,
	 * RFC 2308 4: unless $TTL gives one. */
	if (!reader->ttl_is_fixed) {
		reader->ttl = ldns_rr_ttl(rr);
	}
	return zone_add(reader->zone, ldns_buffer_begin(reader->wire),
	           ldns_buffer_position(reader->wire))
	           ? LDNS_STATUS_OK
	           : LDNS_STATUS_WIRE_RDATA_ERR;
}

static ldns_status
read_entry(struct reader *reader, FILE *file, int *line)
{
	ldns_rr *rr = NULL;
	uint32_t ttl = reader->ttl == 0 ? TTL_ZERO : reader->ttl;
	ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl,
	    &reader->origin, &reader->previous, line);

	if (status == LDNS_STATUS_OK) {
		status = keep(reader, rr);
		ldns_rr_free(rr);
	} else if (status == LDNS_STATUS_SYNTAX_TTL) {
		reader->ttl_is_fixed = true;
		reader->ttl = ttl;
		status = LDNS_STATUS_OK;
	} else if (status == LDNS_STATUS_SYNTAX_ORIGIN ||
	           status == LDNS_STATUS_SYNTAX_EMPTY) {
		status = LDNS_STATUS_OK;
	}
	return status;
}

struct read_end
read_text(FILE *file, const char *origin, struct zone *zone)
{
	struct reader reader = {
	    .zone = zone,
	    .origin = ldns_dname_new_frm_str(origin),
	    .wire = ldns_buffer_new(LDNS_MAX_PACKETLEN),
	};
	struct read_end end = {.status = LDNS_STATUS_OK};
	uint64_t line_base = 1;
	int line = 0; /* ldns counts newlines, in an int */

	if (reader.origin == NULL || reader.wire == NULL) {
		die("ldns: no memory, or %s is no name", origin);
	}
	while (end.status == LDNS_STATUS_OK && !feof(file)) {
		line_base += (uint64_t)line;
		line = 0;
		end.line = line_base;
		end.status = read_entry(&reader, file, &line);
	}
	if (ferror(file)) {
		die("cannot read the text");
	}
	ldns_rdf_deep_free(reader.origin);
	ldns_rdf_deep_free(reader.previous);
	ldns_buffer_free(reader.wire);
	return end;
}

/* ---- why it stopped ---- */

static bool
is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '(' ||
	       character == ')';
}

static bool
is_end(char character)
{
	return character == '\n' || character == '\r' || character == ';' ||
	       character == '\0';
}

/* Copies the next word of TEXT from *AT to WORD; returns false if the line
 * has no more. */
static bool
next_word(const char *text, size_t length, size_t *at, char word[16])
{
	size_t i = *at, n = 0;

	while (i < length && is_blank(text[i])) {
		i++;
	}
	if (i == length || is_end(text[i])) {
		return false;
	}
	for (; i < length && !is_blank(text[i]) && !is_end(text[i]); i++) {
		if (n < 15) {
			word[n++] = text[i];
		}
	}
	word[n] = '\0';
	*at = i;
	return true;
}

size_t
read_skip_comments(const char *text, size_t length, uint64_t *line)
{
	size_t begin = 0;

	for (;;) {
		size_t at = begin;

		while (at < length && (text[at] == ' ' || text[at] == '\t')) {
			at++;
		}
		if (at == length || !is_end(text[at])) {
			return begin;
		}
		const char *newline = memchr(text + at, '\n', length - at);

		if (newline == NULL) {
			return begin;
		}
		begin = (size_t)(newline - text) + 1;
		(*line)++;
	}
}

bool
read_type_is_unknown(const char *text, size_t length)
{
	char word[16];
	size_t at = 0;

	if (length == 0 || is_end(text[0]) || text[0] == '$') {
		return false;
	}
	if (!is_blank(text[0]) && !next_word(text, length, &at, word)) {
		return false;
	}
	/* After the owner TTL and class, in any order, either or both left
	 * out; then the type. */
	while (next_word(text, length, &at, word)) {
		if (!isdigit((unsigned char)word[0]) &&
		    ldns_get_rr_class_by_name(word) == 0) {
			return ldns_get_rr_type_by_name(word) == 0;
		}
	}
	return false;
}
