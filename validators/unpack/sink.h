/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sink.h -- where the plain octets go, and how many there may be.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sink {
	int fd;
	uint64_t max; /* octets that may be written */
	uint64_t written;
	uint64_t consumed; /* compressed octets taken so far */
};

/* Returns NULL if the sink may take LENGTH octets more, or which bound they
 * pass. */
const char *sink_refuses(const struct sink *sink, size_t length);

/* Writes LENGTH octets, or dies; if a bound is passed, the input is unfit(). */
void sink_write(struct sink *sink, const uint8_t *octets, size_t length);

/* Says what is wrong with the input, and ends with WORKER_EXIT_OPERAND: it is
 * not our fault. */
void unfit(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
