/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base64url.h -- octets in the alphabet that is safe in URLs and file names
 * (RFC 4648 5), padded, one line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Returns the text, to be freed; NULL without memory. */
char *base64url_write(const void *at, size_t size);

/*
 * Reads TEXT, LENGTH characters, into OCTETS, which has room for MOST.
 * Returns false if it is more, or not what base64url_write() writes: no white
 * space, nothing missing, no bits that say nothing.
 */
bool base64url_read(const char *text, size_t length, void *octets, size_t most,
    size_t *size);
