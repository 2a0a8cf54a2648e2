/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evidence.h -- the records a claim is about, as text: with both verdicts and
 * both libraries' versions a report for those who maintain the libraries.
 */
#pragma once

#include "contract/index.h"

/* Records written out for one claim; an RRset may hold thousands. */
#define LIMIT_EVIDENCE_RECORDS 64

/*
 * Returns the covered RRset, the RRSIG and the DNSKEY RRset of claim NUMBER, a
 * record a line, in the form of RFC 3597 5, which every reader takes; to be
 * freed.  Beyond LIMIT_EVIDENCE_RECORDS of a kind a comment says how many are
 * left out.
 */
char *evidence_text(const struct index *index, uint32_t number);
