/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confine.h -- what is taken from a helper that talks over the network: the
 * programs beside the workers of sandbox.h, which may not talk at all.
 *
 * Always: no new privileges, no core, no other program, no process, no file
 * written, made or removed, no server socket, and none of the calls that change
 * the machine.  A technique the kernel lacks is a fault unless it is waived.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/sandbox.h"

struct confinement {
	bool reads_files;    /* may open files, for reading only */
	bool connects;       /* may open TCP connections */
	bool threads;        /* may start threads */
	uint64_t memory;     /* address space, octets */
	uint64_t open_files; /* descriptors */
};

/* Confines the calling process, which has one thread, for the rest of its
 * life, or dies.  WAIVED are bits of sandbox_waiver. */
void confine(const struct confinement *confinement, unsigned waived);

/*
 * Reads "--waive landlock" and "--waive seccomp", given as the last arguments
 * from ARGV[AT] on, into bits of sandbox_waiver.  Returns false if there is
 * anything else.
 */
bool confine_waivers(int argc, char *const *argv, int at, unsigned *waived);
