/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * anchor_file.h -- the operator's trust anchors, copied for the workers.
 *
 * The gate reads no DNS; it only refuses what cannot be an anchor file, so
 * that a wrong argument is not taken for a bad zone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define ANCHOR_ERROR 256

/* True if a line of TEXT has the word DS or DNSKEY outside of comments. */
bool anchor_text_has_records(const char *text, size_t length);

/* Returns a sealed copy of FILE, or -1 with the reason in ERROR. */
int anchor_open(const char *file, char error[ANCHOR_ERROR]);
