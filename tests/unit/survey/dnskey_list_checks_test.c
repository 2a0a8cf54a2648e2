/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone_signed, NULL, changes,                         \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

/* SHA-256 over example. and the RDATA, with flags 257 and 256. */
#define KSK_KID                                                                \
	"816377eec9796cad8d6e51eb358369b99e9b673ed1990872b726785cbe661a12"
#define ZSK_KID                                                                \
	"982ae75d2059a025b015a55831cd141d8e4ea574203efcf47bca4d221eabd0e0"
#define KSK ZONE_KSK "/13"
#define ZSK ZONE_ZSK "/13"

#define REVOKED "example. 3600 IN DNSKEY 385 3 13 " ZONE_KSK_PUBLIC "\n"

Test(dnskey_list_checks, keys_that_are_expected)
{
	const enum check_id check = CHECK_dnskey_unexpected;
	const struct zone_change changes[] = {
		{ NULL, "", "expected_keys=" KSK "," ZSK, check, SEVERITY_OFF },
		{ NULL, "", "expected_keys=" KSK_KID "," ZSK_KID, check,
		    SEVERITY_OFF },
		{ NULL, "", "expected_keys=" ZSK_KID, check, SEVERITY_HOLD },
		{ NULL, "", "expected_keys=" KSK, check, SEVERITY_HOLD },
		{ NULL, "", "expected_keys=" KSK "," ZONE_ZSK "/8", check,
		    SEVERITY_HOLD },
		/* Revoking a key changes its tag, not its kid. */
		{ "example. 3600 IN DNSKEY 257 3 13 " ZONE_KSK_PUBLIC "\n",
		    REVOKED, "expected_keys=" KSK "," ZSK, check,
		    SEVERITY_OFF },
		{ "example. 3600 IN DNSKEY 257 3 13 " ZONE_KSK_PUBLIC "\n",
		    REVOKED, "expected_keys=" KSK_KID "," ZSK, check,
		    SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(dnskey_list_checks, keys_that_are_retired)
{
	const enum check_id check = CHECK_dnskey_reuse_after_retire;
	const struct zone_change changes[] = {
		{ NULL, "", "retired_keys=1/13", check, SEVERITY_OFF },
		{ NULL, "", "retired_keys=" ZSK, check, SEVERITY_BLOCK },
		{ NULL, "", "retired_keys=" KSK_KID, check, SEVERITY_BLOCK },
		{ "example. 3600 IN DNSKEY 257 3 13 " ZONE_KSK_PUBLIC "\n",
		    REVOKED, "retired_keys=" KSK_KID, check, SEVERITY_OFF },
	};

	EXPECT(changes);
}

Test(dnskey_list_checks, keys_of_other_zones)
{
	const enum check_id check = CHECK_dnskey_shared_across_zones;
	/* Of the KSK under other. with flags 256 and 257. */
	const struct zone_change changes[] = {
		{ NULL, "",
		    "foreign_keys=other./"
		    "696cba4028f05ee7dcd5a9b5459cf83c1274f6817131d573fb6a2943298ae3d7",
		    check, SEVERITY_BLOCK },
		{ NULL, "",
		    "foreign_keys=OTHER./"
		    "1e0a7785ea4bdf8101613b539da0f60f39d4678480ec534095534dc864cde0d9",
		    check, SEVERITY_BLOCK },
		{ NULL, "", "foreign_keys=another./1e0a7785ea4bdf8101613b539da0f60f39d4678480ec534095534dc864cde0d9", check,
		    SEVERITY_OFF },
		{ NULL, "", "foreign_keys=other./" KSK_KID, check,
		    SEVERITY_OFF },
	};

	EXPECT(changes);
}
