/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * apex_checks.c -- checks of the apex: its nameservers, the SOA's times; and of
 * the records that mark the zone as whole.
 */
#include "contract/policy_list.h"
#include "survey/survey.h"

/* RFC 2308 5: more than a day has been found to be a problem. */
#define MOST_MINIMUM 86400

/* True if NAME, in lower case, is one of the hosts of NS. */
static bool
is_host_of(const struct survey *s, const struct index_rrset *ns,
    const uint8_t *name)
{
	for (uint32_t i = 0; i < ns->n_records; i++) {
		uint8_t host[LIMIT_NAME_OCTETS];

		name_to_lower(at(s,
		                  s->index.records[ns->first_record + i].rdata),
		    host);
		if (name_compare(host, name) == 0) {
			return true;
		}
	}
	return false;
}

/* True if NAME, in lower case, is in expected_apex_ns. */
static bool
is_expected(const struct survey *s, const uint8_t *name)
{
	const struct policy_values *policy = &s->job->policy;
	uint8_t other[LIMIT_NAME_OCTETS];
	char item[POLICY_ITEM];
	size_t next = 0;

	while (policy_list_next(policy, OPTION_expected_apex_ns, &next, item)) {
		if (policy_name_read(item, other) &&
		    name_compare(other, name) == 0) {
			return true;
		}
	}
	return false;
}

static void
compare_apex_ns(struct survey *s, const struct index_rrset *ns)
{
	const struct policy_values *policy = &s->job->policy;
	uint8_t name[LIMIT_NAME_OCTETS];
	char item[POLICY_ITEM];
	size_t next = 0;

	while (policy_list_next(policy, OPTION_expected_apex_ns, &next, item)) {
		if (policy_name_read(item, name) && !is_host_of(s, ns, name)) {
			finding_as(s, CHECK_apex_ns_present, SEVERITY_HOLD,
			    OPTION_expected_apex_ns, place_rrset(s, ns),
			    "expected %s among the nameservers, found %u "
			    "others",
			    item, ns->n_records);
		}
	}
	for (uint32_t i = 0; next != 0 && i < ns->n_records; i++) {
		const struct index_record *record =
		    &s->index.records[ns->first_record + i];
		char host[LIMIT_NAME_TEXT];

		name_to_lower(at(s, record->rdata), name);
		if (!is_expected(s, name)) {
			finding_as(s, CHECK_apex_ns_present, SEVERITY_HOLD,
			    OPTION_expected_apex_ns, place_record(s, record),
			    "expected the policy's nameservers only, found %s",
			    name_to_text(name, host));
		}
	}
}

void
check_apex_ns_present(struct survey *s)
{
	uint32_t row =
	    index_find_rrset(&s->index, s->index.header->apex, TYPE_NS);

	/* RFC 1034 4.2.1: the top node has the zone's NS RRs; nameservers
	 * refuse a zone without. */
	if (row == INDEX_NONE) {
		struct place place = place_zone();

		place.owner = s->apex;
		place.type = TYPE_NS;
		finding_as(s, CHECK_apex_ns_present, SEVERITY_BLOCK,
		    OPTION_none, place, "expected NS records, found none");
		return;
	}
	const struct index_rrset *ns = &s->index.rrsets[row];

	/* RFC 1034 4.1: every zone to be available on at least two servers. */
	if (ns->n_records < 2) {
		finding_as(s, CHECK_apex_ns_present, SEVERITY_WARN, OPTION_none,
		    place_rrset(s, ns), "expected two NS records, found one");
	}
	compare_apex_ns(s, ns);
}

void
check_soa_timers(struct survey *s)
{
	const struct index_header *soa = s->index.header;

	if (soa->soa_record == INDEX_NONE) {
		return;
	}
	/* RFC 1912 2.2: retry is some fraction of refresh; a copy must not
	 * expire before it was tried to get a new one. */
	if (soa->soa_retry != 0 && soa->soa_retry < soa->soa_refresh &&
	    soa->soa_refresh < soa->soa_expire &&
	    soa->soa_minimum < soa->soa_expire &&
	    soa->soa_minimum <= MOST_MINIMUM) {
		return;
	}
	finding(s, CHECK_soa_timers,
	    place_record(s, &s->index.records[soa->soa_record]),
	    "expected retry below refresh, refresh and MINIMUM below expire, "
	    "and MINIMUM at most %d, found refresh %u, retry %u, expire %u, "
	    "MINIMUM %u",
	    MOST_MINIMUM, soa->soa_refresh, soa->soa_retry, soa->soa_expire,
	    soa->soa_minimum);
}

void
check_zone_marker_record(struct survey *s)
{
	char item[POLICY_ITEM];
	size_t next = 0;

	while (policy_list_next(&s->job->policy, OPTION_zone_marker, &next,
	    item)) {
		uint8_t name[LIMIT_NAME_OCTETS];
		struct place place = {.owner = name};
		uint32_t n = 0;

		if (!policy_rrset_read(item, name, &place.type)) {
			continue;
		}
		uint32_t owner = index_find_owner(&s->index, name);
		uint32_t row = owner != INDEX_NONE ? index_find_rrset(&s->index,
		                                         owner, place.type)
		                                   : INDEX_NONE;

		if (row != INDEX_NONE) {
			n = s->index.rrsets[row].n_records;
		}
		if (n != 1) {
			finding_as(s, CHECK_zone_marker_record, SEVERITY_BLOCK,
			    OPTION_zone_marker, place,
			    "expected one record, which marks the zone as "
			    "whole, found %u",
			    n);
		}
	}
}
