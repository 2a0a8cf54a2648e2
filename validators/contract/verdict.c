/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdict.c -- verdicts as a stream of frames: written by workers.
 *
 * verdict_read.c reads it.
 */
#include "contract/verdict.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *const verdict_names[N_VERDICTS] = {
    [VERDICT_UNJUDGED] = "unjudged",
    [VERDICT_SECURE] = "secure",
    [VERDICT_INSECURE] = "insecure",
    [VERDICT_BOGUS] = "bogus",
    [VERDICT_INDETERMINATE] = "indeterminate",
};

static const char *const reason_texts[N_REASONS] = {
#define REASON(id, text) [REASON_##id] = text,
#include "contract/reasons.def"
#undef REASON
};

const char *
verdict_name(enum verdict verdict)
{
	assert(verdict < N_VERDICTS);
	return verdict_names[verdict];
}

const char *
reason_text(enum reason reason)
{
	assert(reason < N_REASONS);
	return reason_texts[reason];
}

/* Drops the WRITTEN octets that are out; returns how many parts are left. */
static int
skip_written(struct iovec **parts, int n_parts, size_t written)
{
	while (n_parts > 0 && written >= (*parts)->iov_len) {
		written -= (*parts)->iov_len;
		(*parts)++;
		n_parts--;
	}
	if (n_parts > 0) {
		(*parts)->iov_base = (char *)(*parts)->iov_base + written;
		(*parts)->iov_len -= written;
	}
	return n_parts;
}

static bool
write_all(int fd, struct iovec *parts, int n_parts)
{
	while (n_parts > 0) {
		ssize_t written = writev(fd, parts, n_parts);

		if (written < 0) {
			if (errno == EINTR) {
				continue;
			}
			return false;
		}
		n_parts = skip_written(&parts, n_parts, (size_t)written);
	}
	return true;
}

/* An iovec is for reading too, and so its base is not const; writev(2) only
 * reads it. */
static struct iovec
part(const void *octets, size_t length)
{
	union {
		const void *in;
		void *out;
	} base = {.in = octets};

	return (struct iovec){.iov_base = base.out, .iov_len = length};
}

/* One frame whose payload is in two parts. */
static bool
write_frame(int fd, enum frame_type type, const void *first,
    size_t first_length, const void *second, size_t second_length)
{
	static const uint8_t zeros[8];
	size_t length = first_length + second_length;

	assert(length <= UINT32_MAX);
	struct frame frame = {.type = type, .length = (uint32_t)length};
	struct iovec parts[] = {
	    part(&frame, sizeof(frame)),
	    part(first, first_length),
	    part(second, second_length),
	    part(zeros, (8 - length % 8) % 8),
	};

	return write_all(fd, parts, sizeof(parts) / sizeof(parts[0]));
}

bool
frame_write(int fd, enum frame_type type, const void *payload, size_t length)
{
	return write_frame(fd, type, payload, length, NULL, 0);
}

bool
frame_write_verdicts(int fd, uint32_t first_claim,
    const struct verdict_row *rows, uint32_t count)
{
	struct frame_verdicts head = {
	    .first_claim = first_claim,
	    .count = count,
	};

	/* An empty frame is none: the reader bounds frames by claims. */
	return count == 0 ||
	       write_frame(fd, FRAME_VERDICTS, &head, sizeof(head), rows,
	           (size_t)count * sizeof(*rows));
}

bool
frame_write_words(int fd, uint32_t claim, const char *text)
{
	struct frame_words head = {.claim = claim};
	char clean[LIMIT_MESSAGE_BYTES];
	size_t length = 0;

	/* What a library says may quote the zone: only plain ASCII passes. */
	for (; length < sizeof(clean) && text[length] != '\0'; length++) {
		char character = text[length];

		clean[length] =
		    character >= ' ' && character <= '~' ? character : '?';
	}
	return write_frame(fd, FRAME_WORDS, &head, sizeof(head), clean, length);
}
