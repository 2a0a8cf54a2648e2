/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include <string.h>

#include "contract/exemption.h"
#include "job_maker.h"

static const uint8_t sub[] = "\3sub\7example";
static const uint8_t below[] = "\3www\3sub\7example";
static const uint8_t beside[] = "\4asub\7example";

static struct policy_exemption
exemption(enum exemption_reach reach)
{
	struct policy_exemption e = {
	    .name = "move-1",
	    .from = 1000,
	    .until = 2000,
	    .reach = (uint8_t)reach,
	};

	memcpy(e.owner, sub, sizeof(sub));
	e.checks[CHECK_nsec3_extra] = 1;
	return e;
}

Test(exemption, it_reaches_what_it_says)
{
	struct policy_exemption one = exemption(EXEMPT_OWNER);
	struct policy_exemption many = exemption(EXEMPT_BELOW);
	struct policy_exemption all = exemption(EXEMPT_ALL);
	struct policy_exemption none = exemption(EXEMPT_NOTHING);

	cr_assert(exemption_covers(&one, CHECK_nsec3_extra, sub));
	cr_assert_not(exemption_covers(&one, CHECK_nsec3_extra, below));
	cr_assert_not(exemption_covers(&one, CHECK_nsec3_extra, NULL));
	cr_assert_not(exemption_covers(&many, CHECK_nsec3_extra, sub));
	cr_assert(exemption_covers(&many, CHECK_nsec3_extra, below));
	cr_assert_not(exemption_covers(&many, CHECK_nsec3_extra, beside));
	cr_assert_not(exemption_covers(&many, CHECK_nsec3_extra, NULL));
	cr_assert(exemption_covers(&all, CHECK_nsec3_extra, NULL));
	cr_assert(exemption_covers(&all, CHECK_nsec3_extra, beside));
	cr_assert_not(exemption_covers(&none, CHECK_nsec3_extra, sub));
	cr_assert_not(exemption_covers(&all, CHECK_denial_ttl, sub));
}

Test(exemption, neither_soundness_nor_verdicts_are_exempt)
{
	for (int id = 0; id < N_CHECKS; id++) {
		struct policy_exemption all = exemption(EXEMPT_ALL);
		bool may = id != CHECK_none &&
		           (checks[id].standing == OPEN ||
		               checks[id].standing == MUST) &&
		           checks[id].by != VERDICTS;

		all.checks[id] = 1;
		cr_assert_eq(exemption_may_name((enum check_id)id), may);
		cr_assert_eq(exemption_covers(&all, (enum check_id)id, NULL),
		    may, "%s", checks[id].id);
	}
}

Test(exemption, it_is_in_force_from_its_beginning_to_before_its_end)
{
	struct policy_exemption e = exemption(EXEMPT_ALL);

	cr_assert_not(exemption_is_in_force(&e, 999));
	cr_assert(exemption_is_in_force(&e, 1000));
	cr_assert(exemption_is_in_force(&e, 1999));
	cr_assert_not(exemption_is_in_force(&e, 2000));
}

Test(exemption, the_first_that_is_in_force_is_found)
{
	static struct policy_values values;

	policy_values_init(&values);
	values.n_exemptions = 3;
	values.exemptions[0] = exemption(EXEMPT_ALL);
	values.exemptions[0].until = 1500;
	values.exemptions[1] = exemption(EXEMPT_BELOW);
	values.exemptions[2] = exemption(EXEMPT_ALL);
	cr_assert_eq(exemption_find(&values, CHECK_nsec3_extra, below, 1400),
	    1);
	cr_assert_eq(exemption_find(&values, CHECK_nsec3_extra, below, 1500),
	    2);
	cr_assert_eq(exemption_find(&values, CHECK_nsec3_extra, sub, 1500), 3);
	cr_assert_eq(exemption_find(&values, CHECK_nsec3_extra, sub, 2000), 0);
	cr_assert_eq(exemption_find(&values, CHECK_denial_ttl, sub, 1500), 0);
}

/* ---- in a job ---- */

static struct job job, opened;

static bool
opens(void)
{
	return job_open(&job, sizeof(job), WORKER_SURVEY, &opened) == NULL;
}

static struct policy_exemption *
make_exempt(void)
{
	make_job(&job, WORKER_SURVEY);
	job.policy.n_exemptions = 1;
	job.policy.exemptions[0] = exemption(EXEMPT_BELOW);
	return &job.policy.exemptions[0];
}

Test(exemption, a_whole_one_travels)
{
	make_exempt();
	cr_assert(opens());
	make_exempt()->until = 1000 + LIMIT_EXEMPTION_S;
	cr_assert(opens());
}

Test(exemption, one_that_is_not_whole_is_refused)
{
	make_exempt()->until = 1000 + LIMIT_EXEMPTION_S + 1;
	cr_assert_not(opens());
	make_exempt()->until = 1000;
	cr_assert_not(opens());
	make_exempt()->from = INT64_MIN;
	cr_assert_not(opens());
	make_exempt()->name[0] = '\0';
	cr_assert_not(opens());
	make_exempt()->name[0] = 'A';
	cr_assert_not(opens());
	memset(make_exempt()->name, 'a', sizeof(job.policy.exemptions[0].name));
	cr_assert_not(opens());
	make_exempt()->reach = EXEMPT_NOTHING;
	cr_assert_not(opens());
	make_exempt()->reach = EXEMPT_ALL + 1;
	cr_assert_not(opens());
	make_exempt()->owner[0] = 64;
	cr_assert_not(opens());
	make_exempt()->owner[1] = 'S';
	cr_assert_not(opens());
	make_exempt()->checks[CHECK_nsec3_extra] = 2;
	cr_assert_not(opens());
	make_exempt()->checks[CHECK_none] = 1;
	cr_assert_not(opens());
	make_exempt()->checks[CHECK_rrsig_valid_all] = 1;
	cr_assert_not(opens());
	make_exempt();
	job.policy.n_exemptions = LIMIT_POLICY_EXEMPTIONS + 1;
	cr_assert_not(opens());
}

Test(exemption, less_than_a_must_travels_only_at_an_accepted_risk)
{
	for (int id = 1; id < N_CHECKS; id++) {
		make_job(&job, WORKER_SURVEY);
		job.policy.severity[id] = SEVERITY_OFF;
		job.policy.accepted[id] = 1;
		cr_assert_eq(opens(), check_may_be_set((enum check_id)id), "%s",
		    checks[id].id);
		job.policy.accepted[id] = 2;
		cr_assert_not(opens());
	}
}
