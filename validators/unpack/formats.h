/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * formats.h -- one function per compressed format, each over a whole file in
 * memory, and how a file is told to be in it.
 *
 * All of them call input unfit() that is cut short, corrupt or followed by
 * anything else: half a zone must not look like one.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "unpack/sink.h"

/* What a decoder holds of its output before it is written. */
#define FORMAT_CHUNK 65536

typedef void format_unpack(const uint8_t *packed, size_t size,
    struct sink *sink);

format_unpack gzip_unpack; /* RFC 1952, members one after another */
format_unpack xz_unpack;   /* streams one after another */
format_unpack zstd_unpack; /* RFC 8878, frames one after another */

/* Returns the function for the format that PACKED begins like, or NULL. */
format_unpack *format_find(const uint8_t *packed, size_t size);
