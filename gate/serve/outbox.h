/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox.h -- what distribution has: STATE/outbox/<zone>.zone and
 * <zone>.manifest, and every manifest that ever was in
 * STATE/manifests/<zone>/<candidate>.json.
 *
 * The names do not change, so that a nameserver's configuration can name the
 * file.  <zone> is zone_file_name().
 */
#pragma once

#include "manifest.h"

#define OUTBOX_ERROR 512

struct outbox;

/* Makes the directories if they are not there.  NULL with ERROR. */
struct outbox *outbox_open(const char *state, const struct manifest_key *key,
    char error[OUTBOX_ERROR]);
void outbox_close(struct outbox *outbox);

/*
 * Puts the octets of FD in the outbox, if they are those of MANIFEST (size and
 * SHA-256 of what was written, read back), then the manifest, signed, with
 * `previous' filled in from the newest one that there is.  Every step is
 * durable before the next, and doing it again after a crash anywhere ends in
 * the same state: a release that is there already, zone and manifest of this
 * candidate, is left alone.  HASH is the manifest's.
 *
 * 0, or an errno with ERROR; then the zone file there is the old one or the new
 * one, whole.  EBADMSG: the octets are not those that were judged; EEXIST: this
 * candidate is not newer than what was released last, or its id was used
 * before; EINVAL, ENAMETOOLONG: no file can have that name.  After those
 * nothing was changed.
 */
int outbox_release(struct outbox *outbox, const char *file_name, int fd,
    const struct manifest *manifest, char hash[65], char error[OUTBOX_ERROR]);

enum outbox_state {
	OUTBOX_EMPTY, /* nothing released yet: neither zone nor manifest */
	OUTBOX_GOOD,  /* the zone's octets are those of its signed manifest */
	OUTBOX_UNMARKED, /* a zone without a manifest that is good */
	OUTBOX_OTHER, /* the zone is gone, cannot be read, or its octets are not
	                 those of its manifest */
};

/* What is there for a zone; fills MANIFEST for GOOD and OTHER; SHA256 is that
 * of the zone's octets, zero where they cannot be read; WHY in words. */
enum outbox_state outbox_look(struct outbox *outbox, const char *file_name,
    struct manifest *manifest, uint8_t sha256[32], char why[OUTBOX_ERROR]);

/* The absolute path of a zone's file.  Returns PATH. */
#define OUTBOX_PATH 4096
char *outbox_path(const struct outbox *outbox, const char *file_name,
    char path[OUTBOX_PATH]);
