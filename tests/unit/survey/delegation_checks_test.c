/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone_signed, NULL, changes,                         \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

Test(delegation_checks, ds_stands_at_delegations)
{
#define DS " 3600 IN DS 1 13 1 c299d9d08c567d1fb73a5fd9a0f3913eea7ec288\n"
	static const struct zone_change changes[] = {
		{ NULL, "example." DS, NULL, CHECK_delegation_ds_placement,
		    SEVERITY_BLOCK },
		{ NULL, "www.example." DS, NULL, CHECK_delegation_ds_placement,
		    SEVERITY_BLOCK },
		{ NULL, "ns.sub.example." DS, NULL,
		    CHECK_delegation_ds_placement, SEVERITY_WARN },
		{ NULL,
		    "ns.sub.example." DS
		    ZONE_SIG("ns.sub.", "DS", "3", ZONE_ZSK),
		    NULL, CHECK_delegation_ds_placement, SEVERITY_BLOCK },
		{ NULL, "ns.dn.example." DS, NULL,
		    CHECK_delegation_ds_placement, SEVERITY_BLOCK },
		{ NULL, "sub.example." DS, NULL, CHECK_delegation_ds_placement,
		    SEVERITY_OFF },
		{ NULL,
		    "sub.example. 60 IN DS 1 13 1 "
		    "c299d9d08c567d1fb73a5fd9a0f3913eea7ec288\n",
		    NULL, CHECK_delegation_ds_ttl, SEVERITY_WARN },
		{ NULL,
		    "sub.example. 60 IN DS 1 13 1 "
		    "c299d9d08c567d1fb73a5fd9a0f3913eea7ec288\n",
		    "ttl_ds=1", CHECK_delegation_ds_ttl, SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(delegation_checks, digests_are_as_long_as_their_type_says)
{
#define OCTETS_20 "c299d9d08c567d1fb73a5fd9a0f3913eea7ec288"
#define OCTETS_32 OCTETS_20 "8cbbf9c5c8bd2c3f2a1e4d5b"
#define OCTETS_48 OCTETS_20 OCTETS_20 "0011223344556677"
#define CHANGE(fields, severity)                                               \
	{ NULL, "sub.example. 3600 IN DS " fields "\n", NULL,                  \
	    CHECK_delegation_ds_syntax, severity }
	static const struct zone_change changes[] = {
		CHANGE("1 13 1 " OCTETS_20, SEVERITY_OFF),
		CHANGE("1 13 2 " OCTETS_32, SEVERITY_OFF),
		CHANGE("1 13 3 " OCTETS_32, SEVERITY_OFF),
		CHANGE("1 13 4 " OCTETS_48, SEVERITY_OFF),
		CHANGE("1 13 5 " OCTETS_32, SEVERITY_OFF),
		CHANGE("1 13 6 " OCTETS_32, SEVERITY_OFF),
		CHANGE("0 255 255 00", SEVERITY_OFF),
		CHANGE("1 13 1 " OCTETS_32, SEVERITY_HOLD),
		CHANGE("1 13 2 " OCTETS_20, SEVERITY_HOLD),
		CHANGE("1 13 3 " OCTETS_48, SEVERITY_HOLD),
		CHANGE("1 13 4 " OCTETS_32, SEVERITY_HOLD),
		CHANGE("1 13 4 " OCTETS_48 "00", SEVERITY_HOLD),
		CHANGE("1 0 2 " OCTETS_32, SEVERITY_HOLD),
		CHANGE("1 13 0 " OCTETS_32, SEVERITY_HOLD),
	};

	EXPECT(changes);
}

Test(delegation_checks, no_wildcard_is_delegated)
{
	static const struct zone_change changes[] = {
		{ NULL, "*.example. 3600 IN NS ns1.example.\n", NULL,
		    CHECK_delegation_wildcard, SEVERITY_BLOCK },
		{ NULL, "*.ns.sub.example. 3600 IN NS ns1.example.\n", NULL,
		    CHECK_delegation_wildcard, SEVERITY_BLOCK },
		{ NULL, "a.*.example. 3600 IN NS ns1.example.\n", NULL,
		    CHECK_delegation_wildcard, SEVERITY_OFF },
		{ NULL, "**.example. 3600 IN NS ns1.example.\n", NULL,
		    CHECK_delegation_wildcard, SEVERITY_OFF },
	};

	EXPECT(changes);
}
