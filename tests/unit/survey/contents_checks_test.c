/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "zone_survey.h"

#define EXPECT(changes)                                                        \
	zone_survey_expect(zone, NULL, changes,                                \
	    (unsigned)(sizeof(changes) / sizeof((changes)[0])))

/* A registry's. */
static const char zone[] =
    "example. 3600 IN SOA ns1.example. a.example. 1 1800 900 604800 3600\n"
    "example. 3600 IN NS ns1.example.\n"
    "example. 3600 IN NS ns2.test.\n"
    "ns1.example. 3600 IN A 192.0.2.1\n"
    "a.example. 3600 IN NS ns.a.example.\n"
    "a.example. 3600 IN NS old.b.example.\n"
    "a.example. 3600 IN DS 1 13 2 "
    "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    "a.example. 3600 IN NSEC example. NS DS NSEC\n"
    "ns.a.example. 3600 IN A 192.0.2.2\n"
    "old.b.example. 3600 IN AAAA ::2\n"
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 3600 IN NSEC3 "
    "1 1 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom SOA NS\n";

#define ALLOWED(text)                                                          \
	{ NULL, text, "zone_contents=1", CHECK_tld_zone_contents, SEVERITY_OFF }
#define REFUSED(text)                                                          \
	{ NULL, text, "zone_contents=0", CHECK_tld_zone_contents,              \
	    SEVERITY_OFF },                                                    \
	{ NULL, text, "zone_contents=1", CHECK_tld_zone_contents,              \
	    SEVERITY_HOLD }

Test(contents_checks, the_contract_says_what_is_at_the_apex)
{
	static const struct zone_change changes[] = {
		ALLOWED(""),
		ALLOWED("example. 3600 IN TXT x\n"),
		ALLOWED("example. 3600 IN TYPE65534 \\# 1 00\n"),
		ALLOWED("example. 3600 IN NSEC3PARAM 1 0 0 -\n"),
		ALLOWED("example. 3600 IN CDS 0 0 0 00\n"),
		REFUSED("example. 3600 IN TYPE65533 \\# 1 00\n"),
		REFUSED("example. 3600 IN A 192.0.2.1\n"),
		REFUSED("example. 3600 IN AAAA ::1\n"),
		REFUSED("example. 3600 IN MX 10 mail.test.\n"),
		REFUSED("example. 3600 IN DNAME test.\n"),
	};

	EXPECT(changes);
}

Test(contents_checks, the_contract_says_what_is_below_the_apex)
{
	static const struct zone_change changes[] = {
		ALLOWED("c.example. 3600 IN NS c.example.\n"
			"c.example. 3600 IN A 192.0.2.3\n"),
		/* An orphan, perhaps; not forbidden. */
		ALLOWED("ns9.a.example. 3600 IN AAAA ::1\n"),
		REFUSED("a.example. 3600 IN TXT x\n"),
		REFUSED("ns.a.example. 3600 IN TXT x\n"),
		REFUSED("c.a.example. 3600 IN NS ns.a.example.\n"),
		REFUSED("www.example. 3600 IN A 192.0.2.3\n"),
		REFUSED("ns1.example. 3600 IN TXT x\n"),
		REFUSED("c.example. 3600 IN CNAME www.test.\n"),
		REFUSED("c.example. 3600 IN TYPE65534 \\# 1 00\n"),
	};
	static const struct zone_change own[] = {
		{ NULL, "www.example. 3600 IN A 192.0.2.3\n",
		    "zone_contents=1 allow_auth_hosts=www.example.",
		    CHECK_tld_zone_contents, SEVERITY_OFF },
	};

	EXPECT(changes);
	EXPECT(own);
}

Test(contents_checks, the_contract_has_no_wildcards)
{
	static const struct zone_change changes[] = {
		REFUSED("*.example. 3600 IN A 192.0.2.3\n"),
		REFUSED("*.example. 3600 IN NSEC a.example. NSEC\n"),
		REFUSED("x.*.example. 3600 IN TXT x\n"),
		/* What delegation_wildcard refuses. */
		ALLOWED("*.example. 3600 IN NS ns2.test.\n"),
		/* Below a delegation it makes nothing. */
		ALLOWED("*.a.example. 3600 IN A 192.0.2.3\n"),
		/* No asterisk alone. */
		ALLOWED("*a.example. 3600 IN NS ns2.test.\n"),
	};

	EXPECT(changes);
}

Test(contents_checks, what_others_refuse_is_left_to_them)
{
	static const struct zone_change changes[] = {
		ALLOWED("www.test. 3600 IN TXT x\n"),
		ALLOWED("www.example. 3600 IN NSEC example. NSEC\n"),
		ALLOWED("www.example. 3600 IN TYPE255 \\# 0\n"),
	};

	EXPECT(changes);
}
