/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * secret.h -- secrets and tokens from their files, and what is made of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_MAX 4096
#define SECRET_ERROR 256

/*
 * Opens PATH for reading if it is a regular file: a pipe without a writer would
 * keep all messages waiting.  Returns a descriptor with the file's size in
 * *SIZE, or -1 with the reason in ERROR.
 */
int regular_file_open(const char *path, uint64_t *size,
    char error[SECRET_ERROR]);

/* Copies the first line of the file at PATH, without spaces at its end.
 * Returns its length; or 0 with the reason in ERROR: it cannot be read, is
 * empty or longer than SECRET_MAX - 1, has an octet that is not visible
 * ASCII or a space. */
size_t secret_read(const char *path, char secret[SECRET_MAX],
    char error[SECRET_ERROR]);

/* Writes the HMAC-SHA256 of "AT_S.BODY" under the LENGTH octets of SECRET, in
 * hex. */
void secret_sign(const char *secret, size_t length, int64_t at_s,
    const char *body, char hex[65]);

/* "Content-Digest: sha-256=:<base64>:" (RFC 9530 2). */
#define CONTENT_DIGEST_SIZE 80
void content_digest(const uint8_t sha256[32], char header[CONTENT_DIGEST_SIZE]);
