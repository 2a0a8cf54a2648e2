/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone_signed, NULL, changes,                         \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

#define A(ttl) "a.example. " ttl " IN A 192.0.2.5\n"

Test(ttl_checks, ttls_are_in_range)
{
	static const struct zone_change changes[] = {
		{ NULL, A("0"), NULL, CHECK_ttl_range, SEVERITY_WARN },
		{ NULL, A("0"), "ttl_min=0", CHECK_ttl_range, SEVERITY_OFF },
		{ NULL, A("299"), NULL, CHECK_ttl_range, SEVERITY_WARN },
		{ NULL, A("300"), NULL, CHECK_ttl_range, SEVERITY_OFF },
		{ NULL, A("172800"), NULL, CHECK_ttl_range, SEVERITY_OFF },
		{ NULL, A("172801"), NULL, CHECK_ttl_range, SEVERITY_WARN },
		{ NULL, A("2147483647"), NULL, CHECK_ttl_range,
		    SEVERITY_WARN },
		{ NULL, A("2147483647"), "ttl_max=2147483647",
		    CHECK_ttl_range, SEVERITY_OFF },
		/* Glue too. */
		{ NULL, "ns.sub.example. 0 IN AAAA ::1\n", NULL,
		    CHECK_ttl_range, SEVERITY_WARN },
	};

	EXPECT(changes);
}

Test(ttl_checks, what_nobody_keeps_has_any_ttl)
{
	static const struct zone_change changes[] = {
		{ NULL, "example. 0 IN NSEC3PARAM 1 0 0 -\n", NULL,
		    CHECK_ttl_range, SEVERITY_OFF },
		{ NULL, "example. 0 IN TYPE65534 \\# 1 00\n", NULL,
		    CHECK_ttl_range, SEVERITY_OFF },
		{ NULL, "example. 0 IN CDS 0 0 0 00\n", NULL, CHECK_ttl_range,
		    SEVERITY_OFF },
		{ "www.example. 3600 IN RRSIG", "www.example. 0 IN RRSIG",
		    NULL, CHECK_ttl_range, SEVERITY_OFF },
		{ NULL, "example. 0 IN TYPE65533 \\# 1 00\n", NULL,
		    CHECK_ttl_range, SEVERITY_WARN },
	};

	EXPECT(changes);
}

#define RANGE(option, expected)                                                \
	{ NULL, "", option "=3600", CHECK_ttl_policy, SEVERITY_OFF },          \
	{ NULL, "", option "=0", CHECK_ttl_policy, SEVERITY_OFF },             \
	{ NULL, "", option "=3599", CHECK_ttl_policy, expected }

Test(ttl_checks, ttls_are_those_of_the_policy)
{
	static const struct zone_change changes[] = {
		RANGE("ttl_soa_is", SEVERITY_WARN),
		RANGE("ttl_dnskey_is", SEVERITY_WARN),
		RANGE("ttl_apex_ns_is", SEVERITY_WARN),
		RANGE("ttl_delegation_ns_is", SEVERITY_WARN),
		RANGE("ttl_ds_is", SEVERITY_WARN),
		/* The zone has neither NSEC nor NSEC3. */
		RANGE("ttl_denial_is", SEVERITY_OFF),
		{ NULL, "www.example. 1 IN NSEC example. A\n",
		    "ttl_denial_is=3600", CHECK_ttl_policy, SEVERITY_WARN },
		{ NULL, "a.sub.example. 1 IN NSEC example. A\n",
		    "ttl_denial_is=3600", CHECK_ttl_policy, SEVERITY_OFF },
		{ NULL, "a.sub.example. 1 IN NS ns.sub.example.\n",
		    "ttl_delegation_ns_is=3600", CHECK_ttl_policy,
		    SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(ttl_checks, hosts_of_the_apex_have_its_ttl)
{
	static const struct zone_change changes[] = {
		{ "ns1.example. 3600 IN A ", "ns1.example. 60 IN A ",
		    "ttl_apex_ns_is=3600", CHECK_ttl_policy, SEVERITY_WARN },
		{ "ns2.example. 3600 IN AAAA ", "ns2.example. 60 IN AAAA ",
		    "ttl_apex_ns_is=3600", CHECK_ttl_policy, SEVERITY_WARN },
		{ "ns1.example. 3600 IN A ", "ns1.example. 60 IN A ",
		    "ttl_delegation_ns_is=3600", CHECK_ttl_policy,
		    SEVERITY_OFF },
		{ "www.example. 3600 IN A ", "www.example. 60 IN A ",
		    "ttl_apex_ns_is=3600", CHECK_ttl_policy, SEVERITY_OFF },
		{ NULL, "example. 3600 IN NS ns.test.\n",
		    "ttl_apex_ns_is=3600", CHECK_ttl_policy, SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(ttl_checks, dnskey_lives_as_long_as_soa)
{
	static const struct zone_change changes[] = {
		{ NULL, "", "ttl_dnskey=1", CHECK_ttl_policy, SEVERITY_OFF },
		{ "example. 3600 IN SOA", "example. 3601 IN SOA",
		    "ttl_dnskey=1", CHECK_ttl_policy, SEVERITY_WARN },
		{ "example. 3600 IN SOA", "example. 3601 IN SOA",
		    "ttl_dnskey=0", CHECK_ttl_policy, SEVERITY_OFF },
		/* Said once, by the number. */
		{ "example. 3600 IN SOA", "example. 3601 IN SOA",
		    "ttl_dnskey=1 ttl_dnskey_is=3600", CHECK_ttl_policy,
		    SEVERITY_OFF },
	};

	EXPECT(changes);
}
