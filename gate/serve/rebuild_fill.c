/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rebuild_fill.c -- what manifests, the outbox and reports tell a new ledger.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rebuild_parts.h"

#define MANIFEST_SUFFIX ".manifest"

/* Candidates kept of each zone, beside the note of its release. */
#define KEEP_ROWS 1000
/* Ids that may have been given since the newest that is known. */
#define GAP 1000

static bool
rebuild_refuse_ledger(struct rebuild *rebuild)
{
	return rebuild_refuse(rebuild, REBUILD_FOLDER "/" REBUILD_LEDGER ": %s",
	    ledger_error(rebuild->ledger));
}

/* ---- one zone ---- */

static bool
write_batch(struct rebuild *rebuild)
{
	if (rebuild->failed || rebuild->n_batch == 0) {
		return !rebuild->failed;
	}
	if (ledger_restore(rebuild->ledger, rebuild->batch, rebuild->n_batch) !=
	    LEDGER_OK) {
		return rebuild_refuse_ledger(rebuild);
	}
	rebuild->n_releases += rebuild->n_batch;
	rebuild->n_batch = 0;
	return true;
}

static void
read_decision(const char *text, struct candidate *candidate)
{
	for (int i = DECISION_UNJUDGED; i <= DECISION_RELEASE; i++) {
		if (strcmp(text, decision_name((enum decision)i)) == 0) {
			candidate->decided = true;
			candidate->decision = (enum decision)i;
		}
	}
}

/* What is known of a candidate by its manifest M. */
static void
describe(struct candidate *candidate, const struct manifest *m)
{
	*candidate = (struct candidate){
	    .id = m->candidate,
	    .bytes = m->bytes,
	    .received_at = m->at,
	    .via = "manifest",
	    .actor = "zonegate rebuild",
	    .judged_at = m->at,
	    .has_serial = m->has_serial,
	    .serial = m->serial,
	    .expiry = m->expiry,
	    .soa_expire = m->soa_expire,
	    .reason = "known by its manifest: the ledger was made again",
	    .released_at = m->at,
	};
	snprintf(candidate->zone, sizeof(candidate->zone), "%s", m->zone);
	snprintf(candidate->released_by, sizeof(candidate->released_by), "%s",
	    m->released_by);
	memcpy(candidate->sha256, m->sha256, sizeof(m->sha256));
	memcpy(candidate->received_sha256, m->sha256, sizeof(m->sha256));
	memcpy(candidate->policy_sha256, m->policy_sha256,
	    sizeof(m->policy_sha256));
	read_decision(m->decision, candidate);
	candidate->state =
	    candidate->decided ? CANDIDATE_RELEASED : CANDIDATE_OBSERVED;
}

/* Takes a release up; the one before it was replaced by it. */
static void
add(struct rebuild *rebuild, const struct manifest_file *file)
{
	const struct manifest *m = &file->manifest;

	if (rebuild->n_batch > 0) {
		struct past_release *before =
		    &rebuild->batch[rebuild->n_batch - 1];

		if (before->candidate.state == CANDIDATE_RELEASED) {
			before->candidate.state = CANDIDATE_REPLACED;
		}
	}
	/* The last one stays here until it is known what follows it. */
	if (rebuild->n_batch == REBUILD_BATCH) {
		write_batch(rebuild);
	}
	struct past_release *past = &rebuild->batch[rebuild->n_batch];

	if (rebuild->failed) {
		return;
	}
	describe(&past->candidate, m);
	past->row = rebuild->left < KEEP_ROWS;
	snprintf(past->manifest_sha256, sizeof(past->manifest_sha256), "%s",
	    file->hash);
	rebuild->n_batch++;
	rebuild->last_id = m->candidate;
	if (m->at > rebuild->newest_time) {
		rebuild->newest_time = m->at;
	}
	if (strcmp(m->released_by, "verdict") == 0) {
		rebuild->last_good_at = m->at;
	}
}

static void
add_link(void *context, const struct chain_link *link)
{
	struct rebuild *rebuild = context;

	rebuild->left -= rebuild->left > 0;
	/* A break of the chain does not undo a release; a bad signature, or
	 * another candidate's manifest, says nothing about one. */
	if (link->file->good && link->file->manifest.candidate == link->id) {
		add(rebuild, link->file);
	}
	rebuild->n_bad += link->why != NULL;
}

static void
count_id(struct rebuild *rebuild, int64_t id)
{
	if (id > rebuild->newest_id) {
		rebuild->newest_id = id;
	}
}

/* Goes through the archive of the zone whose files are called FILE_NAME. */
static bool
read_archive(struct rebuild *rebuild, const char *file_name)
{
	int at = rebuild_directory(rebuild->manifests, file_name);
	int64_t *ids = NULL;
	size_t n = 0;

	if (at < 0 && errno == ENOTDIR) {
		return true;
	}
	if (at < 0) {
		return rebuild_refuse(rebuild, "manifests/%.200s: %s",
		    file_name, strerror(errno));
	}
	int failed = manifest_ids(at, &ids, &n);

	if (failed == 0) {
		count_id(rebuild, n > 0 ? ids[n - 1] : 0);
		free(ids);
		rebuild->left = n;
		failed = manifest_chain(at, rebuild->key, add_link, rebuild);
	}
	close(at);
	return failed == 0 ? !rebuild->failed
	                   : rebuild_refuse(rebuild, "manifests/%.200s: %s",
	                         file_name, strerror(failed));
}

/* What stands in the outbox may not have reached the archive. */
static void
read_standing(struct rebuild *rebuild, const char *file_name)
{
	struct manifest_file file;
	char name[NAME_MAX + 1];

	if (rebuild->outbox < 0 ||
	    snprintf(name, sizeof(name), "%s" MANIFEST_SUFFIX, file_name) >=
	        (int)sizeof(name)) {
		return;
	}
	if (manifest_file_read(&file, rebuild->outbox, name, rebuild->key)) {
		count_id(rebuild, file.manifest.candidate);
		if (file.manifest.candidate > rebuild->last_id) {
			add(rebuild, &file);
		}
	}
	manifest_file_release(&file);
}

static bool
keep_fact(struct rebuild *rebuild, const char *zone, const char *name,
    int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	return ledger_set_fact(rebuild->ledger, zone, name, text) == LEDGER_OK
	           ? true
	           : rebuild_refuse_ledger(rebuild);
}

static bool
read_zone(struct rebuild *rebuild, const char *file_name)
{
	rebuild->n_batch = 0;
	rebuild->last_id = 0;
	rebuild->last_good_at = 0;
	if (!read_archive(rebuild, file_name)) {
		return false;
	}
	read_standing(rebuild, file_name);
	if (rebuild->failed || rebuild->n_batch == 0) {
		return !rebuild->failed;
	}
	char zone[LIMIT_NAME_TEXT];

	snprintf(zone, sizeof(zone), "%s",
	    rebuild->batch[rebuild->n_batch - 1].candidate.zone);
	rebuild->n_zones++;
	return write_batch(rebuild) &&
	       (rebuild->last_good_at == 0 ||
	           keep_fact(rebuild, zone, "last_good_at",
	               rebuild->last_good_at));
}

/* ---- all zones ---- */

static bool
read_zones(struct rebuild *rebuild)
{
	return rebuild->manifests < 0 ||
	       rebuild_for_each(rebuild->manifests, rebuild, read_zone) ||
	       rebuild_refuse(rebuild, "manifests: %s", strerror(errno));
}

/* A report's file name begins with its candidate's id. */
static bool
count_report(struct rebuild *rebuild, const char *name)
{
	size_t digits = strspn(name, "0123456789");

	if (digits > 0 && digits <= 15) {
		count_id(rebuild, strtoll(name, NULL, 10));
	}
	return true;
}

static bool
skip_ids(struct rebuild *rebuild)
{
	int reports = rebuild_directory(rebuild->at, "reports");

	if (reports >= 0) {
		rebuild_for_each(reports, rebuild, count_report);
		close(reports);
	}
	if (rebuild->newest_id == 0) {
		return true;
	}
	int64_t above = rebuild->newest_id > INT64_MAX / 2
	                    ? rebuild->newest_id
	                    : rebuild->newest_id + GAP;

	return ledger_skip_ids(rebuild->ledger, above) == LEDGER_OK
	           ? true
	           : rebuild_refuse_ledger(rebuild);
}

bool
rebuild_fill(struct rebuild *rebuild)
{
	return read_zones(rebuild) && skip_ids(rebuild) &&
	       (rebuild->newest_time == 0 ||
	           keep_fact(rebuild, "", "newest_time", rebuild->newest_time));
}
