/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <stddef.h>
#include <string.h>

#include "contract/job.h"
#include "job_maker.h"

static const char *
open_job(const struct job *made)
{
	struct job job;

	return job_open(made, sizeof(*made), WORKER_SURVEY, &job);
}

Test(job, a_whole_job_opens)
{
	struct job made, job;

	make_job(&made, WORKER_LDNS);
	cr_assert_null(job_open(&made, sizeof(made), WORKER_LDNS, &job));
	cr_assert_arr_eq(&job, &made, sizeof(job));
}

Test(job, a_job_need_not_be_aligned)
{
	uint8_t octets[sizeof(struct job) + 1];
	struct job made, job;

	make_job(&made, WORKER_LDNS);
	memcpy(octets + 1, &made, sizeof(made));
	cr_assert_null(job_open(octets + 1, sizeof(made), WORKER_LDNS, &job));
}

Test(job, zeros_are_refused)
{
	struct job made;

	memset(&made, 0, sizeof(made));
	cr_assert_not_null(open_job(&made));
}

Test(job, a_job_for_another_worker_is_refused)
{
	for (int made_for = 0; made_for <= N_WORKERS; made_for++) {
		for (int worker = 0; worker < N_WORKERS; worker++) {
			struct job made, job;

			make_job(&made, (enum worker)made_for);
			const char *wrong = job_open(&made, sizeof(made),
			    (enum worker)worker, &job);

			cr_assert_eq(wrong == NULL,
			    made_for == worker && worker != WORKER_NONE);
		}
	}
}

Test(job, a_job_of_another_size_is_refused)
{
	static uint8_t octets[sizeof(struct job) + 8];
	struct job made, job;

	make_job(&made, WORKER_SURVEY);
	memcpy(octets, &made, sizeof(made));
	for (size_t size = 0; size < sizeof(octets); size++) {
		cr_assert_eq(job_open(octets, size, WORKER_SURVEY, &job) ==
		                 NULL,
		    size == sizeof(made));
	}
}

Test(job, a_refused_job_leaves_the_copy_untouched)
{
	struct job made, job, before;

	memset(&job, 0x5a, sizeof(job));
	memcpy(&before, &job, sizeof(job));
	make_job(&made, WORKER_SURVEY);
	made.policy.severity[N_CHECKS - 1] = 255;
	cr_assert_not_null(job_open(&made, sizeof(made), WORKER_SURVEY, &job));
	cr_assert_arr_eq(&job, &before, sizeof(job));
}

Test(job, the_zone_may_be_left_to_the_soa)
{
	struct job made;

	make_job(&made, WORKER_SURVEY);
	made.zone[0] = '\0';
	cr_assert_null(open_job(&made));
}

Test(job, a_zone_that_is_no_name_is_refused)
{
	struct job made;

	make_job(&made, WORKER_SURVEY);
	strncpy(made.zone, "a..b.", sizeof(made.zone));
	cr_assert_not_null(open_job(&made));
	memset(made.zone, '.', sizeof(made.zone));
	cr_assert_not_null(open_job(&made));
}

/* ---- one field spoiled ---- */

struct spoiling {
	char what[48];
	size_t offset;
	size_t size;
	uint64_t value;
};

#define SPOIL(field, value)                                                    \
	{                                                                      \
#field, offsetof(struct job, field),                           \
		    sizeof(((struct job *)0)->field), (value)                  \
	}

static struct spoiling spoilings[] = {
    SPOIL(magic[0], 'Z'),
    SPOIL(version, JOB_VERSION + 1),
    SPOIL(snapshot_size, LIMIT_SNAPSHOT_BYTES + 1),
    SPOIL(at, 0),
    SPOIL(at, UINT64_MAX),
    SPOIL(slice, 1),
    SPOIL(n_slices, 0),
    SPOIL(waived, 4),
    SPOIL(fault, 10000),
    SPOIL(has_anchors, 2),
    SPOIL(has_previous, 2),
    SPOIL(has_incoming, 2),
    SPOIL(has_unsigned, 2),
    SPOIL(policy.option[OPTION_dnskey_max], 0),
    SPOIL(policy.option[OPTION_denial], 3),
    SPOIL(policy.option[OPTION_gate_max_duration], UINT64_MAX),
    SPOIL(policy.option[OPTION_retired_keys], 1),
    SPOIL(policy.option[OPTION_retired_keys], LIMIT_POLICY_LISTS),
    SPOIL(policy.lists[0], 'a'),
    SPOIL(policy.severity[CHECK_serial_increase], SEVERITY_OFF + 1),
    SPOIL(policy.overridden[CHECK_serial_increase], 2),
    SPOIL(policy.severity[CHECK_rrsig_valid_all], SEVERITY_HOLD),
    SPOIL(policy.severity[CHECK_rrsig_valid_all], SEVERITY_OFF),
};

ParameterizedTestParameters(job, a_spoiled_field_is_refused)
{
	return cr_make_param_array(struct spoiling, spoilings,
	    sizeof(spoilings) / sizeof(spoilings[0]), NULL);
}

ParameterizedTest(struct spoiling *spoiling, job, a_spoiled_field_is_refused)
{
	struct job made;

	make_job(&made, WORKER_SURVEY);
	memcpy((uint8_t *)&made + spoiling->offset, &spoiling->value,
	    spoiling->size);
	cr_assert_not_null(open_job(&made), "%s = %llu", spoiling->what,
	    (unsigned long long)spoiling->value);
}

Test(job, no_policy_may_lower_a_check_of_soundness)
{
	for (int id = 1; id < N_CHECKS; id++) {
		struct job made;

		make_job(&made, WORKER_SURVEY);
		made.policy.severity[id] = SEVERITY_OFF;
		cr_assert_eq(open_job(&made) == NULL,
		    checks[id].standing == OPEN, "%s", checks[id].id);
	}
}
