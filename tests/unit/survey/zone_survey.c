/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone_survey.c -- surveys a zone text in memory. */
#include "zone_survey.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/exemption.h"
#include "contract/policy_list.h"
#include "survey/steps.h"

const char zone_signed[] =
    "example. 3600 IN SOA ns1.example. a.example. 2018031900 "
    "1800 900 604800 3600\n"
    ZONE_SIG("", "SOA", "1", ZONE_ZSK)
    "example. 3600 IN NS ns1.example.\n"
    "example. 3600 IN NS ns2.example.\n"
    ZONE_SIG("", "NS", "1", ZONE_ZSK)
    "example. 3600 IN DNSKEY 257 3 13 " ZONE_KSK_PUBLIC "\n"
    "example. 3600 IN DNSKEY 256 3 13 " ZONE_ZSK_PUBLIC "\n"
    ZONE_SIG("", "DNSKEY", "1", ZONE_KSK)
    "ns1.example. 3600 IN A 192.0.2.1\n"
    ZONE_SIG("ns1.", "A", "2", ZONE_ZSK)
    "ns2.example. 3600 IN AAAA 2001:db8::1\n"
    ZONE_SIG("ns2.", "AAAA", "2", ZONE_ZSK)
    "*.wild.example. 3600 IN TXT \"x\"\n"
    ZONE_SIG("*.wild.", "TXT", "2", ZONE_ZSK)
    "alias.example. 3600 IN CNAME WWW.example.\n"
    ZONE_SIG("alias.", "CNAME", "2", ZONE_ZSK)
    "dn.example. 3600 IN DNAME other.test.\n"
    ZONE_SIG("dn.", "DNAME", "2", ZONE_ZSK)
    "sub.example. 3600 IN NS ns.sub.example.\n"
    "ns.sub.example. 3600 IN A 192.0.2.3\n"
    "sec.example. 3600 IN NS ns1.example.\n"
    "sec.example. 3600 IN DS 1 13 2 "
    "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    ZONE_SIG("sec.", "DS", "2", ZONE_ZSK)
    "www.example. 3600 IN A 192.0.2.4\n"
    ZONE_SIG("www.", "A", "2", ZONE_ZSK);

/* Returns ZONE with CHANGE; to be freed. */
static char *
changed(const char *zone, const struct zone_change *change)
{
	const char *from = change != NULL ? change->from : NULL;
	const char *to = change != NULL ? change->to : "";
	const char *found =
	    from != NULL ? strstr(zone, from) : zone + strlen(zone);

	cr_assert_not_null(found, "the zone has no `%s'", from);
	size_t skipped = from != NULL ? strlen(from) : 0;
	size_t size = strlen(zone) + strlen(to) + 1;
	char *text = xmalloc(size);

	snprintf(text, size, "%.*s%s%s", (int)(found - zone), zone, to,
	    found + skipped);
	return text;
}

static void
set_list(struct policy_values *policy, enum option_id id, const char *text)
{
	char canonical[LIMIT_POLICY_LISTS], item[POLICY_ITEM];

	cr_assert_null(policy_list_canonical(id, text, canonical, item));
	cr_assert(policy_list_set(policy, id, canonical));
}

/* "severity.CHECK": a policy that sets it itself, and answers for it. */
static bool
set_severity(struct policy_values *policy, const char *word, const char *value)
{
	static const char prefix[] = "severity.";

	if (strncmp(word, prefix, strlen(prefix)) != 0) {
		return false;
	}
	enum check_id check = check_find(word + strlen(prefix));

	cr_assert_neq(check, CHECK_none, "no check `%s'", word);
	policy->severity[check] = (uint8_t)strtoul(value, NULL, 0);
	policy->overridden[check] = 1;
	policy->accepted[check] = 1;
	return true;
}

/* "exempt.CHECK": an exemption that reaches example. as VALUE says. */
static bool
set_exemption(struct policy_values *policy, const char *word, const char *value)
{
	static const char prefix[] = "exempt.";

	if (strncmp(word, prefix, strlen(prefix)) != 0) {
		return false;
	}
	enum check_id check = check_find(word + strlen(prefix));

	cr_assert(exemption_may_name(check), "no check `%s'", word);
	struct policy_exemption *exemption =
	    &policy->exemptions[policy->n_exemptions++];

	*exemption = (struct policy_exemption){
		.name = "x",
		.until = ZONE_AT + 1,
		.reach = (uint8_t)strtoul(value, NULL, 0),
		.owner = "\7example",
	};
	exemption->checks[check] = 1;
	return true;
}

static void
set_options(struct policy_values *policy, const char *options)
{
	char *text = xstrdup(options), *rest = NULL;

	for (char *word = strtok_r(text, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		char *value = strchr(word, '=');

		cr_assert_not_null(value);
		*value = '\0';
		if (set_severity(policy, word, value + 1) ||
		    set_exemption(policy, word, value + 1)) {
			continue;
		}
		enum option_id id = option_find(word);

		cr_assert_neq(id, OPTION_none, "no option `%s'", word);
		if (option_rows[id].kind == LIST) {
			set_list(policy, id, value + 1);
			continue;
		}
		policy->option[id] = strtoll(value + 1, NULL, 0);
	}
	free(text);
}

static uint32_t
read_u32(const uint8_t *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	    (uint32_t)octets[2] << 8 | octets[3];
}

static void
set_soa(struct survey *s)
{
	uint32_t row = index_find_rrset(&s->index, s->header.apex, TYPE_SOA);

	cr_assert_neq(row, INDEX_NONE);
	const struct index_record *soa =
	    &s->index.records[s->index.rrsets[row].first_record];
	const uint8_t *serial = at(s, soa->rdata) + soa->rdata.length - 20;

	s->header.soa_record = s->index.rrsets[row].first_record;
	s->header.serial = read_u32(serial);
	s->header.soa_refresh = read_u32(serial + 4);
	s->header.soa_retry = read_u32(serial + 8);
	s->header.soa_expire = read_u32(serial + 12);
	s->header.soa_minimum = read_u32(serial + 16);
}

static void
count_findings(const struct survey *s, struct zone_survey *found)
{
	memset(found, 0, sizeof(*found));
	for (size_t i = 0; i < s->findings.n; i++) {
		const struct index_finding *row = &s->findings.rows[i];

		if (row->exemption == 0) {
			found->n[row->check][row->severity] += row->count;
		}
	}
}

static void
release(struct survey *s, struct rows *rows, struct raw_zone *raw)
{
	free(rows->owners);
	free(rows->rrsets);
	free(rows->records);
	free(rows->rrsigs);
	free(rows->keys);
	free(raw->records);
	free(raw->runs);
	free(s->findings.rows);
	free(s->octets);
	arena_release(&s->arena);
}

void
zone_survey_run(struct zone_survey *found, const char *zone,
    const struct zone_change *change, const char *anchors)
{
	static struct job job;
	static struct survey survey;
	struct survey *s = &survey;
	struct rows rows = { 0 };
	struct raw_zone raw = { 0 };
	char *text = changed(zone, change);

	job = (struct job){ .at = ZONE_AT, .has_anchors = anchors != NULL };
	survey = (struct survey){ .job = &job, .index.header = &s->header };
	s->header.apex = INDEX_NONE;
	snprintf(job.zone, sizeof(job.zone), "example.");
	policy_values_init(&job.policy);
	if (change != NULL && change->options != NULL) {
		set_options(&job.policy, change->options);
	}
	cr_assert_eq(
	    read_zone(s, text, strlen(text), &raw), INDEX_COMPLETE);
	if (anchors != NULL) {
		anchors_read(s, anchors, strlen(anchors), s->apex);
	}
	index_build(s, &rows, &raw);
	cuts_build(s, &rows);
	set_soa(s);
	keys_build(s, &rows);
	if (change != NULL && change->check == CHECK_serial_increase) {
		s->has_previous_serial = true;
		s->previous_serial = 2018031899;
	}
	run_checks(s);
	count_findings(s, found);
	release(s, &rows, &raw);
	free(text);
}

static void
expect_change(const char *zone, const char *anchors,
    const struct zone_change *change)
{
	struct zone_survey found;

	zone_survey_run(&found, zone, change, anchors);
	for (int i = 0; i < SEVERITY_OFF; i++) {
		enum severity severity = (enum severity)i;
		unsigned n = found.n[change->check][severity];

		if (severity == change->severity) {
			cr_expect_gt(n, 0, "%s: no %s for `%s'",
			    check_name(change->check),
			    severity_name(severity), change->to);
		} else {
			cr_expect_eq(n, 0, "%s: %u %s for `%s'",
			    check_name(change->check), n,
			    severity_name(severity), change->to);
		}
	}
}

void
zone_survey_expect(const char *zone, const char *anchors,
    const struct zone_change *changes, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct zone_change none = {
			.to = "",
			.check = changes[i].check,
			.severity = SEVERITY_OFF,
		};

		expect_change(zone, anchors, &none);
		expect_change(zone, anchors, &changes[i]);
	}
}
