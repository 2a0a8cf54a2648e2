/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canaries.h -- proof that libunbound is awake: signed canaries come back
 * secure, and bogus with one bit of the signature flipped.
 */
#pragma once

#include "contract/verdict.h"
#include "unbound/unit.h"

/* Asks for the canaries of every algorithm among the zone's keys and one more,
 * writes what came back, and sets bench->awake for those that were right. */
void canaries_sing(struct bench *bench, enum canary_phase phase);
