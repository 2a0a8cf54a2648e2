/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * space.h -- room on the disk: a reserve that release and ledger may fall
 * back on when uploads have filled the rest.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Octets free for us on STATE's file system; 0 if it cannot be asked. */
uint64_t space_free(const char *state);

/*
 * Keeps STATE/reserve allocated with SIZE octets.  Returns true if it is whole;
 * false if there was no room for it: uploads are then refused.  Grows it again
 * when there is room for it and as much again.
 */
bool space_reserve(const char *state, uint64_t size);

/* Gives the reserve up, so that what must be written can be. */
void space_use_reserve(const char *state);
