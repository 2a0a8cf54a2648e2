/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_text.c -- the report for people at a terminal: the decision first,
 * then why, then who said what.
 */
#include <inttypes.h>
#include <stdio.h>

#include "contract/exemption.h"
#include "report.h"
#include "report_words.h"
#include "time_text.h"

/* Places of one check that are written out; the rest are counted. */
#define PLACES_SHOWN 3

static void
write_head(FILE *out, const struct judgement *j)
{
	char reason[SENTENCE_TEXT];

	fprintf(out, "%s  %s", decision_word(j->decision),
	    j->zone[0] != '\0' ? j->zone : "(zone unknown)");
	if (j->has_serial) {
		fprintf(out, "  serial %" PRIu32, j->serial);
	}
	fprintf(out, "\n  %s\n  Reason: %s.\n", decision_meaning(j->decision),
	    decision_reason(j, reason));
	if (j->request->anchor == NULL) {
		fprintf(out, "  Anchor %s.\n",
		    anchor_sentence(j->request, reason));
	}
	if (j->request->waived != 0) {
		fprintf(out, "  WAIVED: confinement of the workers by %s.\n",
		    waived_words(j->request->waived));
	}
	if (j->request->observed) {
		fputs("  OBSERVED ONLY: the zone was published before it was "
		      "judged; this holds nothing\n  back.\n",
		    out);
	}
	fputc('\n', out);
}

static void
write_compared(FILE *out, const char *what, const char *file,
    const uint8_t sha256[32])
{
	char hex[65];

	if (file != NULL) {
		fprintf(out, "%s  %s, sha256 %.16s...\n", what, file,
		    sha256_to_text(sha256, hex));
	}
}

static void
write_asked(FILE *out, const struct judgement *j)
{
	const struct request *request = j->request;
	char hex[65], when[TIME_TEXT];
	char bytes[NUMBER_TEXT], records[NUMBER_TEXT];

	fprintf(out, "file      %s: %s octets, %s records\n",
	    file_word(request), number_to_text(j->bytes, bytes),
	    number_to_text(j->records, records));
	fprintf(out, "          sha256 %s\n", sha256_to_text(j->sha256, hex));
	if (j->was_compressed) {
		fprintf(out, "          unpacked from %s, sha256 %s\n",
		    j->compression, sha256_to_text(j->compressed_sha256, hex));
	}
	fprintf(out, "at        %s\n", time_to_text(request->at, when));
	fprintf(out, "policy    %s, sha256 %.16s...\n", request->policy->name,
	    sha256_to_text(request->policy->sha256, hex));
	fprintf(out, "anchor    %s\n",
	    request->anchor == NULL ? "self" : request->anchor);
	write_compared(out, "previous", request->previous, j->previous_sha256);
	write_compared(out, "unsigned", request->unsigned_copy,
	    j->unsigned_sha256);
}

static void
write_place(FILE *out, const struct request *request,
    const struct report_finding *f)
{
	fputs("      ", out);
	if (f->owner[0] != '\0') {
		fprintf(out, "%s%s%s  ", f->owner,
		    f->type[0] != '\0' ? " " : "", f->type);
	}
	if (f->line != 0) {
		fprintf(out, "%s:%" PRIu32, file_word(request), f->line);
	}
	if (f->owner[0] != '\0' || f->line != 0) {
		fputs("\n      ", out);
	}
	fprintf(out, "%s\n", f->message);
}

static void
write_group(FILE *out, const struct judgement *j, size_t row, size_t n)
{
	const struct report_finding *first = &j->findings[row];
	const struct check *check = &checks[first->check];
	uint64_t places = 0;
	char seen[64], number[NUMBER_TEXT];

	for (size_t i = 0; i < n; i++) {
		places += j->findings[row + i].count;
	}
	fprintf(out, "  %-5s  %s", severity_name(first->severity),
	    check_name(first->check));
	if (places > 1) {
		fprintf(out, "  (%s places)", number_to_text(places, number));
	}
	fprintf(out, "\n      %s\n", check->meaning);
	uint64_t shown = 0;

	for (size_t i = 0; i < n && i < PLACES_SHOWN; i++, shown++) {
		write_place(out, j->request, &j->findings[row + i]);
	}
	if (places > shown) {
		fprintf(out, "      ... and %s more\n",
		    number_to_text(places - shown, number));
	}
	fprintf(out, "      source: %s; seen by: %s\n", first->source,
	    seen_by_words(first->seen_by, seen));
	fprintf(out, "      to do:  %s\n", check->remedy);
}

static void
write_findings(FILE *out, const struct judgement *j)
{
	if (j->n_findings == 0) {
		fputs("findings  none\n\n", out);
		return;
	}
	fputs("findings\n", out);
	for (size_t row = 0; row < j->n_findings;) {
		size_t n = finding_group(j, row);

		write_group(out, j, row, n);
		row += n;
	}
	fputc('\n', out);
}

static void
write_risks(FILE *out, const struct policy *policy)
{
	if (!has_accepted_risks(policy)) {
		return;
	}
	fputs("accepted  what an RFC demands, relaxed by the policy\n", out);
	for (int id = 1; id < N_CHECKS; id++) {
		const struct policy_answer *answer = &policy->accepted[id];

		if (policy->values.accepted[id] != 0) {
			fprintf(out, "  %s\n      %s\n      approver: %s\n",
			    check_name((enum check_id)id), answer->reason,
			    answer->approver);
		}
	}
	fputc('\n', out);
}

/* The findings that exemption I, from 0, covers. */
static void
write_exempted(FILE *out, const struct judgement *j, unsigned i)
{
	for (size_t n = 0; n < j->n_exempted; n++) {
		const struct report_finding *f =
		    &j->findings[j->n_findings + n];

		if (f->exemption != i + 1) {
			continue;
		}
		fprintf(out, "    %-5s  %s", severity_name(f->severity),
		    check_name(f->check));
		if (f->count > 1) {
			fprintf(out, "  (%" PRIu32 " places)", f->count);
		}
		fputc('\n', out);
		write_place(out, j->request, f);
	}
}

static void
write_exemptions(FILE *out, const struct judgement *j)
{
	const struct policy *policy = j->request->policy;
	const struct policy_values *values = &policy->values;
	char number[NUMBER_TEXT], when[TIME_TEXT];

	if (!has_exemptions(j->request)) {
		return;
	}
	fputs("exempt    by the policy; such findings do not count\n", out);
	for (unsigned i = 0; i < values->n_exemptions; i++) {
		const struct policy_exemption *e = &values->exemptions[i];

		if (!exemption_is_in_force(e, j->request->at)) {
			continue;
		}
		fprintf(out, "  %s, until %s: %s findings\n", e->name,
		    time_to_text(e->until, when),
		    number_to_text(exempted_places(j, i), number));
		fprintf(out, "      %s\n      approver: %s\n",
		    policy->exemptions[i].reason,
		    policy->exemptions[i].approver);
		write_exempted(out, j, i);
	}
	fputc('\n', out);
}

static void
write_count(FILE *out, const char *what, uint64_t a, uint64_t b)
{
	char left[NUMBER_TEXT], right[NUMBER_TEXT];

	fprintf(out, "  %-14s %-26s %s\n", what, number_to_text(a, left),
	    number_to_text(b, right));
}

static void
write_words(FILE *out, const char *what, const char *a, const char *b)
{
	fprintf(out, "  %-14s %-26s %s\n", what, a, b);
}

static void
write_versions(FILE *out, const char *what, const char *a1, const char *a2,
    const char *b1, const char *b2)
{
	char left[128], right[128];

	snprintf(left, sizeof(left), "%s %s", a1, a2);
	snprintf(right, sizeof(right), "%s %s", b1, b2);
	write_words(out, what, left, right);
}

static void
write_validators(FILE *out, const struct judgement *j)
{
	const struct validator *a = &j->validators[0], *b = &j->validators[1];

	fprintf(out, "validators       %-26s %s\n", a->name, b->name);
	write_versions(out, "library", a->library, a->library_version,
	    b->library, b->library_version);
	write_versions(out, "cryptography", a->crypto, a->crypto_version,
	    b->crypto, b->crypto_version);
	write_words(out, "end", worker_end_name(a->end),
	    worker_end_name(b->end));
	write_count(out, "claims", a->claims, b->claims);
	write_count(out, "secure", a->secure, b->secure);
	write_count(out, "insecure", a->insecure, b->insecure);
	write_count(out, "bogus", a->bogus, b->bogus);
	write_count(out, "indeterminate", a->indeterminate, b->indeterminate);
	write_count(out, "unjudged", a->unjudged, b->unjudged);
	fprintf(out, "  %-14s %-26.2f %.2f\n", "seconds", a->seconds,
	    b->seconds);
	for (unsigned i = 0; i < 2; i++) {
		const struct validator *v = &j->validators[i];

		if (v->end != WORKER_DONE && v->why[0] != '\0') {
			fprintf(out, "  %s: %s\n", v->name, v->why);
		}
	}
	fputc('\n', out);
}

static void
write_claim(FILE *out, const char *what, const struct judgement *j,
    const struct dispute *d)
{
	fprintf(out, "  %s: %s %s (%s)", what, d->owner, d->type, d->text);
	if (d->line != 0) {
		fprintf(out, "  %s:%" PRIu32, file_word(j->request), d->line);
	}
	fprintf(out, "\n      ldns %s%s%s%s%s\n", verdict_name(d->ldns.verdict),
	    d->ldns.reason != 0 ? ", " : "", reason_text(d->ldns.reason),
	    d->ldns_words != NULL ? ": " : "",
	    d->ldns_words != NULL ? d->ldns_words : "");
	fprintf(out, "      unbound %s%s%s%s%s\n",
	    verdict_name(d->unbound.verdict),
	    d->unbound.reason != 0 ? ", " : "", reason_text(d->unbound.reason),
	    d->unbound_words != NULL ? ": " : "",
	    d->unbound_words != NULL ? d->unbound_words : "");
}

static void
write_agreement(FILE *out, const struct judgement *j)
{
	const struct tally *t = &j->tally;
	char claims[NUMBER_TEXT], secure[NUMBER_TEXT];

	fprintf(out,
	    "agreement %s claims: %s secure by both, %" PRIu64
	    " refused by both, %" PRIu64 " disputed, %" PRIu64 " unjudged\n",
	    number_to_text(t->claims, claims),
	    number_to_text(t->agreed_secure, secure), t->agreed_other,
	    t->disputed, t->unjudged);
	if (j->judged_twice) {
		fprintf(out,
		    "          %" PRIu64
		    " were disputed at first; all were judged again\n",
		    j->first_disputed);
	}
	for (size_t i = 0; i < j->n_disputes; i++) {
		write_claim(out, "disputed", j, &j->disputes[i]);
	}
	for (size_t i = 0; i < j->n_unjudged; i++) {
		write_claim(out, "unjudged", j, &j->unjudged[i]);
	}
}

void
report_text(FILE *out, const struct judgement *j)
{
	char when[TIME_TEXT], left[TIME_TEXT];

	write_head(out, j);
	write_findings(out, j);
	write_risks(out, j->request->policy);
	write_exemptions(out, j);
	write_validators(out, j);
	write_agreement(out, j);
	if (j->has_expiry) {
		fprintf(out, "expiry    %s, in %s: %s %s\n",
		    time_to_text(j->expiry, when),
		    duration_to_text(j->expiry - j->request->at, left),
		    j->expiry_owner, j->expiry_type);
	}
	fputc('\n', out);
	write_asked(out, j);
	fprintf(out, "took      %.2f s; exit status %d (%s)\n", j->seconds,
	    decision_exit(j->decision),
	    j->decision == DECISION_RELEASE ? "publish" : "do not publish");
}
