/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canaries.h -- whether ldns is awake: it must call each canary secure and
 * its flipped twin bogus, by the code that judges the zone.
 */
#pragma once

#include "contract/canary.h"
#include "contract/verdict.h"

/* Judges the canary of ALGORITHM.  If there is none, both verdicts stay
 * UNJUDGED. */
struct frame_canary canary_judge(uint8_t algorithm, enum canary_phase phase);
