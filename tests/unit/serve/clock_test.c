/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "serve/clock.h"

#define NOW 1767571200

static char why[CLOCK_WHY];

static bool
is_good(const struct clock_sample *samples, size_t n)
{
	bool good = clock_is_good(NOW, NOW, true, 0, 3600, samples, n, why);

	cr_expect_eq(why[0] == '\0', good);
	return good;
}

static struct clock_sample
sample(const char *zone, int64_t lead, int64_t age)
{
	struct clock_sample row = {
	    .newest_inception = NOW - age + lead, .at = NOW - age};

	snprintf(row.zone, sizeof(row.zone), "%s", zone);
	return row;
}

Test(clock, knows_no_harm_of_a_new_gate)
{
	cr_assert(is_good(NULL, 0));
	cr_assert(clock_is_good(NOW, 0, true, 0, 0, NULL, 0, why));
}

Test(clock, never_goes_far_below_what_is_known)
{
	cr_assert(clock_is_good(NOW, NOW + 60, true, 0, 0, NULL, 0, why));
	cr_assert_not(clock_is_good(NOW, NOW + 61, true, 0, 0, NULL, 0, why));
	cr_assert_neq(why[0], '\0');
	cr_assert_not(clock_is_good(INT64_MIN, INT64_MAX, true, 0, 0, NULL, 0,
	    why));
	cr_assert(clock_is_good(INT64_MAX, INT64_MIN, true, 0, 0, NULL, 0,
	    why));
}

Test(clock, may_run_free_for_its_holdover)
{
	cr_assert(clock_is_good(NOW, 0, false, 3600, 3600, NULL, 0, why));
	cr_assert_not(clock_is_good(NOW, 0, false, 3601, 3600, NULL, 0, why));
	cr_assert(clock_is_good(NOW, 0, true, 3601, 3600, NULL, 0, why));
	cr_assert(clock_is_good(NOW, 0, false, 999999, 0, NULL, 0, why),
	    "not asked for");
}

Test(clock, is_suspect_if_all_signers_are_ahead_alike)
{
	struct clock_sample rows[] = {sample("a.", 3600, 10),
	    sample("b.", 3660, 3600), sample("c.", 3610, 0)};

	cr_assert_not(is_good(rows, 3));
	cr_assert_not(is_good(rows, 2));
	cr_assert(is_good(rows, 1), "one signer alone may be wrong");
}

Test(clock, is_good_if_signers_differ)
{
	struct clock_sample apart[] = {
	    sample("a.", 3600, 10), sample("b.", 3661, 10)};
	struct clock_sample one_is_not[] = {sample("a.", 3600, 10),
	    sample("b.", 3600, 10), sample("c.", -3600, 10)};

	cr_assert(is_good(apart, 2));
	cr_assert(is_good(one_is_not, 3));
}

Test(clock, small_leads_accuse_nobody)
{
	struct clock_sample rows[] = {
	    sample("a.", CLOCK_LEAD_S, 10), sample("b.", CLOCK_LEAD_S, 10)};

	cr_assert(is_good(rows, 2));
	rows[0].newest_inception++;
	cr_assert(is_good(rows, 2));
	rows[1].newest_inception++;
	cr_assert_not(is_good(rows, 2));
}

Test(clock, one_zone_twice_is_one_witness)
{
	struct clock_sample rows[] = {sample("a.", 3600, 10),
	    sample("A.", 3600, 20), sample("b.", 3600, 20)};

	cr_assert(is_good(rows, 2));
	cr_assert_not(is_good(rows, 3));
}

Test(clock, old_unknown_and_later_samples_say_nothing)
{
	struct clock_sample rows[] = {sample("a.", 3600, 10),
	    sample("b.", 3600, 3601), sample("c.", 3600, -1),
	    sample("d.", 3600, 10)};

	rows[3].newest_inception = 0;
	cr_assert(is_good(rows, 4));
	/* Nor do they speak for the clock. */
	struct clock_sample more[] = {sample("a.", 3600, 10),
	    sample("b.", 3600, 10), sample("c.", 0, 3601),
	    {.newest_inception = 0, .at = NOW}};

	cr_assert_not(is_good(more, 4));
}

Test(clock, extremes_do_not_overflow)
{
	struct clock_sample rows[] = {
	    {.zone = "a.", .newest_inception = INT64_MAX, .at = NOW},
	    {.zone = "b.", .newest_inception = INT64_MAX, .at = NOW},
	    {.zone = "c.", .newest_inception = 1, .at = INT64_MIN},
	};

	cr_assert_not(is_good(rows, 3));
}

Test(clock, asks_the_kernel)
{
	struct timex state;

	memset(&state, 0, sizeof(state));
	bool says = adjtimex(&state) != -1 && (state.status & STA_UNSYNC) == 0;

	cr_assert_eq(clock_is_synchronised(), says);
}

static void
write_offset(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

Test(clock, tests_may_set_it)
{
	char name[] = "/tmp/zonegate-clock-XXXXXX";
	int fd = mkstemp(name);

	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_leq(llabs(clock_now() - (int64_t)time(NULL)), 2);
	setenv("ZONEGATE_CLOCK_OFFSET", "-3600", 1);
	cr_assert_leq(llabs(clock_now() - (int64_t)time(NULL) + 3600), 2);
	setenv("ZONEGATE_CLOCK_FILE", name, 1);
	write_offset(name, "7200\n");
	cr_assert_leq(llabs(clock_now() - (int64_t)time(NULL) - 7200), 2);
	/* While it is written anew, what it said stays. */
	unsetenv("ZONEGATE_CLOCK_OFFSET");
	write_offset(name, "");
	cr_assert_leq(llabs(clock_now() - (int64_t)time(NULL) - 7200), 2);
	unlink(name);
	cr_assert_leq(llabs(clock_now() - (int64_t)time(NULL) - 7200), 2);
}
