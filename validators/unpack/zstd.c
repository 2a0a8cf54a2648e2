/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zstd.c -- libzstd checks each frame that carries a checksum by itself.
 */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/die.h"
#include "unpack/formats.h"

/* Frames may ask for windows up to terabytes: 128 MiB, as zstd(1) allows. */
#define WINDOW_LOG_MAX 27

static size_t
must(size_t result)
{
	if (ZSTD_isError(result)) {
		if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) {
			die("zstd: no memory");
		}
		unfit("zstd: %s", ZSTD_getErrorName(result));
	}
	return result;
}

void
zstd_unpack(const uint8_t *packed, size_t size, struct sink *sink)
{
	static uint8_t plain[FORMAT_CHUNK];
	ZSTD_DStream *stream = ZSTD_createDStream();
	ZSTD_inBuffer in = {.src = packed, .size = size};
	ZSTD_outBuffer out;
	size_t wanted = 1;

	if (stream == NULL) {
		die("zstd: no memory");
	}
	must(ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax,
	    WINDOW_LOG_MAX));
	/* A full buffer may mean that more is waiting inside. */
	do {
		out = (ZSTD_outBuffer){.dst = plain, .size = sizeof(plain)};
		wanted = must(ZSTD_decompressStream(stream, &out, &in));
		sink->consumed = in.pos;
		sink_write(sink, plain, out.pos);
	} while (in.pos < in.size || (wanted > 0 && out.pos == out.size));
	/* 0: a frame has just ended, and nothing is left. */
	if (wanted != 0) {
		unfit("zstd: cut short");
	}
	ZSTD_freeDStream(stream);
}
