/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * metrics.h -- the status as OpenMetrics 1.0 text; zonegate-metrics(5) says
 * what the names mean.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#define METRICS_TYPE                                                           \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

/* GET /metrics: STATUS is a zonegate-status-1, or NULL when the daemon does
 * not answer: then zonegate_up is 0.  What is missing or of another type is
 * left out.  To be freed; NULL when memory is short. */
char *metrics_text(const json_t *status, size_t *length);
