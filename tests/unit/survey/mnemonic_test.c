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

Test(mnemonic, other_classes_are_noticed)
{
	struct token token;

	cr_assert_eq(kind_of("a. 60 CH A 192.0.2.1\n", &token), MNEMONIC_CLASS);
	cr_assert(token_is(&token, "CH"));
	cr_assert_eq(kind_of("a. CLASS3 60 A 192.0.2.1\n", &token),
	    MNEMONIC_CLASS);
}
