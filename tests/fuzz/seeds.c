/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seeds.c -- writes what the fuzzers begin with: one or two valid files each.
 *
 * usage: seeds FOLDER, which gets index/, units/, verdicts/, job/.  Their
 * layouts follow the headers, so they are made again for each run.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "index_maker.h"
#include "job_maker.h"
#include "stream_maker.h"
#include "units_maker.h"

/* HEAD is what the fuzzer takes off before it calls the reader. */
static void
save(const char *folder, const char *fuzzer, const char *name, const void *head,
    size_t head_length, const void *octets, size_t length)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, fuzzer);
	if (mkdir(path, 0777) != 0 && errno != EEXIST) {
		die("%s: %s", path, strerror(errno));
	}
	snprintf(path, sizeof(path), "%s/%s/%s", folder, fuzzer, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0 || write(fd, head, head_length) != (ssize_t)head_length ||
	    write(fd, octets, length) != (ssize_t)length || close(fd) != 0) {
		die("%s: %s", path, strerror(errno));
	}
}

static void
save_all(const char *folder)
{
	static struct made_index index;
	static struct made_units units;
	static struct stream stream;
	static struct job job;
	uint32_t unit_claims = MADE_UNIT_CLAIMS;
	uint8_t claims = 10;
	uint8_t worker = WORKER_SURVEY;

	make_index(&index);
	save(folder, "index", "complete", "", 0, &index, sizeof(index));
	make_refused_index(&index);
	save(folder, "index", "refused", "", 0, &index, sizeof(index));
	make_units(&units);
	save(folder, "units", "three", &unit_claims, sizeof(unit_claims),
	    &units, sizeof(units));
	put_all(&stream, claims);
	save(folder, "verdicts", "all", &claims, 1, stream.octets,
	    stream.length);
	make_job(&job, WORKER_SURVEY);
	save(folder, "job", "survey", &worker, 1, &job, sizeof(job));
}

int
main(int argc, char **argv)
{
	die_init("seeds");
	if (argc != 2) {
		die("usage: seeds FOLDER");
	}
	save_all(argv[1]);
	return 0;
}
