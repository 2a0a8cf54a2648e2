/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sanitized.h -- whether this build has AddressSanitizer in it: such builds
 * are for tests.
 */
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif
