/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * act.h -- what an operator may do: POST with a small JSON object.
 *
 * It is only looked at for its form here and passed on with the token; the
 * daemon judges both.
 */
#pragma once

#include "http/request.h"

/* At the header: MHD_NO in *RESULT and false if REQUEST is answered now. */
bool act_begin(struct request *request, enum MHD_Result *result);
/* Some content. */
void act_content(struct request *request, const char *at, size_t size);
/* All of it is there. */
enum MHD_Result act_end(struct request *request);
