/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_world.h -- a ledger in a directory of its own, and candidates for it.
 */
#pragma once

#include <criterion/criterion.h>
#include <stdint.h>

#include "serve/ledger.h"
#include "serve/ledger_sql.h"

/* The one of this test. */
extern struct ledger *the_ledger;

#define OK(call)                                                               \
	cr_assert_eq((call), LEDGER_OK, "%s: %s", #call,                       \
	    ledger_error(the_ledger))

/* A verdict of three findings and two keys. */
extern const char ledger_world_summary[];

void ledger_world_set_up(void);
void ledger_world_tear_down(void);
void reopen_ledger(void);
/* Not stored yet: WAITING, its octets all OCTET. */
struct candidate new_candidate(const char *zone, unsigned char octet);
/* Stored. */
struct candidate add_candidate(const char *zone, unsigned char octet,
    enum candidate_state as);
/* Read again. */
struct candidate stored_candidate(int64_t id);
/* Stored and released. */
struct candidate release_candidate(const char *zone, unsigned char octet,
    uint32_t serial);
/* What SQL says, apart from the statements that are kept. */
int64_t count_of(const char *sql);
