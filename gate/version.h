/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * version.h -- `zonegate --version': every library that has a say, as loaded.
 */
#pragma once

#include <stdbool.h>

/* Writes to standard output.  Returns false if a worker did not answer. */
bool version_print(void);
