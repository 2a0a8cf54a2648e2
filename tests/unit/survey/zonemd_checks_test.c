/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define EXPECT(zone, changes)                                                  \
	zone_survey_expect(zone, NULL, changes,                                \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

/* The zone and digest of RFC 8976 A.1. */
#define DIGEST                                                                 \
	"c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9"     \
	"a9713b3c9ae5cc27777f98b8e730044c"
#define OCTETS_16 "c6809000000000000000000000000000"
#define OTHER OCTETS_16 OCTETS_16 OCTETS_16
#define ZONEMD "example. 86400 IN ZONEMD 2018031900 1 1 " DIGEST "\n"
static const char zone[] =
    "example. 86400 IN SOA ns1.example. admin.example. 2018031900 1800 900 "
    "604800 86400\n"
    "example. 86400 IN NS ns1.example.\n"
    "example. 86400 IN NS ns2.example.\n" ZONEMD
    "ns1.example. 3600 IN A 203.0.113.63\n"
    "ns2.example. 3600 IN AAAA 2001:db8::63\n";

Test(zonemd_checks, the_digest_is_that_of_the_zone)
{
	static const struct zone_change changes[] = {
		{ NULL, "example. 86400 IN NS NS2.example.\n", NULL,
		    CHECK_zonemd_digest, SEVERITY_OFF },
		{ NULL, "a.test. 3600 IN A 192.0.2.1\n", NULL,
		    CHECK_zonemd_digest, SEVERITY_OFF },
		{ NULL, "example. 86400 IN RRSIG ZONEMD 13 1 86400 " ZONE_TIMES
			" 1 example. AAAA\n",
		    NULL, CHECK_zonemd_digest, SEVERITY_OFF },
		{ NULL, "example. 86400 IN RRSIG SOA 13 1 86400 " ZONE_TIMES
			" 1 example. AAAA\n",
		    NULL, CHECK_zonemd_digest, SEVERITY_BLOCK },
		{ "ns1.example. 3600", "ns1.example. 3601", NULL,
		    CHECK_zonemd_digest, SEVERITY_BLOCK },
		{ "203.0.113.63", "203.0.113.62", NULL, CHECK_zonemd_digest,
		    SEVERITY_BLOCK },
		{ "203.0.113.63", "203.0.113.62", "zonemd=0",
		    CHECK_zonemd_digest, SEVERITY_OFF },
		{ NULL, "a.example. 3600 IN ZONEMD 1 1 1 " OTHER "\n", NULL,
		    CHECK_zonemd_digest, SEVERITY_BLOCK },
	};

	EXPECT(zone, changes);
}

Test(zonemd_checks, one_record_that_verifies_is_enough)
{
	static const struct zone_change changes[] = {
		{ NULL, "example. 86400 IN ZONEMD 2018031900 1 2 " OTHER
		  OCTETS_16 "\n",
		    NULL, CHECK_zonemd_digest, SEVERITY_WARN },
		{ NULL,
		    "example. 86400 IN ZONEMD 2018031900 240 1 " DIGEST "\n",
		    NULL, CHECK_zonemd_digest, SEVERITY_OFF },
		{ ZONEMD,
		    "example. 86400 IN ZONEMD 2018031900 240 1 " DIGEST "\n",
		    NULL, CHECK_zonemd_digest, SEVERITY_WARN },
		{ ZONEMD,
		    "example. 86400 IN ZONEMD 2018031900 240 1 " DIGEST "\n",
		    "zonemd=2", CHECK_zonemd_digest, SEVERITY_BLOCK },
		{ ZONEMD, "example. 86400 IN ZONEMD 2018031900 1 1 " OTHER "\n",
		    NULL, CHECK_zonemd_digest, SEVERITY_BLOCK },
		{ NULL,
		    "example. 86400 IN ZONEMD 2018031900 1 1 " OTHER "\n", NULL,
		    CHECK_zonemd_digest, SEVERITY_BLOCK },
		{ NULL,
		    "example. 86400 IN ZONEMD 2018031900 1 1 " OTHER "\n", NULL,
		    CHECK_zonemd_unique, SEVERITY_HOLD },
		{ NULL, ZONEMD, NULL, CHECK_zonemd_unique, SEVERITY_OFF },
	};

	EXPECT(zone, changes);
}

Test(zonemd_checks, the_serial_is_the_soas)
{
	static const struct zone_change changes[] = {
		{ "ZONEMD 2018031900", "ZONEMD 2018031901", NULL,
		    CHECK_zonemd_serial, SEVERITY_BLOCK },
		/* Said once. */
		{ "ZONEMD 2018031900", "ZONEMD 2018031901", NULL,
		    CHECK_zonemd_digest, SEVERITY_OFF },
		/* But not more softly. */
		{ NULL,
		    "example. 86400 IN ZONEMD 1 1 2 " OTHER OCTETS_16 "\n",
		    "severity.zonemd_serial=2 severity.zonemd_digest=1",
		    CHECK_zonemd_digest, SEVERITY_HOLD },
		{ "ZONEMD 2018031900", "ZONEMD 2018031901", "zonemd=0",
		    CHECK_zonemd_serial, SEVERITY_OFF },
	};

	EXPECT(zone, changes);
}

Test(zonemd_checks, what_must_be_there_is_there)
{
	static const struct zone_change changes[] = {
		{ ZONEMD, "", NULL, CHECK_zonemd_policy, SEVERITY_OFF },
		{ ZONEMD, "", "zonemd=2", CHECK_zonemd_policy,
		    SEVERITY_BLOCK },
		{ ZONEMD,
		    "example. 86400 IN NSEC ns1.example. NS SOA ZONEMD\n",
		    NULL, CHECK_zonemd_policy, SEVERITY_BLOCK },
		{ ZONEMD,
		    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 "
		    "1 0 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom SOA ZONEMD\n",
		    NULL, CHECK_zonemd_policy, SEVERITY_BLOCK },
		{ ZONEMD,
		    "example. 86400 IN NSEC ns1.example. NS SOA ZONEMD\n",
		    "zonemd=0", CHECK_zonemd_policy, SEVERITY_OFF },
		{ ZONEMD, "ns1.example. 86400 IN NSEC a.example. ZONEMD\n",
		    NULL, CHECK_zonemd_policy, SEVERITY_OFF },
		{ NULL, "", "zonemd=2", CHECK_zonemd_policy, SEVERITY_OFF },
	};

	EXPECT(zone, changes);
}

#define OF_SOA "example. 3600 IN ZONEMD 2018031900 1 1 " OTHER "\n"
/* The ZSK with the REVOKE flag: its tag is 128 more (RFC 4034 appendix B). */
#define REVOKED "27815"
#define REVOKED_KEY "example. 3600 IN DNSKEY 384 3 13 " ZONE_ZSK_PUBLIC "\n"

Test(zonemd_checks, zonemd_and_soa_are_signed_by_usable_keys)
{
	static const struct zone_change changes[] = {
		{ NULL, OF_SOA ZONE_SIG("", "ZONEMD", "1", ZONE_ZSK), NULL,
		    CHECK_zonemd_signed, SEVERITY_OFF },
		{ NULL,
		    OF_SOA REVOKED_KEY ZONE_SIG("", "ZONEMD", "1", REVOKED),
		    NULL, CHECK_zonemd_signed, SEVERITY_BLOCK },
		{ NULL,
		    OF_SOA REVOKED_KEY ZONE_SIG("", "ZONEMD", "1", REVOKED)
		    ZONE_SIG("", "ZONEMD", "1", ZONE_ZSK),
		    NULL, CHECK_zonemd_signed, SEVERITY_OFF },
		{ ZONE_SIG("", "SOA", "1", ZONE_ZSK),
		    OF_SOA REVOKED_KEY ZONE_SIG("", "SOA", "1", REVOKED)
		    ZONE_SIG("", "ZONEMD", "1", ZONE_ZSK),
		    NULL, CHECK_zonemd_signed, SEVERITY_BLOCK },
		/* What rrsig_present_all refuses. */
		{ NULL, OF_SOA, NULL, CHECK_zonemd_signed, SEVERITY_OFF },
		{ NULL, OF_SOA, NULL, CHECK_rrsig_present_all,
		    SEVERITY_BLOCK },
	};

	EXPECT(zone_signed, changes);
}

Test(zonemd_checks, the_ttl_is_that_of_the_soa)
{
	static const struct zone_change changes[] = {
		{ "example. 86400 IN ZONEMD", "example. 86399 IN ZONEMD", NULL,
		    CHECK_zonemd_ttl, SEVERITY_INFO },
		{ "example. 86400 IN ZONEMD", "example. 86399 IN ZONEMD",
		    "zonemd=0", CHECK_zonemd_ttl, SEVERITY_OFF },
		{ ZONEMD, "", NULL, CHECK_zonemd_ttl, SEVERITY_OFF },
		{ NULL, "a.example. 1 IN ZONEMD 1 1 1 " OTHER "\n", NULL,
		    CHECK_zonemd_ttl, SEVERITY_OFF },
	};

	EXPECT(zone, changes);
}
