/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spool.h -- the signer's way in that needs no more than a rename.
 */
#pragma once

#include "serve/daemon.h"

struct spool;

/* Watches the spool of every zone, and takes up what had been on its way in
 * when the daemon stopped. */
struct spool *spool_start(struct daemon *daemon);
/* Takes over a changed configuration. */
void spool_follow_config(struct spool *spool);
/* RUN's spool is looked at soon. */
void spool_look_soon(struct spool *spool, struct zone_run *run);
void spool_stop(struct spool *spool);
