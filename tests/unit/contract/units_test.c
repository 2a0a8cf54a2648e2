/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <stddef.h>
#include <string.h>

#include "contract/units.h"
#include "units_maker.h"

static const char *
open_made(const struct made_units *made)
{
	struct units units;

	return units_open(made, sizeof(*made), MADE_UNIT_CLAIMS, &units);
}

Test(units, a_whole_file_opens)
{
	struct made_units made;
	struct units units;

	make_units(&made);
	cr_assert_null(units_open(&made, sizeof(made), MADE_UNIT_CLAIMS,
	    &units));
	cr_assert_eq(units.header, &made.header);
	cr_assert_eq(units.rows, made.rows);
	cr_assert_eq(units.text + units.rows[1].text_offset, made.text[1]);
}

Test(units, no_units_suffice_for_no_claims)
{
	struct made_units made;
	struct units units;

	make_units(&made);
	made.header.n_units = 0;
	cr_assert_null(units_open(&made, sizeof(made), 0, &units));
	cr_assert_not_null(units_open(&made, sizeof(made), 1, &units));
}

Test(units, zeros_are_refused)
{
	struct made_units made;

	memset(&made, 0, sizeof(made));
	cr_assert_not_null(open_made(&made));
}

Test(units, a_shorter_file_is_refused)
{
	struct made_units made;
	struct units units;

	make_units(&made);
	for (size_t size = 0; size < sizeof(made); size++) {
		cr_assert_not_null(units_open(&made, size, MADE_UNIT_CLAIMS,
		    &units));
	}
}

Test(units, octets_that_are_not_aligned_are_refused)
{
	struct made_units made[2];
	uint8_t *at = (uint8_t *)made + 4;
	struct units units;

	make_units(made);
	memmove(at, made, sizeof(made[0]));
	cr_assert_not_null(units_open(at, sizeof(made[0]), MADE_UNIT_CLAIMS,
	    &units));
}

Test(units, another_number_of_claims_is_refused)
{
	struct made_units made;
	struct units units;

	make_units(&made);
	for (uint32_t claims = 0; claims < 8; claims++) {
		cr_assert_eq(units_open(&made, sizeof(made), claims, &units) ==
		                 NULL,
		    claims == MADE_UNIT_CLAIMS);
	}
}

Test(units, a_refused_file_leaves_the_units_untouched)
{
	struct made_units made;
	struct units units = {.text = "before"};

	make_units(&made);
	made.rows[2].kind = UNIT_VOID;
	cr_assert_not_null(units_open(&made, sizeof(made), MADE_UNIT_CLAIMS,
	    &units));
	cr_assert_null(units.header);
	cr_assert_str_eq(units.text, "before");
}

Test(units, every_kind_but_void_is_known)
{
	for (uint32_t kind = 0; kind < 16; kind++) {
		struct made_units made;

		make_units(&made);
		made.rows[1].kind = kind;
		cr_assert_eq(open_made(&made) == NULL,
		    kind != UNIT_VOID && kind <= UNIT_CHAIN);
	}
}

Test(units, a_unit_of_one_claim_cannot_have_several)
{
	struct made_units made;

	make_units(&made);
	made.rows[0].kind = UNIT_DNSKEY;
	cr_assert_not_null(open_made(&made));
	made.rows[0].kind = UNIT_CHAIN;
	cr_assert_not_null(open_made(&made));
}

Test(units, a_unit_may_have_no_text)
{
	struct made_units made;

	make_units(&made);
	made.rows[0].text_length = 0;
	cr_assert_null(open_made(&made));
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
#field, offsetof(struct made_units, field),                    \
		    sizeof(((struct made_units *)0)->field), (value)           \
	}

static struct spoiling spoilings[] = {
    SPOIL(header.magic[7], 'Z'),
    SPOIL(header.version, 0),
    SPOIL(header.n_units, 2),
    SPOIL(header.n_units, 4),
    SPOIL(header.n_units, UINT32_MAX),
    SPOIL(header.size, 0),
    SPOIL(header.size, UINT64_MAX),
    SPOIL(rows[1].kind, UINT32_MAX),
    SPOIL(rows[1].zero, 1),
    SPOIL(rows[1].first_claim, 1),
    SPOIL(rows[1].first_claim, 3),
    SPOIL(rows[0].n_claims, 0),
    SPOIL(rows[0].n_claims, 3),
    SPOIL(rows[0].n_claims, UINT32_MAX),
    SPOIL(rows[1].text_offset, 0),
    SPOIL(rows[1].text_offset, UINT64_MAX),
    SPOIL(rows[1].text_offset, offsetof(struct made_units, text) + 8),
    SPOIL(rows[1].text_length, UINT64_MAX),
    SPOIL(rows[1].text_length, MADE_UNIT_TEXT + 1),
    SPOIL(rows[1].anchor_offset, 0),
    SPOIL(rows[1].anchor_offset, UINT64_MAX),
    SPOIL(rows[1].anchor_length, UINT64_MAX),
    SPOIL(rows[1].anchor_length, MADE_UNIT_TEXT + 1),
};

ParameterizedTestParameters(units, a_spoiled_field_is_refused)
{
	return cr_make_param_array(struct spoiling, spoilings,
	    sizeof(spoilings) / sizeof(spoilings[0]), NULL);
}

ParameterizedTest(struct spoiling *spoiling, units, a_spoiled_field_is_refused)
{
	struct made_units made;

	make_units(&made);
	memcpy((uint8_t *)&made + spoiling->offset, &spoiling->value,
	    spoiling->size);
	cr_assert_not_null(open_made(&made), "%s = %llu", spoiling->what,
	    (unsigned long long)spoiling->value);
}
