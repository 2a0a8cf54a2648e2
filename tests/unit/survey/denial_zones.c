/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "denial_zones.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIG DENIAL_SIG

/* Zone text keeps its lines. */
/* clang-format off */
const char zone_nsec[] =
    "example. 3600 IN SOA ns.test. a.test. 1 3600 300 3600000 3600\n"
    "example. 3600 IN NS ns.test.\n"
    "example. 3600 IN NSEC *.example. NS SOA RRSIG NSEC\n"
    SIG("", "SOA", "1") SIG("", "NS", "1") SIG("", "NSEC", "1")
    "*.example. 3600 IN TXT \"any\"\n"
    "*.example. 3600 IN NSEC X.b.C.example. TXT RRSIG NSEC\n"
    SIG("*.", "TXT", "1") SIG("*.", "NSEC", "1")
    "x.b.c.example. 3600 IN A 192.0.2.1\n"
    "x.b.c.example. 3600 IN TYPE1234 \\# 1 00\n"
    "x.b.c.example. 3600 IN NSEC dn.example. A RRSIG NSEC TYPE1234\n"
    SIG("x.b.c.", "A", "4") SIG("x.b.c.", "NSEC", "4")
    "dn.example. 3600 IN DNAME other.test.\n"
    "dn.example. 3600 IN NSEC ins.example. DNAME RRSIG NSEC\n"
    "ins.example. 3600 IN NS ns.ins.example.\n"
    "ins.example. 3600 IN A 192.0.2.2\n"
    "ins.example. 3600 IN NSEC sec.example. NS RRSIG NSEC\n"
    "ns.ins.example. 3600 IN A 192.0.2.3\n"
    "sec.example. 3600 IN NS ns.test.\n"
    "sec.example. 3600 IN DS 1 13 2 "
    "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    "sec.example. 3600 IN NSEC www.example. NS DS RRSIG NSEC\n"
    "www.example. 3600 IN A 192.0.2.4\n"
    "www.example. 3600 IN NSEC example. A RRSIG NSEC\n"
    SIG("www.", "A", "2") SIG("www.", "NSEC", "2");

#define N3(hash, next, types)                                                  \
	hash ".example. 3600 IN NSEC3 1 1 12 aabbccdd " next types "\n"
#define HOST(name, labels, type, rdata)                                        \
	name "example. 3600 IN " type " " rdata "\n" SIG(name, type, labels)

#define APEX "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
#define A "35mthgpgcu1qg68fab165klnsnk3dpvl"
#define AI "gjeqe526plbf1g8mklp59enfd789njgi"
#define NS1 "2t7b4g4vsa5smi47k61mv5bv1a22bojr"
#define NS2 "q04jkcevqvmu85r014c7dkba38o0ji5r"
#define W "k8udemvp1j2f7eg6jebps17vp3n8i58h"
#define ANY_W "r53bq7cc2uvmubfu5ocmm6pers9tk9en"
#define X_W "b4um86eghhds6nea196smvmlo4ors995"
#define Y_W "ji6neoaepv8b5o6k4ev33abha8ht9fgc"
#define X_Y_W "2vptu5timamqttgl4luu9kg21e0aor3s"
#define XX "t644ebqk9bibcna874givr6joj62mlhv"
#define HASHLIKE "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"

const char zone_nsec3[] =
    "example. 3600 IN SOA ns1.example. b.example. 1 3600 300 3600000 3600\n"
    SIG("", "SOA", "1")
    "example. 3600 IN NS ns1.example.\n"
    "example. 3600 IN NS ns2.example.\n"
    HOST("", "1", "MX", "1 xx.example.")
    HOST("", "1", "DNSKEY", "256 3 13 " ZONE_ZSK_PUBLIC)
    HOST("", "1", "NSEC3PARAM", "1 0 12 aabbccdd")
    "a.example. 3600 IN NS ns1.a.example.\n"
    HOST("a.", "2", "DS", "58470 5 1 3079F1593EBAD6DC121E202A8B766A6A4837206C")
    "ns1.a.example. 3600 IN A 192.0.2.5\n"
    HOST("ai.", "2", "A", "192.0.2.9")
    "ai.example. 3600 IN HINFO \"KLH-10\" \"ITS\"\n"
    "ai.example. 3600 IN AAAA 2001:db8::f00:baa9\n"
    "c.example. 3600 IN NS ns1.c.example.\n"
    "ns1.c.example. 3600 IN A 192.0.2.7\n"
    HOST("ns1.", "2", "A", "192.0.2.1")
    HOST("ns2.", "2", "A", "192.0.2.2")
    HOST("*.w.", "2", "MX", "1 ai.example.")
    HOST("x.w.", "3", "MX", "1 xx.example.")
    HOST("x.y.w.", "4", "MX", "1 xx.example.")
    HOST("xx.", "2", "A", "192.0.2.10")
    "xx.example. 3600 IN HINFO \"KLH-10\" \"TOPS-20\"\n"
    "xx.example. 3600 IN AAAA 2001:db8::f00:baaa\n"
    HOST(NS1 ".", "2", "A", "192.0.2.127")
    N3(APEX, NS1, " MX DNSKEY NS SOA NSEC3PARAM RRSIG")
    N3(NS1, X_Y_W, " A RRSIG") SIG(NS1 ".", "NSEC3", "2")
    N3(X_Y_W, A, " MX RRSIG")
    N3(A, X_W, " NS DS RRSIG")
    N3(X_W, AI, " MX RRSIG")
    N3(AI, Y_W, " HINFO A AAAA RRSIG")
    N3(Y_W, W, "")
    N3(W, HASHLIKE, "")
    N3(HASHLIKE, NS2, " A RRSIG")
    N3(NS2, ANY_W, " A RRSIG")
    N3(ANY_W, XX, " MX RRSIG")
    N3(XX, APEX, " HINFO A AAAA RRSIG");
/* clang-format on */

/* Returns TEXT, which is freed, with FROM replaced by TO; with FROM NULL, TO
 * is added. */
static char *
replace(char *text, const char *from, const char *to)
{
	const char *found =
	    from != NULL ? strstr(text, from) : text + strlen(text);
	size_t size = strlen(text) + strlen(to) + 1;
	char *made = xmalloc(size);

	cr_assert_not_null(found, "the zone has no `%s'", from);
	snprintf(made, size, "%.*s%s%s", (int)(found - text), text, to,
	    found + (from != NULL ? strlen(from) : 0));
	free(text);
	return made;
}

static void
expect_change(const char *zone, const struct denial_change *change)
{
	static struct zone_survey found;
	struct zone_change options = {
	    .to = "",
	    .options = change->options,
	    .check = change->check,
	};
	char *text = xstrdup(zone);
	const char *what = "nothing";

	for (unsigned i = 0; i < DENIAL_CHANGED; i++) {
		if (change->to[i] != NULL) {
			text = replace(text, change->from[i], change->to[i]);
			what = change->to[i];
		}
	}
	zone_survey_run(&found, text, &options, NULL);
	free(text);
	for (int id = CHECK_denial_mode; id <= CHECK_nsec3_name_length; id++) {
		for (int severity = 0; severity < SEVERITY_OFF; severity++) {
			unsigned n = found.n[id][severity];
			bool is_expected = id == (int)change->check &&
			                   severity == (int)change->severity;

			cr_expect_eq(n > 0, is_expected,
			    "%s %s: %u findings for `%s'",
			    check_name((enum check_id)id),
			    severity_name((enum severity)severity), n, what);
		}
	}
}

void
denial_expect(const char *zone, const struct denial_change *changes, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		expect_change(zone, &changes[i]);
	}
}
