/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confuse_text.h -- what is done to a file's text before libconfuse reads it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Blanks the comments of LENGTH octets of TEXT, which is terminated: libconfuse
 * counts their lines twice, and messages are to name the right one.  Refuses
 * zero octets, "${...}", whose meaning would depend on the environment, and
 * strings, comments or sections without an end: false, with FILE, line and
 * reason in ERROR.
 */
bool confuse_text(char *text, size_t length, const char *file, char *error,
    size_t error_size);
