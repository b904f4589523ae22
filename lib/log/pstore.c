// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See pstore.h. Mirrors fs/pstore/platform.c (pstore_dump: "Panic#1 Part1", the newest end of the
 * log first), fs/pstore/ram.c (what precedes that in memory), fs/pstore/inode.c (names, ".enc.z"),
 * drivers/firmware/efi/efi-pstore.c (an id is (seconds * 100 + part) * 1000 + count).
 */
#include "log/pstore.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/big.h"
#include "base/caps.h"
#include "base/seconds.h"
#include "io/layers.h"

/* ---- one part ---------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

/* How many decimal digits are at p, up to nine. */
static size_t number(const char *p, const char *end, unsigned *v)
{
	size_t n = 0;

	for (*v = 0; p + n < end && n < 9 && p[n] >= '0' && p[n] <= '9'; n++)
		*v = *v * 10 + (unsigned)(p[n] - '0');
	return n;
}

/* "====1796000000.123456-D": a record of ramoops that was copied from the memory. */
static const char *skip_raw_header(const char *p, const char *end)
{
	const char *nl =
		end - p > 4 && !memcmp(p, "====", 4) ? memchr(p, '\n', (size_t)(end - p)) : NULL;

	return nl ? nl + 1 : p;
}

/* "Panic#1 Part1": returns what follows its newline, or NULL. */
static const char *parse_header(const char *p, const char *end, struct pstore_part *part)
{
	size_t len = 0, n;

	p = skip_raw_header(p, end);
	while (p + len < end && ((p[len] | 0x20) >= 'a' && (p[len] | 0x20) <= 'z'))
		len++;
	if (!len || len >= sizeof(part->reason) || p + len == end || p[len] != '#')
		return NULL;
	memcpy(part->reason, p, len);
	part->reason[len] = 0;
	p += len + 1;
	n = number(p, end, &part->count);
	if (!n || end - p < (ptrdiff_t)n + 6 || memcmp(p + n, " Part", 5) != 0)
		return NULL;
	p += n + 5;
	n = number(p, end, &part->number);
	p += n;
	if (p < end && *p == '\r')
		p++;
	return n && part->number && p < end && *p == '\n' ? p + 1 : NULL;
}

/*
 * Parses the time of the dump, and of a packed part also the part number, from the name of an EFI
 * variable's file.
 */
static void parse_name(struct pstore_part *part)
{
	const char *name = base_name(part->path), *digits = strrchr(name, '-');
	unsigned long long id;

	if (!digits || !strstr(name, "efi"))
		return;
	id = strtoull(digits + 1, NULL, 10);
	if (id < 100000000000000u)
		return;
	part->stamp = id / 100000;
	if (part->packed) {
		part->number = (unsigned)(id / 1000 % 100);
		part->count = (unsigned)(id % 1000);
	}
}

static bool name_is_packed(const char *name)
{
	return strncmp(base_name(name), "dmesg-", 6) == 0 && ends_in(name, ".enc.z");
}

bool pstore_peek_text(const char *name, struct source *text, struct pstore_part *ret)
{
	char head[64];
	int64_t got;

	*ret = (struct pstore_part){.path = name, .packed = name_is_packed(name)};
	parse_name(ret);
	if (ret->packed)
		return true;
	got = source_read(text, 0, head, sizeof(head), NULL);
	return got > 0 && parse_header(head, head + got, ret);
}

/* Opens a file's content, which is owned by *own; NULL if it cannot be read. */
static struct source *open_text(const char *path, TALLOC_CTX **own)
{
	struct source *file, *text;
	struct layers layers;

	*own = talloc_new(NULL);
	if (!*own || source_open_file(*own, path, &file, NULL) ||
		layers_peek(*own, file, &text, &layers, NULL))
		return NULL;
	return text;
}

bool pstore_peek(const char *path, struct source *text, struct pstore_part *ret)
{
	TALLOC_CTX *own = NULL;
	struct stat st;
	bool is_part;

	*ret = (struct pstore_part){.path = path};
	if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	if (!text && !name_is_packed(path))
		text = open_text(path, &own);
	is_part = (text || name_is_packed(path)) && pstore_peek_text(path, text, ret);
	ret->mtime_ns = seconds_mtime_ns(&st);
	talloc_free(own);
	return is_part;
}

/* ---- joining ----------------------------------------------------------------------------- */

struct joint {
	struct big *bytes; /* holds the text, which may exceed talloc's limit */
	char *text;
	size_t len, dump_start; /* where the dump being joined begins */
	char *missing;		/* becomes gaps->missing */
	struct pstore_gaps *gaps;
};

static int note_gap(struct joint *j)
{
	uint64_t *at = ARRAY_ROOM(j->bytes, j->gaps->at, j->gaps->n);

	if (!at)
		return VMT_ERR_NOMEM;
	j->gaps->at = at;
	at[j->gaps->n++] = j->len;
	return 0;
}

static int note_missing(TALLOC_CTX *ctx, struct joint *j, const struct pstore_part *part,
	unsigned first, unsigned last, const char *packed)
{
	char which[40], *said = j->missing;

	if (!first)
		snprintf(which, sizeof(which), "a part");
	else if (first == last)
		snprintf(which, sizeof(which), "part %u", first);
	else
		snprintf(which, sizeof(which), "parts %u to %u", first, last);
	said = said ? talloc_strdup_append_buffer(said, "; ") : talloc_strdup(ctx, "");
	if (said)
		said = talloc_asprintf_append_buffer(said, "%s of %s#%u %s%s", which,
			part->reason[0] ? part->reason : "dump", part->count,
			packed ? "could not be decompressed by the kernel: " : "missing",
			packed ? base_name(packed) : "");
	if (!said)
		return VMT_ERR_NOMEM;
	j->gaps->missing = j->missing = said;
	return note_gap(j);
}

static int append(struct joint *j, struct pstore_part *part, struct vmt_err *err)
{
	struct source *text = part->text;
	size_t size = text->size < CAP_PSTORE_PART ? (size_t)text->size : CAP_PSTORE_PART;
	char *more = big_room(j->bytes, 1, j->len + size + 1);
	const char *body;
	int64_t got;

	if (!more)
		return err_nomem(err);
	j->text = more;
	got = source_read(text, 0, more + j->len, size, err);
	if (got < 0)
		return (int)got;
	body = parse_header(more + j->len, more + j->len + got, part);
	if (body) {
		got -= body - (more + j->len);
		memmove(more + j->len, body, (size_t)got);
	}
	j->len += (size_t)got;
	if (j->len && more[j->len - 1] != '\n')
		more[j->len++] = '\n';
	if (size == text->size)
		return 0;
	j->gaps->n_capped++;
	return note_gap(j) ? err_nomem(err) : 0;
}

/*
 * A dump of the same boot begins before the end of the previous one, so the part up to there is
 * dropped. The last line of the previous dump marks the place, if it is long enough to be unique.
 */
static void drop_repeated(struct joint *j)
{
	const char *last, *again;
	size_t start = j->dump_start, len;

	if (start < 2)
		return;
	last = memrchr(j->text, '\n', start - 1);
	last = last ? last + 1 : j->text;
	len = (size_t)(j->text + start - last);
	if (len < 24)
		return;
	again = memmem(j->text + start, j->len - start, last, len);
	if (!again)
		return;
	again += len;
	len = (size_t)(again - (j->text + start));
	j->len -= len;
	memmove(j->text + start, again, j->len - start);
	/* They are in order. */
	for (size_t i = j->gaps->n; i-- && j->gaps->at[i] > start;)
		j->gaps->at[i] -= j->gaps->at[i] - start < len ? j->gaps->at[i] - start : len;
}

static int join_part(TALLOC_CTX *ctx, struct joint *j, struct pstore_part *const *parts, size_t i,
	struct vmt_err *err)
{
	struct pstore_part *part = parts[i];
	bool first = i == 0 || parts[i - 1]->dump != part->dump;
	int rc = 0;

	if (!first && !part->reason[0])
		memcpy(part->reason, parts[i - 1]->reason, sizeof(part->reason));
	if (first) {
		drop_repeated(j);
		j->dump_start = j->len;
	} else if (part->number && parts[i - 1]->number > part->number + 1) {
		rc = note_missing(ctx, j, part, part->number + 1, parts[i - 1]->number - 1, NULL);
	}
	if (!rc && part->packed)
		return note_missing(ctx, j, part, part->number, part->number, part->path);
	return rc ? err_nomem(err) : append(j, part, err);
}

int pstore_join(TALLOC_CTX *ctx, struct pstore_part *const *parts, size_t n, struct source **ret,
	struct pstore_gaps *gaps, struct vmt_err *err)
{
	struct joint j = {.bytes = big_new(ctx), .gaps = gaps};
	int rc = j.bytes ? 0 : err_nomem(err);

	*gaps = (struct pstore_gaps){0};
	for (size_t i = 0; i < n && !rc; i++) {
		rc = join_part(ctx, &j, parts, i, err);
		if (!rc && (i + 1 == n || parts[i + 1]->dump != parts[i]->dump) &&
			parts[i]->number > 1 &&
			note_missing(ctx, &j, parts[i], 1, parts[i]->number - 1, NULL))
			rc = err_nomem(err);
	}
	if (!rc)
		drop_repeated(&j);
	return rc ? rc : source_open_memory(ctx, "parts", j.text, j.len, ret, err);
}
