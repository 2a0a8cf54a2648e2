/* SPDX-License-Identifier: GPL-3.0-or-later */
/* refusal.c -- why a zone text is refused, in words; see reader.h. */
#include <libzscanner/error.h>
#include <libzscanner/version.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/die.h"
#include "survey/mnemonic.h"
#include "survey/reader.h"

static struct place
line_of(uint32_t line)
{
	return (struct place){.line = line};
}

static void __attribute__((format(printf, 3, 0))) refuse(struct reader *r,
    struct place place, const char *format, va_list arguments)
{
	char message[LIMIT_MESSAGE_BYTES];

	vsnprintf(message, sizeof(message), format, arguments);
	r->refusals++;
	finding(r->s, CHECK_zone_parse_clean, place, "%s", message);
}

void
reader_refuse(struct reader *r, uint32_t line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	refuse(r, line_of(line), format, arguments);
	va_end(arguments);
}

void
reader_refuse_record(struct reader *r, uint32_t line, const char *format, ...)
{
	uint8_t owner[LIMIT_NAME_OCTETS];
	struct place place = line_of(line);
	va_list arguments;

	name_to_lower(r->scanner->r_owner, owner);
	place.owner = owner;
	place.type = r->scanner->r_type;
	va_start(arguments, format);
	refuse(r, place, format, arguments);
	va_end(arguments);
}

/* At the end of its input the scanner reads a newline of its own. */
const char *
reader_at(const struct reader *r)
{
	const char *at = r->scanner->input.current;

	return at >= r->text && at <= r->end ? at : r->end;
}

/* The text of the line before AT, for directives. */
static bool
line_begins(const struct reader *r, const char *at, const char *word)
{
	const char *line = r->text;

	if (at > r->text) {
		const char *newline =
		    memrchr(r->text, '\n', (size_t)(at - r->text));

		line = newline == NULL ? r->text : newline + 1;
	}
	size_t length = strlen(word);

	return (size_t)(r->end - line) >= length &&
	       strncasecmp(line, word, length) == 0;
}

static void
say_unknown_type(struct reader *r, uint32_t line, const struct token *token)
{
	uint16_t number = mnemonic_number(token);
	char generic[TYPE_TEXT] = "TYPEnnn";

	if (number != 0) {
		snprintf(generic, sizeof(generic), "TYPE%u", number);
	}
	r->is_unreadable = true;
	finding(r->s, CHECK_type_unknown_to_reader, line_of(line),
	    "libzscanner %d.%d.%d does not know the type %.*s; expected %s",
	    ZSCANNER_VERSION_MAJOR, ZSCANNER_VERSION_MINOR,
	    ZSCANNER_VERSION_PATCH, (int)token->length, token->at, generic);
}

static void
say_locator(struct reader *r, uint32_t line, const struct token *type)
{
	r->is_unreadable = true;
	finding(r->s, CHECK_type_unknown_to_reader, line_of(line),
	    "libzscanner %d.%d.%d reads %.*s with leading zeros only; expected "
	    "TYPE%u",
	    ZSCANNER_VERSION_MAJOR, ZSCANNER_VERSION_MINOR,
	    ZSCANNER_VERSION_PATCH, (int)type->length, type->at,
	    token_is(type, "NID") ? 104 : 106);
}

/* SvcParamKeys are registered faster than readers learn them (RFC 9461 and
 * later); in a name the scanner does not know it sees a mistake. */
static void
say_parameter(struct reader *r, uint32_t line)
{
	r->is_unreadable = true;
	finding(r->s, CHECK_type_unknown_to_reader, line_of(line),
	    "libzscanner %d.%d.%d does not know a parameter of this SVCB or "
	    "HTTPS record; expected keyNNN=, or TYPE64, TYPE65",
	    ZSCANNER_VERSION_MAJOR, ZSCANNER_VERSION_MINOR,
	    ZSCANNER_VERSION_PATCH);
}

/* libzscanner reads no class but IN, and that by no other name. */
static void
say_class(struct reader *r, uint32_t line, const struct token *token)
{
	if (token_is(token, "CLASS1")) {
		reader_refuse(r, line, "expected IN, found CLASS1");
		return;
	}
	r->refusals++;
	finding(r->s, CHECK_zone_class_in, line_of(line),
	    "expected class IN, found %.*s",
	    (int)(token->length < 16 ? token->length : 16), token->at);
}

void
reader_say_error(struct reader *r)
{
	int code = r->scanner->error.code;
	const char *at = reader_at(r);
	struct lexer here = r->lexer;
	struct lexer seen = r->lexer;
	struct entry entry;
	struct token token;

	lexer_jump(&here, at);
	if (code == ZS_BAD_DIRECTIVE && line_begins(r, at, "$GENERATE")) {
		reader_refuse(r, here.line,
		    "$GENERATE, which not every reader knows");
		return;
	}
	if (code == ZS_BAD_HEX_CHAR && entry_next(&seen, &entry) &&
	    mnemonic_is_locator(&entry, &token)) {
		say_locator(r, entry.line, &token);
		return;
	}
	if (code == ZS_BAD_SVCB_PARAM) {
		say_parameter(r, here.line);
		return;
	}
	seen = r->lexer;
	if ((code == ZS_UNSUPPORTED_TYPE || code == ZS_BAD_BITMAP) &&
	    entry_next(&seen, &entry)) {
		switch (mnemonic_strange(&entry, &token)) {
		case MNEMONIC_TYPE:
			say_unknown_type(r, entry.line, &token);
			return;
		case MNEMONIC_CLASS:
			say_class(r, entry.line, &token);
			return;
		case MNEMONIC_NONE:
			break;
		}
	}
	reader_refuse(r, here.line, "libzscanner: %s", zs_strerror(code));
}

void
reader_find_apex(struct reader *r)
{
	struct survey *s = r->s;
	uint8_t apex[LIMIT_NAME_OCTETS];
	uint8_t text[LIMIT_NAME_OCTETS];

	if (s->job->zone[0] != '\0') {
		if (name_from_text(s->job->zone, text) == 0) {
			die("the job's zone is no name");
		}
		size_t length = name_to_lower(text, apex);

		s->apex = arena_copy(&s->arena, apex, length);
	} else if (r->soa_owner != NULL) {
		s->apex = r->soa_owner;
	}
}

/* Some record is an SOA at the apex. */
static bool
has_apex_soa(const struct reader *r)
{
	const struct raw_zone *raw = r->raw;
	const uint8_t *apex = r->s->apex;

	for (size_t i = 0; apex != NULL && i < raw->n_records; i++) {
		const struct raw_record *record = &raw->records[i];

		if (record->type == TYPE_SOA && record->class_ == CLASS_IN &&
		    name_compare(raw->runs[record->run].owner, apex) == 0) {
			return true;
		}
	}
	return false;
}

void
reader_check_apex(struct reader *r)
{
	struct survey *s = r->s;
	char found[LIMIT_NAME_TEXT];

	if (r->soa_owner_is_relative) {
		reader_refuse(r, r->soa_line,
		    "the SOA's owner is relative and there is no $ORIGIN: say "
		    "which zone this is with --zone");
	} else if (r->soa_owner == NULL) {
		r->refusals++;
		finding(s, CHECK_zone_single_soa, place_zone(),
		    "expected one SOA record, found none");
	} else if (!has_apex_soa(r)) {
		r->refusals++;
		finding(s, CHECK_zone_single_soa,
		    (struct place){.owner = s->apex, .line = r->soa_line},
		    "expected an SOA record here, found one at %s",
		    name_to_text(r->soa_owner, found));
	}
}
