/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * entry.h -- where an entry of a zone file begins and ends, and its tokens
 * (RFC 1035 5.1).
 *
 * libzscanner says what an entry means, not where it stood.  This lexer finds
 * it again, for line numbers, for a word about what could not be read, and
 * for what libzscanner takes and others do not.  It understands no types.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Position in a text; LINE is that of the octet AT. */
struct lexer {
	const char *at;
	const char *end;
	uint32_t line;
};

struct entry {
	const char *start;    /* of its first line */
	const char *end;      /* at its last newline, or the end of the text */
	uint32_t line;        /* of START */
	bool has_odd_newline; /* inside quotes, or after a backslash */
	bool is_open;         /* the text ends inside quotes or parentheses */
};

/*
 * Goes past empty lines, comments and directives to the next entry and past
 * that, so that the lexer stands at the entry's newline.  It begins at the
 * start of a line or at a newline.  Returns false if no entry is left.
 */
bool entry_next(struct lexer *lexer, struct entry *entry);

/* Moves the lexer forward to TO; it stays if it is there or beyond. */
void lexer_jump(struct lexer *lexer, const char *to);

/* A word or a quoted string of an entry; without the quotes. */
struct token {
	const char *at;
	size_t length;
};

/* Sets TOKEN to the next one from *CURSOR, which begins as entry->start, and
 * moves *CURSOR past it; returns false if there is none. */
bool entry_token(const struct entry *entry, const char **cursor,
    struct token *token);

/* Octets that the token stands for: \X and \DDD count as one. */
size_t token_octets(const struct token *token);

/* True if the token is TEXT, upper and lower case alike. */
bool token_is(const struct token *token, const char *text);
