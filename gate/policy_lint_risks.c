/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy_lint_risks.c -- what relaxes an RFC's MUST needs somebody who answers
 * for it.
 */
#include "policy_lint.h"
#include "time_text.h"

/* Algorithms that MUST NOT sign: RSAMD5, DSA, DSA-NSEC3 (RFC 9904), RSASHA1,
 * RSASHA1-NSEC3 (RFC 9905), ECC-GOST (RFC 9906). */
#define UNFIT_ALGORITHMS (1 << 1 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 12)

/* Digests that MUST NOT be used for delegation: none (RFC 9904), SHA-1
 * (RFC 9905), GOST (RFC 9906). */
#define UNFIT_DIGESTS (1 << 0 | 1 << 1 | 1 << 3)

static const struct relaxation {
	enum option_id option;
	enum check_id check;
	int64_t bits; /* of a SET: those that relax; 0: more than MOST does */
	int64_t most;
	const char *demand;
} relaxations[] = {
    {OPTION_nsec3_iterations_max, CHECK_nsec3_iterations, 0, 0,
        "RFC 9276 3.1: 0 MUST be used"},
    {OPTION_ttl_denial, CHECK_denial_ttl, 0, TTL_DENIAL_SOA,
        "RFC 9077 3: the TTL MUST be the lesser of SOA TTL and MINIMUM"},
    {OPTION_ksk_algorithms, CHECK_dnskey_alg_status, UNFIT_ALGORITHMS, 0,
        "RFC 9904, RFC 9905, RFC 9906: 1, 3, 5, 6, 7 and 12 MUST NOT sign"},
    {OPTION_zsk_algorithms, CHECK_dnskey_alg_status, UNFIT_ALGORITHMS, 0,
        "RFC 9904, RFC 9905, RFC 9906: 1, 3, 5, 6, 7 and 12 MUST NOT sign"},
    {OPTION_ds_digest_types, CHECK_ds_digest_type, UNFIT_DIGESTS, 0,
        "RFC 9904, RFC 9905, RFC 9906: 0, 1 and 3 MUST NOT be used for "
        "delegation"},
};
#define N_RELAXATIONS (sizeof(relaxations) / sizeof(relaxations[0]))

static bool
relaxes(const struct policy_values *values, const struct relaxation *row)
{
	int64_t value = values->option[row->option];

	return row->bits != 0 ? (value & row->bits) != 0 : value > row->most;
}

static bool
is_lowered(const struct policy_values *values, enum check_id check)
{
	return values->overridden[check] != 0 &&
	       values->severity[check] > checks[check].severity;
}

static void
lint_options(struct policy_remarks *remarks)
{
	const struct policy_values *values = &remarks->policy->values;

	for (size_t i = 0; i < N_RELAXATIONS; i++) {
		const struct relaxation *row = &relaxations[i];

		if (!relaxes(values, row) || values->accepted[row->check]) {
			continue;
		}
		remark(remarks, true, row->option, OPTION_none,
		    "%s relaxes %s (%s); if that must be, somebody answers "
		    "for it: accept_risk %s { reason = \"...\" approver = "
		    "\"...\" }",
		    lint_option(remarks, row->option), check_name(row->check),
		    row->demand, checks[row->check].id);
	}
}

static void
lint_severities(struct policy_remarks *remarks)
{
	const struct policy *policy = remarks->policy;

	for (int i = 1; i < N_CHECKS; i++) {
		enum check_id id = (enum check_id)i;

		if (checks[id].standing != MUST ||
		    !is_lowered(&policy->values, id) ||
		    policy->values.accepted[id] != 0) {
			continue;
		}
		remark_at(remarks, true, policy->severity_origin[id],
		    "severity %s of %s is less than %s, and a MUST of an RFC "
		    "stands behind it (%s); if that must be, somebody answers "
		    "for it: accept_risk %s { reason = \"...\" approver = "
		    "\"...\" }",
		    severity_name((enum severity)policy->values.severity[id]),
		    check_name(id), severity_name(checks[id].severity),
		    checks[id].source, checks[id].id);
	}
}

static bool
is_needed(const struct policy_values *values, enum check_id check)
{
	/* Where its severity has steps, setting it may lower some of them. */
	if (values->overridden[check] != 0 &&
	    values->severity[check] > SEVERITY_BLOCK) {
		return true;
	}
	for (size_t i = 0; i < N_RELAXATIONS; i++) {
		if (relaxations[i].check == check &&
		    relaxes(values, &relaxations[i])) {
			return true;
		}
	}
	return false;
}

/* What an exemption says of a check that is off it says of nothing. */
static void
lint_exemption(struct policy_remarks *remarks, unsigned i)
{
	const struct policy *policy = remarks->policy;
	const struct policy_exemption *e = &policy->values.exemptions[i];
	struct policy_origin origin = policy->exemptions[i].origin;
	char when[TIME_TEXT];

	if (remarks->at_s >= e->until) {
		remark_at(remarks, false, origin,
		    "exemption %s ended at %s; releases warn until it is "
		    "taken out",
		    e->name, time_to_text(e->until, when));
	}
	for (int id = 1; id < N_CHECKS; id++) {
		if (e->checks[id] != 0 &&
		    policy->values.severity[id] == SEVERITY_OFF) {
			remark_at(remarks, false, origin,
			    "exemption %s names %s, which is off", e->name,
			    checks[id].id);
		}
	}
}

void
lint_risks(struct policy_remarks *remarks)
{
	const struct policy *policy = remarks->policy;

	lint_options(remarks);
	lint_severities(remarks);
	for (int i = 1; i < N_CHECKS; i++) {
		enum check_id id = (enum check_id)i;

		if (policy->values.accepted[id] != 0 &&
		    !is_needed(&policy->values, id)) {
			remark_at(remarks, false, policy->accepted[id].origin,
			    "accept_risk %s accepts nothing: neither its "
			    "severity nor an option is relaxed",
			    checks[id].id);
		}
	}
	for (unsigned i = 0; i < policy->values.n_exemptions; i++) {
		lint_exemption(remarks, i);
	}
}
