/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view.h -- what can be looked at: GET, and HEAD, which libmicrohttpd makes of
 * the same answers.
 */
#pragma once

#include "http/request.h"

/* Answers REQUEST, whose route is one of those. */
enum MHD_Result view_answer(struct request *request);
