/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loaded.h -- which libraries this process really runs with.
 */
#pragma once

#include "contract/verdict.h"

/* Dies unless libunbound and Nettle are loaded, and nothing of the other
 * validator: no libldns, no OpenSSL. */
void loaded_check(void);

/* Fills in the libraries of HELLO, as they are at run time. */
void loaded_name(struct frame_hello *hello);
