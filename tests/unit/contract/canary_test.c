/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/canary.h"

static size_t
count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text != '\0'; text++) {
		lines += *text == '\n';
	}
	return lines;
}

Test(canary, an_algorithm_without_one_has_none)
{
	cr_assert_null(canary_find(0));
	cr_assert_null(canary_find(1));
	cr_assert_null(canary_find(255));
}

Test(canary, each_is_found_by_its_algorithm)
{
	for (size_t i = 0; i < n_canaries; i++) {
		cr_assert_eq(canary_find(canaries[i].algorithm), &canaries[i]);
	}
	cr_assert_not_null(canary_find(8));
	cr_assert_not_null(canary_find(13));
	cr_assert_not_null(canary_find(15));
}

Test(canary, each_is_six_lines_of_flat_text)
{
	for (size_t i = 0; i < n_canaries; i++) {
		const char *text = canaries[i].intact;

		cr_assert_eq(count_lines(text), 6);
		cr_assert_eq(text[strlen(text) - 1], '\n');
		cr_assert_not_null(strstr(text, CANARY_NAME " 3600 IN TXT"));
		cr_assert_not_null(strstr(text, canaries[i].dnskey));
		cr_assert_null(strpbrk(text, "\t();$\\"));
	}
}

Test(canary, the_flipped_one_differs_in_one_character_of_one_signature)
{
	for (size_t i = 0; i < n_canaries; i++) {
		const char *intact = canaries[i].intact;
		const char *flipped = canaries[i].flipped;
		size_t length = strlen(intact), differences = 0;

		cr_assert_eq(strlen(flipped), length);
		const char *signature =
		    strstr(intact, CANARY_NAME " 3600 IN RRSIG TXT ");

		cr_assert_not_null(signature);
		for (size_t at = 0; at < length; at++) {
			if (intact[at] != flipped[at]) {
				cr_assert_gt(intact + at, signature);
				differences++;
			}
		}
		cr_assert_eq(differences, 1);
	}
}
