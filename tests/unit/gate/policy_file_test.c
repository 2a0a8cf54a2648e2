/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "paths.h"
#include "policy_file.h"

static struct policy policy;
static char error[POLICY_ERROR];

static bool
reads(const char *text)
{
	return policy_read(text, strlen(text), "dir/test.conf", path_policies(),
	    &policy, error);
}

static void
refuses(const char *text, const char *line, const char *word)
{
	cr_assert_not(reads(text), "%s", text);
	cr_assert_not_null(strstr(error, line), "%s", error);
	cr_assert_not_null(strstr(error, word), "%s", error);
}

Test(policy_file, an_empty_policy_is_the_fallbacks)
{
	struct policy_values values;

	policy_values_init(&values);
	cr_assert(reads(""), "%s", error);
	cr_assert_eq(memcmp(&values, &policy.values, sizeof(values)), 0);
	cr_assert_str_eq(policy.name, "test");
	cr_assert_str_eq(policy.title, "");
	for (int id = 0; id < N_OPTIONS; id++) {
		cr_assert_not_null(policy.clause[id]);
	}
	policy_release(&policy);
}

Test(policy_file, limits_and_severities_are_taken)
{
	cr_assert(reads("# comment\n"
	                "title = \"A DPS\" // more\n"
	                "limit rrsig_lifetime_max { value = \"14d12h\" "
	                "clause = \"DPS 6.5\" }\n"
	                "limit ksk-algorithms { value = \"8, 13\" clause = "
	                "\"DPS 6.1\" }\n"
	                "limit denial { value = nsec3 clause = \"DPS 6.2\" }\n"
	                "limit algorithm_rollover { value = true clause = "
	                "\"local\" }\n"
	                "severity nsec3_extra { value = warn clause = "
	                "\"local\" }\n"),
	    "%s", error);
	cr_assert_str_eq(policy.title, "A DPS");
	cr_assert_eq(policy.values.option[OPTION_rrsig_lifetime_max], 1252800);
	cr_assert_str_eq(policy.clause[OPTION_rrsig_lifetime_max], "DPS 6.5");
	cr_assert_eq(policy.values.option[OPTION_ksk_algorithms], 0x2100);
	cr_assert_eq(policy.values.option[OPTION_denial], DENIAL_NSEC3);
	cr_assert_eq(policy.values.option[OPTION_algorithm_rollover], 1);
	cr_assert_eq(policy.values.severity[CHECK_nsec3_extra], SEVERITY_WARN);
	cr_assert_eq(policy.values.overridden[CHECK_nsec3_extra], 1);
	cr_assert_str_eq(policy.severity_clause[CHECK_nsec3_extra], "local");
	cr_assert_null(policy.severity_clause[CHECK_denial_ttl]);
	policy_release(&policy);
}

Test(policy_file, mistakes_are_named_with_their_line)
{
	refuses("\n\nlimit nothing { value = 1 clause = a }", ":3:", "nothing");
	refuses("# a\n# b\nlimit dnskey_max { value = 0 clause = a }",
	    ":3:", "1 to 64");
	refuses("limit dnskey_max { value = 5 }", ":1:", "clause");
	refuses("limit dnskey_max { clause = a }", ":1:", "value");
	refuses("limit dnskey_max { value = 5 clause = \"\" }",
	    ":1:", "clause");
	refuses("limit denial { value = nsec5 clause = a }",
	    ":1:", "any nsec nsec3");
	refuses("limit rrsig_lifetime_max { value = 1 clause = a }",
	    ":1:", "units");
	refuses("limit zsk_algorithms { value = \"8,8\" clause = a }",
	    ":1:", "once");
	refuses("limit zsk_algorithms { value = \"\" clause = a }",
	    ":1:", "numbers");
	refuses("limit zsk_algorithms { value = 63 clause = a }", ":1:", "62");
	refuses("limit algorithm_rollover { value = yes clause = a }",
	    ":1:", "true or false");
	refuses("severity nothing { value = warn clause = a }",
	    ":1:", "nothing");
	refuses("severity nsec3_extra { value = fatal clause = a }",
	    ":1:", "block hold warn info off");
	refuses("bogus = 1", ":1:", "bogus");
	refuses("limit dnskey_max { bogus = 1 }", ":1:", "bogus");
	refuses("title = \"a", ":", "end");
	refuses("title = a /* b", ":1:", "end");
	refuses("\nlimit dnskey_max { value = 5 clause = a", ":2:", "}");
	refuses("limit published_headroom_crit { value = 3d clause = a }",
	    "test.conf:", "published_headroom_warn");
	refuses("title = \"${HOME}\"", ":1:", "environment");
}

Test(policy_file, nothing_is_said_twice)
{
	refuses("title = a\ntitle = b", ":2:", "title");
	refuses("inherit = root-zone\ninherit = root-zone", ":2:", "inherit");
	refuses("limit dnskey_max { value = 5 value = 6 clause = a }",
	    ":1:", "value");
	refuses("limit dnskey_max { value = 5 clause = a }\n"
	        "limit dnskey_max { value = 5 clause = a }",
	    ":2:", "dnskey_max");
	refuses("limit dnskey_max { value = 5 clause = a }\n"
	        "limit dnskey-max { value = 5 clause = a }",
	    ":2:", "dnskey-max");
	refuses("severity denial_ttl { value = off clause = a }\n"
	        "severity denial-ttl { value = off clause = a }",
	    ":2:", "denial-ttl");
}

Test(policy_file, soundness_is_not_a_matter_of_policy)
{
	for (int id = 1; id < N_CHECKS; id++) {
		char text[200];

		snprintf(text, sizeof(text),
		    "severity %s { value = off clause = a }", checks[id].id);
		cr_assert_eq(reads(text), checks[id].standing == OPEN, "%s",
		    text);
		if (checks[id].standing == OPEN) {
			policy_release(&policy);
		}
	}
}

Test(policy_file, options_that_contradict_each_other_are_refused)
{
	refuses("limit rrsig_remaining_min { value = 9d clause = a }", "",
	    "rrsig_remaining_warn");
	refuses("limit dnskey_max { value = 6 clause = a }\n"
	        "limit dnskey_max_block { value = 5 clause = a }",
	    "", "dnskey_max_block");
}

Test(policy_file, a_policy_inherits_once)
{
	cr_assert(reads("inherit = root-zone\n"
	                "limit dnskey_max { value = 3 clause = a }"),
	    "%s", error);
	cr_assert_eq(policy.values.option[OPTION_dnskey_max], 3);
	cr_assert_eq(policy.values.option[OPTION_denial], DENIAL_NSEC);
	policy_release(&policy);
	refuses("inherit = centralnic-2021", "test.conf", "itself inherits");
	refuses("inherit = none-such", "none-such", "No such file");
	refuses("inherit = \"../x\"", "../x", "shipped");
	refuses("inherit = \"/etc/passwd\"", "passwd", "shipped");
	refuses("inherit = \"\"", "test.conf", "shipped");
	cr_assert_not(policy_read("inherit = root-zone", 19, "x", NULL, &policy,
	    error));
}

Test(policy_file, octets_that_are_no_text_are_refused)
{
	cr_assert_not(policy_read("title\0= a", 9, "x", NULL, &policy, error));
	cr_assert_not_null(strstr(error, "x:1:"));
}

Test(policy_file, every_shipped_policy_is_read)
{
	size_t n;
	char **names = policy_names(&n);

	cr_assert_geq(n, 5);
	for (size_t i = 0; i < n; i++) {
		cr_assert(policy_open(names[i], &policy, error), "%s", error);
		cr_assert_str_eq(policy.name, names[i]);
		cr_assert_str_not_empty(policy.title);
		for (int id = 1; id < N_OPTIONS; id++) {
			cr_assert_str_neq(policy.clause[id], "built-in default",
			    "%s: %s", names[i], option_rows[id].id);
		}
		policy_release(&policy);
		free(names[i]);
	}
	free(names);
}

Test(policy_file, names_do_not_lead_out_of_the_directory)
{
	cr_assert_not(policy_open("none-such", &policy, error));
	cr_assert_not_null(strstr(error, "zonegate policies"));
	cr_assert_not(policy_open("", &policy, error));
	cr_assert_not(policy_open("..", &policy, error));
	cr_assert_not(policy_open("/dev/zero", &policy, error));
	cr_assert_not_null(strstr(error, "larger"));
	cr_assert_not(policy_open("/tmp", &policy, error));
}

Test(policy_file, every_value_written_is_read_again)
{
	size_t n;
	char **names = policy_names(&n);
	char text[OPTION_TEXT];
	int64_t again;

	for (size_t i = 0; i < n; i++) {
		cr_assert(policy_open(names[i], &policy, error), "%s", error);
		for (int id = 1; id < N_OPTIONS; id++) {
			int64_t value = policy.values.option[id];

			if (option_rows[id].kind == LIST) {
				continue;
			}
			option_to_text((enum option_id)id, value, text);
			cr_assert(option_from_text((enum option_id)id, text,
			    &again, error));
			cr_assert_eq(again, value, "%s", text);
		}
		policy_release(&policy);
		free(names[i]);
	}
	free(names);
}

Test(policy_file, the_hash_is_that_of_the_values)
{
	uint8_t first[32];

	cr_assert(reads("title = a"));
	memcpy(first, policy.sha256, 32);
	policy_release(&policy);
	cr_assert(reads("title = b\nlimit dnskey_max { value = 6 clause = "
	                "other }"));
	cr_assert_eq(memcmp(first, policy.sha256, 32), 0);
	policy_release(&policy);
	cr_assert(reads("limit dnskey_max { value = 7 clause = other }"));
	cr_assert_neq(memcmp(first, policy.sha256, 32), 0);
	policy_release(&policy);
	cr_assert(reads("severity denial_ttl { value = warn clause = a }"));
	cr_assert_neq(memcmp(first, policy.sha256, 32), 0);
	policy_release(&policy);
}
