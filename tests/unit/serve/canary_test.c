/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "paths.h"
#include "serve/canary.h"
#include "time_text.h"

#define MOST 32

/* A folder with the canaries' files, and what became of each. */
static char folder[] = "/tmp/zonegate-canaries-XXXXXX";
static int directory;
static int statuses[MOST];
static char *reports[MOST];
static size_t lengths[MOST];
static char why[CANARY_WHY];

/* The program beside the workers that this build has. */
static char *
program(void)
{
	static char path[4096];
	const char *worker = path_worker(WORKER_SURVEY);
	int length = (int)(strrchr(worker, '/') - worker);

	snprintf(path, sizeof(path), "%.*s/zonegate", length, worker);
	return path;
}

static char *
read_file(const char *name, size_t *length)
{
	FILE *file = fopen(name, "re");
	size_t most = 1 << 20;

	*length = 0;
	if (file == NULL) {
		return NULL;
	}
	char *text = malloc(most);

	*length = fread(text, 1, most - 1, file);
	text[*length] = '\0';
	fclose(file);
	return text;
}

/* Judges canary I as the daemon does, its workers having FAULT. */
static int
run(size_t i, const char *fault, char **report, size_t *length)
{
	const struct canary *canary = canary_get(i);
	char at[TIME_TEXT], policy[128], anchor[128], zone[128], output[128];
	char setting[64];

	snprintf(policy, sizeof(policy), "%s/%s.conf", folder, canary->name);
	snprintf(anchor, sizeof(anchor), "%s/%s.anchor", folder, canary->name);
	snprintf(zone, sizeof(zone), "%s/%s.zone", folder, canary->name);
	snprintf(output, sizeof(output), "%s/report", folder);
	snprintf(setting, sizeof(setting), "ZONEGATE_FAULT=%s", fault);
	unlink(output);

	char *arguments[] = {program(), "audit", "--format", "json", "--output",
	    output, "--at", time_to_text(canary->at_s, at), "--zone",
	    (char *)(uintptr_t)canary->zone, "--policy", policy, "--anchor",
	    anchor, "--deadline", "120s", zone, NULL};
	char *environment[] = {fault[0] == '\0' ? NULL : setting, NULL};
	int status;
	pid_t pid;

	cr_assert_eq(posix_spawn(&pid, program(), NULL, NULL, arguments,
	                 environment),
	    0, "%s: make fault", program());
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	*report = read_file(output, length);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
write_all(void)
{
	cr_assert_not_null(mkdtemp(folder));
	directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_leq(canary_count(), MOST);
	for (size_t i = 0; i < canary_count(); i++) {
		cr_assert_eq(canary_write(i, directory), 0);
	}
}

static void
set_up(void)
{
	write_all();
	for (size_t i = 0; i < canary_count(); i++) {
		statuses[i] = run(i, "", &reports[i], &lengths[i]);
	}
}

static void
tear_down(void)
{
	char name[128];

	for (size_t i = 0; i < canary_count(); i++) {
		static const char *const suffixes[] = {
		    "zone", "anchor", "conf"};

		for (size_t k = 0; k < 3; k++) {
			snprintf(name, sizeof(name), "%s/%s.%s", folder,
			    canary_get(i)->name, suffixes[k]);
			unlink(name);
		}
		free(reports[i]);
	}
	snprintf(name, sizeof(name), "%s/report", folder);
	unlink(name);
	close(directory);
	rmdir(folder);
}

static size_t
called(const char *name)
{
	for (size_t i = 0; i < canary_count(); i++) {
		if (strcmp(canary_get(i)->name, name) == 0) {
			return i;
		}
	}
	cr_assert_fail("no canary is called %s", name);
	return 0;
}

/* ---- what they are ---- */

Test(canary, there_are_good_and_bad_ones)
{
	size_t good = 0;

	for (size_t i = 0; i < canary_count(); i++) {
		const struct canary *canary = canary_get(i);
		bool is_good = canary->decision == DECISION_RELEASE;

		good += is_good;
		cr_expect_eq(is_good, canary->check == CHECK_none);
		cr_expect_gt(canary->claims, 0);
		cr_expect(!is_good || canary->secure == canary->claims);
		for (size_t k = 0; k < i; k++) {
			cr_expect_str_neq(canary->name, canary_get(k)->name);
		}
	}
	cr_assert_geq(good, 1);
	cr_assert_geq(canary_count() - good, 6);
}

Test(canary, there_is_nothing_beyond_the_last)
{
	size_t length;

	cr_assert_null(canary_get(canary_count()));
	cr_assert_null(canary_text(canary_count(), &length));
	cr_assert_neq(canary_write(canary_count(), -1), 0);
	cr_assert_not(canary_judge(canary_count(), 0, "{}", 2, why));
	cr_assert_neq(why[0], '\0');
}

Test(canary, a_text_is_whole)
{
	for (size_t i = 0; i < canary_count(); i++) {
		size_t length;
		char *text = canary_text(i, &length);

		cr_assert_eq(strlen(text), length);
		cr_assert_eq(text[length - 1], '\n');
		free(text);
	}
}

Test(canary, what_cannot_be_written_is_said)
{
	cr_assert_neq(canary_write(0, -1), 0);
}

/* ---- what becomes of them ---- */

static void
each_comes_back_as_it_must(void)
{
	for (size_t i = 0; i < canary_count(); i++) {
		bool is_good =
		    canary_judge(i, statuses[i], reports[i], lengths[i], why);

		cr_expect(is_good, "%s", why);
		cr_expect(!is_good || why[0] == '\0');
	}
}

static void
none_passes_for_another(void)
{
	for (size_t i = 0; i < canary_count(); i++) {
		for (size_t k = 0; k < canary_count(); k++) {
			cr_expect(i == k || !canary_judge(i, statuses[k],
			                        reports[k], lengths[k], why),
			    "%s for %s", canary_get(k)->name,
			    canary_get(i)->name);
		}
	}
}

static void
no_report_is_no_judgement(void)
{
	for (size_t i = 0; i < canary_count(); i++) {
		const char *report = reports[i];
		size_t length = lengths[i];

		cr_expect_not(canary_judge(i, -1, report, length, why));
		cr_expect_not_null(strstr(why, canary_get(i)->name));
		cr_expect_not(canary_judge(i, statuses[i], NULL, 0, why));
		cr_expect_not(canary_judge(i, statuses[i], "", 0, why));
		cr_expect_not(canary_judge(i, statuses[i], report, length / 2,
		    why));
		cr_expect_not(canary_judge(i, !statuses[i], report, length,
		    why));
		cr_expect_not(canary_judge(i, 3, report, length, why));
	}
}

/* The Ith's report with OLD replaced by NEW, of the same length, wherever it
 * stands. */
static char *
forged(size_t i, const char *old, const char *new)
{
	char *text = strdup(reports[i]), *at = text;
	size_t n = 0;

	cr_assert_eq(strlen(old), strlen(new));
	for (; (at = strstr(at, old)) != NULL; at += strlen(new), n++) {
		memcpy(at, new, strlen(new));
	}
	cr_assert_gt(n, 0, "%s has no %s", canary_get(i)->name, old);
	return text;
}

static void
the_fault_must_be_named(void)
{
	size_t i = called("bitmap");
	char *text =
	    forged(i, "\"nsec-bitmap-exact\"", "\"nsec-chain-closed\"");

	cr_assert_not(canary_judge(i, statuses[i], text, lengths[i], why));
	cr_assert_not_null(strstr(why, "nsec-bitmap-exact"), "%s", why);
	free(text);
}

static void
the_time_must_be_its_own(void)
{
	size_t i = called("bitmap");
	char *text = forged(i, "2026-01-05T00:00:00Z", "2026-01-05T00:00:01Z");

	cr_assert_not(canary_judge(i, statuses[i], text, lengths[i], why));
	free(text);
}

/* As if both validators had refused every signature of OBJECT. */
static void
refuse_all(json_t *object, const char *refused)
{
	json_t *claims = json_object_get(object, "claims");

	json_object_set_new(object, "secure", json_integer(0));
	json_object_set(object, refused, claims);
}

/* A gate that refuses everything is broken, though it finds the fault. */
static void
good_signatures_must_be_secure(void)
{
	size_t i = called("bitmap"), k;
	json_t *report = json_loads(reports[i], 0, NULL), *validator;

	cr_assert_not_null(report);
	refuse_all(json_object_get(report, "agreement"), "refused");
	json_array_foreach(json_object_get(report, "validators"), k, validator)
	{
		refuse_all(validator, "bogus");
	}
	char *text = json_dumps(report, 0);

	cr_assert_not(canary_judge(i, statuses[i], text, strlen(text), why));
	cr_assert_not_null(strstr(why, "must have"), "%s", why);
	free(text);
	json_decref(report);
}

/* Judging all of them takes a second or more: they are judged once. */
Test(canary, reports, .init = set_up, .fini = tear_down)
{
	each_comes_back_as_it_must();
	none_passes_for_another();
	no_report_is_no_judgement();
	the_fault_must_be_named();
	the_time_must_be_its_own();
	good_signatures_must_be_secure();
}

/* ---- a gate that is broken ---- */

Test(canary, broken_workers_show, .init = write_all, .fini = tear_down)
{
	static const struct {
		const char *fault, *canary;
	} rows[] = {
	    {"ldns:all_secure", "good"},
	    {"unbound:all_secure", "good"},
	    {"ldns:one_bogus", "good"},
	    {"unbound:one_bogus", "good"},
	    {"unbound:segv", "good"},
	    {"survey:omit_claim", "good"},
	    {"survey:drop_record", "good"},
	    {"survey:half", "bitmap"},
	    {"ldns:one_bogus", "bitmap"},
	    {"unbound:exit1", "signature-bit"},
	};

	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		size_t i = called(rows[k].canary), length;
		char *report;
		int status = run(i, rows[k].fault, &report, &length);

		cr_expect_not(canary_judge(i, status, report, length, why),
		    "%s, %s", rows[k].canary, rows[k].fault);
		free(report);
	}
}
