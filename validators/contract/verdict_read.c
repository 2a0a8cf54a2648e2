/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdict_read.c -- verdicts as a stream of frames: read by the gate, which
 * takes no octet of it on trust.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "contract/verdict.h"

/* Frames come in the order of these stages; none may come again or late. */
enum stage {
	STAGE_START,
	STAGE_CANARIES_BEFORE,
	STAGE_READING,
	STAGE_VERDICTS,
	STAGE_CANARIES_AFTER,
	STAGE_END,
};

struct reader {
	const uint8_t *at;
	size_t left;
	enum stage stage;
	uint32_t n_claims;
	struct verdict_row *rows;
	uint8_t *answered; /* a bit per claim */
	uint64_t judged;
	struct verdicts *verdicts;
};

static size_t
padded(size_t length)
{
	return (length + 7) / 8 * 8;
}

size_t
verdicts_max_octets(uint32_t n_claims)
{
	size_t frame = sizeof(struct frame);
	size_t canaries =
	    LIMIT_CANARIES * (frame + padded(sizeof(struct frame_canary)));
	size_t words =
	    LIMIT_WORDS_PER_WORKER *
	    (frame + padded(sizeof(struct frame_words) + LIMIT_MESSAGE_BYTES));
	/* At worst each verdict is a frame of its own. */
	size_t verdict = frame + padded(sizeof(struct frame_verdicts) +
	                                sizeof(struct verdict_row));

	return frame + padded(sizeof(struct frame_hello)) + canaries + frame +
	       padded(sizeof(struct reading)) + words + n_claims * verdict +
	       frame + padded(sizeof(struct frame_bye));
}

/* Printable ASCII, so that it can be printed anywhere as it is. */
static bool
is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] < ' ' || text[i] > '~') {
			return false;
		}
	}
	return true;
}

static bool
is_plain_field(const char *field, size_t size)
{
	size_t length = strnlen(field, size);

	return length < size && is_plain(field, length);
}

/* Goes on to STAGE, which must not be behind. */
static bool
advance(struct reader *reader, enum stage stage)
{
	if (reader->stage == STAGE_START || reader->stage > stage) {
		return false;
	}
	reader->stage = stage;
	return true;
}

static const char *
read_hello(struct reader *reader, const uint8_t *payload, uint32_t length)
{
	struct frame_hello *hello = &reader->verdicts->hello;

	if (reader->stage != STAGE_START || length != sizeof(*hello)) {
		return "a greeting out of place or of a wrong size";
	}
	memcpy(hello, payload, sizeof(*hello));
	if (memcmp(hello->magic, VERDICT_MAGIC, sizeof(hello->magic)) != 0 ||
	    hello->version != VERDICT_VERSION || hello->zero != 0) {
		return "a greeting of something else, or another version";
	}
	if (hello->slice >= hello->n_slices) {
		return "no such slice";
	}
	if (!is_plain_field(hello->library, sizeof(hello->library)) ||
	    !is_plain_field(hello->library_version,
	        sizeof(hello->library_version)) ||
	    !is_plain_field(hello->crypto, sizeof(hello->crypto)) ||
	    !is_plain_field(hello->crypto_version,
	        sizeof(hello->crypto_version))) {
		return "a library's name that is no plain text";
	}
	reader->stage = STAGE_CANARIES_BEFORE;
	return NULL;
}

static const char *
read_canary(struct reader *reader, const uint8_t *payload, uint32_t length)
{
	struct verdicts *verdicts = reader->verdicts;
	struct frame_canary canary;

	if (length != sizeof(canary)) {
		return "a canary of a wrong size";
	}
	memcpy(&canary, payload, sizeof(canary));
	if (canary.phase != CANARY_BEFORE && canary.phase != CANARY_AFTER) {
		return "a canary neither before nor after";
	}
	if (!advance(reader, canary.phase == CANARY_BEFORE
	                         ? STAGE_CANARIES_BEFORE
	                         : STAGE_CANARIES_AFTER)) {
		return "a canary out of place";
	}
	if (canary.intact >= N_VERDICTS || canary.flipped >= N_VERDICTS) {
		return "an unknown verdict on a canary";
	}
	if (verdicts->n_canaries == LIMIT_CANARIES) {
		return "too many canaries";
	}
	verdicts->canaries[verdicts->n_canaries++] = canary;
	return NULL;
}

static const char *
read_reading(struct reader *reader, const uint8_t *payload, uint32_t length)
{
	struct verdicts *verdicts = reader->verdicts;

	if (verdicts->has_reading || !advance(reader, STAGE_READING)) {
		return "a reading out of place";
	}
	if (length != sizeof(verdicts->reading)) {
		return "a reading of a wrong size";
	}
	memcpy(&verdicts->reading, payload, sizeof(verdicts->reading));
	verdicts->has_reading = true;
	return NULL;
}

static const char *
read_row(struct reader *reader, uint32_t claim, struct verdict_row row)
{
	uint8_t bit = (uint8_t)(1U << (claim % 8));
	struct verdict_row *to = &reader->rows[claim];

	if (row.verdict >= N_VERDICTS || row.reason >= N_REASONS) {
		return "an unknown verdict or reason";
	}
	if (row.verdict == VERDICT_SECURE && row.reason != REASON_none) {
		return "a claim is secure and there is a reason against it";
	}
	if ((reader->answered[claim / 8] & bit) != 0 || to->verdict != 0 ||
	    to->reason != 0) {
		return "a claim is answered twice";
	}
	reader->answered[claim / 8] |= bit;
	reader->judged++;
	*to = row;
	return NULL;
}

static const char *
read_verdicts(struct reader *reader, const uint8_t *payload, uint32_t length)
{
	struct frame_verdicts head;
	const char *wrong = NULL;

	if (!advance(reader, STAGE_VERDICTS)) {
		return "verdicts out of place";
	}
	if (length < sizeof(head)) {
		return "verdicts of a wrong size";
	}
	memcpy(&head, payload, sizeof(head));
	if (head.count == 0 ||
	    length - sizeof(head) != head.count * sizeof(struct verdict_row)) {
		return "verdicts of a wrong size";
	}
	if (head.first_claim > reader->n_claims ||
	    head.count > reader->n_claims - head.first_claim) {
		return "a verdict on a claim that is not there";
	}
	payload += sizeof(head);
	for (uint32_t i = 0; i < head.count && wrong == NULL; i++) {
		struct verdict_row row;

		memcpy(&row, payload + i * sizeof(row), sizeof(row));
		wrong = read_row(reader, head.first_claim + i, row);
	}
	return wrong;
}

static const char *
read_words(struct reader *reader, const uint8_t *payload, uint32_t length)
{
	struct verdicts *verdicts = reader->verdicts;
	struct frame_words head;

	if (!advance(reader, STAGE_VERDICTS)) {
		return "words out of place";
	}
	if (length < sizeof(head) ||
	    length - sizeof(head) > LIMIT_MESSAGE_BYTES) {
		return "words of a wrong size";
	}
	memcpy(&head, payload, sizeof(head));
	if (head.claim >= reader->n_claims) {
		return "words on a claim that is not there";
	}
	if (verdicts->n_words == LIMIT_WORDS_PER_WORKER) {
		return "too many words";
	}
	struct words words = {
	    .claim = head.claim,
	    .length = length - (uint32_t)sizeof(head),
	    .text = (const char *)payload + sizeof(head),
	};

	if (!is_plain(words.text, words.length)) {
		return "words that are no plain text";
	}
	verdicts->words[verdicts->n_words++] = words;
	return NULL;
}

static const char *
read_bye(struct reader *reader, const uint8_t *payload, uint32_t length)
{
	struct frame_bye bye;

	if (!advance(reader, STAGE_END)) {
		return "an end out of place";
	}
	if (length != sizeof(bye)) {
		return "an end of a wrong size";
	}
	memcpy(&bye, payload, sizeof(bye));
	if (bye.judged != reader->judged) {
		return "not as many verdicts as the worker says";
	}
	reader->verdicts->judged = bye.judged;
	return NULL;
}

static const char *
read_payload(struct reader *reader, const struct frame *frame,
    const uint8_t *payload)
{
	switch ((enum frame_type)frame->type) {
	case FRAME_HELLO:
		return read_hello(reader, payload, frame->length);
	case FRAME_CANARY:
		return read_canary(reader, payload, frame->length);
	case FRAME_READING:
		return read_reading(reader, payload, frame->length);
	case FRAME_VERDICTS:
		return read_verdicts(reader, payload, frame->length);
	case FRAME_WORDS:
		return read_words(reader, payload, frame->length);
	case FRAME_BYE:
		return read_bye(reader, payload, frame->length);
	case FRAME_VOID:
		break;
	}
	return "a frame of an unknown type";
}

static const char *
read_frame(struct reader *reader)
{
	struct frame frame;

	if (reader->left < sizeof(frame)) {
		return "the stream ends before its end";
	}
	memcpy(&frame, reader->at, sizeof(frame));
	const uint8_t *payload = reader->at + sizeof(frame);
	size_t left = reader->left - sizeof(frame);
	size_t length = padded(frame.length);

	if (length > left) {
		return "the stream ends within a frame";
	}
	for (size_t i = frame.length; i < length; i++) {
		if (payload[i] != 0) {
			return "padding that is not zero";
		}
	}
	reader->at = payload + length;
	reader->left = left - length;
	return read_payload(reader, &frame, payload);
}

const char *
verdicts_read(const void *at, size_t length, uint32_t n_claims,
    struct verdict_row *rows, struct verdicts *verdicts)
{
	const char *wrong = NULL;
	struct reader reader = {
	    .at = at,
	    .left = length,
	    .n_claims = n_claims,
	    .rows = rows,
	    .verdicts = verdicts,
	};

	memset(verdicts, 0, sizeof(*verdicts));
	if ((uintptr_t)at % 8 != 0) {
		return "not aligned";
	}
	reader.answered = xcalloc(n_claims / 8 + 1, 1);
	while (wrong == NULL && reader.stage != STAGE_END) {
		wrong = read_frame(&reader);
	}
	free(reader.answered);
	if (wrong == NULL && reader.left != 0) {
		return "octets after the end";
	}
	return wrong;
}
