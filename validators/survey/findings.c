/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * findings.c -- collects what checks find; no more rows of one kind than
 * people can read, but none is lost: the rest are counted.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "contract/exemption.h"
#include "survey/survey.h"

/* Every check may fill its rows in every severity, and under every exemption.
 */
static size_t
most_findings(const struct survey *s)
{
	return (size_t)N_CHECKS * SEVERITY_OFF *
	       (LIMIT_FINDINGS_PER_CHECK +
	           s->job->policy.n_exemptions * LIMIT_FINDINGS_PER_EXEMPTION);
}

struct place
place_one_of(struct place place, uint64_t n)
{
	place.is_example = n > 1;
	return place;
}

struct place
place_zone(void)
{
	return (struct place){.owner = NULL};
}

struct place
place_owner(const struct survey *s, uint32_t owner)
{
	return (struct place){.owner = at(s, s->index.owners[owner].name)};
}

struct place
place_rrset(const struct survey *s, const struct index_rrset *rrset)
{
	return (struct place){
	    .owner = index_rrset_owner(&s->index, rrset),
	    .type = rrset->type,
	    .line = s->index.records[rrset->first_record].line,
	};
}

struct place
place_record(const struct survey *s, const struct index_record *record)
{
	return (struct place){
	    .owner = index_record_owner(&s->index, record),
	    .type = s->index.rrsets[record->rrset].type,
	    .line = record->line,
	};
}

struct place
place_rrsig(const struct survey *s, const struct index_rrsig *rrsig)
{
	const struct index_record *record = &s->index.records[rrsig->record];

	return (struct place){
	    .owner = index_record_owner(&s->index, record),
	    .type = rrsig->type_covered,
	    .line = record->line,
	};
}

/* Messages quote the zone text; what they say is for terminals and browsers. */
static void
clean(char *message)
{
	for (; *message != '\0'; message++) {
		if (*message < ' ' || *message > '~') {
			*message = '?';
		}
	}
}

static void
add_row(struct survey *s, const struct index_finding *row)
{
	struct findings *findings = &s->findings;
	unsigned exemption = row->exemption;

	findings->rows = grow(findings->rows, findings->n, &findings->capacity,
	    most_findings(s), sizeof(*findings->rows));
	findings->last_row[row->check][row->severity][exemption] =
	    (uint32_t)findings->n;
	findings->rows[findings->n++] = *row;
	findings->n_rows[row->check][row->severity][exemption]++;
}

/* The owner that an exemption must reach. */
static const uint8_t *
exempt_owner(struct place place)
{
	return place.is_example ? NULL : place.owner;
}

/* Counts a finding of CHECK at PLACE for exemptions that ran out. */
static void
count_outlived(struct survey *s, enum check_id check, struct place place)
{
	const struct policy_values *policy = &s->job->policy;

	for (unsigned i = 0; i < policy->n_exemptions; i++) {
		const struct policy_exemption *e = &policy->exemptions[i];

		if (e->until <= s->job->at &&
		    exemption_covers(e, check, exempt_owner(place))) {
			s->findings.n_outlived[i]++;
		}
	}
}

static void
add_finding(struct survey *s, enum check_id check, enum severity severity,
    enum option_id option, struct place place, char *message)
{
	struct findings *findings = &s->findings;

	assert(check != CHECK_none);
	if (severity == SEVERITY_OFF) {
		return;
	}
	unsigned exemption = exemption_find(&s->job->policy, check,
	    exempt_owner(place), s->job->at);
	uint32_t most = exemption == 0 ? LIMIT_FINDINGS_PER_CHECK
	                               : LIMIT_FINDINGS_PER_EXEMPTION;

	if (exemption == 0) {
		count_outlived(s, check, place);
	}
	if (findings->n_rows[check][severity][exemption] == most) {
		uint32_t last = findings->last_row[check][severity][exemption];

		findings->rows[last].count++;
		return;
	}
	clean(message);
	struct index_finding row = {
	    .check = (uint16_t)check,
	    .severity = (uint16_t)severity,
	    .option = (uint16_t)option,
	    .type = place.type,
	    .line = place.line,
	    .count = 1,
	    .exemption = exemption,
	    .is_example = place.is_example ? 1 : 0,
	};

	if (place.owner != NULL) {
		row.owner = octets_add(s, place.owner,
		    name_length(place.owner, LIMIT_NAME_OCTETS));
	}
	row.message = octets_add(s, message, strlen(message));
	add_row(s, &row);
}

/* What the policy makes of it: less than an RFC's MUST only at an accepted
 * risk. */
enum severity
finding_severity(const struct survey *s, enum check_id check,
    enum severity severity)
{
	const struct policy_values *policy = &s->job->policy;
	enum severity set = (enum severity)policy->severity[check];

	/* No policy speaks about soundness. */
	if (!check_may_be_set(check) || policy->overridden[check] == 0) {
		return severity;
	}
	return set > severity && checks[check].standing == MUST &&
	               policy->accepted[check] == 0
	           ? severity
	           : set;
}

enum severity
certain_severity(const struct survey *s, enum check_id check,
    enum severity severity)
{
	const struct policy_values *policy = &s->job->policy;

	for (unsigned i = 0; i < policy->n_exemptions; i++) {
		if (policy->exemptions[i].checks[check] != 0) {
			return SEVERITY_OFF;
		}
	}
	return finding_severity(s, check, severity);
}

bool
says_enough(const struct survey *s, enum check_id cause, enum check_id derived)
{
	return certain_severity(s, cause, checks[cause].severity) <=
	       finding_severity(s, derived, checks[derived].severity);
}

void
finding(struct survey *s, enum check_id check, struct place place,
    const char *format, ...)
{
	char message[LIMIT_MESSAGE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	add_finding(s, check,
	    finding_severity(s, check, checks[check].severity), OPTION_none,
	    place, message);
}

void
finding_as(struct survey *s, enum check_id check, enum severity severity,
    enum option_id option, struct place place, const char *format, ...)
{
	char message[LIMIT_MESSAGE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	add_finding(s, check, finding_severity(s, check, severity), option,
	    place, message);
}

struct index_octets
octets_add(struct survey *s, const void *octets, size_t length)
{
	octets_reserve(s, length);
	struct index_octets added = {
	    .offset = s->n_octets,
	    .length = (uint32_t)length,
	};

	if (length > 0) {
		memcpy(s->octets + s->n_octets, octets, length);
	}
	s->n_octets += length;
	return added;
}

void
octets_reserve(struct survey *s, size_t more)
{
	assert(more <= SIZE_MAX / 4 - s->n_octets);
	if (s->n_octets + more > s->octets_capacity) {
		size_t wanted = s->octets_capacity + s->octets_capacity / 2;

		if (wanted < s->n_octets + more) {
			wanted = s->n_octets + more;
		}
		s->octets = xreallocarray(s->octets, wanted, 1);
		s->octets_capacity = wanted;
	}
	s->index.octets = s->octets;
}

void
findings_reserve(struct survey *s)
{
	octets_reserve(s,
	    most_findings(s) * (LIMIT_MESSAGE_BYTES + LIMIT_NAME_OCTETS));
}
