/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * durable_fault.c -- disks that fail when a test wants them to.
 */
#include "durable.h"

#ifndef ZONEGATE_FAULT_POINTS

int
durable_fault(enum durable_call call)
{
	(void)call;
	return 0;
}

size_t
durable_torn(size_t size)
{
	return size;
}

#else

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"

static const struct what {
	const char *name;
	int error; /* 0: SIGKILL */
	bool once;
	bool torn;
} whats[] = {
    {"enospc", ENOSPC, false, false},
    {"eio", EIO, false, false},
    {"erofs", EROFS, false, false},
    {"enospc-once", ENOSPC, true, false},
    {"eio-once", EIO, true, false},
    {"kill", 0, true, false},
    {"torn", 0, true, true},
};

static const char *const call_names[N_DURABLE_CALLS + 1] = {
    "open", "write", "sync", "rename", "unlink", "any"};

/* What is wanted of this process; a forked one reads it anew. */
static struct {
	pid_t process;
	const struct what *what; /* NULL: nothing */
	int call;                /* N_DURABLE_CALLS: any */
	unsigned long at;
	unsigned long calls;
	bool tearing;
} fault;

/* True if the LENGTH octets at TEXT are NAME. */
static bool
is_word(const char *text, size_t length, const char *name)
{
	return strlen(name) == length && strncmp(text, name, length) == 0;
}

static bool
read_fault(const char *text)
{
	size_t length = strcspn(text, ":");

	for (fault.call = 0; fault.call <= N_DURABLE_CALLS; fault.call++) {
		if (is_word(text, length, call_names[fault.call])) {
			break;
		}
	}
	if (fault.call > N_DURABLE_CALLS || text[length] != ':') {
		return false;
	}
	char *end;

	fault.at = strtoul(text + length + 1, &end, 10);
	if (fault.at == 0 || *end != ':') {
		return false;
	}
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		if (strcmp(end + 1, whats[i].name) == 0) {
			fault.what = &whats[i];
		}
	}
	return fault.what != NULL;
}

static void
set_up(void)
{
	const char *text = getenv("ZONEGATE_DISK_FAULT");

	if (fault.process == getpid()) {
		return;
	}
	memset(&fault, 0, sizeof(fault));
	fault.process = getpid();
	if (text != NULL && text[0] != '\0' && !read_fault(text)) {
		die("ZONEGATE_DISK_FAULT=%s: give CALL:N:WHAT", text);
	}
}

static void
stop_here(void)
{
	kill(getpid(), SIGKILL);
	abort();
}

int
durable_fault(enum durable_call call)
{
	set_up();
	if (fault.what == NULL) {
		return 0;
	}
	if (fault.tearing) {
		stop_here();
	}
	if (fault.call != N_DURABLE_CALLS && fault.call != (int)call) {
		return 0;
	}
	fault.calls++;
	if (fault.calls < fault.at ||
	    (fault.what->once && fault.calls > fault.at)) {
		return 0;
	}
	if (fault.what->torn && call == DURABLE_WRITE) {
		fault.tearing = true;
		return 0;
	}
	if (fault.what->error == 0) {
		stop_here();
	}
	return fault.what->error;
}

size_t
durable_torn(size_t size)
{
	if (!fault.tearing) {
		return size;
	}
	if (size < 2) {
		stop_here();
	}
	return size / 2;
}

#endif
