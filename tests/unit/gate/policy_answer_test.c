/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_answer_test.c -- accepted risks and exemptions as files have them. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "paths.h"
#include "policy_file.h"

#define OWNER "owner = \"*.sub.example.\" "
#define TIMES                                                                  \
	"from = \"2026-08-01T00:00:00Z\" until = \"2026-09-01T00:00:00Z\" "
#define ANSWER "reason = \"the zone moves\" approver = \"A. Person\" "
#define CHECKS "checks = { nsec3_extra, denial-ttl } "

static struct policy policy;
static char error[POLICY_ERROR];

static bool
reads(const char *text)
{
	return policy_read(text, strlen(text), "dir/test.conf", path_policies(),
	    &policy, error);
}

static void
refuses(const char *text, const char *word)
{
	cr_assert_not(reads(text), "%s", text);
	cr_assert_not_null(strstr(error, "test.conf:"), "%s", error);
	cr_assert_not_null(strstr(error, word), "%s", error);
}

/* ---- exemptions ---- */

Test(policy_answer, an_exemption_is_taken)
{
	cr_assert(reads("\nexemption move-1 { " CHECKS OWNER TIMES ANSWER "}"),
	    "%s", error);
	const struct policy_exemption *e = &policy.values.exemptions[0];
	char owner[LIMIT_NAME_TEXT + 2];

	cr_assert_eq(policy.values.n_exemptions, 1);
	cr_assert_str_eq(e->name, "move-1");
	cr_assert_eq(e->checks[CHECK_nsec3_extra], 1);
	cr_assert_eq(e->checks[CHECK_denial_ttl], 1);
	cr_assert_eq(e->checks[CHECK_denial_mode], 0);
	cr_assert_eq(e->reach, EXEMPT_BELOW);
	cr_assert_str_eq(exemption_owner_text(e, owner), "*.sub.example.");
	cr_assert_eq(e->until - e->from, 31 * 86400);
	cr_assert_str_eq(policy.exemptions[0].reason, "the zone moves");
	cr_assert_str_eq(policy.exemptions[0].approver, "A. Person");
	cr_assert_eq(policy.exemptions[0].origin.line, 2);
	policy_release(&policy);
}

Test(policy_answer, an_exemption_reaches_one_name_or_all)
{
	cr_assert(reads("exemption a { " CHECKS "owner = all " TIMES ANSWER "}"
	                "exemption b { " CHECKS "owner = \"A.b.\" " TIMES ANSWER
	                "}"
	                "exemption c { " CHECKS "owner = '\\*.b.' " TIMES ANSWER
	                "}"),
	    "%s", error);
	cr_assert_eq(policy.values.exemptions[0].reach, EXEMPT_ALL);
	cr_assert_eq(policy.values.exemptions[1].reach, EXEMPT_OWNER);
	cr_assert_eq(memcmp(policy.values.exemptions[1].owner, "\1a\1b", 5), 0);
	cr_assert_eq(policy.values.exemptions[2].reach, EXEMPT_OWNER);
	cr_assert_eq(memcmp(policy.values.exemptions[2].owner, "\1*\1b", 5), 0);
	policy_release(&policy);
}

Test(policy_answer, all_parts_of_an_exemption_are_needed)
{
	refuses("exemption a { " OWNER TIMES ANSWER "}", "all of");
	refuses("exemption a { checks = { } " OWNER TIMES ANSWER "}", "all of");
	refuses("exemption a { " CHECKS TIMES ANSWER "}", "all of");
	refuses("exemption a { " CHECKS OWNER ANSWER "}", "all of");
	refuses("exemption a { " CHECKS OWNER TIMES "}", "reason");
	refuses("exemption a { " CHECKS OWNER TIMES "reason = a }", "approver");
	refuses("exemption a { " CHECKS OWNER TIMES "approver = a }", "reason");
	refuses("exemption a { " CHECKS OWNER TIMES
	        "approver = a reason = \" \" }",
	    "reason");
	refuses("exemption a { " CHECKS OWNER TIMES
	        "approver = a reason = \"a\\x1bb\" }",
	    "reason");
}

Test(policy_answer, what_an_exemption_cannot_be_is_refused)
{
	refuses("exemption A { " CHECKS OWNER TIMES ANSWER "}", "name");
	refuses("exemption \"\" { " CHECKS OWNER TIMES ANSWER "}", "name");
	refuses("exemption aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa { " CHECKS OWNER
	            TIMES ANSWER "}",
	    "31");
	refuses("exemption a { checks = { none } " OWNER TIMES ANSWER "}",
	    "none");
	refuses("exemption a { checks = { rrsig_valid_all } " OWNER TIMES ANSWER
	        "}",
	    "rrsig-valid-all");
	refuses("exemption a { checks = { algorithm_unjudgeable } " OWNER TIMES
	            ANSWER "}",
	    "algorithm-unjudgeable");
	refuses("exemption a { checks = { denial_ttl, denial-ttl } " OWNER TIMES
	            ANSWER "}",
	    "twice");
	refuses("exemption a { " CHECKS "owner = sub " TIMES ANSWER "}",
	    "absolute");
	refuses("exemption a { " CHECKS "owner = \"*\" " TIMES ANSWER "}",
	    "absolute");
	refuses("exemption a { " CHECKS OWNER
	        "from = soon until = \"2026-09-01T00:00:00Z\" " ANSWER "}",
	    "soon");
	refuses("exemption a { " CHECKS OWNER
	        "until = \"2026-08-01T00:00:00Z\" "
	        "from = \"2026-08-01T00:00:00Z\" " ANSWER "}",
	    "later");
	refuses("exemption a { " CHECKS OWNER "from = \"2026-08-01T00:00:00Z\" "
	        "until = \"2026-10-30T00:00:01Z\" " ANSWER "}",
	    "at most 90d");
}

Test(policy_answer, ninety_days_are_not_too_many)
{
	cr_assert(reads("exemption a { " CHECKS OWNER
	                "from = \"2026-08-01T00:00:00Z\" "
	                "until = \"2026-10-30T00:00:00Z\" " ANSWER "}"),
	    "%s", error);
	policy_release(&policy);
}

Test(policy_answer, nothing_of_an_exemption_is_said_twice)
{
	refuses("exemption a { " CHECKS CHECKS OWNER TIMES ANSWER "}",
	    "checks");
	refuses("exemption a { checks = { denial_ttl } "
	        "checks = { nsec3_extra } " OWNER TIMES ANSWER "}",
	    "checks");
	refuses("exemption a { " CHECKS OWNER OWNER TIMES ANSWER "}", "owner");
	refuses("exemption a { " CHECKS OWNER TIMES TIMES ANSWER "}", "from");
	refuses("exemption a { " CHECKS OWNER TIMES ANSWER ANSWER "}",
	    "reason");
	refuses("exemption a { " CHECKS OWNER TIMES ANSWER "}\n"
	        "exemption a { " CHECKS OWNER TIMES ANSWER "}",
	    "a");
}

Test(policy_answer, there_are_not_too_many_exemptions)
{
	static char text[20000];
	size_t length = 0;

	for (int i = 0; i <= LIMIT_POLICY_EXEMPTIONS; i++) {
		if (i == LIMIT_POLICY_EXEMPTIONS) {
			cr_assert(reads(text), "%s", error);
			cr_assert_eq(policy.values.n_exemptions,
			    LIMIT_POLICY_EXEMPTIONS);
			policy_release(&policy);
		}
		length += (size_t)snprintf(text + length, sizeof(text) - length,
		    "exemption e%d { " CHECKS OWNER TIMES ANSWER "}\n", i);
	}
	refuses(text, "16");
}

/* ---- accepted risks ---- */

Test(policy_answer, a_risk_is_taken)
{
	cr_assert(reads("accept_risk denial-ttl { " ANSWER "}"), "%s", error);
	cr_assert_eq(policy.values.accepted[CHECK_denial_ttl], 1);
	cr_assert_str_eq(policy.accepted[CHECK_denial_ttl].reason,
	    "the zone moves");
	cr_assert_null(policy.accepted[CHECK_nsec_complete].reason);
	policy_release(&policy);
}

Test(policy_answer, what_is_no_risk_is_refused)
{
	refuses("accept_risk none { " ANSWER "}", "none");
	refuses("accept_risk denial_ttl { reason = a }", "approver");
	refuses("accept_risk denial_ttl { approver = a }", "reason");
	refuses("accept_risk denial_ttl { }", "both");
	refuses("accept_risk nsec3_extra { " ANSWER "}", "no accept_risk");
	refuses("accept_risk rrsig_valid_all { " ANSWER "}", "soundness");
	refuses("accept_risk denial_ttl { " ANSWER "}\n"
	        "accept_risk denial-ttl { " ANSWER "}",
	    "twice");
}

Test(policy_answer, soundness_is_no_risk_to_accept)
{
	for (int id = 1; id < N_CHECKS; id++) {
		char text[200];

		snprintf(text, sizeof(text),
		    "accept_risk %s { reason = a approver = b }",
		    checks[id].id);
		cr_assert_eq(reads(text), checks[id].standing == MUST, "%s",
		    text);
		if (checks[id].standing == MUST) {
			policy_release(&policy);
		}
	}
}

/* ---- the hash ---- */

Test(policy_answer, what_lets_findings_pass_is_in_the_hash)
{
	uint8_t first[32];

	cr_assert(reads(""));
	memcpy(first, policy.sha256, 32);
	policy_release(&policy);
	cr_assert(reads("accept_risk denial_ttl { " ANSWER "}"));
	cr_assert_neq(memcmp(first, policy.sha256, 32), 0);
	policy_release(&policy);
	cr_assert(reads("exemption a { " CHECKS OWNER TIMES ANSWER "}"));
	cr_assert_neq(memcmp(first, policy.sha256, 32), 0);
	policy_release(&policy);
}
