/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "version.h"

#include <confuse.h>
#include <errno.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <seccomp.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "paths.h"

static void
print_gate(void)
{
	const struct scmp_version *seccomp = seccomp_version();

	printf("zonegate %s: %s, jansson %s, libconfuse %s", ZONEGATE_VERSION,
	    OpenSSL_version(OPENSSL_VERSION), jansson_version_str(),
	    confuse_version);
	if (seccomp != NULL) {
		printf(", libseccomp %u.%u.%u", seccomp->major, seccomp->minor,
		    seccomp->micro);
	}
	putchar('\n');
}

/* Each worker speaks for the libraries that it, and not we, has loaded: it
 * writes a line to our standard output. */
static bool
print_worker(enum worker worker)
{
	char name[64];
	char option[] = "--version";
	char *arguments[] = {name, option, NULL};
	char *environment[] = {NULL};
	pid_t pid;
	int status;

	snprintf(name, sizeof(name), "%s", worker_name(worker));
	fflush(stdout);
	int error = posix_spawn(&pid, path_worker(worker), NULL, NULL,
	    arguments, environment);

	if (error != 0) {
		printf("%s: %s: %s\n", name, path_worker(worker),
		    strerror(error));
		return false;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
		continue;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		printf("%s: does not say its versions\n", name);
		return false;
	}
	return true;
}

bool
version_print(void)
{
	bool good = true;

	print_gate();
	for (int worker = WORKER_NONE + 1; worker < N_WORKERS; worker++) {
		good = print_worker((enum worker)worker) && good;
	}
	return good;
}
