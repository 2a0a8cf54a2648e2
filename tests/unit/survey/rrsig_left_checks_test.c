/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone_signed, NULL, changes,                         \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

#define WWW ZONE_SIG("www.", "A", "2", ZONE_ZSK)
#define WWW_TIMES(expiration, inception)                                       \
	"www.example. 3600 IN RRSIG A 13 2 3600 " expiration " " inception     \
	" " ZONE_ZSK " example. " ZONE_SIGNATURE "\n"

Test(rrsig_left_checks, what_runs_out_is_told_in_three_steps)
{
#define BOUNDS                                                                 \
	"rrsig_remaining_block=3600 rrsig_remaining_min=7200 "                 \
	"rrsig_remaining_warn=10800"
	static const struct zone_change changes[] = {
	    {WWW, WWW_TIMES("20261125030000", "20261120230000"), BOUNDS,
	        CHECK_rrsig_remaining_min, SEVERITY_OFF},
	    {WWW, WWW_TIMES("20261125025959", "20261120230000"), BOUNDS,
	        CHECK_rrsig_remaining_min, SEVERITY_WARN},
	    {WWW, WWW_TIMES("20261125020000", "20261120230000"), BOUNDS,
	        CHECK_rrsig_remaining_min, SEVERITY_WARN},
	    {WWW, WWW_TIMES("20261125015959", "20261120230000"), BOUNDS,
	        CHECK_rrsig_remaining_min, SEVERITY_HOLD},
	    {WWW, WWW_TIMES("20261125010000", "20261120230000"), BOUNDS,
	        CHECK_rrsig_remaining_min, SEVERITY_HOLD},
	    {WWW, WWW_TIMES("20261125005959", "20261120230000"), BOUNDS,
	        CHECK_rrsig_remaining_min, SEVERITY_BLOCK},
	    /* What has expired is another check's. */
	    {WWW, WWW_TIMES("20261124235959", "20261120230000"), BOUNDS,
	        CHECK_rrsig_remaining_min, SEVERITY_OFF},
	};

	EXPECT(changes);
}

Test(rrsig_left_checks, what_runs_out_is_said_once)
{
	/* Refreshed at ten hours, every four: four and a half are left, for
	 * which rrsig_remaining_min only warns, or three and a half. */
#define REFRESH                                                                \
	"rrsig_remaining_block=3600 rrsig_remaining_min=14400 "                \
	"rrsig_remaining_warn=86400 rrsig_refresh=36000 "                      \
	"resign_interval_max=14400"
#define WWW_EARLY WWW_TIMES("20261125043000", "20261120230000")
#define WWW_LATE WWW_TIMES("20261125033000", "20261120230000")
	static const struct zone_change changes[] = {
	    {WWW, WWW_TIMES("20261125060000", "20261120230000"), REFRESH,
	        CHECK_rrsig_refresh_window, SEVERITY_OFF},
	    {WWW, WWW_TIMES("20261125060000", "20261120230000"), REFRESH,
	        CHECK_rrsig_remaining_min, SEVERITY_WARN},
	    {WWW, WWW_TIMES("20261125055959", "20261120230000"), REFRESH,
	        CHECK_rrsig_refresh_window, SEVERITY_HOLD},
	    {WWW, WWW_EARLY, REFRESH, CHECK_rrsig_refresh_window,
	        SEVERITY_HOLD},
	    {WWW, WWW_EARLY, REFRESH, CHECK_rrsig_remaining_min, SEVERITY_OFF},
	    {WWW, WWW_LATE, REFRESH, CHECK_rrsig_refresh_window, SEVERITY_OFF},
	    {WWW, WWW_LATE, REFRESH, CHECK_rrsig_remaining_min, SEVERITY_HOLD},
	    /* Whoever minds less leaves the word to the other. */
	    {WWW, WWW_LATE, REFRESH " severity.rrsig_remaining_min=4",
	        CHECK_rrsig_refresh_window, SEVERITY_HOLD},
	    {WWW, WWW_EARLY, REFRESH " severity.rrsig_refresh_window=3",
	        CHECK_rrsig_remaining_min, SEVERITY_WARN},
	    {WWW, WWW_EARLY, REFRESH " severity.rrsig_refresh_window=3",
	        CHECK_rrsig_refresh_window, SEVERITY_OFF},
	    /* Refreshed at less than a signer's pause: nothing to say. */
	    {WWW, WWW_EARLY, "rrsig_refresh=3600 resign_interval_max=14400",
	        CHECK_rrsig_refresh_window, SEVERITY_OFF},
	};

	EXPECT(changes);
}

Test(rrsig_left_checks, ttls_run_out_before_signatures_do)
{
#define NO_STEPS                                                               \
	"rrsig_remaining_block=0 rrsig_remaining_min=0 rrsig_remaining_warn=0"
#define WWW_HOUR WWW_TIMES("20261125005959", "20261120230000")
	static const struct zone_change changes[] = {
	    {WWW, WWW_TIMES("20261125010000", "20261120230000"), NO_STEPS,
	        CHECK_rrsig_vs_max_ttl, SEVERITY_OFF},
	    {WWW, WWW_HOUR, NO_STEPS, CHECK_rrsig_vs_max_ttl, SEVERITY_WARN},
	    /* What is held already, and what has expired. */
	    {WWW, WWW_HOUR, NULL, CHECK_rrsig_vs_max_ttl, SEVERITY_OFF},
	    {WWW, WWW_TIMES("20261124235959", "20261120230000"), NO_STEPS,
	        CHECK_rrsig_vs_max_ttl, SEVERITY_OFF},
	    /* A TTL of which ttl_range says that it is too long. */
	    {WWW, WWW_HOUR, NO_STEPS " ttl_max=3599", CHECK_rrsig_vs_max_ttl,
	        SEVERITY_OFF},
	    {WWW, WWW_HOUR, NO_STEPS " ttl_max=3599 severity.ttl_range=4",
	        CHECK_rrsig_vs_max_ttl, SEVERITY_WARN},
	    /* Three hours of life, and a second less. */
	    {WWW, WWW_TIMES("20261125020000", "20261124230000"), NO_STEPS,
	        CHECK_rrsig_vs_max_ttl, SEVERITY_OFF},
	    {WWW, WWW_TIMES("20261125015959", "20261124230000"), NO_STEPS,
	        CHECK_rrsig_vs_max_ttl, SEVERITY_INFO},
	    {WWW, WWW_TIMES("20261125015959", "20261124230000"),
	        NO_STEPS " severity.rrsig_vs_max_ttl=1", CHECK_rrsig_vs_max_ttl,
	        SEVERITY_OFF},
	    {WWW, WWW_HOUR, NO_STEPS " severity.rrsig_vs_max_ttl=1",
	        CHECK_rrsig_vs_max_ttl, SEVERITY_HOLD},
	};

	EXPECT(changes);
}
