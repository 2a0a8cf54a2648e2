/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "outcome_report.h"
#include "serve/outcome.h"

static struct outcome outcome;
static char error[OUTCOME_ERROR];

/* Reads REPORT as that of a child that ended with STATUS; takes it. */
static bool
reads(json_t *report, int status)
{
	char *text = json_dumps(report, 0);
	bool good = outcome_read(text, strlen(text), status, REPORT_ZONE,
	    report_octets, &outcome, error);

	cr_assert(good == (error[0] == '\0'), "%s", error);
	cr_assert_lt(strlen(error), OUTCOME_ERROR);
	cr_assert(good || outcome.findings == NULL);
	free(text);
	json_decref(report);
	return good;
}

Test(outcome, a_release_is_read)
{
	cr_assert(reads(report_release(), 0), "%s", error);
	cr_assert_eq(outcome.decision, DECISION_RELEASE);
	cr_assert_str_eq(outcome.zone, "shop.");
	cr_assert(outcome.has_serial);
	cr_assert_eq(outcome.serial, 2026112101);
	cr_assert_eq(memcmp(outcome.sha256, report_octets, 32), 0);
	cr_assert_eq(outcome.policy_sha256[0], 0xbb);
	cr_assert_eq(outcome.at, 1767571200);
	cr_assert_eq(outcome.expiry, 1767571200 + 86400);
	cr_assert_eq(outcome.newest_inception, 1767571200 - 3600);
	cr_assert_eq(outcome.soa_refresh, 7200);
	cr_assert_eq(outcome.soa_expire, 1209600);
	cr_assert_eq(outcome.claims, 10);
	cr_assert_eq(outcome.secure, 10);
	cr_assert_str_eq(outcome.ldns, "ldns 1.8.3, OpenSSL 3.0.17");
	cr_assert_str_eq(outcome.unbound, "unbound 1.17.1, Nettle 3.8");
	cr_assert_str_eq(outcome.ends[0], "done");
	cr_assert_eq(outcome.n_keys, 1);
	cr_assert_eq(outcome.keys[0].tag, 4711);
	cr_assert_eq(outcome.keys[0].flags, 257);
	cr_assert(outcome.keys[0].signs_dnskey && outcome.keys[0].anchored &&
	          !outcome.keys[0].incoming);
	cr_assert_eq(strlen(outcome.keys[0].kid), 64);
	cr_assert_eq(outcome.n_findings, 1);
	cr_assert_str_eq(outcome.findings[0].check, "denial-ttl");
	cr_assert_eq(outcome.findings[0].severity, SEVERITY_WARN);
	cr_assert_eq(outcome.findings[0].rule, RULE_PROTOCOL);
	cr_assert_str_eq(outcome.findings[0].owner, "a.shop.");
	cr_assert_str_eq(outcome.findings[0].type, "NSEC");
	cr_assert_eq(outcome.findings[0].line, 7);
	cr_assert_eq(outcome.findings[0].count, 2);
	cr_assert_eq(strlen(outcome.findings[0].fingerprint), 64);
	outcome_release(&outcome);
}

Test(outcome, what_is_exempt_does_not_count)
{
	json_t *report = report_release();
	json_t *exempted = json_array();
	json_t *held = report_hold();

	json_array_append(exempted, report_at(held, "findings.0"));
	json_object_set_new(report, "exempted", exempted);
	json_decref(held);
	cr_assert(reads(report, 0), "%s", error);
	cr_assert_eq(outcome.decision, DECISION_RELEASE);
	cr_assert_eq(outcome.n_findings, 1);
	cr_assert_eq(outcome.findings[0].severity, SEVERITY_WARN);
	outcome_release(&outcome);
}

Test(outcome, every_decision_is_read_with_its_status)
{
	cr_assert(reads(report_hold(), 1), "%s", error);
	cr_assert_eq(outcome.decision, DECISION_HOLD);
	outcome_release(&outcome);
	cr_assert(reads(report_block(), 1), "%s", error);
	cr_assert_eq(outcome.decision, DECISION_BLOCK);
	outcome_release(&outcome);
	cr_assert(reads(report_disputed(), 2), "%s", error);
	cr_assert_eq(outcome.decision, DECISION_DISPUTED);
	outcome_release(&outcome);
	cr_assert(reads(report_unjudged(), 3), "%s", error);
	cr_assert_eq(outcome.decision, DECISION_UNJUDGED);
	outcome_release(&outcome);
}

Test(outcome, a_status_that_does_not_fit_is_no_verdict)
{
	json_t *(*const makers[])(void) = {report_release, report_hold,
	    report_block, report_disputed, report_unjudged};
	const int right[] = {0, 1, 1, 2, 3};

	for (size_t i = 0; i < 5; i++) {
		for (int status = -1; status < 256; status++) {
			if (status != right[i]) {
				cr_expect_not(reads(makers[i](), status),
				    "%zu with %d", i, status);
			}
		}
	}
}

Test(outcome, names_are_compared_as_names)
{
	char *text;
	json_t *report = report_change(report_release(), "zone", "\"SHOP.\"");

	cr_assert(reads(json_incref(report), 0), "%s", error);
	cr_assert_str_eq(outcome.zone, "shop.");
	outcome_release(&outcome);
	text = json_dumps(report, 0);
	cr_assert_not(outcome_read(text, strlen(text), 0, "shop.example.",
	    report_octets, &outcome, error));
	free(text);
	json_decref(report);
}

Test(outcome, what_is_no_report_is_no_verdict)
{
	const char *const texts[] = {"", " ", "{", "[]", "{}", "null", "1",
	    "\"release\"", "{\"schema\": \"zonegate-report-1\"}",
	    "{\"decision\": \"release\", \"exit\": 0}"};
	char *text = json_dumps(report_release(), 0);
	size_t length = strlen(text);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_expect_not(outcome_read(texts[i], strlen(texts[i]), 0,
		                  REPORT_ZONE, report_octets, &outcome, error),
		    "%s", texts[i]);
	}
	for (size_t cut = 0; cut < length; cut++) {
		cr_expect_not(outcome_read(text, cut, 0, REPORT_ZONE,
		                  report_octets, &outcome, error),
		    "cut at %zu", cut);
	}
	cr_expect_not(outcome_read(text, (size_t)LIMIT_REPORT_BYTES + 1, 0,
	    REPORT_ZONE, report_octets, &outcome, error));
	free(text);
}

Test(outcome, a_member_that_comes_twice_is_no_verdict)
{
	static char twice[65536];
	char *text = json_dumps(report_release(), 0);

	snprintf(twice, sizeof(twice), "{\"decision\": \"block\", %s",
	    text + 1);
	cr_assert_not(outcome_read(twice, strlen(twice), 0, REPORT_ZONE,
	    report_octets, &outcome, error));
	free(text);
}

/* ---- every member ---- */

/* A path, and whether null is a value for it. */
struct member {
	char path[48];
	bool may_be_null;
};

#define MUST(path)                                                             \
	{                                                                      \
		path, false                                                    \
	}
#define MAY(path)                                                              \
	{                                                                      \
		path, true                                                     \
	}
static struct member members[] = {MUST("schema"), MUST("zone"), MUST("at"),
    MUST("decision"), MUST("exit"), MAY("reason"), MUST("seconds"),
    MUST("snapshot"), MUST("snapshot.sha256"), MUST("policy"),
    MUST("policy.sha256"), MUST("survey"), MUST("survey.end"),
    MUST("validators"), MUST("validators.0"), MUST("validators.1"),
    MUST("validators.0.name"), MUST("validators.0.library"),
    MAY("validators.0.version"), MAY("validators.0.crypto"),
    MUST("validators.0.end"), MUST("validators.0.claims"),
    MUST("validators.0.secure"), MUST("validators.0.insecure"),
    MUST("validators.0.bogus"), MUST("validators.0.indeterminate"),
    MUST("validators.0.unjudged"), MUST("validators.1.name"),
    MUST("validators.1.library"), MUST("validators.1.end"),
    MUST("validators.1.claims"), MUST("validators.1.secure"),
    MUST("validators.1.bogus"), MUST("agreement"), MUST("agreement.claims"),
    MUST("agreement.secure"), MUST("agreement.refused"),
    MUST("agreement.disputed"), MUST("agreement.unjudged"), MUST("findings"),
    MUST("findings.0"), MUST("findings.0.check"), MUST("findings.0.severity"),
    MUST("findings.0.rule"), MAY("findings.0.source"), MAY("findings.0.owner"),
    MAY("findings.0.type"), MAY("findings.0.line"), MUST("findings.0.count"),
    MAY("findings.0.message"), MAY("findings.0.remedy"),
    MUST("findings.0.seen_by"), MUST("expiry"), MUST("expiry.earliest"),
    MUST("expiry.seconds_left"), MUST("newest_inception"), MUST("serial"),
    MUST("soa"), MUST("soa.refresh"), MUST("soa.expire"), MUST("keys"),
    MUST("keys.0"), MUST("keys.0.tag"), MUST("keys.0.flags"),
    MUST("keys.0.algorithm"), MUST("keys.0.kid"), MUST("keys.0.signs_dnskey"),
    MUST("keys.0.anchored"), MUST("keys.0.incoming")};

ParameterizedTestParameters(outcome, a_member_that_is_not_what_it_must_be)
{
	return cr_make_param_array(struct member, members,
	    sizeof(members) / sizeof(members[0]));
}

ParameterizedTest(struct member *row, outcome,
    a_member_that_is_not_what_it_must_be)
{
	const char *const wrong[] = {"true", "-1", "0.5", "1e300", "[]", "{}",
	    "\"\\u001b[2J\"", "\"x y\"", "[null]", "[[]]", "{\"a\": 1}",
	    "9223372036854775807"};
	bool is_number = strcmp(row->path, "seconds") == 0;

	cr_assert_not_null(report_at(report_release(), row->path));
	/* Rows may be fewer, members may not. */
	if (strstr(row->path, "findings.0") != row->path ||
	    strlen(row->path) > strlen("findings.0")) {
		cr_expect_not(reads(report_without(report_release(), row->path),
		                  0),
		    "without %s", row->path);
	}
	if (!row->may_be_null) {
		cr_expect_not(reads(report_change(report_release(), row->path,
		                        "null"),
		                  0),
		    "%s is null", row->path);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *right = report_release();
		const json_t *was = report_at(right, row->path);
		json_t *now = json_loads(wrong[i], JSON_DECODE_ANY, NULL);
		bool is_kind = json_typeof(was) == json_typeof(now) ||
		               (json_is_boolean(was) && json_is_boolean(now)) ||
		               (is_number && i == 2);
		/* Text for people may be any, and findings none. */
		bool is_good =
		    is_kind &&
		    (json_is_boolean(was) || is_number ||
		        (json_is_string(was) && row->may_be_null &&
		            strstr(row->path, "owner") == NULL &&
		            strstr(row->path, "type") == NULL) ||
		        strcmp(row->path, "validators.0.library") == 0 ||
		        strcmp(row->path, "validators.1.library") == 0 ||
		        (json_is_array(was) && i == 4));

		json_decref(now);
		json_decref(right);
		if (!is_good) {
			cr_expect_not(reads(report_change(report_release(),
			                        row->path, wrong[i]),
			                  0),
			    "%s is %s", row->path, wrong[i]);
		}
	}
}

/* ---- contradictions ---- */

struct lie {
	char path[48];
	char value[96];
};

static struct lie lies[] = {
    {"schema", "\"zonegate-report-2\""},
    {"zone", "\"shop.example.\""},
    {"zone", "\".\""},
    {"decision", "\"hold\""},
    {"decision", "\"RELEASE\""},
    {"decision", "\"none\""},
    {"exit", "1"},
    {"exit", "256"},
    {"at", "\"1969-12-31T23:59:59Z\""},
    {"at", "\"yesterday\""},
    {"snapshot.sha256", "\"" REPORT_DIGEST_OTHER "\""},
    {"snapshot.sha256", "\"" REPORT_DIGEST_ZERO "\""},
    {"snapshot.sha256", "\"aaaa\""},
    {"survey.end", "\"late\""},
    {"survey.end", "\"DONE\""},
    {"validators.0.end", "\"crashed\""},
    {"validators.1.end", "\"not-run\""},
    {"validators.1.end", "\"asleep\""},
    {"validators.1.end", "\"differs\""},
    {"validators.0.name", "\"unbound\""},
    {"validators.1.name", "\"ldns\""},
    {"validators.0.library", "\"\""},
    {"validators.1.library", "\"\""},
    {"validators.0.secure", "9"},
    {"validators.0.secure", "11"},
    {"validators.1.secure", "0"},
    {"validators.0.claims", "11"},
    {"validators.1.claims", "9"},
    {"validators.1.bogus", "1"},
    {"validators.0.unjudged", "1"},
    {"validators", "[]"},
    {"agreement.claims", "0"},
    {"agreement.claims", "11"},
    {"agreement.secure", "9"},
    {"agreement.refused", "1"},
    {"agreement.disputed", "1"},
    {"agreement.unjudged", "1"},
    {"agreement.unjudged", "4294967296"},
    {"findings.0.severity", "\"block\""},
    {"findings.0.severity", "\"hold\""},
    {"findings.0.severity", "\"off\""},
    {"findings.0.severity", "\"fine\""},
    {"findings.0.rule", "\"inability\""},
    {"findings.0.rule", "\"soundness\""},
    {"findings.0.rule", "\"none\""},
    {"findings.0.check", "\"rrsig-valid-all\""},
    {"findings.0.check", "\"algorithm-unjudgeable\""},
    {"findings.0.count", "0"},
    {"findings.0.owner", "\"a..shop.\""},
    {"findings.0.type", "\"A-TYPE-WITH-A-LONG-NAME\""},
    {"findings.0.seen_by", "[1]"},
    {"expiry.earliest", "\"2026-01-04T23:59:59Z\""},
    {"expiry.seconds_left", "86401"},
    {"newest_inception", "\"0\""},
    {"keys", "[]"},
    {"keys.0.tag", "65536"},
    {"keys.0.kid", "\"AA\""},
    {"serial", "4294967296"},
};

ParameterizedTestParameters(outcome, a_release_that_contradicts_itself)
{
	return cr_make_param_array(struct lie, lies,
	    sizeof(lies) / sizeof(lies[0]));
}

ParameterizedTest(struct lie *row, outcome, a_release_that_contradicts_itself)
{
	cr_assert_not(reads(report_change(report_release(), row->path,
	                        row->value),
	                  0),
	    "%s is %s", row->path, row->value);
}

Test(outcome, nothing_worse_than_a_warning_can_be_hidden)
{
	/* Everything else says release. */
	const char *const worse[] = {"hold", "block"};

	for (size_t i = 0; i < 2; i++) {
		json_t *report = report_hold();
		char value[16];

		snprintf(value, sizeof(value), "\"%s\"", worse[i]);
		report_change(report, "findings.0.severity", value);
		report_change(report, "decision", "\"release\"");
		report_change(report, "exit", "0");
		cr_expect_not(reads(report, 0), "%s", worse[i]);
	}
}

Test(outcome, findings_come_worst_first)
{
	json_t *report = report_hold();
	json_t *findings = json_object_get(report, "findings");
	json_t *first = json_incref(json_array_get(findings, 0));

	json_array_remove(findings, 0);
	json_array_append_new(findings, first);
	cr_assert_not(reads(report, 1));
}

Test(outcome, a_check_that_nobody_knows_is_waved_through_by_nobody)
{
	json_t *report = report_change(report_hold(), "findings.0.check",
	    "\"check-of-the-future\"");

	cr_assert(reads(report, 1), "%s", error);
	cr_assert_eq(outcome.findings[0].rule, RULE_SOUNDNESS);
	outcome_release(&outcome);
}

Test(outcome, the_policy_is_behind_its_own_checks_only)
{
	json_t *report = report_change(report_hold(), "findings.0.check",
	    "\"rrset-duplicate-rr\"");

	cr_assert_not(reads(report, 1));
	cr_assert(reads(report_hold(), 1), "%s", error);
	cr_assert_eq(outcome.findings[0].rule, RULE_POLICY);
	outcome_release(&outcome);
}

Test(outcome, text_is_bounded_and_clean)
{
	static char many[20000];
	json_t *report = report_release();

	memset(many, 'x', sizeof(many) - 1);
	memcpy(many, "\x1b[31m\n\xc2\x9b<b>\xe2\x80\xae", 14);
	json_object_set_new(report, "reason", json_string(many));
	json_object_set_new(json_array_get(json_object_get(report, "findings"),
	                        0),
	    "message", json_string(many));
	cr_assert(reads(report, 0), "%s", error);
	cr_assert_eq(strlen(outcome.reason), REASON_TEXT - 1);
	cr_assert_eq(strlen(outcome.findings[0].message), LIMIT_MESSAGE_BYTES);
	for (const char *c = outcome.findings[0].message; *c != '\0'; c++) {
		cr_assert(*c >= ' ' && *c <= '~');
	}
	outcome_release(&outcome);
}

Test(outcome, a_fingerprint_is_of_what_was_found)
{
	const struct lie changes[] = {
	    {"findings.0.check", "\"rrsig-remaining-min\""},
	    {"findings.0.owner", "\"b.shop.\""},
	    {"findings.0.type", "\"MX\""},
	    {"findings.0.message", "\"other\""},
	    {"findings.0.count", "2"},
	};
	char first[65];

	cr_assert(reads(report_hold(), 1), "%s", error);
	strcpy(first, outcome.findings[0].fingerprint);
	outcome_release(&outcome);
	cr_assert(reads(report_change(report_hold(), "findings.0.line", "99"),
	    1));
	cr_assert_str_eq(outcome.findings[0].fingerprint, first);
	outcome_release(&outcome);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		cr_assert(reads(report_change(report_hold(), changes[i].path,
		                    changes[i].value),
		              1),
		    "%s: %s", changes[i].path, error);
		cr_expect_str_neq(outcome.findings[0].fingerprint, first, "%s",
		    changes[i].path);
		outcome_release(&outcome);
	}
}
