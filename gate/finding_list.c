/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "finding_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "contract/exemption.h"
#include "worker_run.h"

static struct report_finding *
add_row(struct finding_list *list)
{
	list->rows = grow(list->rows, list->n, &list->capacity, UINT32_MAX,
	    sizeof(*list->rows));

	struct report_finding *row = &list->rows[list->n++];

	memset(row, 0, sizeof(*row));
	return row;
}

static void
set_place(struct report_finding *row, const uint8_t *owner, uint16_t type,
    uint32_t line)
{
	if (owner != NULL) {
		name_to_text(owner, row->owner);
	}
	if (type != 0) {
		type_to_text(type, row->type);
	}
	row->line = line;
}

static void
add_places(struct finding_list *list, enum check_id check,
    enum severity severity, uint64_t n)
{
	if (checks[check].standing == INABILITY) {
		list->inabilities += n;
	} else if (severity < SEVERITY_OFF) {
		list->places[severity] += n;
	}
}

/* Who asks for it: the clause behind the bound, or behind the severity. */
static const char *
source_of(const struct index_finding *finding, const struct policy *policy)
{
	if (finding->option != OPTION_none && finding->option < N_OPTIONS) {
		return policy->clause[finding->option];
	}
	if (policy->severity_clause[finding->check] != NULL) {
		return policy->severity_clause[finding->check];
	}
	return checks[finding->check].source;
}

/* The exemption that FINDING, at OWNER, is said to be under, if that is so. */
static unsigned
exemption_of(const struct index_finding *finding, const uint8_t *owner,
    const struct policy_values *values, int64_t at_s)
{
	if (finding->exemption == 0 ||
	    finding->exemption > values->n_exemptions) {
		return 0;
	}
	const struct policy_exemption *exemption =
	    &values->exemptions[finding->exemption - 1];

	return exemption_is_in_force(exemption, at_s) &&
	               exemption_covers(exemption,
	                   (enum check_id)finding->check,
	                   finding->is_example != 0 ? NULL : owner)
	           ? finding->exemption
	           : 0;
}

void
findings_of_index(struct finding_list *list, const struct index *index,
    const struct policy *policy, int64_t at_s)
{
	for (uint32_t i = 0; i < index->n_findings; i++) {
		const struct index_finding *from = &index->findings[i];
		struct report_finding *row = add_row(list);
		const uint8_t *owner = from->owner.length == 0
		                           ? NULL
		                           : index_at(index, from->owner);
		size_t length = from->message.length;

		row->check = (enum check_id)from->check;
		row->severity = (enum severity)from->severity;
		row->rule = rule_of(row->check, (enum option_id)from->option);
		row->source = source_of(from, policy);
		row->count = from->count == 0 ? 1 : from->count;
		row->seen_by = SEEN_BY_STRUCTURE;
		row->exemption =
		    exemption_of(from, owner, &policy->values, at_s);
		set_place(row, owner, from->type, from->line);
		row->message = xmalloc(length + 1);
		clean_text(row->message, length + 1,
		    (const char *)index_at(index, from->message), length);
		if (row->exemption == 0) {
			add_places(list, row->check, row->severity, row->count);
		}
	}
}

bool
finding_is_surplus(const struct finding_list *list, enum check_id check)
{
	return list->per_check[check] >= LIMIT_FINDINGS_PER_CHECK;
}

void
finding_add(struct finding_list *list, enum check_id check, unsigned seen_by,
    const uint8_t *owner, uint16_t type, uint32_t line, const char *text)
{
	add_places(list, check, checks[check].severity, 1);
	if (finding_is_surplus(list, check)) {
		list->rows[list->last[check]].count++;
		list->rows[list->last[check]].seen_by |= seen_by;
		return;
	}
	struct report_finding *row = add_row(list);

	row->check = check;
	row->severity = checks[check].severity;
	row->rule = rule_of(check, OPTION_none);
	row->source = checks[check].source;
	row->count = 1;
	row->seen_by = seen_by;
	row->message = xstrdup(text);
	set_place(row, owner, type, line);
	list->last[check] = list->n - 1;
	list->per_check[check]++;
}

static int
by_weight(const void *a, const void *b)
{
	const struct report_finding *left = a;
	const struct report_finding *right = b;

	if (left->exemption != right->exemption) {
		return left->exemption < right->exemption ? -1 : 1;
	}
	if (left->severity != right->severity) {
		return left->severity < right->severity ? -1 : 1;
	}
	if (left->check != right->check) {
		return left->check < right->check ? -1 : 1;
	}
	if (left->line != right->line) {
		return left->line < right->line ? -1 : 1;
	}
	return strcmp(left->owner, right->owner);
}

size_t
findings_sort(struct finding_list *list)
{
	size_t n = 0;

	if (list->n > 1) {
		qsort(list->rows, list->n, sizeof(*list->rows), by_weight);
	}
	while (n < list->n && list->rows[n].exemption == 0) {
		n++;
	}
	return n;
}
