/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outcome_report.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const uint8_t report_octets[32] = {0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    0xaa};

#define POLICY_DIGEST                                                          \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const char release[] =
    "{\"schema\": \"zonegate-report-1\", \"zonegate\": \"0.1.0\","
    " \"zone\": \"shop.\", \"serial\": 2026112101,"
    " \"at\": \"2026-01-05T00:00:00Z\", \"decision\": \"release\","
    " \"exit\": 0, \"reason\": \"all is well\", \"snapshot\": {\"file\":"
    " \"shop\", \"sha256\": \"" REPORT_DIGEST "\", \"bytes\": 100,"
    " \"records\": 20}, \"policy\": {\"name\": \"p\", \"title\": null,"
    " \"sha256\": \"" POLICY_DIGEST "\"}, \"anchor\": \"shop.ds\","
    " \"incoming_anchor\": null, \"waived\": [], \"survey\": {\"end\":"
    " \"done\", \"why\": null, \"seconds\": 0.1, \"max_rss_kib\": 1},"
    " \"validators\": [{\"name\": \"ldns\", \"library\": \"ldns\","
    " \"version\": \"1.8.3\", \"crypto\": \"OpenSSL 3.0.17\", \"end\":"
    " \"done\", \"why\": null, \"claims\": 10, \"secure\": 10,"
    " \"insecure\": 0, \"bogus\": 0, \"indeterminate\": 0, \"unjudged\": 0,"
    " \"seconds\": 0.1, \"max_rss_kib\": 1}, {\"name\": \"unbound\","
    " \"library\": \"unbound\", \"version\": \"1.17.1\", \"crypto\":"
    " \"Nettle 3.8\", \"end\": \"done\", \"why\": null, \"claims\": 10,"
    " \"secure\": 10, \"insecure\": 0, \"bogus\": 0, \"indeterminate\": 0,"
    " \"unjudged\": 0, \"seconds\": 0.1, \"max_rss_kib\": 1}],"
    " \"agreement\": {\"claims\": 10, \"secure\": 10, \"refused\": 0,"
    " \"disputed\": 0, \"disputes\": [], \"unjudged\": 0,"
    " \"unjudged_examples\": [], \"judged_twice\": false,"
    " \"disputed_at_first\": 0}, \"findings\": [{\"check\": \"denial-ttl\","
    " \"severity\": \"warn\", \"rule\": \"protocol\", \"source\":"
    " \"RFC 9077 3\", \"owner\": \"a.shop.\", \"type\": \"NSEC\", \"line\":"
    " 7, \"message\": \"expected 60, found 61\", \"remedy\": \"mend it\","
    " \"seen_by\": [\"structure\"], \"count\": 2}], \"expiry\":"
    " {\"earliest\": \"2026-01-06T00:00:00Z\", \"seconds_left\": 86400,"
    " \"owner\": \"a.shop.\", \"type\": \"A\"}, \"newest_inception\":"
    " \"2026-01-04T23:00:00Z\", \"soa\": {\"refresh\": 7200, \"retry\": 900,"
    " \"expire\": 1209600, \"minimum\": 60}, \"keys\": [{\"tag\": 4711,"
    " \"flags\": 257, \"algorithm\": 13, \"kid\": \"" REPORT_DIGEST "\","
    " \"signs_dnskey\": true, \"anchored\": true, \"incoming\": false}],"
    " \"seconds\": 0.25}";

json_t *
report_release(void)
{
	json_t *report = json_loads(release, 0, NULL);

	assert(report != NULL);
	return report;
}

/* ---- by path ---- */

static json_t *
step(const json_t *at, const char *name)
{
	return json_is_array(at)
	           ? json_array_get(at, (size_t)strtoul(name, NULL, 10))
	           : json_object_get(at, name);
}

/* The container of what PATH names, whose last step goes to NAME. */
static json_t *
container(const json_t *report, const char *path, char name[48])
{
	json_t *at = report_at(report, "");
	const char *rest = path;

	for (;;) {
		size_t length = strcspn(rest, ".");

		snprintf(name, 48, "%.*s", (int)length, rest);
		if (rest[length] == '\0') {
			return at;
		}
		at = step(at, name);
		rest += length + 1;
	}
}

json_t *
report_at(const json_t *report, const char *path)
{
	char name[48];

	if (path[0] == '\0') {
		/* Not const for those that change it. */
		return (json_t *)(uintptr_t)report;
	}
	return step(container(report, path, name), name);
}

json_t *
report_change(json_t *report, const char *path, const char *value)
{
	char name[48];
	json_t *at = container(report, path, name);
	json_t *now = json_loads(value, JSON_DECODE_ANY, NULL);
	int failed =
	    json_is_array(at)
	        ? json_array_set_new(at, (size_t)strtoul(name, NULL, 10), now)
	        : json_object_set_new(at, name, now);

	assert(now != NULL && failed == 0);
	return report;
}

json_t *
report_without(json_t *report, const char *path)
{
	char name[48];
	json_t *at = container(report, path, name);
	int failed = json_is_array(at) ? json_array_remove(at,
	                                     (size_t)strtoul(name, NULL, 10))
	                               : json_object_del(at, name);

	assert(failed == 0);
	return report;
}

/* ---- the others ---- */

static json_t *
report_decided(const char *decision, const char *exit)
{
	json_t *report = report_release();

	report_change(report, "decision", decision);
	return report_change(report, "exit", exit);
}

static void
add_finding(json_t *report, const char *finding)
{
	json_t *row = json_loads(finding, 0, NULL);

	assert(row != NULL);
	json_array_insert_new(json_object_get(report, "findings"), 0, row);
}

json_t *
report_hold(void)
{
	json_t *report = report_decided("\"hold\"", "1");

	add_finding(report,
	    "{\"check\": \"rrsig-lifetime-max\", \"severity\": \"hold\","
	    " \"rule\": \"policy\", \"source\": \"local\", \"owner\":"
	    " \"a.shop.\", \"type\": \"A\", \"line\": 9, \"message\": \"too"
	    " long\", \"remedy\": \"shorten it\", \"seen_by\":"
	    " [\"structure\"], \"count\": 1}");
	return report;
}

static void
refuse(json_t *report, const char *n, const char *secure)
{
	report_change(report, "validators.0.secure", secure);
	report_change(report, "validators.0.bogus", n);
	report_change(report, "validators.1.secure", secure);
	report_change(report, "validators.1.bogus", n);
	report_change(report, "agreement.secure", secure);
	report_change(report, "agreement.refused", n);
}

json_t *
report_block(void)
{
	json_t *report = report_decided("\"block\"", "1");

	refuse(report, "1", "9");
	add_finding(report,
	    "{\"check\": \"rrsig-valid-all\", \"severity\": \"block\","
	    " \"rule\": \"soundness\", \"source\": \"RFC 4035 5.3\","
	    " \"owner\": \"a.shop.\", \"type\": \"A\", \"line\": 9,"
	    " \"message\": \"bogus\", \"remedy\": \"sign again\","
	    " \"seen_by\": [\"ldns\", \"unbound\"], \"count\": 1}");
	return report;
}

json_t *
report_disputed(void)
{
	json_t *report = report_decided("\"disputed\"", "2");

	report_change(report, "validators.0.secure", "9");
	report_change(report, "validators.0.bogus", "1");
	report_change(report, "agreement.secure", "9");
	return report_change(report, "agreement.disputed", "1");
}

json_t *
report_unjudged(void)
{
	json_t *report = report_decided("\"unjudged\"", "3");

	report_change(report, "validators.1.end", "\"late\"");
	report_change(report, "validators.1.secure", "0");
	report_change(report, "validators.1.unjudged", "10");
	report_change(report, "agreement.secure", "0");
	return report_change(report, "agreement.unjudged", "10");
}

json_t *
report_early(void)
{
	json_t *report = report_decided("\"block\"", "1");

	refuse(report, "2", "8");
	report_change(report, "newest_inception", "\"2026-01-05T00:01:00Z\"");
	add_finding(report,
	    "{\"check\": \"rrsig-inception-not-future\", \"severity\":"
	    " \"block\", \"rule\": \"protocol\", \"source\": \"RFC 4035"
	    " 5.3.1\", \"owner\": \"a.shop.\", \"type\": \"A\", \"line\": 9,"
	    " \"message\": \"in 1m\", \"remedy\": \"wait\", \"seen_by\":"
	    " [\"structure\"], \"count\": 2}");
	add_finding(report,
	    "{\"check\": \"rrsig-valid-all\", \"severity\": \"block\","
	    " \"rule\": \"soundness\", \"source\": \"RFC 4035 5.3\","
	    " \"owner\": \"a.shop.\", \"type\": \"A\", \"line\": 9,"
	    " \"message\": \"bogus\", \"remedy\": \"sign again\","
	    " \"seen_by\": [\"ldns\", \"unbound\"], \"count\": 2}");
	return report;
}
