/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <openssl/sha.h>
#include <string.h>

#include "serve/token.h"

static struct config_token tokens[2];
static struct config config = {.tokens = tokens, .n_tokens = 2};

static void
set_up(void)
{
	SHA256((const unsigned char *)"first", 5, tokens[0].sha256);
	SHA256((const unsigned char *)"second", 6, tokens[1].sha256);
}

Test(token, is_found_by_its_text_only, .init = set_up)
{
	cr_assert_eq(token_find(&config, "first"), &tokens[0]);
	cr_assert_eq(token_find(&config, "second"), &tokens[1]);
	cr_assert_null(token_find(&config, ""));
	cr_assert_null(token_find(&config, "First"));
	cr_assert_null(token_find(&config, "first "));
	cr_assert_null(token_find(&config, "firs"));
}

Test(token, zones_are_named_with_or_without_the_final_dot)
{
	char *zones[] = {(char *)"shop.", (char *)"xn--p1ai", NULL};
	char *all[] = {(char *)"*", NULL}, *none[] = {NULL};

	cr_assert(zones_name(zones, "shop."));
	cr_assert(zones_name(zones, "shop"));
	cr_assert(zones_name(zones, "SHOP."));
	cr_assert(zones_name(zones, "xn--p1ai."));
	cr_assert(!zones_name(zones, "hop."));
	cr_assert(!zones_name(zones, "shop.shop."));
	cr_assert(!zones_name(zones, "."));
	cr_assert(zones_name(all, "anything."));
	cr_assert(!zones_name(none, "shop."));
	cr_assert(!zones_name(NULL, "shop."));
}
