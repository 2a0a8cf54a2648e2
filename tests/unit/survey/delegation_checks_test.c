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

#define SHA1 "c299d9d08c567d1fb73a5fd9a0f3913eea7ec288"
#define SHA256                                                                 \
	"E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"
#define SEC "sec.example. 3600 IN DS 1 13 2 " SHA256 "\n"
#define WITH(ds) "sec.example. 3600 IN DS " ds "\n"

Test(delegation_checks, ds_records_are_few)
{
	static const struct zone_change changes[] = {
		{ SEC, WITH("1 8 2 " SHA256) WITH("2 8 2 " SHA256),
		    "ds_per_delegation_max=2", CHECK_delegation_ds_count,
		    SEVERITY_OFF },
		{ NULL, WITH("1 8 2 " SHA256) WITH("2 8 2 " SHA256),
		    "ds_per_delegation_max=2", CHECK_delegation_ds_count,
		    SEVERITY_WARN },
	};

	EXPECT(changes);
}

Test(delegation_checks, weak_ds_records_are_counted)
{
	static const struct zone_change changes[] = {
		{ SEC, WITH("1 13 1 " SHA1), NULL, CHECK_delegation_ds_weak,
		    SEVERITY_INFO },
		{ SEC, WITH("1 5 2 " SHA256), NULL, CHECK_delegation_ds_weak,
		    SEVERITY_INFO },
		{ SEC, WITH("1 7 1 " SHA1) WITH("1 7 2 " SHA256), NULL,
		    CHECK_delegation_ds_weak, SEVERITY_INFO },
		/* One that is not weak is enough. */
		{ NULL, WITH("1 13 1 " SHA1), NULL, CHECK_delegation_ds_weak,
		    SEVERITY_OFF },
		{ NULL, WITH("1 7 2 " SHA256), NULL, CHECK_delegation_ds_weak,
		    SEVERITY_OFF },
		/* Digests and algorithms that nobody knows are not. */
		{ SEC, WITH("1 253 9 00"), NULL, CHECK_delegation_ds_weak,
		    SEVERITY_OFF },
		{ NULL, "ns.sub.example. 3600 IN DS 1 5 1 " SHA1 "\n", NULL,
		    CHECK_delegation_ds_weak, SEVERITY_OFF },
	};

	EXPECT(changes);
}
