// SPDX-License-Identifier: GPL-3.0-or-later
/* See subject.h. */
#include "triage/subject.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text_piece.h"

#define MAX_WORDS 8

enum subject {
	SUBJECT_NONE,
	SUBJECT_CACHE,	  /* the slab cache */
	SUBJECT_EXIT,	  /* the signal or the status that ended process 1 */
	SUBJECT_REASON,	  /* the words of the panic */
	SUBJECT_HEADLINE, /* the words of the headline, for a kind of several messages */
	SUBJECT_FILE,	  /* the source file; without one, the headline */
	SUBJECT_USER,	  /* the source file, unless it is a header, which many use */
};

static const struct {
	enum oops_kind_id kind;
	enum subject subject;
} rows[] = {
	{KIND_USE_AFTER_FREE, SUBJECT_CACHE},
	{KIND_OUT_OF_BOUNDS, SUBJECT_CACHE},
	{KIND_INVALID_FREE, SUBJECT_CACHE},
	{KIND_HEAP_CORRUPTION, SUBJECT_CACHE},
	{KIND_INIT_KILLED, SUBJECT_EXIT},
	{KIND_FS_PANIC, SUBJECT_REASON},
	{KIND_PANIC, SUBJECT_REASON},
	{KIND_BAD_PAGE_TABLE, SUBJECT_HEADLINE},
	{KIND_KERNEL_BUG, SUBJECT_FILE},
	{KIND_UNDEFINED_BEHAVIOR, SUBJECT_FILE},
	{KIND_WARNING, SUBJECT_FILE},
	{KIND_RCU_USAGE, SUBJECT_USER},
};

static enum subject subject_of(enum oops_kind_id kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].kind == kind)
			return rows[i].subject;
	return SUBJECT_NONE;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of the word at p without the punctuation that ends it; 0: it is more than a word. */
static size_t word_length(const char *p, size_t len)
{
	while (len && strchr(":,.!;", p[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++)
		if (!is_letter(p[i]) && !strchr("-_'", p[i]))
			return 0;
	return len && is_letter(*p) ? len : 0;
}

/* A task's name follows. */
static bool is_before_name(const char *p)
{
	return strncmp(p, "in process ", 11) == 0 || strncmp(p, "comm ", 5) == 0;
}

/* What is before the message, and in some releases only. */
static const char *skip_label(const char *text)
{
	static const char *const labels[] = {"BUG: ", "WARNING: ", "INFO: "};

	for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
		if (strncmp(text, labels[i], strlen(labels[i])) == 0) {
			text += strlen(labels[i]);
			break;
		}
	/* "WARNING: CPU: 1 PID: 77 at ...": no words of a message. */
	return strncmp(text, "CPU: ", 5) == 0 ? "" : text;
}

/* The first words of a message, up to the first number, address or name; NULL: it has none. */
static char *words(TALLOC_CTX *ctx, const char *text)
{
	char *s = talloc_strdup(ctx, "");
	size_t n = 0, len, word;

	for (text = skip_label(text); s && *text && n < MAX_WORDS; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		word = word_length(text, len);
		if (is_before_name(text) || (!word && n > 1))
			break;
		if (word)
			s = talloc_asprintf_append_buffer(
				s, "%s%.*s", n++ ? " " : "", (int)word, text);
	}
	return s;
}

/* As wait() encodes it: the signal in the low bits, the exit status above them. */
static char *end_of_init(TALLOC_CTX *ctx, struct vmt_u64 code)
{
	if (!code.known)
		return talloc_strdup(ctx, "");
	if (code.v & 0x7f)
		return talloc_asprintf(ctx, "signal %" PRIu64, code.v & 0x7f);
	return talloc_asprintf(ctx, "exit %" PRIu64, code.v >> 8 & 0xff);
}

/* "./include/linux/x.h" and "include/linux/x.h" are one file. */
static const char *plain_file(const char *file)
{
	return strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

const char *subject_cache(const struct oops_event *ev)
{
	if (ev->cache)
		return ev->cache;
	return subject_of(ev->kind->id) == SUBJECT_CACHE ? ev->object : NULL;
}

static char *find(TALLOC_CTX *ctx, const struct oops_event *ev)
{
	const char *cache = subject_cache(ev);

	switch (subject_of(ev->kind->id)) {
	case SUBJECT_CACHE:
		return talloc_strdup(ctx, cache ? cache : "");
	case SUBJECT_EXIT:
		return end_of_init(ctx, ev->error_code);
	case SUBJECT_REASON:
		return words(ctx, ev->reason ? ev->reason : "");
	case SUBJECT_USER:
		return talloc_strdup(
			ctx, ev->file && !text_is_header(ev->file) ? plain_file(ev->file) : "");
	case SUBJECT_FILE:
		if (ev->file)
			return talloc_strdup(ctx, plain_file(ev->file));
		/* fall through */
	case SUBJECT_HEADLINE:
		return words(ctx, ev->headline ? ev->headline : "");
	case SUBJECT_NONE:
		break;
	}
	return talloc_strdup(ctx, "");
}

int subject_find(
	TALLOC_CTX *ctx, const struct oops_event *ev, const char **ret, struct vmt_err *err)
{
	char *s = find(ctx, ev);

	if (!s)
		return err_nomem(err);
	*ret = *s ? s : NULL;
	return 0;
}
