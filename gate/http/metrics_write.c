/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/metrics_write.h"

#include <math.h>

#include "http/health_facts.h"

void
metrics_family(FILE *out, const char *name, const char *type, const char *unit,
    const char *help)
{
	if (type != NULL) {
		fprintf(out, "# TYPE %s %s\n", name, type);
	}
	if (unit != NULL) {
		fprintf(out, "# UNIT %s %s\n", name, unit);
	}
	fprintf(out, "# HELP %s %s\n", name, help);
}

/* Whole characters only: a value that is cut must stay UTF-8. */
void
metrics_label(FILE *out, const char *name, const char *value)
{
	char text[LABEL_MOST];

	snprintf(text, sizeof(text), "%s", value);
	fact_mend(text);
	fprintf(out, "%s=\"", name);
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\n') {
			fputs("\\n", out);
		} else if (*at == '"' || *at == '\\') {
			fprintf(out, "\\%c", *at);
		} else {
			fputc((unsigned char)*at < 0x20 ? ' ' : *at, out);
		}
	}
	fputc('"', out);
}

const char *
metrics_zone(const json_t *zone)
{
	return fact_text(zone, "zone", "");
}

/* Whole numbers without an exponent. */
void
metrics_number(FILE *out, double value)
{
	fprintf(out,
	    fabs(value) < 1e15 && value == floor(value) ? " %.0f\n" : " %.9g\n",
	    value);
}
