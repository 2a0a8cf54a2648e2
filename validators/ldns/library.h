/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * library.h -- which libraries this process really runs on.
 */
#pragma once

#include "contract/verdict.h"

/*
 * Makes OpenSSL ready without its configuration file, which could load
 * anything; called before the process confines itself.  Dies unless libldns
 * and libcrypto are loaded and nothing of the other validator is.
 */
void library_init(void);

/* Fills in the libraries' names and versions, as they say at run time. */
void library_hello(struct frame_hello *hello);
