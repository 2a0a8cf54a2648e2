/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snapshot.h -- the immutable octets under judgement: read once, hashed,
 * sealed; unpacked by a confined worker if they come compressed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "judgement.h"
#include "worker_run.h"

struct snapshot {
	int fd; /* sealed; -1: none */
	uint64_t size;
	uint8_t sha256[32];
	const char *compression; /* "gzip", "xz", "zstd", or NULL */
	uint8_t compressed_sha256[32];
	uint64_t compressed_size;
	/* After a failure: it is the octets' fault, not ours. */
	bool is_unfit;
};

/*
 * Reads FROM to its end.  Returns true, or false with WHY in words; then
 * SNAPSHOT holds nothing.  The caller calls snapshot_release() either way.
 */
bool snapshot_take(int from, const struct request *request, int64_t deadline_ms,
    struct snapshot *snapshot, char why[WHY_TEXT]);

void snapshot_release(struct snapshot *snapshot);
