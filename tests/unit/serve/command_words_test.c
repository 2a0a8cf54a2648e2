/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "serve/command_words.h"

static const struct command_fields fields = {.zone = "shop.",
    .file = "/var/lib/zonegate/outbox/shop.zone",
    .serial = "2026112101",
    .manifest = "/m"};

static void
becomes(const char *text, const char *expected)
{
	char *made = words_fill(text, &fields);

	cr_assert_str_eq(made, expected);
	free(made);
}

Test(command_words, placeholders_are_replaced_once)
{
	becomes("{zone}", "shop.");
	becomes("-f{file}-{serial}", "-f/var/lib/zonegate/outbox/shop.zone-"
	                             "2026112101");
	becomes("{manifest}{manifest}", "/m/m");
	becomes("{", "{");
	becomes("{zone", "{zone");
	becomes("{other}", "{other}");
	becomes("", "");
}

Test(command_words, what_a_field_says_is_not_read_again)
{
	const struct command_fields hostile = {
	    .zone = "{file}", .file = "secret", .serial = "", .manifest = ""};
	char *made = words_fill("{zone}", &hostile);

	cr_assert_str_eq(made, "{file}");
	free(made);
}

Test(command_words, every_argument_stays_one)
{
	char *argv[] = {(char *)"/bin/echo", (char *)"{zone} {serial}",
	    (char *)"$(x); rm", NULL};
	const struct config_command command = {.argv = argv};
	struct command_words words;

	command_words(&words, &command, &fields);
	cr_assert_str_eq(words.argv[0], "/bin/echo");
	cr_assert_str_eq(words.argv[1], "shop. 2026112101");
	cr_assert_str_eq(words.argv[2], "$(x); rm");
	cr_assert_null(words.argv[3]);
	command_words_release(&words);
}
