/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * small_file.h -- files that the operator names: policies and anchors.
 */
#pragma once

#include <stddef.h>

/* How long to wait for a pipe's writer, `--anchor <(command)' for one. */
#define SMALL_FILE_WAIT_MS 10000

/*
 * Reads FILE, at most MOST octets.  Returns them, to be freed, with their
 * number in *LENGTH; or NULL with the reason in ERROR, whose size is
 * ERROR_SIZE: it cannot be read, is larger, or nothing comes.
 */
char *small_file_read(const char *file, size_t most, size_t *length,
    char *error, size_t error_size);
