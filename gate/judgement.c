/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judgement.c -- gives back what a judgement holds.  judge.c fills it in.
 */
#include "judgement.h"

#include <stdlib.h>
#include <string.h>

static void
release_disputes(struct dispute *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(rows[i].ldns_words);
		free(rows[i].unbound_words);
		free(rows[i].evidence);
	}
	free(rows);
}

void
judgement_release(struct judgement *judgement)
{
	size_t n = judgement->n_findings + judgement->n_exempted;

	for (size_t i = 0; i < n; i++) {
		free(judgement->findings[i].message);
	}
	free(judgement->findings);
	release_disputes(judgement->disputes, judgement->n_disputes);
	release_disputes(judgement->unjudged, judgement->n_unjudged);
	free(judgement->validators[0].rows);
	free(judgement->validators[1].rows);
	memset(judgement, 0, sizeof(*judgement));
}
