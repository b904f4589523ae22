// SPDX-License-Identifier: GPL-3.0-or-later
/* Makes an index. All is held in memory until the end: some 2 KiB for each fix with its message. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixes/index_internal.h"

#include <zlib.h>

#include "base/array.h"
#include "base/caps.h"
#include "base/err.h"
#include "base/name_index.h"
#include "fixes/topics.h"
#include "fixes/calls.h"

/*
 * How much a term counts for the fix: it grows with its number in the field, less and less (k), and
 * falls with the length of the field (b) against a usual one: as in BM25.
 */
static const struct {
	float k, b, usual;
} fields[INDEX_FIELDS] = {
	[INDEX_SUBJECT] = {0.8f, 0.3f, 12},
	[INDEX_BODY] = {1.2f, 0.5f, 95},
	[INDEX_FILES] = {0.3f, 0.6f, 9},
	[INDEX_TRACE] = {0, 0, 1},
};

struct posting {
	uint64_t hash;
	uint32_t fix;
	uint8_t value[INDEX_FIELDS];
};

struct index_builder {
	struct index_entry *entries;
	size_t entries_n;
	struct fix_release *releases;
	size_t releases_n;
	struct name_index *subjects, *release_names;
	struct big *postings;
	size_t postings_n;
	/* terms of the fix that is being added */
	struct seen_term *terms;
	size_t terms_n;
	enum index_field field;
};

struct seen_term {
	uint64_t hash;
	enum index_field field;
};

int index_builder_new(TALLOC_CTX *ctx, struct index_builder **ret, struct vmt_err *err)
{
	struct index_builder *b = talloc_zero(ctx, struct index_builder);
	int rc;

	if (!b)
		return err_nomem(err);
	b->postings = big_new(b);
	b->terms = talloc_array(b, struct seen_term, CAP_FIX_TERMS);
	rc = b->postings && b->terms ? 0 : err_nomem(err);
	rc = rc ? rc : name_index_new(b, 1024, &b->subjects, err);
	rc = rc ? rc : name_index_new(b, 64, &b->release_names, err);
	if (rc)
		talloc_free(b);
	else
		*ret = b;
	return rc;
}

/* ---- releases ---------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static uint32_t hash_text(const struct name_index *index, const char *text)
{
	return name_index_hash(name_index_more(name_index_start(index), text, strlen(text)));
}

static int find_release(struct index_builder *b, const struct fix_release *release, uint32_t *ret,
	struct vmt_err *err)
{
	uint32_t hash = hash_text(b->release_names, release->version), cursor = 0;
	struct fix_release *grown, copy = {0};

	while (name_index_next(b->release_names, hash, &cursor, ret))
		if (same_text(b->releases[*ret].version, release->version) &&
			same_text(b->releases[*ret].branch, release->branch))
			return 0;
	grown = ARRAY_ROOM(b, b->releases, b->releases_n);
	copy.version = talloc_strdup(b, release->version);
	copy.branch = release->branch ? talloc_strdup(b, release->branch) : NULL;
	if (grown)
		b->releases = grown;
	if (!grown || !copy.version || (release->branch && !copy.branch))
		return err_nomem(err);
	*ret = (uint32_t)b->releases_n;
	b->releases[b->releases_n++] = copy;
	return name_index_add(b->release_names, hash, *ret, err);
}

static int add_releases(struct index_builder *b, struct index_entry *entry, const struct fix *fix,
	struct vmt_err *err)
{
	for (size_t i = 0; i < fix->releases_n && entry->releases_n < CAP_FIX_LIST; i++) {
		uint32_t *grown, number = 0;
		bool there = false;
		int rc = 0;

		if (fix->releases[i].version)
			rc = find_release(b, &fix->releases[i], &number, err);
		if (rc)
			return rc;
		for (size_t k = 0; k < entry->releases_n; k++)
			there |= entry->releases[k] == number;
		if (there || !fix->releases[i].version)
			continue;
		grown = ARRAY_ROOM(b, entry->releases, entry->releases_n);
		if (!grown)
			return err_nomem(err);
		entry->releases = grown;
		entry->releases[entry->releases_n++] = number;
	}
	return 0;
}

/* ---- fixes that are told twice ----------------------------------------------------------- */

/* In one branch, two changes of the same subject are two changes. */
static bool shares_branch(
	const struct index_builder *b, const struct index_entry *entry, const struct fix *fix)
{
	for (size_t i = 0; i < entry->releases_n; i++)
		for (size_t k = 0; k < fix->releases_n; k++)
			if (same_text(b->releases[entry->releases[i]].branch,
				    fix->releases[k].branch))
				return true;
	return false;
}

static bool is_same(
	const struct index_builder *b, const struct index_entry *entry, const struct fix *fix)
{
	if (strcmp(entry->fix.subject, fix->subject) != 0)
		return false;
	if (entry->fix.commit && fix->commit)
		return strcmp(entry->fix.commit, fix->commit) == 0;
	return entry->releases_n && fix->releases_n && !shares_branch(b, entry, fix);
}

static int add_cves(struct index_builder *b, struct index_entry *entry, const struct fix *fix,
	struct vmt_err *err)
{
	for (size_t i = 0; i < fix->cves_n && entry->fix.cves_n < CAP_FIX_LIST; i++) {
		const char **cves;
		size_t n = entry->fix.cves_n;
		bool there = false;

		for (size_t k = 0; k < n; k++)
			there |= strcmp(entry->fix.cves[k], fix->cves[i]) == 0;
		if (there)
			continue;
		cves = talloc_array(b, const char *, (unsigned)n + 1);
		if (!cves)
			return err_nomem(err);
		if (n)
			memcpy(cves, entry->fix.cves, n * sizeof(*cves));
		cves[n] = talloc_strdup(b, fix->cves[i]);
		if (!cves[n])
			return err_nomem(err);
		entry->fix.cves = cves;
		entry->fix.cves_n = n + 1;
	}
	return 0;
}

/* ---- terms ------------------------------------------------------------------------------- */

static void take_term(enum term_space space, const char *text, size_t len, void *arg)
{
	struct index_builder *b = arg;

	if (b->terms_n < CAP_FIX_TERMS)
		b->terms[b->terms_n++] = (struct seen_term){term_hash(space, text, len), b->field};
}

static void take_text(struct index_builder *b, enum index_field field, const char *text)
{
	topics found = text ? topics_of_text(text) : 0;

	b->field = field;
	for (unsigned i = 0; i < TOPICS_MOST; i++)
		if (found >> i & 1)
			take_term(TERM_TOPIC, topic_name(i), strlen(topic_name(i)), b);
	if (text)
		terms_of_text(text, take_term, b);
}

static int compare_seen(const void *a, const void *b)
{
	const struct seen_term *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (int)x->field - (int)y->field;
}

static uint8_t value_of(enum index_field field, unsigned count, unsigned length)
{
	float k = fields[field].k, b = fields[field].b;
	float relative = 1 - b + b * (float)length / fields[field].usual;
	float v = INDEX_UNIT * (float)count * (1 + k) / ((float)count + k * relative);

	return v < 1 ? 1 : v > 255 ? 255 : (uint8_t)lroundf(v);
}

static int add_posting(struct index_builder *b, const struct posting *posting, struct vmt_err *err)
{
	struct posting *p;

	if (b->postings_n >= CAP_FIX_POSTINGS)
		return err_set(err, VMT_ERR_LIMIT, "more than %u words of fixes", CAP_FIX_POSTINGS);
	p = big_room(b->postings, sizeof(*p), b->postings_n);
	if (!p)
		return err_nomem(err);
	p[b->postings_n++] = *posting;
	return 0;
}

static int add_terms(struct index_builder *b, uint32_t fix, struct vmt_err *err)
{
	unsigned lengths[INDEX_FIELDS] = {0};
	size_t before = b->postings_n;
	int rc = 0;

	for (size_t i = 0; i < b->terms_n; i++)
		lengths[b->terms[i].field]++;
	qsort(b->terms, b->terms_n, sizeof(*b->terms), compare_seen);
	for (size_t i = 0; i < b->terms_n && !rc;) {
		struct posting p = {.hash = b->terms[i].hash, .fix = fix};
		unsigned counts[INDEX_FIELDS] = {0};

		for (; i < b->terms_n && b->terms[i].hash == p.hash; i++)
			counts[b->terms[i].field]++;
		/* The words of a fix's paths count once each. */
		if (counts[INDEX_FILES])
			counts[INDEX_FILES] = 1;
		for (unsigned f = 0; f < INDEX_FIELDS; f++)
			if (counts[f])
				p.value[f] = value_of(f, counts[f], lengths[f]);
		rc = add_posting(b, &p, err);
	}
	if (rc)
		b->postings_n = before; /* the fix is not added */
	return rc;
}

static int read_terms(struct index_builder *b, const struct fix *fix, struct vmt_err *err)
{
	b->terms_n = 0;
	take_text(b, INDEX_SUBJECT, fix->subject);
	take_text(b, INDEX_BODY, fix->body);
	b->field = INDEX_FILES;
	for (size_t i = 0; i < fix->files_n && i < CAP_FIX_LIST; i++)
		terms_of_path(fix->files[i], take_term, b);
	b->field = INDEX_TRACE;
	if (fix->trace)
		calls_of_text(fix->trace, take_term, b);
	return add_terms(b, (uint32_t)b->entries_n, err);
}

int index_add(const struct fix *fix, void *builder, struct vmt_err *err)
{
	struct index_builder *b = builder;
	uint32_t hash = hash_text(b->subjects, fix->subject), cursor = 0, number;
	struct index_entry *grown;
	int rc;

	while (name_index_next(b->subjects, hash, &cursor, &number))
		if (is_same(b, &b->entries[number], fix)) {
			rc = add_releases(b, &b->entries[number], fix, err);
			return rc ? rc : add_cves(b, &b->entries[number], fix, err);
		}
	if (b->entries_n >= CAP_FIXES)
		return err_set(err, VMT_ERR_LIMIT, "more than %u fixes", CAP_FIXES);
	grown = ARRAY_ROOM(b, b->entries, b->entries_n);
	if (!grown)
		return err_nomem(err);
	b->entries = grown;
	rc = index_entry_copy(b, &grown[b->entries_n], fix, err);
	rc = rc ? rc : add_releases(b, &grown[b->entries_n], fix, err);
	rc = rc ? rc : read_terms(b, fix, err);
	rc = rc ? rc : name_index_add(b->subjects, hash, (uint32_t)b->entries_n, err);
	b->entries_n += !rc;
	return rc;
}

/* ---- writing ----------------------------------------------------------------------------- */

enum section { HASHES, ENDS, ROWS, TEXTS, LISTS, RECORDS, RELEASES, POSTINGS, SECTIONS };

static int compare_postings(const void *a, const void *b)
{
	const struct posting *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->fix > y->fix) - (x->fix < y->fix);
}

static void put_posting(
	const void *ctx, struct index_bytes *out, const struct posting *p, uint32_t before)
{
	uint8_t bytes[1 + INDEX_FIELDS] = {0};
	size_t n = 1;

	for (unsigned f = 0; f < INDEX_FIELDS; f++)
		if (p->value[f]) {
			bytes[0] |= (uint8_t)(1 << f);
			bytes[n++] = p->value[f];
		}
	index_put_leb(ctx, out, p->fix - before);
	index_put(ctx, out, bytes, n);
}

/* Returns the number of terms. */
static uint32_t put_postings(const void *ctx, struct index_builder *b, struct index_bytes *out)
{
	struct posting *p = b->postings->p;
	size_t n = b->postings_n;
	uint32_t terms = 0;

	if (n)
		qsort(p, n, sizeof(*p), compare_postings);
	for (size_t i = 0; i < n; terms++) {
		uint64_t hash = p[i].hash;
		uint32_t before = 0, fixes = 0;

		for (; i < n && p[i].hash == hash; i++, fixes++) {
			put_posting(ctx, &out[POSTINGS], &p[i], before);
			before = p[i].fix;
		}
		index_put_number(ctx, &out[HASHES], hash, 8);
		index_put_number(ctx, &out[ENDS], out[POSTINGS].n, 4);
		index_put_number(ctx, &out[ENDS], fixes, 4);
	}
	return terms;
}

static void put_entries(const void *ctx, const struct index_builder *b, struct index_bytes *out)
{
	for (size_t i = 0; i < b->entries_n; i++) {
		const struct index_entry *e = &b->entries[i];

		index_record_put(ctx, &out[RECORDS], &e->fix);
		for (size_t k = 0; k < e->releases_n; k++)
			index_put_number(ctx, &out[LISTS], e->releases[k], 4);
		index_put_number(ctx, &out[ROWS], out[RECORDS].n, 4);
		index_put_number(ctx, &out[ROWS], out[LISTS].n / 4, 4);
		index_put_number(ctx, &out[ROWS], (uint32_t)(e->reverted_by + 1), 4);
		index_put_number(ctx, &out[ROWS], (uint32_t)(e->introduced_by + 1), 4);
		index_put_number(ctx, &out[ROWS], index_arches_of(&e->fix), 2);
		index_put_number(ctx, &out[ROWS], e->has_more ? INDEX_HAS_MORE : 0, 2);
	}
	for (size_t i = 0; i < b->releases_n; i++) {
		const char *branch = b->releases[i].branch;

		index_put(ctx, &out[RELEASES], b->releases[i].version,
			strlen(b->releases[i].version) + 1);
		index_put(
			ctx, &out[RELEASES], branch ? branch : "", branch ? strlen(branch) + 1 : 1);
		index_put_number(ctx, &out[TEXTS], out[RELEASES].n, 4);
	}
}

static void put_header(const void *ctx, struct index_bytes *all, const struct index_builder *b,
	uint32_t terms, const struct index_bytes *sections)
{
	static const uint8_t zeros[12];

	index_put(ctx, all, INDEX_MAGIC, 8);
	index_put_number(ctx, all, INDEX_VERSION, 4);
	index_put_number(ctx, all, 0, 4); /* the checksum, later */
	index_put_number(ctx, all, b->entries_n, 4);
	index_put_number(ctx, all, terms, 4);
	index_put_number(ctx, all, b->releases_n, 4);
	index_put_number(ctx, all, sections[POSTINGS].n, 4);
	index_put_number(ctx, all, sections[RECORDS].n, 4);
	index_put_number(ctx, all, sections[LISTS].n, 4);
	index_put_number(ctx, all, sections[RELEASES].n, 4);
	index_put(ctx, all, zeros, sizeof(zeros));
}

int index_finish(TALLOC_CTX *ctx, struct index_builder *b, const uint8_t **data, size_t *size,
	struct vmt_err *err)
{
	struct index_bytes sections[SECTIONS] = {0}, all = {0};
	TALLOC_CTX *parts = talloc_new(ctx);
	uint32_t terms;
	int rc;

	if (!parts)
		return err_nomem(err);
	rc = index_pair(parts, b->entries, b->entries_n, err);
	if (rc) {
		talloc_free(parts);
		return rc;
	}
	terms = put_postings(parts, b, sections);
	put_entries(parts, b, sections);
	put_header(ctx, &all, b, terms, sections);
	for (unsigned i = 0; i < SECTIONS; i++) {
		all.failed |= sections[i].failed;
		index_put(ctx, &all, sections[i].p, sections[i].n);
	}
	talloc_free(parts);
	if (all.n > UINT32_MAX) {
		talloc_free(all.big);
		return err_set(err, VMT_ERR_LIMIT, "the index of fixes is too large");
	}
	if (all.failed) {
		talloc_free(all.big);
		return err_nomem(err);
	}
	cur_store_little(all.p + 12, 4, crc32_z(0, all.p + INDEX_CHECKED, all.n - INDEX_CHECKED));
	*data = all.p;
	*size = all.n;
	return 0;
}
