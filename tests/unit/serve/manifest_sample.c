/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest_sample.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char sample_place[SCRATCH];
struct manifest_key *sample_key;
char sample_error[MANIFEST_ERROR];

void
sample_make(void)
{
	unsetenv("ZONEGATE_DISK_FAULT");
	scratch_make(sample_place);
	sample_key = manifest_key_open(sample_place, true, sample_error);
	cr_assert_not_null(sample_key, "%s", sample_error);
}

void
sample_remove(void)
{
	manifest_key_free(sample_key);
	scratch_remove(sample_place);
}

struct manifest
sample_manifest(void)
{
	struct manifest manifest = {
	    .zone = "shop.",
	    .candidate = 12,
	    .has_serial = true,
	    .serial = 4294967295U,
	    .bytes = 123456789012,
	    .decision = "hold",
	    .released_by = "approval",
	    .approvals = "alice: \"Schlüssel\" gewechselt\n; bob: ja",
	    .ldns = "ldns 1.8.3, OpenSSL 3.0.17",
	    .unbound = "libunbound 1.17.1, Nettle 3.8",
	    .policy = "identity-digital",
	    .at = 1795302000,
	    .expiry = 1797894000,
	    .soa_expire = 4294967295U,
	};

	for (int i = 0; i < 32; i++) {
		manifest.sha256[i] = (uint8_t)(i * 8);
		manifest.policy_sha256[i] = (uint8_t)(255 - i);
	}
	memset(manifest.previous, 'a', 64);
	return manifest;
}

char *
sample_path(const char *name)
{
	static char path[4][256];
	static int next;
	char *at = path[next++ % 4];

	snprintf(at, 256, "%s/%s", sample_place, name);
	return at;
}

void
sample_put(const char *name, const void *at, size_t size)
{
	int fd = open(sample_path(name),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, at, size), (ssize_t)size);
	close(fd);
}

int
sample_shell(const char *script)
{
	int status;
	pid_t child = fork();

	cr_assert(child >= 0);
	if (child == 0) {
		if (chdir(sample_place) == 0) {
			execl("/bin/sh", "sh", "-euc", script, (char *)NULL);
		}
		_exit(126);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
