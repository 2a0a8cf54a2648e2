/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rdata_forms.h -- the form of RDATA that the survey itself does not look
 * into, but nameservers do when they load the zone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True unless TYPE has a form and RDATA is not of it. */
bool rdata_has_form(uint16_t type, const uint8_t *rdata, size_t length);
