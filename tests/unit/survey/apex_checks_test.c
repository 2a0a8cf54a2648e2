/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone_signed, NULL, changes,                         \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

Test(apex_checks, the_apex_has_nameservers)
{
	static const struct zone_change changes[] = {
		{ "example. 3600 IN NS ns1.example.\n"
		  "example. 3600 IN NS ns2.example.\n",
		    "", NULL, CHECK_apex_ns_present, SEVERITY_BLOCK },
		{ "example. 3600 IN NS ns1.example.\n", "", NULL,
		    CHECK_apex_ns_present, SEVERITY_WARN },
	};

	EXPECT(changes);
}

Test(apex_checks, the_nameservers_are_those_of_the_policy)
{
	static const struct zone_change changes[] = {
		{ NULL, "", "expected_apex_ns=NS2.example.,ns1.Example.",
		    CHECK_apex_ns_present, SEVERITY_OFF },
		{ NULL, "example. 3600 IN NS NS1.example.\n",
		    "expected_apex_ns=ns1.example.,ns2.example.",
		    CHECK_apex_ns_present, SEVERITY_OFF },
		{ NULL, "", "expected_apex_ns=ns1.example.",
		    CHECK_apex_ns_present, SEVERITY_HOLD },
		{ NULL, "",
		    "expected_apex_ns=ns1.example.,ns2.example.,ns3.example.",
		    CHECK_apex_ns_present, SEVERITY_HOLD },
		{ NULL, "", "expected_apex_ns=ns1.example.,s2.example.",
		    CHECK_apex_ns_present, SEVERITY_HOLD },
	};

	EXPECT(changes);
}

#define TIMES "1800 900 604800 3600"

Test(apex_checks, the_times_fit_each_other)
{
	static const struct zone_change changes[] = {
		{ TIMES, "1800 1800 604800 3600", NULL, CHECK_soa_timers,
		    SEVERITY_INFO },
		{ TIMES, "1800 1799 604800 3600", NULL, CHECK_soa_timers,
		    SEVERITY_OFF },
		{ TIMES, "1800 0 604800 3600", NULL, CHECK_soa_timers,
		    SEVERITY_INFO },
		{ TIMES, "0 0 0 0", NULL, CHECK_soa_timers, SEVERITY_INFO },
		{ TIMES, "1800 900 1800 60", NULL, CHECK_soa_timers,
		    SEVERITY_INFO },
		{ TIMES, "1800 900 1801 60", NULL, CHECK_soa_timers,
		    SEVERITY_OFF },
		{ TIMES, "1800 900 3600 3600", NULL, CHECK_soa_timers,
		    SEVERITY_INFO },
		{ TIMES, "1800 900 604800 86400", NULL, CHECK_soa_timers,
		    SEVERITY_OFF },
		{ TIMES, "1800 900 604800 86401", NULL, CHECK_soa_timers,
		    SEVERITY_INFO },
		{ TIMES, "4294967294 1 4294967295 0", NULL, CHECK_soa_timers,
		    SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(apex_checks, a_mark_stands_there_once)
{
	static const struct zone_change changes[] = {
		{ NULL, "", "zone_marker=*.wild.example./TXT",
		    CHECK_zone_marker_record, SEVERITY_OFF },
		{ NULL, "", "zone_marker=www.example./a,example./SOA",
		    CHECK_zone_marker_record, SEVERITY_OFF },
		{ NULL, "", "zone_marker=www.example./TXT",
		    CHECK_zone_marker_record, SEVERITY_BLOCK },
		/* What a wildcard answers for does not stand there. */
		{ NULL, "", "zone_marker=a.wild.example./TXT",
		    CHECK_zone_marker_record, SEVERITY_BLOCK },
		{ NULL, "", "zone_marker=www.example./A,example./NS",
		    CHECK_zone_marker_record, SEVERITY_BLOCK },
		{ NULL, "", "zone_marker=end.test./TXT",
		    CHECK_zone_marker_record, SEVERITY_BLOCK },
		{ NULL, "", "zone_marker=./NS", CHECK_zone_marker_record,
		    SEVERITY_BLOCK },
	};

	EXPECT(changes);
}
