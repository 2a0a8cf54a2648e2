/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entry.c -- see entry.h. */
#include "survey/entry.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Ends a word outside quotes. */
static bool
is_delimiter(char c)
{
	return is_blank(c) || c == '\n' || c == ';' || c == '(' || c == ')' ||
	       c == '"';
}

static const char *
line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline == NULL ? end : newline;
}

/* Past a backslash and what it escapes. */
static void
skip_escape(struct lexer *lexer, struct entry *entry)
{
	lexer->at++;
	if (lexer->at == lexer->end) {
		return;
	}
	if (*lexer->at == '\n') {
		lexer->line++;
		entry->has_odd_newline = true;
	}
	lexer->at++;
}

/* Past a quoted string; the lexer is at its first quote. */
static void
skip_quoted(struct lexer *lexer, struct entry *entry)
{
	lexer->at++;
	while (lexer->at < lexer->end) {
		char c = *lexer->at;

		if (c == '\\') {
			skip_escape(lexer, entry);
			continue;
		}
		lexer->at++;
		if (c == '"') {
			return;
		}
		if (c == '\n') {
			lexer->line++;
			entry->has_odd_newline = true;
		}
	}
	entry->is_open = true;
}

/* To the newline that ends the entry (or directive) the lexer is in. */
static void
skip_entry(struct lexer *lexer, struct entry *entry)
{
	unsigned depth = 0;

	while (lexer->at < lexer->end) {
		switch (*lexer->at) {
		case '\\':
			skip_escape(lexer, entry);
			continue;
		case '"':
			skip_quoted(lexer, entry);
			continue;
		case ';':
			lexer->at = line_end(lexer->at, lexer->end);
			continue;
		case '(':
			depth++;
			break;
		case ')':
			depth -= depth > 0;
			break;
		case '\n':
			if (depth == 0) {
				return;
			}
			lexer->line++;
			break;
		}
		lexer->at++;
	}
	entry->is_open = entry->is_open || depth > 0;
}

bool
entry_next(struct lexer *lexer, struct entry *entry)
{
	while (lexer->at < lexer->end) {
		const char *at = lexer->at;

		if (*at == '\n') {
			lexer->line++;
			lexer->at++;
			continue;
		}
		while (at < lexer->end && is_blank(*at)) {
			at++;
		}
		if (at == lexer->end || *at == '\n' || *at == ';') {
			lexer->at = line_end(at, lexer->end);
			continue;
		}
		*entry = (struct entry){
		    .start = lexer->at,
		    .line = lexer->line,
		};
		bool is_directive = *lexer->at == '$';

		skip_entry(lexer, entry);
		entry->end = lexer->at;
		if (!is_directive) {
			return true;
		}
	}
	return false;
}

void
lexer_jump(struct lexer *lexer, const char *to)
{
	while (lexer->at < to) {
		if (*lexer->at == '\n') {
			lexer->line++;
		}
		lexer->at++;
	}
}

static const char *
word_end(const char *at, const char *end)
{
	while (at < end && !is_delimiter(*at)) {
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	}
	return at;
}

static const char *
quoted_end(const char *at, const char *end)
{
	while (at < end && *at != '"') {
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	}
	return at;
}

bool
entry_token(const struct entry *entry, const char **cursor, struct token *token)
{
	const char *at = *cursor;

	while (at < entry->end && is_delimiter(*at) && *at != '"') {
		at = *at == ';' ? line_end(at, entry->end) : at + 1;
	}
	if (at >= entry->end) {
		return false;
	}
	bool is_quoted = *at == '"';

	token->at = at + is_quoted;
	at = is_quoted ? quoted_end(token->at, entry->end)
	               : word_end(token->at, entry->end);
	token->length = (size_t)(at - token->at);
	*cursor = at + (is_quoted && at < entry->end);
	return true;
}

size_t
token_octets(const struct token *token)
{
	const char *at = token->at;
	const char *end = token->at + token->length;
	size_t octets = 0;

	while (at < end) {
		if (*at != '\\') {
			at++;
		} else if (end - at > 3 && isdigit((unsigned char)at[1])) {
			at += 4;
		} else {
			at += end - at > 1 ? 2 : 1;
		}
		octets++;
	}
	return octets;
}

bool
token_is(const struct token *token, const char *text)
{
	return strlen(text) == token->length &&
	       strncasecmp(token->at, text, token->length) == 0;
}
