/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * units_maker.h -- a small valid units file that tests spoil field by field.
 */
#pragma once

#include "contract/units.h"

enum { MADE_UNIT_ROWS = 3, MADE_UNIT_CLAIMS = 4, MADE_UNIT_TEXT = 16 };

struct made_units {
	struct units_header header;
	struct units_row rows[MADE_UNIT_ROWS];
	char text[MADE_UNIT_ROWS][MADE_UNIT_TEXT];
	char anchor[MADE_UNIT_TEXT];
};

/* Makes units of two claims, one RRSIG over DNSKEY, and the chain. */
void make_units(struct made_units *made);
