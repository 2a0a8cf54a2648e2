/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inputs.h -- the descriptors of the job as octets and files.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/mapped.h"

/*
 * Opens the descriptor as a file with an offset of its own; NULL if the
 * system has no way to.  To be called before the process confines itself;
 * reads nothing.
 */
FILE *inputs_reopen(int fd);

/* Gives the pages back that MAPPED has touched; they come again when they are
 * looked at.  Nothing but memory is gained. */
void inputs_rest(struct mapped mapped);

/* The mapped octets as a file. */
FILE *inputs_open(struct mapped mapped);

/* SHA-256 of the mapped octets. */
void inputs_sha256(struct mapped mapped, uint8_t sha256[32]);
