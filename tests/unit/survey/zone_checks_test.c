/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "zone_survey.h"

#define EXPECT(zone, anchors, changes)                                         \
	zone_survey_expect(zone, anchors, changes,                             \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

Test(zone_checks, records_are_of_one_zone)
{
	static const struct zone_change changes[] = {
		{ NULL, "example. 3600 IN SOA a. b. 1 2 3 4 5\n", NULL,
		    CHECK_zone_single_soa, SEVERITY_BLOCK },
		{ NULL, "www.example. 3600 IN SOA a. b. 1 2 3 4 5\n", NULL,
		    CHECK_zone_single_soa, SEVERITY_BLOCK },
		{ NULL, "www.examplf. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_zone_out_of_zone, SEVERITY_BLOCK },
		{ NULL, "a.b.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_zone_out_of_zone, SEVERITY_OFF },
	};

	EXPECT(zone_signed, NULL, changes);
}

#define META(type) "www.example. 3600 IN TYPE" type " \\# 1 00\n"

Test(zone_checks, types_for_messages_are_not_in_zones)
{
	static const struct zone_change changes[] = {
		{ NULL, META("0"), NULL, CHECK_compact_denial_type,
		    SEVERITY_BLOCK },
		{ NULL, META("41"), NULL, CHECK_compact_denial_type,
		    SEVERITY_BLOCK },
		{ NULL, META("128"), NULL, CHECK_compact_denial_type,
		    SEVERITY_BLOCK },
		{ NULL, "a.sub.example. 3600 IN TYPE255 \\# 0\n", NULL,
		    CHECK_compact_denial_type, SEVERITY_BLOCK },
		{ NULL, META("100"), NULL, CHECK_compact_denial_type,
		    SEVERITY_OFF },
		{ NULL, META("127"), NULL, CHECK_compact_denial_type,
		    SEVERITY_OFF },
		{ NULL, META("65280"), NULL, CHECK_compact_denial_type,
		    SEVERITY_OFF },
		{ NULL, "www.example. 3600 IN NSEC example. A TYPE128\n", NULL,
		    CHECK_compact_denial_type, SEVERITY_BLOCK },
		{ NULL, "www.example. 3600 IN NSEC example. TYPE41\n", NULL,
		    CHECK_compact_denial_type, SEVERITY_BLOCK },
		{ NULL, "www.example. 3600 IN NSEC example. TYPE255\n", NULL,
		    CHECK_compact_denial_type, SEVERITY_BLOCK },
		{ NULL, "www.example. 3600 IN NSEC example. A NSEC TYPE127\n",
		    NULL, CHECK_compact_denial_type, SEVERITY_OFF },
		{ NULL, "www.example. 3600 IN NSEC example. A TYPE65281\n",
		    NULL, CHECK_compact_denial_type, SEVERITY_OFF },
		{ NULL,
		    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 "
		    "1 0 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A TYPE128\n",
		    NULL, CHECK_compact_denial_type, SEVERITY_BLOCK },
	};

	EXPECT(zone_signed, NULL, changes);
}

Test(zone_checks, serials_increase_by_less_than_half_their_range)
{
	/* The previous release has 2018031899. */
	static const struct zone_change changes[] = {
		{ "2018031900", "2018031899", NULL, CHECK_serial_increase,
		    SEVERITY_BLOCK },
		{ "2018031900", "2018031898", NULL, CHECK_serial_increase,
		    SEVERITY_BLOCK },
		{ "2018031900", "4165515546", NULL, CHECK_serial_increase,
		    SEVERITY_OFF },
		{ "2018031900", "4165515547", NULL, CHECK_serial_increase,
		    SEVERITY_BLOCK },
		{ "2018031900", "4165515548", NULL, CHECK_serial_increase,
		    SEVERITY_BLOCK },
	};

	EXPECT(zone_signed, NULL, changes);
}

Test(zone_checks, rrsets_are_sets_with_one_ttl)
{
	static const struct zone_change changes[] = {
		{ NULL, "www.example. 3600 IN A 192.0.2.4\n", NULL,
		    CHECK_rrset_duplicate_rr, SEVERITY_HOLD },
		{ NULL, "example. 3600 IN NS NS1.Example.\n", NULL,
		    CHECK_rrset_duplicate_rr, SEVERITY_HOLD },
		{ NULL, "www.example. 3600 IN A 192.0.2.5\n", NULL,
		    CHECK_rrset_duplicate_rr, SEVERITY_OFF },
		{ NULL, "www.example. 3601 IN A 192.0.2.5\n", NULL,
		    CHECK_rrset_ttl_uniform, SEVERITY_BLOCK },
		{ "ns2.example. 3600 IN RRSIG", "ns2.example. 1 IN RRSIG",
		    NULL, CHECK_rrset_ttl_uniform, SEVERITY_OFF },
	};

	EXPECT(zone_signed, NULL, changes);
}

Test(zone_checks, an_rrset_fits_a_message)
{
	/* 12 octets of header, 15 of question, and a record of 21 octets
	 * besides its RDATA: 65,488 of RDATA are one too many. */
	static char text[140000];
	struct zone_survey found;

	for (size_t rdata = 65487; rdata <= 65488; rdata++) {
		size_t used = (size_t)snprintf(text, sizeof(text),
		    "a.example. 3600 IN TYPE65280 \\# %zu ", rdata);

		memset(text + used, '0', 2 * rdata);
		text[used + 2 * rdata] = '\n';
		text[used + 2 * rdata + 1] = '\0';
		struct zone_change change = { .to = text };

		zone_survey_run(&found, zone_signed, &change, NULL);
		cr_expect_eq(found.n[CHECK_rrset_wire_size][SEVERITY_BLOCK],
		    rdata - 65487);
	}
}

Test(zone_checks, aliases_are_alone)
{
	static const struct zone_change changes[] = {
		{ NULL, "alias.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_cname_exclusive, SEVERITY_BLOCK },
		{ NULL, "alias.example. 3600 IN CNAME a.\n", NULL,
		    CHECK_cname_exclusive, SEVERITY_BLOCK },
		{ NULL, "alias.example. 3600 IN NSEC dn.example. CNAME\n",
		    NULL, CHECK_cname_exclusive, SEVERITY_OFF },
		{ NULL, "alias.example. 3600 IN TYPE25 \\# 5 0200ff0101\n",
		    NULL, CHECK_cname_exclusive, SEVERITY_OFF },
		{ NULL, "ns.sub.example. 3600 IN CNAME a.\n", NULL,
		    CHECK_cname_exclusive, SEVERITY_BLOCK },
	};

	EXPECT(zone_signed, NULL, changes);
}

Test(zone_checks, nothing_is_below_a_dname)
{
	static const struct zone_change changes[] = {
		{ NULL, "a.b.dn.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_dname_no_descendants, SEVERITY_BLOCK },
		{ NULL, "dn.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_dname_no_descendants, SEVERITY_OFF },
		{ NULL, "dn.example. 3600 IN DNAME a.\n", NULL,
		    CHECK_dname_no_descendants, SEVERITY_BLOCK },
		{ NULL, "dn.example. 3600 IN NS a.\n", NULL,
		    CHECK_dname_no_descendants, SEVERITY_BLOCK },
		{ NULL, "dn-.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_dname_no_descendants, SEVERITY_OFF },
	};

	EXPECT(zone_signed, NULL, changes);
}

Test(zone_checks, nsec3_may_be_below_a_dname_at_the_apex)
{
	static const char zone[] =
	    "example. 3600 IN SOA a. b. 1 2 3 4 5\n"
	    "example. 3600 IN DNAME other.test.\n"
	    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 1 0 0 - "
	    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom SOA DNAME\n";
	static const struct zone_change changes[] = {
		{ NULL,
		    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN A "
		    "192.0.2.1\n",
		    NULL, CHECK_dname_no_descendants, SEVERITY_BLOCK },
		{ NULL, "a.example. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_dname_no_descendants, SEVERITY_BLOCK },
	};

	EXPECT(zone, NULL, changes);
}
