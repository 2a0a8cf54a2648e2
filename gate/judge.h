/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge.h -- from a request to a judgement: snapshot, survey, both
 * validators, comparison, decision.
 */
#pragma once

#include "judgement.h"

/* Files that the gate has opened for a request; they stay the caller's. */
struct intake {
	int zone_fd;
	int previous_fd; /* -1: none */
	int anchor_fd;   /* sealed copy of the anchor file; -1: self */
	int incoming_fd; /* the same of those still to come; -1: none */
	int unsigned_fd; /* the unsigned copy; -1: none */
};

/*
 * Judges INTAKE as REQUEST asks and fills in JUDGEMENT, which keeps a pointer
 * to REQUEST.  Whatever goes wrong is in the judgement, and its decision is
 * then a refusal.  The caller calls judgement_release().
 */
void judge(const struct request *request, const struct intake *intake,
    struct judgement *judgement);
