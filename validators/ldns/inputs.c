/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ldns/inputs.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/die.h"

FILE *
inputs_reopen(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fopen(path, "re");
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
