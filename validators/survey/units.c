/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c -- writes the units file: header, rows, texts and anchors. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/die.h"
#include "survey/output.h"
#include "survey/steps.h"
#include "survey/unit_text.h"

static void
write_unit(const struct survey *s, const struct plan_unit *unit,
    struct output *output, struct units_row *row)
{
	*row = (struct units_row){
	    .kind = unit->kind,
	    .first_claim = unit->first_claim,
	    .n_claims = unit->n_claims,
	    .text_offset = output->offset,
	};
	if (!unit->has_text) {
		return;
	}
	unit_text_write(s, unit, output);
	row->text_length = output->offset - row->text_offset;
	row->anchor_offset = output->offset;
	unit_anchors_write(s, unit, output);
	row->anchor_length = output->offset - row->anchor_offset;
}

static void
write_at_start(int fd, const void *octets, size_t length, off_t offset)
{
	const char *from = octets;

	while (length > 0) {
		ssize_t n = pwrite(fd, from, length, offset);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			die("cannot write the units: %s", strerror(errno));
		}
		from += n;
		length -= (size_t)n;
		offset += n;
	}
}

void
units_write(struct survey *s, const struct plan *plan, int fd)
{
	struct units_header header = {
	    .version = UNITS_VERSION,
	    .n_units = (uint32_t)plan->n_units,
	};
	size_t rows_octets = plan->n_units * sizeof(struct units_row);
	struct units_row *rows =
	    xcalloc(plan->n_units, sizeof(struct units_row));
	struct output output;

	memcpy(header.magic, UNITS_MAGIC, sizeof(header.magic));
	memcpy(header.snapshot_sha256, s->header.snapshot_sha256,
	    sizeof(header.snapshot_sha256));
	output_init(&output, fd);
	/* Filled in below: where texts stand is known when they do. */
	output_write(&output, &header, sizeof(header));
	output_write(&output, rows, rows_octets);
	for (size_t i = 0; i < plan->n_units; i++) {
		write_unit(s, &plan->units[i], &output, &rows[i]);
	}
	header.size = output.offset;
	output_release(&output);
	write_at_start(fd, &header, sizeof(header), 0);
	write_at_start(fd, rows, rows_octets, sizeof(header));
	free(rows);
}
