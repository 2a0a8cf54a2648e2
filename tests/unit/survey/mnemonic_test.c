/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "survey/mnemonic.h"

#include <criterion/criterion.h>
#include <string.h>

static enum mnemonic_kind
kind_of(const char *text, struct token *token)
{
	struct lexer lexer = {text, text + strlen(text), 1};
	struct entry entry;

	cr_assert(entry_next(&lexer, &entry));
	return mnemonic_strange(&entry, token);
}

Test(mnemonic, newer_types_are_unknown_wherever_types_stand)
{
	static const char *const texts[] = {
	    "a. 60 IN DSYNC CDS NOTIFY 5359 x.\n",
	    "a. IN 60 DSYNC CDS NOTIFY 5359 x.\n",
	    "\tDSYNC ( CDS\n NOTIFY 5359 x. )\n",
	    "a. 60 IN RRSIG DSYNC 13 2 60 20300101000000 20200101000000 1 . "
	    "a\n",
	    "a. 60 IN NSEC b. A ( RRSIG\n DSYNC )\n",
	    "a. 60 IN NSEC3 1 0 0 - AAAA A DSYNC\n",
	    "a. 60 IN CSYNC 1 1 A DSYNC\n",
	};
	struct token token;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_assert_eq(kind_of(texts[i], &token), MNEMONIC_TYPE,
		    "text %zu", i);
		cr_expect(token_is(&token, "DSYNC"));
		cr_expect_eq(mnemonic_number(&token), 66);
	}
}

Test(mnemonic, known_types_and_mistakes_are_not)
{
	static const char *const texts[] = {
	    "a. 60 IN A 192.0.2\n",
	    "a. 60 IN a1.2.3.4\n",
	    "a. 60 IN TYPE99999 \\# 0\n",
	    "a. 60 IN NSEC DSYNC. A\n",
	    "a. 60 IN NSEC b. A x\n",
	    "a. 60 IN\n",
	    "a.\n",
	    "a. 60 IN \"\"\n",
	};
	struct token token;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_expect_eq(kind_of(texts[i], &token), MNEMONIC_NONE,
		    "text %zu", i);
	}
}

static bool
is_locator(const char *text)
{
	struct lexer lexer = {text, text + strlen(text), 1};
	struct entry entry;
	struct token type;

	cr_assert(entry_next(&lexer, &entry));
	return mnemonic_is_locator(&entry, &type);
}

Test(mnemonic, locators_may_lack_leading_zeros)
{
	cr_expect(is_locator("a. 60 IN NID 10 14:4fff:ff20:ee64\n"));
	cr_expect(is_locator("a. 60 L64 10 2001:DB8:0:1\n"));
	cr_expect_not(is_locator("a. 60 L64 10 2001:DB8::1\n"));
	cr_expect_not(is_locator("a. 60 L64 10 2001:DB8:1:\n"));
	cr_expect_not(is_locator("a. 60 L64 10 2001:DB8:00000:1\n"));
	cr_expect_not(is_locator("a. 60 L64 10 2001:DB8:g:1\n"));
	cr_expect_not(is_locator("a. 60 L64 10 1:2:3:4:5\n"));
	cr_expect_not(is_locator("a. 60 L64 10\n"));
	cr_expect_not(is_locator("a. 60 AAAA 1:2:3:4\n"));
}

Test(mnemonic, other_classes_are_noticed)
{
	struct token token;

	cr_assert_eq(kind_of("a. 60 CH A 192.0.2.1\n", &token), MNEMONIC_CLASS);
	cr_assert(token_is(&token, "CH"));
	cr_assert_eq(kind_of("a. CLASS3 60 A 192.0.2.1\n", &token),
	    MNEMONIC_CLASS);
	cr_assert_eq(kind_of("a. 60 ANY A 192.0.2.1\n", &token),
	    MNEMONIC_CLASS);
	cr_assert_eq(kind_of("a. NONE 60 A 192.0.2.1\n", &token),
	    MNEMONIC_CLASS);
	/* The type. */
	cr_assert_eq(kind_of("a. 60 IN ANY \\# 0\n", &token), MNEMONIC_TYPE);
	cr_assert_eq(kind_of("a. 60 ANY \\# 0\n", &token), MNEMONIC_TYPE);
}
