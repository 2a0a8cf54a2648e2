/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_check.h -- what is right by itself and wrong together.
 */
#pragma once

#include "config.h"

/* False, with FILE, line and reason in ERROR, if CONFIG contradicts itself or
 * would let in whom nobody knows. */
bool config_check(const struct config *config, const char *file,
    char error[CONFIG_ERROR]);
