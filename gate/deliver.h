/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deliver.h -- a report reaches its reader whole, or its writer hears of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define DELIVER_ERROR 256

/*
 * Writes LENGTH octets to the file OUTPUT, or to standard output if it is
 * NULL.  A file is written beside its place and then renamed into it, so that
 * nobody finds half of one.  Returns true once everything has been taken;
 * otherwise the reason is in ERROR, and a file that was there is as it was.
 */
bool deliver(const char *output, const char *text, size_t length,
    char error[DELIVER_ERROR]);

/* Returns false with a reason if deliver() to OUTPUT could only fail. */
bool deliver_possible(const char *output, char error[DELIVER_ERROR]);
