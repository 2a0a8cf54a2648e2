/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "finding_list.h"
#include "hearing.h"
#include "progress.h"
#include "snapshot.h"
#include "surveyed.h"
#include "time_text.h"

/* What a run of judge() holds besides the judgement. */
struct trial {
	const struct request *request;
	const struct intake *intake;
	struct crowd crowd;
	struct progress progress;
	struct snapshot zone;
	struct snapshot previous;
	struct snapshot unsigned_copy;
	struct surveyed surveyed;
	struct finding_list findings;
};

/* ---- intake ---- */

static void
record_snapshot(const struct snapshot *zone, struct judgement *judgement)
{
	memcpy(judgement->sha256, zone->sha256, 32);
	judgement->bytes = zone->size;
	judgement->was_compressed = zone->compression != NULL;
	judgement->compression =
	    zone->compression == NULL ? "" : zone->compression;
	memcpy(judgement->compressed_sha256, zone->compressed_sha256, 32);
}

static bool
take_one(struct trial *trial, int fd, const char *name,
    struct snapshot *snapshot, struct judgement *judgement)
{
	char why[WHY_TEXT];

	if (snapshot_take(fd, trial->request, trial->crowd.deadline_ms,
	        snapshot, why)) {
		return true;
	}
	snprintf(judgement->intake_why, sizeof(judgement->intake_why),
	    "%.80s: %.170s", strcmp(name, "-") == 0 ? "standard input" : name,
	    why);
	return false;
}

/* The same of a zone to compare with, if there is one. */
static bool
take_other(struct trial *trial, int fd, const char *name,
    struct snapshot *snapshot, struct judgement *judgement)
{
	return fd < 0 || take_one(trial, fd, name, snapshot, judgement);
}

/* Reads the zone, and what there is to compare it with. */
static bool
take(struct trial *trial, struct judgement *judgement)
{
	if (!take_one(trial, trial->intake->zone_fd, trial->request->file,
	        &trial->zone, judgement)) {
		return false;
	}
	record_snapshot(&trial->zone, judgement);
	if (!take_other(trial, trial->intake->previous_fd,
	        trial->request->previous, &trial->previous, judgement) ||
	    !take_other(trial, trial->intake->unsigned_fd,
	        trial->request->unsigned_copy, &trial->unsigned_copy,
	        judgement)) {
		return false;
	}
	memcpy(judgement->previous_sha256, trial->previous.sha256, 32);
	memcpy(judgement->unsigned_sha256, trial->unsigned_copy.sha256, 32);
	return true;
}

/* ---- survey ---- */

static void
record_expiry(const struct index *index, struct judgement *judgement)
{
	uint32_t row = index->header->earliest_rrsig;

	if (row == INDEX_NONE) {
		return;
	}
	const struct index_rrsig *rrsig = &index->rrsigs[row];

	judgement->has_expiry = true;
	judgement->expiry =
	    time_from_serial(rrsig->expiration, judgement->request->at);
	name_to_text(index_record_owner(index, &index->records[rrsig->record]),
	    judgement->expiry_owner);
	type_to_text(rrsig->type_covered, judgement->expiry_type);
}

/* With the anchor `self' no key is anchored: nobody outside vouches. */
static void
record_keys(const struct index *index, struct judgement *judgement)
{
	bool is_self = index->header->self_anchored != 0;

	for (uint32_t i = 0; i < index->n_keys && i < LIMIT_KEYS; i++) {
		const struct index_key *from = &index->keys[i];
		struct report_key *key = &judgement->keys[judgement->n_keys++];

		*key = (struct report_key){
		    .tag = from->tag,
		    .flags = from->flags,
		    .algorithm = from->algorithm,
		    .signs_dnskey = from->n_dnskey_rrsigs > 0,
		    .is_anchored = !is_self && from->is_anchored != 0,
		    .is_incoming = from->is_incoming != 0,
		};
		memcpy(key->kid, from->kid, sizeof(key->kid));
	}
}

static void
record_times(const struct index *index, struct judgement *judgement)
{
	const struct index_header *header = index->header;

	judgement->has_serial = header->soa_record != INDEX_NONE;
	judgement->serial = header->serial;
	judgement->soa_refresh = header->soa_refresh;
	judgement->soa_retry = header->soa_retry;
	judgement->soa_expire = header->soa_expire;
	judgement->soa_minimum = header->soa_minimum;
	record_expiry(index, judgement);
	judgement->has_inception = header->newest_rrsig != INDEX_NONE;
	if (judgement->has_inception) {
		judgement->newest_inception =
		    time_from_serial(index->rrsigs[header->newest_rrsig]
		                         .inception,
		        judgement->request->at);
	}
}

static void
record_survey(struct trial *trial, struct judgement *judgement)
{
	const struct surveyed *surveyed = &trial->surveyed;
	const struct index *index = &surveyed->index;

	judgement->ends.survey = surveyed->end;
	memcpy(judgement->survey_why, surveyed->why,
	    sizeof(judgement->survey_why));
	judgement->operand_is_wrong = surveyed->operand_is_wrong;
	judgement->survey_seconds = surveyed->seconds;
	judgement->survey_max_rss_kib = surveyed->max_rss_kib;
	if (!surveyed->has_index) {
		return;
	}
	if (index->header->apex_name.length > 0) {
		name_to_text(index_at(index, index->header->apex_name),
		    judgement->zone);
	}
	judgement->records = index->n_records;
	record_times(index, judgement);
	record_keys(index, judgement);
	findings_of_index(&trial->findings, index, trial->request->policy,
	    trial->request->at);
}

/* ---- validators ---- */

static bool
is_done(const struct hearing *hearing)
{
	return hearing->validators[LDNS].end == WORKER_DONE &&
	       hearing->validators[UNBOUND].end == WORKER_DONE;
}

static void
begin(struct trial *trial, struct hearing *hearing)
{
	hearing_begin(trial->request, &trial->zone, &trial->surveyed,
	    trial->intake->anchor_fd, &trial->crowd, hearing);
}

static void
hear_out(struct trial *trial, struct hearing *hearing, struct tally *tally)
{
	hear(trial->request, &trial->zone, &trial->surveyed,
	    trial->intake->anchor_fd, &trial->crowd, &trial->progress, hearing);
	compare_count(hearing->validators[LDNS].rows,
	    hearing->validators[UNBOUND].rows, trial->surveyed.index.n_claims,
	    tally);
}

static void
drop(struct hearing *hearing)
{
	free(hearing->validators[LDNS].rows);
	free(hearing->validators[UNBOUND].rows);
	hearing_release(hearing);
}

/* A dispute may be a flipped bit of memory: fresh processes judge again.  If
 * they do not finish, what the first ones said stands. */
static void
hear_again(struct trial *trial, struct hearing *hearing,
    struct judgement *judgement)
{
	struct hearing again;
	struct tally tally = judgement->tally;

	judgement->judged_twice = true;
	judgement->first_disputed = judgement->tally.disputed;
	begin(trial, &again);
	hear_out(trial, &again, &tally);
	if (is_done(&again)) {
		drop(hearing);
		*hearing = again;
		judgement->tally = tally;
	} else {
		drop(&again);
	}
}

static void
judge_claims(struct trial *trial, struct hearing *hearing,
    struct judgement *judgement)
{
	struct comparison comparison;

	hear_out(trial, hearing, &judgement->tally);
	if (is_done(hearing) && judgement->tally.disputed > 0) {
		hear_again(trial, hearing, judgement);
	}
	judgement->validators[LDNS] = hearing->validators[LDNS];
	judgement->validators[UNBOUND] = hearing->validators[UNBOUND];
	judgement->ends.ldns = hearing->validators[LDNS].end;
	judgement->ends.unbound = hearing->validators[UNBOUND].end;
	compare_describe(&trial->surveyed.index, hearing, &trial->findings,
	    &comparison);
	judgement->disputes = comparison.disputes;
	judgement->n_disputes = comparison.n_disputes;
	judgement->unjudged = comparison.unjudged;
	judgement->n_unjudged = comparison.n_unjudged;
	if (judgement->ends.ldns == WORKER_UNKNOWING) {
		finding_add(&trial->findings, CHECK_type_unknown_to_reader,
		    SEEN_BY_LDNS, NULL, 0, 0, judgement->validators[LDNS].why);
	}
}

/* ---- all of it ---- */

static void
skip_validators(struct judgement *judgement, const char *why)
{
	for (unsigned v = 0; v < N_VALIDATORS; v++) {
		snprintf(judgement->validators[v].why,
		    sizeof(judgement->validators[v].why), "%s", why);
	}
}

static void
run_trial(struct trial *trial, struct judgement *judgement)
{
	if (!take(trial, judgement)) {
		snprintf(judgement->survey_why, sizeof(judgement->survey_why),
		    "there was nothing to survey");
		skip_validators(judgement, "there was nothing to judge");
		return;
	}
	struct hearing hearing;
	const struct survey_files texts = {
	    .zone = &trial->zone,
	    .previous = &trial->previous,
	    .unsigned_copy = &trial->unsigned_copy,
	};

	surveyed_init(&trial->surveyed);
	begin(trial, &hearing);
	survey(trial->request, &texts, trial->intake, &trial->crowd,
	    &trial->surveyed);
	record_survey(trial, judgement);
	if (surveyed_complete(&trial->surveyed)) {
		judge_claims(trial, &hearing, judgement);
	} else {
		crowd_call_off(&trial->crowd);
		skip_validators(judgement, trial->surveyed.end == WORKER_DONE
		                               ? "the survey refused the text"
		                               : "the survey did not finish");
	}
	hearing_release(&hearing);
	surveyed_release(&trial->surveyed);
}

void
judge(const struct request *request, const struct intake *intake,
    struct judgement *judgement)
{
	int64_t started_ms = spawn_now_ms();
	struct trial trial = {
	    .request = request,
	    .intake = intake,
	    .crowd = {.deadline_ms = started_ms + request->deadline_s * 1000,
	        .progress = progress_watch},
	    .zone = {.fd = -1},
	    .previous = {.fd = -1},
	    .unsigned_copy = {.fd = -1},
	};

	memset(judgement, 0, sizeof(*judgement));
	judgement->request = request;
	judgement->compression = "";
	judgement->validators[LDNS].name = "ldns";
	judgement->validators[UNBOUND].name = "unbound";
	if (request->zone != NULL) {
		snprintf(judgement->zone, sizeof(judgement->zone), "%s",
		    request->zone);
	}
	progress_init(&trial.progress, request->progress);
	trial.crowd.context = &trial.progress;
	run_trial(&trial, judgement);
	progress_end(&trial.progress);
	snapshot_release(&trial.zone);
	snapshot_release(&trial.previous);
	snapshot_release(&trial.unsigned_copy);

	judgement->findings = trial.findings.rows;
	judgement->n_findings = findings_sort(&trial.findings);
	judgement->n_exempted = trial.findings.n - judgement->n_findings;
	memcpy(judgement->tally.findings, trial.findings.places,
	    sizeof(judgement->tally.findings));
	judgement->tally.inabilities = trial.findings.inabilities;
	judgement->decision = decide(&judgement->ends, &judgement->tally);
	judgement->seconds = (double)(spawn_now_ms() - started_ms) / 1000.0;
}
