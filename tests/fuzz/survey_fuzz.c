/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * survey_fuzz.c -- any octets may be called a zone: the survey comes to an
 * end, and what it writes is an index and a units file.
 *
 * The first octet chooses the job; the text is the anchor file, too.  What
 * comes after a line of two semicolons is the previous release and the
 * unsigned copy; without it, the zone itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/units.h"
#include "survey/steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	WITH_ZONE = 1,
	WITH_ANCHORS = 2,
	SOME_SLICES = 4,
	WITH_INCOMING = 8,
	WITH_PREVIOUS = 16,
	WITH_UNSIGNED = 32,
};

/* An anonymous file, read back. */
struct file {
	int fd;
	void *at;
	size_t size;
};

static struct file
open_file(const char *name)
{
	struct file file = {.fd = memfd_create(name, 0)};

	if (file.fd < 0) {
		abort();
	}
	return file;
}

static void
read_back(struct file *file)
{
	struct stat status;

	if (fstat(file->fd, &status) != 0) {
		abort();
	}
	file->size = (size_t)status.st_size;
	file->at = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, file->fd, 0);
	if (file->at == MAP_FAILED) {
		abort();
	}
}

static void
close_file(struct file *file)
{
	munmap(file->at, file->size);
	close(file->fd);
}

static void
check_files(struct file *index_file, struct file *units_file)
{
	struct index index;
	struct units units;

	read_back(index_file);
	read_back(units_file);
	if (index_open(index_file->at, index_file->size, &index) != NULL ||
	    units_open(units_file->at, units_file->size, index.n_claims,
	        &units) != NULL ||
	    units.header->n_units != index.header->n_units) {
		abort();
	}
}

static void
init_job(struct job *job, uint8_t choice)
{
	memset(job, 0, sizeof(*job));
	policy_values_init(&job->policy);
	job->at = 1767225600;
	job->n_slices = (choice & SOME_SLICES) != 0 ? 3 : 1;
	job->has_anchors = (choice & WITH_ANCHORS) != 0;
	job->has_incoming = (choice & WITH_INCOMING) != 0;
	job->has_previous = (choice & WITH_PREVIOUS) != 0;
	job->has_unsigned = (choice & WITH_UNSIGNED) != 0;
	if ((choice & WITH_ZONE) != 0) {
		strcpy(job->zone, "example.");
	}
}

/* Copied, so that a read past its end is seen. */
static struct text
copy_text(const void *from, size_t size)
{
	char *text = malloc(size);

	memcpy(text, from, size);
	return (struct text){text, size};
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct job job;
	static struct survey s;
	struct work work = {0};

	if (size == 0) {
		return 0;
	}
	const uint8_t *mark = memmem(data + 1, size - 1, "\n;;\n", 4);
	const uint8_t *end = mark == NULL ? data + size : mark + 1;
	const uint8_t *other = mark == NULL ? data + 1 : mark + 1;
	struct text zone = copy_text(data + 1, (size_t)(end - data - 1));
	struct text second = copy_text(other, (size_t)(data + size - other));

	init_job(&job, data[0]);
	struct survey_texts texts = {
	    .zone = zone, .anchors = zone, .incoming = zone};

	if (job.has_previous != 0) {
		texts.previous = second;
	}
	if (job.has_unsigned != 0) {
		texts.unsigned_copy = second;
	}
	struct file index_file = open_file("index");
	struct file units_file = open_file("units");

	survey_init(&s, &job);
	enum index_outcome outcome = survey_run(&s, &texts, &work);

	units_write(&s, &work.plan, units_file.fd);
	index_write(&s, outcome, index_file.fd);
	survey_release(&s, &work);
	check_files(&index_file, &units_file);
	close_file(&index_file);
	close_file(&units_file);
	free((char *)(uintptr_t)zone.at);
	free((char *)(uintptr_t)second.at);
	return 0;
}
