/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "base/sandbox.h"
#include "contract/job.h"
#include "options.h"

static struct options options;
static char error[OPTIONS_ERROR];

/* Reads LINE, words separated by one blank. */
static bool
reads(const char *line)
{
	static char words[512];
	char *argv[32] = {words};
	int argc = 1;

	strcpy(words, "zonegate");
	strcpy(words + 9, line);
	for (char *at = strtok(words + 9, " "); at != NULL;
	     at = strtok(NULL, " ")) {
		argv[argc++] = at;
	}
	return options_read(argc, argv, &options, error);
}

static void
refuses(const char *line, const char *word)
{
	cr_assert_not(reads(line), "%s", line);
	cr_assert_not_null(strstr(error, word), "%s: %s", line, error);
}

Test(options, defaults)
{
	cr_assert(reads("audit zone"), "%s", error);
	cr_assert_eq(options.command, COMMAND_AUDIT);
	cr_assert_str_eq(options.operand, "zone");
	cr_assert_str_eq(options.policy, "registry-default");
	cr_assert_str_eq(options.format->name, "text");
	cr_assert_null(options.anchor);
	cr_assert_null(options.output);
	cr_assert_not(options.has_at);
	cr_assert_eq(options.jobs, 0);
	cr_assert_eq(options.deadline_s, 0);
	cr_assert_eq(options.waived, 0);
}

Test(options, every_option_is_understood_in_both_spellings)
{
	cr_assert(reads("audit --zone example. --policy root-zone --anchor a "
	                "--at 20260805000000 --format json --output o "
	                "--previous p --unsigned u --jobs 3 --deadline 90s --waive seccomp "
	                "--waive=landlock -"),
	    "%s", error);
	cr_assert_str_eq(options.zone, "example.");
	cr_assert_str_eq(options.policy, "root-zone");
	cr_assert_str_eq(options.anchor, "a");
	cr_assert(options.has_at && options.at == 1785888000);
	cr_assert_str_eq(options.format->name, "json");
	cr_assert_str_eq(options.output, "o");
	cr_assert_str_eq(options.previous, "p");
	cr_assert_str_eq(options.unsigned_copy, "u");
	cr_assert_eq(options.jobs, 3);
	cr_assert_eq(options.deadline_s, 90);
	cr_assert_eq(options.waived,
	    SANDBOX_WAIVE_LANDLOCK | SANDBOX_WAIVE_SECCOMP);
	cr_assert_str_eq(options.operand, "-");
	cr_assert(reads("audit --format=html --anchor=self x"));
	cr_assert_str_eq(options.format->name, "html");
	cr_assert_null(options.anchor);
}

Test(options, checks_come_as_text_or_json)
{
	cr_assert(reads("checks"), "%s", error);
	cr_assert_str_eq(options.format->name, "text");
	cr_assert(reads("checks --format json"), "%s", error);
	cr_assert_eq(options.command, COMMAND_CHECKS);
	cr_assert_str_eq(options.format->name, "json");
	refuses("checks --format html", "text or json");
	refuses("checks --zone example.", "no option --zone");
	refuses("checks -x", "no option -x");
	refuses("explain --format json", "no option --format");
}

Test(options, operands_may_look_like_options)
{
	cr_assert(reads("audit -- --zone"));
	cr_assert_str_eq(options.operand, "--zone");
}

Test(options, mistakes_are_named)
{
	refuses("", "audit");
	refuses("frobnicate", "frobnicate");
	refuses("audit", "ZONEFILE");
	refuses("audit a b", "\"b\"");
	refuses("audit --frobnicate a", "--frobnicate");
	refuses("audit -z a", "-z");
	refuses("audit a --at", "--at");
	refuses("audit --at yesterday a", "20260805000000");
	refuses("audit --at 2200-01-01T00:00:00Z a", "2106");
	refuses("audit --format xml a", "json");
	refuses("audit --jobs 0 a", "32");
	refuses("audit --jobs 33 a", "32");
	refuses("audit --jobs -1 a", "32");
	refuses("audit --jobs 1x a", "32");
	refuses("audit --deadline 10 a", "90s");
	refuses("audit --deadline 0s a", "1s");
	refuses("audit --deadline 2d a", "1d");
	refuses("audit --waive both a", "landlock");
	refuses("audit --zone a..b a", "name");
	refuses("audit --zone= a", "name");
	refuses("audit --previous - a", "standard input");
	refuses("audit --unsigned - a", "standard input");
	refuses("audit --jobs 1 --jobs 2 a", "twice");
	refuses("explain", "CHECK");
	refuses("explain --at now", "--at");
	refuses("checks all", "all");
	refuses("policies --x", "--x");
}

Test(options, help_is_everywhere)
{
	static const char *const lines[] = {"--help", "help", "-h",
	    "audit --help", "explain -h", "checks --help", "policies --help",
	    "audit --jobs 3 --help"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		cr_assert(reads(lines[i]), "%s", lines[i]);
		cr_assert_eq(options.command, COMMAND_HELP);
	}
	cr_assert(reads("help audit"));
	cr_assert_eq(options.of, COMMAND_AUDIT);
	cr_assert(reads("--version"));
	cr_assert_eq(options.command, COMMAND_VERSION);
}

Test(options, the_help_text_has_every_option)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	options_help(out, COMMAND_AUDIT);
	fclose(out);
	static const char *const names[] = {"zone", "policy", "anchor", "at",
	    "format", "output", "previous", "unsigned", "jobs", "deadline", "waive"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char option[32];

		snprintf(option, sizeof(option), "--%s ", names[i]);
		cr_assert_not_null(strstr(text, option), "%s", option);
	}
	free(text);
}

Test(options, further_reports)
{
	cr_assert(reads("audit --report json=a --report=html=b=c zone"), "%s",
	    error);
	cr_assert_eq(options.n_copies, 2);
	cr_assert_str_eq(options.copies[0].format->name, "json");
	cr_assert_str_eq(options.copies[0].file, "a");
	cr_assert_str_eq(options.copies[1].format->name, "html");
	cr_assert_str_eq(options.copies[1].file, "b=c");
	refuses("audit --report json zone", "--report");
	refuses("audit --report json= zone", "--report");
	refuses("audit --report json=- zone", "--report");
	refuses("audit --report xml=a zone", "--report");
	refuses("audit --report text=1 --report text=2 --report text=3 "
	        "--report text=4 --report text=5 --report text=6 "
	        "--report text=7 --report text=8 --report text=9 zone",
	    "at most 8");
}
