/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * upload.h -- uploads on their way to STATE/upload/<random>.part: stored as
 * sent, unread.  What does not arrive whole leaves no file.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "http/digest.h"
#include "http/settings.h"

/* Of one zone at once. */
#define UPLOADS_PER_ZONE 4
#define UPLOAD_NAME 38 /* 32 hex, ".part", NUL */

enum upload_end {
	UPLOAD_FAILED, /* zero: the disk or the system; errno says why */
	UPLOAD_GOOD,
	UPLOAD_TOO_LARGE, /* this one is beyond upload_bytes_max */
	UPLOAD_BUSY,      /* all together are beyond upload_total_max, or the
	                     zone has UPLOADS_PER_ZONE */
	UPLOAD_NO_SPACE,
	UPLOAD_DIFFERS, /* its digest is not what the sender said */
	UPLOAD_EMPTY,
};

struct uploads;
struct upload;

/* Opens the directory, removes what an earlier run left in it.  NULL with
 * errno. */
struct uploads *uploads_new(const char *path, const struct http_limits *limits);
/* The directory's descriptor. */
int uploads_fd(const struct uploads *uploads);

/*
 * Begins one for ZONE of SIZE octets, 0 if that is not known; DIGEST is taken
 * over, with what it holds, on success.  *UPLOAD ends with upload_drop().
 */
enum upload_end upload_begin(struct uploads *uploads, const char *zone,
    uint64_t size, const struct digest *digest, struct upload **upload);
enum upload_end upload_add(struct upload *upload, const void *at, size_t size);
/* All of it is there: it is synced and closed. */
enum upload_end upload_finish(struct upload *upload);
/* The file's name within the directory. */
const char *upload_name(const struct upload *upload);
/* Removes the file if it is still there, and UPLOAD; NULL is fine. */
void upload_drop(struct upload *upload);
