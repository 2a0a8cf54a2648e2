/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http_settings.h -- what zonegate-http is told of the configuration
 * (http/settings.h).
 */
#pragma once

#include <jansson.h>

#include "config.h"

/* The settings, a new reference: written as one line to zonegate-http's
 * descriptor 3, which then stays open for as long as it is to live.  NULL when
 * memory is short. */
json_t *http_settings(const struct config *config);
