/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "units_maker.h"

#include <stddef.h>
#include <string.h>

static struct units_row
make_row(enum unit_kind kind, uint32_t row, uint32_t first_claim,
    uint32_t n_claims)
{
	return (struct units_row){
	    .kind = kind,
	    .first_claim = first_claim,
	    .n_claims = n_claims,
	    .text_offset = offsetof(struct made_units, text) +
	                   row * (uint64_t)MADE_UNIT_TEXT,
	    .text_length = MADE_UNIT_TEXT,
	    .anchor_offset = offsetof(struct made_units, anchor),
	    .anchor_length = MADE_UNIT_TEXT,
	};
}

void
make_units(struct made_units *made)
{
	memset(made, 0, sizeof(*made));
	memcpy(made->header.magic, UNITS_MAGIC, sizeof(made->header.magic));
	made->header.version = UNITS_VERSION;
	made->header.n_units = MADE_UNIT_ROWS;
	made->header.size = sizeof(*made);
	made->rows[0] = make_row(UNIT_PLAIN, 0, 0, 2);
	made->rows[1] = make_row(UNIT_DNSKEY, 1, 2, 1);
	made->rows[2] = make_row(UNIT_CHAIN, 2, 3, 1);
	made->rows[2].anchor_offset = 0;
	made->rows[2].anchor_length = 0;
	memset(made->text, '\n', sizeof(made->text));
	memset(made->anchor, '\n', sizeof(made->anchor));
}
