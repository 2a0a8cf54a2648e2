/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wakefulness.h -- whether the canaries of one validator process came back as
 * they must: intact secure and flipped bogus, before and after its claims.
 */
#pragma once

#include <stdbool.h>

#include "contract/verdict.h"
#include "worker_run.h"

#define N_ALGORITHMS 256

/*
 * WANTED are the algorithms of the zone's keys.  Returns true if the process
 * was awake: at least one algorithm's canaries all came back, and every other
 * algorithm it spoke of either did as well or was out of its library's reach
 * from the first to the last.  UNABLE is then set for each wanted algorithm
 * that it cannot judge.  Otherwise WHY says what happened.
 */
bool is_awake(const struct verdicts *verdicts, const bool wanted[N_ALGORITHMS],
    bool unable[N_ALGORITHMS], char why[WHY_TEXT]);
