/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * health.h -- what is wrong, worst first, as one JSON object for a person or a
 * load balancer.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#define HEALTH_TYPE "application/json"

/*
 * GET /health: STATUS is a zonegate-status-1, or NULL when the daemon does not
 * answer.  *HTTP_STATUS is 200 if all is well or nothing worse than a warning,
 * and 503 otherwise, also when the status does not say.  To be freed; NULL when
 * memory is short (then *HTTP_STATUS is 503).
 */
char *health_json(const json_t *status, int *http_status, size_t *length);
