/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>

#include "whole_survey.h"
#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone_signed, NULL, changes,                         \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

#define FROM "sec.example. 3600 IN NS ns1.example.\n"
#define TO(host) "sec.example. 3600 IN NS " host "\n"

#define ALIAS(host)                                                            \
	{ FROM, TO(host), NULL, CHECK_ns_target_not_alias, SEVERITY_WARN },    \
	{ FROM, TO(host), NULL, CHECK_glue_required_present, SEVERITY_OFF }
#define MISSING(host)                                                          \
	{ FROM, TO(host), NULL, CHECK_ns_target_not_alias, SEVERITY_OFF },     \
	{ FROM, TO(host), NULL, CHECK_glue_required_present, SEVERITY_WARN }
#define FINE(host)                                                             \
	{ FROM, TO(host), NULL, CHECK_ns_target_not_alias, SEVERITY_OFF },     \
	{ FROM, TO(host), NULL, CHECK_glue_required_present, SEVERITY_OFF }

Test(glue_checks, hosts_are_not_aliases)
{
	static const struct zone_change changes[] = {
		ALIAS("alias.example."),
		ALIAS("ALIAS.Example."),
		ALIAS("a.dn.example."),
		ALIAS("c.b.a.dn.example."),
		FINE("WWW.example."),
		/* What is below a CNAME is none. */
		MISSING("a.alias.example."),
		/* A DNAME's own name is none. */
		MISSING("dn.example."),
		/* Names that only end alike. */
		MISSING("adn.example."),
		FINE("notexample."),
		FINE("example.test."),
		FINE("."),
	};

	EXPECT(changes);
}

#define STAR "*.w.example. 3600 IN CNAME www.example.\n"
#define STAR_A "*.w.example. 3600 IN A 192.0.2.9\n"

Test(glue_checks, wildcards_make_hosts)
{
	static const struct zone_change changes[] = {
		ALIAS("a.w.example.\n" STAR),
		ALIAS("b.a.w.example.\n" STAR),
		FINE("b.a.w.example.\n" STAR_A),
		/* They stand for nothing below a name that is there (RFC 4592
		 * 2.2.3), be it before or after the host. */
		MISSING("b.a.w.example.\n" STAR
		    "a.a.w.example. 3600 IN A 192.0.2.9\n"),
		MISSING("b.a.w.example.\n" STAR
		    "c.a.w.example. 3600 IN A 192.0.2.9\n"),
		MISSING("b.a.w.example.\n" STAR_A
		    "a.w.example. 3600 IN TXT x\n"),
		ALIAS("b.a.w.example.\n" STAR
		    "aa.w.example. 3600 IN A 192.0.2.9\n"),
		/* No addresses. */
		MISSING("a.wild.example."),
	};

	EXPECT(changes);
}

Test(glue_checks, hosts_have_addresses)
{
	static const struct zone_change changes[] = {
		/* The zone's own. */
		MISSING("nobody.example."),
		MISSING("example."),
		FINE("example.\nexample. 3600 IN A 192.0.2.9\n"),
		/* Below the delegation, or at it. */
		MISSING("ns.sec.example."),
		MISSING("b.a.sec.example."),
		MISSING("sec.example."),
		MISSING("SEC.example."),
		FINE("SEC.example.\nsec.example. 3600 IN AAAA ::1\n"),
		FINE("b.a.sec.example.\nb.a.sec.example. 3600 IN AAAA ::1\n"),
		/* A delegation below it does not count: this zone hides it. */
		MISSING("b.a.sec.example.\na.sec.example. 3600 IN NS ns1.a.\n"),
		/* Below another one, which can be asked. */
		FINE("ns.sub.example."),
		FINE("other.sub.example."),
	};

	EXPECT(changes);
}

Test(glue_checks, the_apex_has_hosts_with_addresses)
{
	static const struct zone_change changes[] = {
		{ "ns1.example. 3600 IN A ", "ns3.example. 3600 IN A ", NULL,
		    CHECK_glue_required_present, SEVERITY_WARN },
		{ NULL, "example. 3600 IN NS example.\n", NULL,
		    CHECK_glue_required_present, SEVERITY_WARN },
		{ NULL, "example. 3600 IN NS alias.example.\n", NULL,
		    CHECK_ns_target_not_alias, SEVERITY_WARN },
		{ NULL, "example. 3600 IN NS other.sub.example.\n", NULL,
		    CHECK_glue_required_present, SEVERITY_OFF },
		/* Nobody is told of those below a delegation. */
		{ NULL, "a.sub.example. 3600 IN NS nobody.example.\n", NULL,
		    CHECK_glue_required_present, SEVERITY_OFF },
	};

	EXPECT(changes);
}

#define NS(cut, host) cut ".example. 3600 IN NS " host ".example.\n"

Test(glue_checks, delegations_do_not_need_each_other)
{
	static const struct zone_change changes[] = {
		{ NULL, NS("a", "ns.b") NS("b", "ns.a"), NULL,
		    CHECK_glue_required_present, SEVERITY_WARN },
		{ NULL, NS("a", "ns.b") NS("b", "ns.c") NS("c", "ns.a"), NULL,
		    CHECK_glue_required_present, SEVERITY_WARN },
		{ NULL, NS("a", "ns.b") NS("b", "ns.c") NS("c", "ns1"), NULL,
		    CHECK_glue_required_present, SEVERITY_OFF },
		{ NULL,
		    NS("a", "ns.b") NS("b", "ns.a")
		    "b.example. 3600 IN NS ns.test.\n",
		    NULL, CHECK_glue_required_present, SEVERITY_OFF },
		{ NULL,
		    NS("a", "ns.b") NS("b", "ns.a")
		    "ns.b.example. 3600 IN A 192.0.2.9\n",
		    NULL, CHECK_glue_required_present, SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(glue_checks, a_long_circle_is_left_undecided)
{
	/* Sixteen delegations are followed, and no more. */
	for (unsigned n = 16; n <= 17; n++) {
		struct zone_survey found;
		char text[4096] = "";
		size_t used = 0;

		for (unsigned i = 0; i < n; i++) {
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used,
			    "c%u.example. 3600 IN NS ns.c%u.example.\n", i,
			    (i + 1) % n);
		}
		struct zone_change change = { .to = text };

		zone_survey_run(&found, zone_signed, &change, NULL);
		cr_expect_eq(
		    found.n[CHECK_glue_required_present][SEVERITY_WARN],
		    n == 16 ? 16 : 0);
	}
}

#define LEFT "left.sub.example. 3600 IN A 192.0.2.9\n"

Test(glue_checks, glue_is_named)
{
	static const struct zone_change changes[] = {
		{ NULL, LEFT, NULL, CHECK_glue_orphan, SEVERITY_HOLD },
		{ NULL, LEFT, "glue_orphans=0", CHECK_glue_orphan,
		    SEVERITY_OFF },
		{ NULL, "sub.example. 3600 IN AAAA ::1\n", NULL,
		    CHECK_glue_orphan, SEVERITY_HOLD },
		{ NULL, "aleft.sub.example. 3600 IN A 192.0.2.9\n"
		  NS("sec", "left.sub"), NULL, CHECK_glue_orphan,
		    SEVERITY_HOLD },
		{ NULL, LEFT NS("sec", "LEFT.sub"), NULL, CHECK_glue_orphan,
		    SEVERITY_OFF },
		{ NULL, LEFT NS("a.sub", "left.sub"), NULL, CHECK_glue_orphan,
		    SEVERITY_OFF },
		{ NULL, "left.sub.example. 3600 IN TXT x\n", NULL,
		    CHECK_glue_orphan, SEVERITY_OFF },
		/* What others refuse. */
		{ NULL, "left.dn.example. 3600 IN A 192.0.2.9\n", NULL,
		    CHECK_glue_orphan, SEVERITY_OFF },
		{ NULL, "left.test. 3600 IN A 192.0.2.9\n", "glue_orphans=2",
		    CHECK_glue_orphan, SEVERITY_HOLD },
	};

	EXPECT(changes);
}

#define WWW "www.example. 3600 IN A 192.0.2.4\n"

Test(glue_checks, the_zone_has_no_hosts_where_the_policy_wants_none)
{
	static const struct zone_change changes[] = {
		{ WWW, "", "glue_orphans=2", CHECK_glue_orphan,
		    SEVERITY_OFF },
		{ NULL, "", "glue_orphans=2", CHECK_glue_orphan,
		    SEVERITY_HOLD },
		{ NULL, NS("sec", "www"), "glue_orphans=2", CHECK_glue_orphan,
		    SEVERITY_HOLD },
		{ NULL, NS("sec", "www"),
		    "glue_orphans=2 allow_auth_hosts=a.example.,WWW.Example.",
		    CHECK_glue_orphan, SEVERITY_OFF },
		{ NULL, "example. 3600 IN NS www.example.\n", "glue_orphans=2",
		    CHECK_glue_orphan, SEVERITY_OFF },
		{ WWW, "example. 3600 IN A 192.0.2.4\n", "glue_orphans=2",
		    CHECK_glue_orphan, SEVERITY_OFF },
		/* What tld_zone_contents refuses. */
		{ NULL, "", "glue_orphans=2 zone_contents=1",
		    CHECK_glue_orphan, SEVERITY_OFF },
		{ NULL, NS("sec", "www"), "glue_orphans=2 zone_contents=1",
		    CHECK_glue_orphan, SEVERITY_HOLD },
	};

	EXPECT(changes);
}

Test(glue_checks, the_root_is_above_all_names)
{
	static struct whole_survey made;
	uint32_t line = 0;

	cr_assert_eq(
	    whole_survey_run(&made,
	        ". 86400 IN SOA ns.a. x.a. 1 1800 900 604800 86400\n"
	        ". 86400 IN NS ns.a.\n"
	        ". 86400 IN NS NS.b.\n"
	        "a. 86400 IN NS ns.a.\n"
	        "ns.a. 86400 IN A 192.0.2.1\n"
	        "b. 86400 IN NS ns.a.\n"
	        "b. 86400 IN NS ns.c.\n"
	        "c. 86400 IN NS .\n"
	        "d. 86400 IN NS d.\n"
	        "e. 86400 IN NS a.b.c.f.\n"
	        "g.h. 86400 IN CNAME ns.a.\n"
	        "i. 86400 IN NS g.h.\n",
	        "."),
	    INDEX_COMPLETE);
	cr_expect_eq(whole_survey_findings(&made, CHECK_glue_required_present,
	                 &line),
	    3);
	cr_expect_eq(line, 8);
	cr_expect_eq(whole_survey_findings(&made, CHECK_ns_target_not_alias,
	                 &line),
	    1);
	cr_expect_eq(line, 12);
	cr_expect_eq(whole_survey_findings(&made, CHECK_glue_orphan, &line), 0);
}
