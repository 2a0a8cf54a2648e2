/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zones.h -- the zones as the daemon finds them.
 */
#pragma once

#include "serve/daemon.h"

/* A run for ZONE, with what ledger and outbox know of it. */
struct zone_run *zone_run_new(struct daemon *daemon,
    const struct config_zone *zone);
void zone_run_free(struct zone_run *run);

/* Gives every zone of the present configuration a run, and takes the zone from
 * those that it no longer has. */
void zones_follow_config(struct daemon *daemon);

/* Goes on with releases that had been left half done. */
void zones_go_on(struct daemon *daemon);

/* Reads the digest in the name of a candidate's file, "<64 hex>.zone". */
bool sha256_from_name(const char *name, uint8_t sha256[32]);

/* Compares the outbox with its manifest and the ledger, and puts what is
 * released there again if it is not there as it was. */
void zone_heal_outbox(struct zone_run *run);
