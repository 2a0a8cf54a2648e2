/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/entry.h"

#include <criterion/criterion.h>
#include <string.h>

static struct lexer
lexer_of(const char *text)
{
	return (struct lexer){text, text + strlen(text), 1};
}

static void
expect_entry(struct lexer *lexer, uint32_t line, const char *begin,
    uint32_t last_line)
{
	struct entry entry;

	cr_assert(entry_next(lexer, &entry), "no entry for line %u", line);
	cr_expect_eq(entry.line, line, "line %u, not %u", entry.line, line);
	cr_expect_eq(strncmp(entry.start, begin, strlen(begin)), 0);
	cr_expect_eq(lexer->line, last_line);
	cr_expect_eq(entry.end, lexer->at);
}

Test(entry, comments_blank_lines_and_directives_are_passed_over)
{
	struct lexer lexer = lexer_of("; c (\n\n \t\n$TTL 5\n$ORIGIN (\n a )\n"
	                              "x A\n  ; d\n y B\n\n");

	expect_entry(&lexer, 7, "x A", 7);
	expect_entry(&lexer, 9, " y B", 9);
	struct entry entry;

	cr_assert_not(entry_next(&lexer, &entry));
}

Test(entry, parentheses_hold_lines_together)
{
	struct lexer lexer = lexer_of("a ( b ; c )\n d\n\n e ) f\ng\n");

	expect_entry(&lexer, 1, "a", 4);
	expect_entry(&lexer, 5, "g", 5);
}

Test(entry, quotes_and_escapes_hide_what_ends_an_entry)
{
	struct lexer lexer =
	    lexer_of("a \"( ; \\\" (\" b\nc \\( \\; d\ne\\\"f\ng\n");

	expect_entry(&lexer, 1, "a", 1);
	expect_entry(&lexer, 2, "c", 2);
	expect_entry(&lexer, 3, "e", 3);
	expect_entry(&lexer, 4, "g", 4);
}

Test(entry, a_newline_in_quotes_or_escaped_is_odd)
{
	struct entry entry;
	struct lexer quoted = lexer_of("a ( \"b\nc\" )\n");
	struct lexer escaped = lexer_of("a b\\\nc\n");
	struct lexer plain = lexer_of("a ( b\nc )\n");

	cr_assert(entry_next(&quoted, &entry) && entry.has_odd_newline);
	cr_assert(entry_next(&escaped, &entry) && entry.has_odd_newline);
	cr_assert(entry_next(&plain, &entry) && !entry.has_odd_newline);
}

Test(entry, what_is_not_closed_is_open)
{
	static const char *const open[] = {"a ( b\n", "a \"b\n", "a ( ( b )\n"};
	struct entry entry;

	for (size_t i = 0; i < 3; i++) {
		struct lexer lexer = lexer_of(open[i]);

		cr_expect(entry_next(&lexer, &entry) && entry.is_open,
		    "text %zu", i);
	}
	struct lexer closed = lexer_of("a ( b ) ) c\n");

	cr_assert(entry_next(&closed, &entry) && !entry.is_open);
}

Test(entry, tokens_are_words_and_strings)
{
	struct lexer lexer =
	    lexer_of("owner 5( IN;x\n TXT\"a b\\\"\"\"\"c\\ d)\n");
	static const char *const words[] = {
	    "owner", "5", "IN", "TXT", "a b\\\"", "", "c\\ d"};
	struct entry entry;
	struct token token;

	cr_assert(entry_next(&lexer, &entry));
	const char *cursor = entry.start;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		cr_assert(entry_token(&entry, &cursor, &token));
		cr_expect(token_is(&token, words[i]), "token %zu is `%.*s'", i,
		    (int)token.length, token.at);
	}
	cr_assert_not(entry_token(&entry, &cursor, &token));
}

Test(entry, escapes_count_as_one_octet)
{
	struct token token = {"a\\.b\\046c\\", 10};

	cr_assert_eq(token_octets(&token), 6);
}
