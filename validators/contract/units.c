/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units.c -- whether octets are a units file; its writer is not trusted.
 */
#include "contract/units.h"

#include <stdbool.h>
#include <string.h>

static bool
is_inside(uint64_t offset, uint64_t length, uint64_t from, uint64_t size)
{
	return offset >= from && offset <= size && length <= size - offset;
}

static bool
is_kind(uint32_t kind)
{
	switch ((enum unit_kind)kind) {
	case UNIT_PLAIN:
	case UNIT_ALIAS:
	case UNIT_APEX_NS:
	case UNIT_APEX_NSEC:
	case UNIT_DNSKEY:
	case UNIT_CHAIN:
		return true;
	case UNIT_VOID:
		break;
	}
	return false;
}

/* Where the texts may begin is FROM; they stand in order and apart, so that a
 * small file cannot ask for much reading. */
static const char *
check_row(const struct units_row *row, uint64_t from, uint64_t texts_from,
    uint64_t size)
{
	if (!is_kind(row->kind) || row->zero != 0) {
		return "a unit of an unknown kind";
	}
	if (row->n_claims == 0) {
		return "a unit without claims";
	}
	if ((row->kind == UNIT_DNSKEY || row->kind == UNIT_CHAIN) &&
	    row->n_claims != 1) {
		return "a unit for one claim has several";
	}
	if (!is_inside(row->text_offset, row->text_length, texts_from, size)) {
		return "a unit's text is out of order or outside the file";
	}
	if (row->anchor_length != 0 &&
	    !is_inside(row->anchor_offset, row->anchor_length, from, size)) {
		return "a unit's anchor is outside the file";
	}
	return NULL;
}

static const char *
check_rows(const struct units_header *header, const struct units_row *rows,
    uint32_t n_claims)
{
	uint64_t from =
	    sizeof(*header) + (uint64_t)header->n_units * sizeof(*rows);
	uint64_t texts_from = from;
	uint32_t claimed = 0;

	for (uint32_t i = 0; i < header->n_units; i++) {
		const struct units_row *row = &rows[i];
		const char *wrong =
		    check_row(row, from, texts_from, header->size);

		if (wrong != NULL) {
			return wrong;
		}
		if (row->first_claim != claimed ||
		    row->n_claims > n_claims - claimed) {
			return "the units do not cover the claims in order";
		}
		claimed += row->n_claims;
		texts_from = row->text_offset + row->text_length;
	}
	return claimed == n_claims ? NULL : "a claim is in no unit";
}

const char *
units_open(const void *at, size_t size, uint32_t n_claims, struct units *units)
{
	const struct units_header *header = at;

	if ((uintptr_t)at % 8 != 0) {
		return "not aligned";
	}
	if (size < sizeof(*header) ||
	    memcmp(header->magic, UNITS_MAGIC, sizeof(header->magic)) != 0) {
		return "not a units file";
	}
	if (header->version != UNITS_VERSION) {
		return "a units file of another version";
	}
	if (header->size != size) {
		return "a units file of another size than it says";
	}
	const struct units_row *rows = (const void *)(header + 1);

	if (header->n_units > (size - sizeof(*header)) / sizeof(*rows)) {
		return "more units than the file can hold";
	}
	const char *wrong = check_rows(header, rows, n_claims);

	if (wrong == NULL) {
		units->header = header;
		units->rows = rows;
		units->text = at;
	}
	return wrong;
}
