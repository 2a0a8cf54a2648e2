/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream_maker.h -- streams of verdicts for tests, frame by frame.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "contract/verdict.h"

#define STREAM_MAX 65536

struct stream {
	size_t length;
	_Alignas(8) uint8_t octets[STREAM_MAX];
};

/* Appends a frame, padded. */
void put_frame(struct stream *stream, uint32_t type, const void *payload,
    size_t length);

void put_hello(struct stream *stream);
void put_canary(struct stream *stream, enum canary_phase phase);
void put_reading(struct stream *stream);
/* COUNT rows that say SECURE. */
void put_secure(struct stream *stream, uint32_t first_claim, uint32_t count);
void put_row(struct stream *stream, uint32_t claim, unsigned verdict,
    unsigned reason);
void put_words(struct stream *stream, uint32_t claim, const char *text);
void put_bye(struct stream *stream, uint64_t judged);

/* Everything a worker may say, about N_CLAIMS claims, all of them secure. */
void put_all(struct stream *stream, uint32_t n_claims);
