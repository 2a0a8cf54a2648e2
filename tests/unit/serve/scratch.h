/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scratch.h -- a directory for one test, its fault-ridden children.
 */
#pragma once

/* Makes a directory; its path is in PLACE. */
#define SCRATCH 64
void scratch_make(char place[SCRATCH]);

/* Removes it with all that is in it. */
void scratch_remove(const char *place);

/* Runs ACT in a child with ZONEGATE_DISK_FAULT=FAULT; its exit status, or -1
 * if it was killed with SIGKILL. */
int scratch_with_fault(const char *fault, int (*act)(void));
