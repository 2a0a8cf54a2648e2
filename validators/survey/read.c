/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read.c -- zone text to records, with libzscanner.
 *
 * Everything that is an error to libzscanner, or that the three readers are
 * known to take differently, refuses the zone.
 */
#include <libzscanner/error.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/die.h"
#include "contract/fault.h"
#include "survey/others.h"
#include "survey/rdata.h"
#include "survey/reader.h"

/* RFC 2181 8: a TTL has 31 bits.  The scanner's default TTL is one that no
 * text can give: libzscanner takes it where a TTL is omitted and there was no
 * $TTL, other readers take the TTL before. */
enum { MAX_TTL = INT32_MAX };
#define TTL_OMITTED UINT32_MAX

/* The longest entry: RDATA written \DDD, and room for names and blanks. */
#define MAX_ENTRY ((size_t)1 << 20)

/* ---- one record ---- */

/*
 * Finds the record's entry in the text again, and moves the lexer to its end.
 * Most entries are one line, which needs no lexing.
 */
static bool
find_entry(struct reader *r, struct entry *entry)
{
	const zs_scanner_t *scanner = r->scanner;
	const char *at = reader_at(r);
	const char *start = r->lexer.at;

	if (!scanner->multiline && start < at && *start == '\n' &&
	    memchr(start + 1, '\n', (size_t)(at - start - 1)) == NULL) {
		r->lexer.line++;
		r->lexer.at = at;
		*entry = (struct entry){
		    .start = start + 1,
		    .end = at,
		    .line = r->lexer.line,
		};
		return true;
	}
	if (!entry_next(&r->lexer, entry)) {
		reader_refuse(r, r->lexer.line,
		    "the text ends in the middle of an entry");
		return false;
	}
	if (entry->has_odd_newline) {
		reader_refuse(r, entry->line,
		    "a quoted string or an escape runs over the line's end");
		return false;
	}
	if (entry->is_open) {
		reader_refuse(r, entry->line,
		    "a parenthesis or a quote is not closed");
		return false;
	}
	if (!scanner->multiline && entry->end != at) {
		reader_refuse(r, entry->line,
		    "where the entry ends is not the same to every reader");
		return false;
	}
	return true;
}

/* libzscanner splits a character-string of more than 255 octets, the others
 * refuse it (RFC 1035 3.3). */
static bool
has_long_string(const struct entry *entry)
{
	const char *cursor = entry->start;
	struct token token;
	bool is_long = false;

	while (entry_token(entry, &cursor, &token)) {
		if (token_is(&token, "\\#")) {
			return false;
		}
		is_long = is_long || token_octets(&token) > UINT8_MAX;
	}
	return is_long;
}

/* True if the text before AT says what relative names are relative to. */
static bool
has_origin_before(const struct reader *r, const char *at)
{
	const char *line = r->text;

	while (line < at) {
		const char *newline = memchr(line, '\n', (size_t)(at - line));

		if (strncasecmp(line, "$ORIGIN", 7) == 0) {
			return true;
		}
		line = newline == NULL ? at : newline + 1;
	}
	return false;
}

static bool
is_relative(const struct token *name)
{
	const char *last = name->at + name->length - 1;

	return *last != '.' || (name->length > 1 && last[-1] == '\\');
}

static void
note_soa(struct reader *r, const struct entry *entry, const uint8_t *owner)
{
	const char *cursor = entry->start;
	struct token token;

	if (r->soa_owner != NULL) {
		return;
	}
	r->soa_owner = owner;
	r->soa_line = entry->line;
	/* A blank owner is the one before. */
	r->soa_owner_is_relative =
	    r->s->job->zone[0] == '\0' && *entry->start != ' ' &&
	    *entry->start != '\t' && entry_token(entry, &cursor, &token) &&
	    is_relative(&token) && !has_origin_before(r, entry->start);
}

/* Returns the run that the record belongs to, perhaps a new one. */
static uint32_t
run_of(struct reader *r)
{
	struct raw_zone *raw = r->raw;
	const zs_scanner_t *scanner = r->scanner;
	size_t length = scanner->r_owner_length;
	uint8_t owner[LIMIT_NAME_OCTETS];

	if (length == r->owner_length && raw->n_runs > 0 &&
	    memcmp(scanner->r_owner, r->owner, length) == 0) {
		return (uint32_t)(raw->n_runs - 1);
	}
	memcpy(r->owner, scanner->r_owner, length);
	r->owner_length = length;
	name_to_lower(r->owner, owner);
	raw->runs = grow(raw->runs, raw->n_runs, &raw->runs_capacity,
	    UINT32_MAX - 1, sizeof(*raw->runs));
	raw->runs[raw->n_runs] = (struct raw_run){
	    .owner = arena_copy(&r->s->arena, owner, length),
	    .owner_length = (uint32_t)length,
	};
	return (uint32_t)raw->n_runs++;
}

/* Says what is wrong with the record, and returns false, or true. */
static bool
record_is_good(struct reader *r, const struct entry *entry)
{
	const zs_scanner_t *scanner = r->scanner;

	if (scanner->r_class != CLASS_IN) {
		reader_refuse_record(r, entry->line, "class %u",
		    scanner->r_class);
	} else if (scanner->r_ttl == TTL_OMITTED) {
		reader_refuse_record(r, entry->line,
		    "no TTL, and no $TTL before: readers take different ones");
	} else if (scanner->r_ttl > MAX_TTL) {
		reader_refuse_record(r, entry->line,
		    "TTL %u is greater than 2147483647 (RFC 2181 8)",
		    scanner->r_ttl);
	} else if ((size_t)(entry->end - entry->start) > MAX_ENTRY) {
		reader_refuse_record(r, entry->line,
		    "an entry of more than %zu octets", MAX_ENTRY);
	} else if (!rdata_is_whole(scanner->r_type, scanner->r_data,
	               scanner->r_data_length)) {
		reader_refuse_record(r, entry->line, "malformed RDATA");
	} else if (scanner->r_data_length > UINT8_MAX &&
	           rdata_is_strings(scanner->r_type) &&
	           has_long_string(entry)) {
		reader_refuse_record(r, entry->line,
		    "a character-string of more than 255 octets");
	} else {
		return true;
	}
	return false;
}

static void
take_record(struct reader *r)
{
	const zs_scanner_t *scanner = r->scanner;
	struct raw_zone *raw = r->raw;
	struct entry entry;

	if (!find_entry(r, &entry) || !record_is_good(r, &entry) ||
	    !other_keeps(r->s, scanner->r_owner, scanner->r_type,
	        scanner->r_data)) {
		return;
	}
	uint32_t run = run_of(r);
	struct index_octets rdata =
	    octets_add(r->s, scanner->r_data, scanner->r_data_length);

	raw->records = grow(raw->records, raw->n_records,
	    &raw->records_capacity, UINT32_MAX - 1, sizeof(*raw->records));
	raw->records[raw->n_records++] = (struct raw_record){
	    .rdata = rdata.offset,
	    .rdata_length = rdata.length,
	    .run = run,
	    .ttl = scanner->r_ttl,
	    .line = entry.line,
	    .type = scanner->r_type,
	    .class_ = scanner->r_class,
	};
	raw->runs[run].n_records++;
	if (scanner->r_type == TYPE_SOA) {
		note_soa(r, &entry, raw->runs[run].owner);
	}
}

/* ---- the whole text ---- */

/* Reads on; returns false when there is no more, or no use. */
static bool
step(struct reader *r)
{
	zs_scanner_t *scanner = r->scanner;

	if (zs_parse_record(scanner) != 0) {
		return false;
	}
	switch (scanner->state) {
	case ZS_STATE_DATA:
		take_record(r);
		break;
	case ZS_STATE_ERROR:
		reader_say_error(r);
		lexer_jump(&r->lexer, reader_at(r));
		break;
	case ZS_STATE_INCLUDE:
		lexer_jump(&r->lexer, reader_at(r));
		reader_refuse(r, r->lexer.line,
		    "$INCLUDE: the zone is not one whole file");
		break;
	case ZS_STATE_EOF:
		return false;
	case ZS_STATE_NONE:
	case ZS_STATE_STOP:
		die("libzscanner stops without a reason");
	}
	return r->refusals < LIMIT_FINDINGS_PER_CHECK && !r->is_unreadable;
}

static void
read_all(struct reader *r)
{
	const char *origin = r->s->job->zone[0] == '\0' ? "." : r->s->job->zone;

	r->scanner = xmalloc(sizeof(*r->scanner));
	if (zs_init(r->scanner, origin, CLASS_IN, TTL_OMITTED) != 0 ||
	    zs_set_input_string(r->scanner, r->text,
	        (size_t)(r->end - r->text)) != 0) {
		die("libzscanner does not start: %s",
		    zs_strerror(r->scanner->error.code));
	}
	while (step(r)) {
		;
	}
	if (r->scanner->multiline && r->refusals == 0 && !r->is_unreadable) {
		reader_refuse(r, r->lexer.line, "a parenthesis is not closed");
	}
	zs_deinit(r->scanner);
	free(r->scanner);
}

static enum index_outcome
outcome_of(const struct reader *r)
{
	if (r->refusals > 0) {
		return INDEX_REFUSED;
	}
	return r->is_unreadable ? INDEX_UNREADABLE : INDEX_COMPLETE;
}

enum index_outcome
read_zone(struct survey *s, const char *text, size_t size, struct raw_zone *raw)
{
	struct reader r = {
	    .s = s,
	    .raw = raw,
	    .text = text,
	    .end = text + size,
	    .lexer = {.at = text, .end = text + size, .line = 1},
	};

	if (size == 0) {
		reader_refuse(&r, 0, "the text is empty");
	} else if (text[size - 1] != '\n') {
		reader_refuse(&r, 0,
		    "the last line has no newline: the text is cut");
	} else {
		read_all(&r);
	}
	reader_find_apex(&r);
	if (outcome_of(&r) == INDEX_COMPLETE) {
		reader_check_apex(&r);
	}
	if (fault_is(s->job, FAULT_drop_record) && raw->n_records > 0) {
		raw->n_records--;
		raw->n_runs -= --raw->runs[raw->n_runs - 1].n_records == 0;
	}
	return outcome_of(&r);
}
