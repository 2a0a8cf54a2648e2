/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rebuild.h -- makes the ledger again from the outbox and the manifests.
 *
 * What was released, and what distribution has, is known again; holds,
 * approvals, reports' summaries and steps that were open are not.
 */
#pragma once

#include <stdbool.h>

#define REBUILD_ERROR 512

/*
 * Makes STATE/ledger.sqlite again; what was there is moved aside, to
 * ledger.sqlite.broken-<time>, with its -wal and -shm.  The new one is whole
 * before the old one goes.  Nothing else is touched, and the outbox least.  The
 * caller holds STATE/run/lock.
 *
 * Returns true, with what was done as a sentence in WORDS; or false with the
 * reason there.
 */
bool rebuild_ledger(const char *state, char words[REBUILD_ERROR]);

/*
 * True if there is no ledger (or a file of no octets) though there are
 * manifests: it was lost, or a rebuild was stopped half-way.  A new, empty one
 * would count from 1 again, and release nothing.
 */
bool rebuild_is_wanted(const char *state);
