/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "outcome_report.h"
#include "serve/outcome.h"

static struct outcome outcome, again;
static char error[OUTCOME_ERROR];

static void
must_read(json_t *report, int status)
{
	char *text = json_dumps(report, 0);

	cr_assert(outcome_read(text, strlen(text), status, REPORT_ZONE,
	              report_octets, &outcome, error),
	    "%s", error);
	free(text);
	json_decref(report);
}

/* The summary of OUTCOME. */
static char *
summary(void)
{
	json_t *o = outcome_summary(&outcome);
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

static void
comes_back(json_t *report, int status)
{
	must_read(report, status);

	char *first = summary();

	cr_assert(outcome_from_summary(first, &again, error), "%s", error);
	outcome_release(&outcome);
	outcome = again;

	char *second = summary();

	cr_assert_str_eq(first, second);
	free(first);
	free(second);
	outcome_release(&outcome);
}

Test(outcome_summary, every_decision_comes_back)
{
	comes_back(report_release(), 0);
	comes_back(report_hold(), 1);
	comes_back(report_block(), 1);
	comes_back(report_disputed(), 2);
	comes_back(report_unjudged(), 3);
	comes_back(report_early(), 1);
}

Test(outcome_summary, what_approvals_hang_on_comes_back)
{
	char *text;

	must_read(report_hold(), 1);
	text = summary();
	cr_assert(outcome_from_summary(text, &again, error), "%s", error);
	cr_assert_eq(again.decision, DECISION_HOLD);
	cr_assert_eq(memcmp(again.sha256, outcome.sha256, 32), 0);
	cr_assert_eq(again.claims, 10);
	cr_assert_eq(again.n_findings, 2);
	cr_assert_eq(again.findings[0].rule, RULE_POLICY);
	cr_assert_eq(again.findings[0].severity, SEVERITY_HOLD);
	cr_assert_str_eq(again.findings[0].fingerprint,
	    outcome.findings[0].fingerprint);
	cr_assert_eq(again.findings_left_out, 0);
	cr_assert_str_eq(again.keys[0].kid, outcome.keys[0].kid);
	free(text);
	outcome_release(&outcome);
	outcome_release(&again);
}

Test(outcome_summary, findings_left_out_are_counted)
{
	json_t *report = report_hold();
	json_t *findings = json_object_get(report, "findings");
	json_t *o;
	char *text;

	for (int i = 0; i < 98; i++) {
		json_array_append_new(findings,
		    json_deep_copy(json_array_get(findings, 1)));
	}
	must_read(report, 1);
	o = outcome_summary(&outcome);
	cr_assert_eq(json_array_size(json_object_get(o, "findings")), 64);
	cr_assert_eq(json_integer_value(json_object_get(o,
	                 "findings_left_out")),
	    36);
	cr_assert_eq(json_integer_value(json_object_get(json_object_get(o,
	                                                    "counts"),
	                 "warn")),
	    198);
	text = json_dumps(o, 0);
	cr_assert(outcome_from_summary(text, &again, error), "%s", error);
	cr_assert_eq(again.findings_left_out, 36);
	free(text);
	json_decref(o);
	outcome_release(&outcome);
	outcome_release(&again);
}

Test(outcome_summary, a_damaged_summary_is_refused)
{
	const char *const wrong[][2] = {{"decision", "\"fine\""},
	    {"decision", "\"release\""}, {"decision", "null"},
	    {"sha256", "\"00\""}, {"claims", "-1"}, {"findings", "null"},
	    {"findings.0.rule", "\"soundness\""},
	    {"findings.0.severity", "\"off\""}, {"findings_left_out", "null"},
	    {"keys", "{}"}, {"zone", "null"}, {"ends.ldns", "\"well\""},
	    {"validators", "null"}};

	must_read(report_hold(), 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *o = outcome_summary(&outcome);
		char *text;

		report_change(o, wrong[i][0], wrong[i][1]);
		text = json_dumps(o, 0);
		cr_expect_not(outcome_from_summary(text, &again, error), "%s",
		    wrong[i][0]);
		cr_expect_neq(error[0], '\0');
		free(text);
		json_decref(o);
	}
	cr_expect_not(outcome_from_summary("", &again, error));
	cr_expect_not(outcome_from_summary("{}", &again, error));
	cr_expect_not(outcome_from_summary("[]", &again, error));
	outcome_release(&outcome);
}

/* ---- waiting for an inception ---- */

static bool
waits(json_t *report)
{
	int64_t at = 0;

	must_read(report, 1);

	bool good = outcome_waits_for_inception(&outcome, &at);

	cr_assert(!good || at == outcome.newest_inception);
	outcome_release(&outcome);
	return good;
}

Test(outcome_summary, an_early_inception_is_waited_for)
{
	cr_assert(waits(report_early()));
	cr_assert(waits(report_change(report_early(), "newest_inception",
	    "\"2026-01-05T00:05:00Z\"")));
}

Test(outcome_summary, nothing_else_is_waited_for)
{
	cr_assert_not(waits(report_hold()));
	cr_assert_not(waits(report_block()));
	cr_assert_not(waits(report_change(report_early(), "newest_inception",
	    "\"2026-01-05T00:05:01Z\"")));
	cr_assert_not(waits(report_change(report_early(), "newest_inception",
	    "\"2026-01-05T00:00:00Z\"")));
	/* More bad signatures than early ones. */
	cr_assert_not(waits(report_change(report_early(), "findings.0.count",
	    "3")));
	/* Not what the validators said. */
	cr_assert_not(waits(report_change(report_early(), "findings.0.seen_by",
	    "[\"structure\"]")));
	cr_assert_not(waits(report_change(report_early(), "findings.2.severity",
	    "\"hold\"")));
}
