/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream_maker.h"

#include <assert.h>
#include <string.h>

static void
put(struct stream *stream, const void *octets, size_t length)
{
	assert(length <= STREAM_MAX - stream->length);
	if (length > 0) {
		memcpy(stream->octets + stream->length, octets, length);
	}
	stream->length += length;
}

void
put_frame(struct stream *stream, uint32_t type, const void *payload,
    size_t length)
{
	static const uint8_t zeros[8];
	struct frame frame = {.type = type, .length = (uint32_t)length};

	put(stream, &frame, sizeof(frame));
	put(stream, payload, length);
	put(stream, zeros, (8 - length % 8) % 8);
}

void
put_hello(struct stream *stream)
{
	struct frame_hello hello = {
	    .magic = VERDICT_MAGIC,
	    .version = VERDICT_VERSION,
	    .n_slices = 1,
	    .library = "ldns",
	    .library_version = "1.8.3",
	    .crypto = "OpenSSL",
	    .crypto_version = "3.0.0",
	};

	put_frame(stream, FRAME_HELLO, &hello, sizeof(hello));
}

void
put_canary(struct stream *stream, enum canary_phase phase)
{
	struct frame_canary canary = {
	    .algorithm = 13,
	    .phase = (uint8_t)phase,
	    .intact = VERDICT_SECURE,
	    .flipped = VERDICT_BOGUS,
	};

	put_frame(stream, FRAME_CANARY, &canary, sizeof(canary));
}

void
put_reading(struct stream *stream)
{
	struct reading reading = {.records = 7};

	put_frame(stream, FRAME_READING, &reading, sizeof(reading));
}

void
put_secure(struct stream *stream, uint32_t first_claim, uint32_t count)
{
	struct {
		struct frame_verdicts head;
		struct verdict_row rows[256];
	} payload = {.head = {.first_claim = first_claim, .count = count}};

	assert(count <= 256);
	for (uint32_t i = 0; i < count; i++) {
		payload.rows[i].verdict = VERDICT_SECURE;
	}
	put_frame(stream, FRAME_VERDICTS, &payload,
	    sizeof(payload.head) + count * sizeof(payload.rows[0]));
}

void
put_row(struct stream *stream, uint32_t claim, unsigned verdict,
    unsigned reason)
{
	uint8_t payload[sizeof(struct frame_verdicts) + 2];
	struct frame_verdicts head = {.first_claim = claim, .count = 1};

	memcpy(payload, &head, sizeof(head));
	payload[sizeof(head)] = (uint8_t)verdict;
	payload[sizeof(head) + 1] = (uint8_t)reason;
	put_frame(stream, FRAME_VERDICTS, payload, sizeof(payload));
}

void
put_words(struct stream *stream, uint32_t claim, const char *text)
{
	char payload[sizeof(struct frame_words) + 2 * LIMIT_MESSAGE_BYTES];
	struct frame_words head = {.claim = claim};
	size_t length = strlen(text);

	assert(length <= 2 * LIMIT_MESSAGE_BYTES);
	memcpy(payload, &head, sizeof(head));
	memcpy(payload + sizeof(head), text, length);
	put_frame(stream, FRAME_WORDS, payload, sizeof(head) + length);
}

void
put_bye(struct stream *stream, uint64_t judged)
{
	struct frame_bye bye = {.judged = judged};

	put_frame(stream, FRAME_BYE, &bye, sizeof(bye));
}

void
put_all(struct stream *stream, uint32_t n_claims)
{
	put_hello(stream);
	put_canary(stream, CANARY_BEFORE);
	put_reading(stream);
	put_secure(stream, 0, n_claims / 2);
	put_words(stream, 0, "all is well");
	put_secure(stream, n_claims / 2, n_claims - n_claims / 2);
	put_canary(stream, CANARY_AFTER);
	put_bye(stream, n_claims);
}
