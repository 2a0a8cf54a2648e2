/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldns/inputs.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"

void
inputs_job(struct job *job)
{
	/* One octet more than a job, to see that it ends. */
	static uint8_t octets[sizeof(struct job) + 1];
	size_t n = 0;

	for (;;) {
		ssize_t got =
		    pread(JOB_FD_JOB, octets + n, sizeof(octets) - n, (off_t)n);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			die("job: %s", strerror(errno));
		}
		if (got == 0) {
			break;
		}
		n += (size_t)got;
	}
	const char *wrong = job_open(octets, n, WORKER_LDNS, job);

	if (wrong != NULL) {
		die("job: %s", wrong);
	}
}

FILE *
inputs_reopen(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fopen(path, "re");
}

struct mapped
inputs_map(int fd, const char *what)
{
	struct stat status;

	if (fstat(fd, &status) != 0) {
		die("%s: %s", what, strerror(errno));
	}
	if (status.st_size <= 0) {
		die("%s: empty", what);
	}
	struct mapped mapped = {.size = (size_t)status.st_size};
	void *at = mmap(NULL, mapped.size, PROT_READ, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED) {
		die("%s: %s", what, strerror(errno));
	}
	mapped.at = at;
	return mapped;
}

/* The C library's functions take octets they only read as if they wrote. */
static void *
without_const(const void *at)
{
	union {
		const void *in;
		void *out;
	} octets = {.in = at};

	return octets.out;
}

void
inputs_rest(struct mapped mapped)
{
	(void)madvise(without_const(mapped.at), mapped.size, MADV_DONTNEED);
}

FILE *
inputs_open(struct mapped mapped)
{
	FILE *file = fmemopen(without_const(mapped.at), mapped.size, "r");

	if (file == NULL) {
		die("cannot read from memory: %s", strerror(errno));
	}
	return file;
}

void
inputs_sha256(struct mapped mapped, uint8_t sha256[32])
{
	if (EVP_Digest(mapped.at, mapped.size, sha256, NULL, EVP_sha256(),
	        NULL) != 1) {
		die("OpenSSL: SHA-256 failed");
	}
}
