/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * checks_cost.c -- what each check costs: a survey of one zone whose checks
 * are timed one by one.
 *
 * usage: checks_cost ZONE FILE [PREVIOUS]
 *
 * Takes the place of validators/survey/run.c.  The first line says how long
 * all checks took together, the others how long each, the dearest first:
 * microseconds of CPU and a name.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/die.h"
#include "survey/steps.h"

static struct cost {
	const char *check;
	int64_t us;
} costs[N_CHECKS];
static size_t n_costs;

static int64_t
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void
time_check(struct survey *s, void (*check)(struct survey *s), const char *name)
{
	int64_t before = cpu_us();

	check(s);
	costs[n_costs++] = (struct cost){name, cpu_us() - before};
}

#define TIME_READING(id)
#define TIME_VERDICTS(id)
#define TIME_INDEX(id) time_check(s, check_##id, #id);

void
run_checks(struct survey *s)
{
	findings_reserve(s);
#define CHECK(id, severity, standing, by, ...) TIME_##by(id)
#include "contract/checks.def"
#undef CHECK
}

static struct text
map(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || status.st_size <= 0) {
		die("%s: cannot be opened, or is empty", path);
	}
	void *at =
	    mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

	close(fd);
	if (at == MAP_FAILED) {
		die("%s: cannot be mapped", path);
	}
	return (struct text){at, (size_t)status.st_size};
}

static int
dearest_first(const void *a, const void *b)
{
	const struct cost *left = a, *right = b;

	return (left->us < right->us) - (left->us > right->us);
}

int
main(int argc, char **argv)
{
	static struct job job;
	static struct survey s;
	static struct work work;
	struct survey_texts texts = {0};
	int64_t all = 0;

	die_init("checks_cost");
	if (argc < 3 || argc > 4) {
		die("usage: checks_cost ZONE FILE [PREVIOUS]");
	}
	job.at = time(NULL);
	job.n_slices = 1;
	snprintf(job.zone, sizeof(job.zone), "%s", argv[1]);
	policy_values_init(&job.policy);
	texts.zone = map(argv[2]);
	if (argc == 4) {
		job.has_previous = 1;
		texts.previous = map(argv[3]);
	}
	survey_init(&s, &job);
	if (survey_run(&s, &texts, &work) != INDEX_COMPLETE ||
	    s.operand_error[0] != '\0') {
		die("the zone cannot be surveyed %s", s.operand_error);
	}
	for (size_t i = 0; i < n_costs; i++) {
		all += costs[i].us;
	}
	qsort(costs, n_costs, sizeof(costs[0]), dearest_first);
	printf("%" PRId64 " all\n", all);
	for (size_t i = 0; i < n_costs; i++) {
		printf("%" PRId64 " %s\n", costs[i].us, costs[i].check);
	}
	survey_release(&s, &work);
	return 0;
}
