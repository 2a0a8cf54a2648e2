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

Test(rrsig_life_checks, lifetimes_are_bounded_less_the_inception_offset)
{
	/* The zone's are 29 days and an hour. */
	static const struct zone_change changes[] = {
	    {NULL, "", "rrsig_lifetime_max=2505600", CHECK_rrsig_lifetime_max,
	        SEVERITY_OFF},
	    {NULL, "", "rrsig_lifetime_max=2505599", CHECK_rrsig_lifetime_max,
	        SEVERITY_HOLD},
	    {NULL, "", "rrsig_lifetime_max=2505600 rrsig_lifetime_exclusive=1",
	        CHECK_rrsig_lifetime_max, SEVERITY_HOLD},
	    {NULL, "", "rrsig_lifetime_max_dnskey=2505599",
	        CHECK_rrsig_lifetime_max, SEVERITY_HOLD},
	    {NULL, "", "rrsig_lifetime_max=2509199 rrsig_inception_offset=0",
	        CHECK_rrsig_lifetime_max, SEVERITY_HOLD},
	};

	EXPECT(changes);
}

Test(rrsig_life_checks, what_the_offset_hides_is_worth_a_warning)
{
	static const struct zone_change changes[] = {
	    {NULL, "", "rrsig_lifetime_max=2509200 rrsig_lifetime_exclusive=1",
	        CHECK_rrsig_lifetime_max, SEVERITY_WARN},
	    {NULL, "", "rrsig_lifetime_max=2509201 rrsig_lifetime_exclusive=1",
	        CHECK_rrsig_lifetime_max, SEVERITY_OFF},
	    {NULL, "", "rrsig_lifetime_max=2509200", CHECK_rrsig_lifetime_max,
	        SEVERITY_OFF},
	    {NULL, "",
	        "rrsig_lifetime_max=2509200 rrsig_lifetime_exclusive=1 "
	        "severity.rrsig_lifetime_max=0",
	        CHECK_rrsig_lifetime_max, SEVERITY_OFF},
	};

	EXPECT(changes);
}

Test(rrsig_life_checks, lifetimes_are_long_enough)
{
	static const struct zone_change changes[] = {
	    {NULL, "", "rrsig_lifetime_min=2505600", CHECK_rrsig_lifetime_min,
	        SEVERITY_OFF},
	    {NULL, "", "rrsig_lifetime_min=2505601", CHECK_rrsig_lifetime_min,
	        SEVERITY_WARN},
	    /* Less than the offset itself. */
	    {WWW, WWW_TIMES("20261125000010", "20261125000000"), NULL,
	        CHECK_rrsig_lifetime_min, SEVERITY_WARN},
	    {WWW, WWW_TIMES("20261124000000", "20261125000000"), NULL,
	        CHECK_rrsig_lifetime_min, SEVERITY_OFF},
	};

	EXPECT(changes);
}

Test(rrsig_life_checks, inceptions_are_back_dated)
{
	static const struct zone_change changes[] = {
	    {WWW, WWW_TIMES("20261220000000", "20261124235500"), NULL,
	        CHECK_rrsig_inception_offset_min, SEVERITY_OFF},
	    {WWW, WWW_TIMES("20261220000000", "20261124235501"), NULL,
	        CHECK_rrsig_inception_offset_min, SEVERITY_WARN},
	    {WWW, WWW_TIMES("20261220000000", "20261125000000"), NULL,
	        CHECK_rrsig_inception_offset_min, SEVERITY_WARN},
	    {WWW, WWW_TIMES("20261220000000", "20261124235501"),
	        "rrsig_inception_offset_min=0",
	        CHECK_rrsig_inception_offset_min, SEVERITY_OFF},
	    /* Those to come are another check's. */
	    {WWW, WWW_TIMES("20261220000000", "20261125000001"), NULL,
	        CHECK_rrsig_inception_offset_min, SEVERITY_OFF},
	};

	EXPECT(changes);
}
