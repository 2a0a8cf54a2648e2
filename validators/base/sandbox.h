/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox.h -- a process takes its own rights away before it reads anything.
 *
 * All rights are one table in sandbox.c, a row per role.  Techniques: no new
 * privileges, resource limits, Landlock (no path is reachable), seccomp (an
 * allow list of system calls: no sockets but unnamed pairs, no programs, no
 * processes).  A technique the kernel lacks is a fault unless it is waived.
 */
#pragma once

#include <stdint.h>

enum sandbox_role {
	SANDBOX_NONE, /* zero: never valid */
	SANDBOX_SURVEY,
	SANDBOX_LDNS,
	SANDBOX_UNBOUND,
	SANDBOX_UNPACK,
	N_SANDBOX_ROLES
};

/* What may be missing, by the operator's leave; the report names it. */
enum sandbox_waiver { SANDBOX_WAIVE_LANDLOCK = 1, SANDBOX_WAIVE_SECCOMP = 2 };

/*
 * Confines the calling process for the rest of its life, or dies.  A file it
 * writes may grow to MAX_FILE octets.  WAIVED are bits of sandbox_waiver.
 */
void sandbox_enter(enum sandbox_role role, uint64_t max_file, unsigned waived);

/* Tries each technique in a child process.  Returns those that do not work
 * here, as bits of sandbox_waiver. */
unsigned sandbox_missing(void);
