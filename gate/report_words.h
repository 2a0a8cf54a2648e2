/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_words.h -- the sentences that the text and the HTML report share.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judgement.h"

#define NUMBER_TEXT 32
/* A file name and a sentence around it. */
#define SENTENCE_TEXT 4608

/* Writes N with commas between the thousands; returns TEXT. */
char *number_to_text(uint64_t n, char text[NUMBER_TEXT]);

/* Writes 64 hexadecimal digits and a terminator; returns TEXT. */
char *sha256_to_text(const uint8_t sha256[32], char text[65]);

/* "RELEASE", "HOLD", "BLOCK", "DISPUTED", "UNJUDGED". */
const char *decision_word(enum decision decision);

/* What the decision means for the one who reads it: one sentence. */
const char *decision_meaning(enum decision decision);

/* Why the decision is what it is, in one sentence; returns TEXT. */
char *decision_reason(const struct judgement *judgement,
    char text[SENTENCE_TEXT]);

/* What the anchor was, and loudly when it was the zone itself. */
char *anchor_sentence(const struct request *request, char text[SENTENCE_TEXT]);

/* "Landlock, seccomp", or "" if nothing was waived. */
const char *waived_words(unsigned waived);

/* The names of the engines in SEEN_BY, one after the other: returns the I-th,
 * or NULL. */
const char *seen_by_name(unsigned seen_by, unsigned i);

/* Writes "ldns, unbound"; returns TEXT. */
char *seen_by_words(unsigned seen_by, char text[64]);

/* Number of findings from ROW on that are of one check and severity. */
size_t finding_group(const struct judgement *judgement, size_t row);

/* Places of the findings that exemption I, from 0, of the policy covers. */
uint64_t exempted_places(const struct judgement *judgement, unsigned i);

/* True if a risk is accepted in the policy, or an exemption in force. */
bool has_accepted_risks(const struct policy *policy);
bool has_exemptions(const struct request *request);

/* What the zone file is called in messages: its name, or "stdin". */
const char *file_word(const struct request *request);
