// SPDX-License-Identifier: GPL-3.0-or-later
/* The terms of a crash, besides those of its frames. */
#include <stdbool.h>
#include <string.h>

#include "fixes/rank_internal.h"

#include "base/array.h"
#include "base/ascii.h"
#include "fixes/topics.h"

#define CULPRIT_WEIGHT 0.8f /* of a function or module that is named, not in a frame */
#define TERMS_MOST 4096

/* Words of headlines that every crash of some kinds has: topics stand for the kind. */
static const char *const headline_words[] = {"access", "addr", "address", "bug", "canonical",
	"comm", "cpu", "dereference", "fault", "general", "handle", "kasan", "kernel", "non",
	"null", "oops", "paging", "pid", "pointer", "preempt", "probably", "protection", "read",
	"request", "size", "smp", "tainted", "task", "unable", "virtual", "warning", "write"};

static struct rank_term *find_term(const struct rank_terms *terms, uint64_t hash)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->items[i].hash == hash && terms->items[i].class == terms->class)
			return &terms->items[i];
	return NULL;
}

static void new_term(struct rank_terms *terms, uint64_t hash, const char *text, size_t len)
{
	struct rank_term *grown = ARRAY_ROOM(terms->ctx, terms->items, terms->n);
	char *copy = talloc_strndup(terms->ctx, text, len);

	if (!grown || !copy) {
		terms->failed = true;
		return;
	}
	terms->items = grown;
	terms->items[terms->n++] = (struct rank_term){
		.class = terms->class, .hash = hash, .text = copy, .weight = terms->weight};
}

void rank_term_add(enum term_space space, const char *text, size_t len, void *arg)
{
	struct rank_terms *terms = arg;
	uint64_t hash = term_hash(space, text, len);
	struct rank_term *term = find_term(terms, hash);

	if (term && term->weight < terms->weight)
		term->weight = terms->weight;
	else if (!term && terms->n < TERMS_MOST)
		new_term(terms, hash, text, len);
}

/* As rank_term_add(); but a file that several functions are in gains with each. */
static void term_gain(struct rank_terms *terms, enum rank_class class, float weight,
	enum term_space space, const char *text, size_t len)
{
	struct rank_term *term;

	if (weight > 0.98f)
		weight = 0.98f;
	terms->class = class;
	terms->weight = weight;
	term = find_term(terms, term_hash(space, text, len));
	if (term)
		term->weight = 1 - (1 - term->weight) * (1 - weight);
	else
		rank_term_add(space, text, len, terms);
}

void rank_add_module(struct rank_terms *terms, const char *module, float weight)
{
	char name[TERM_SIZE], word[TERM_SIZE];
	size_t n = 0, len;

	for (; module[n] && n < TERM_SIZE - 1; n++)
		name[n] = module[n] == '-' ? '_' : ascii_lower(module[n]);
	name[n] = '\0';
	len = 0;
	for (size_t i = 0; i < n; i++)
		if (name[i] != '_')
			word[len++] = name[i];
	terms->class = CLASS_MODULE;
	terms->weight = weight;
	rank_term_add(TERM_NAME, name, n, terms);
	if (len)
		rank_term_add(TERM_WORD, word, term_stem(word, len), terms);
	terms->weight = weight * 0.7f;
	terms_of_name(name, n, rank_term_add, terms);
}

void rank_add_path(struct rank_terms *terms, const char *path, float weight, enum rank_whose whose)
{
	const char *slash = strrchr(path, '/');

	term_gain(terms, whose == RANK_OTHER ? CLASS_OTHER_FILE : CLASS_FILE, weight, TERM_FILE,
		path, strlen(path));
	if (slash)
		term_gain(terms, whose == RANK_OTHER ? CLASS_OTHER_FOLDER : CLASS_FOLDER, weight,
			TERM_FOLDER, path, (size_t)(slash - path));
	if (whose == RANK_OTHER)
		return;
	terms->class = CLASS_PLACE;
	terms->weight = weight;
	terms_of_path_words(path, rank_term_add, terms);
}

/* ---- the headline ------------------------------------------------------------------------ */

static bool in_name(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '.';
}

static bool says_nothing(const char *word, size_t len)
{
	size_t hex = 0;

	for (size_t i = 0; i < ARRAY_SIZE(headline_words); i++)
		if (strlen(headline_words[i]) == len && memcmp(headline_words[i], word, len) == 0)
			return true;
	if (len > 2 && word[0] == '0' && word[1] == 'x')
		return true;
	while (hex < len && ascii_hex(word[hex]) >= 0)
		hex++;
	return hex == len || len < 3 || term_is_stop_word(word, len);
}

static void add_headline_words(struct rank_terms *terms, const char *headline)
{
	terms->class = CLASS_HEADLINE;
	terms->weight = 1;
	while (*headline) {
		char word[TERM_SIZE];
		size_t len = 0, n = 0;
		bool name = false;

		for (; ascii_is_alnum(headline[len]) || headline[len] == '_'; len++) {
			name |= headline[len] == '_';
			if (n < TERM_SIZE - 1)
				word[n++] = ascii_lower(headline[len]);
		}
		if (n && !name && !says_nothing(word, n))
			rank_term_add(TERM_WORD, word, term_stem(word, n), terms);
		headline += len ? len : 1;
	}
}

/* "name+0x10", or else " in some_name": copies it to buf. */
static bool find_function(const char *headline, char buf[TERM_SIZE])
{
	const char *end = strstr(headline, "+0x"), *start = end;

	while (start && start > headline && in_name(start[-1]))
		start--;
	if (!end) {
		start = strstr(headline, " in ");
		start = start ? start + 4 : NULL;
		for (end = start; end && in_name(*end);)
			end++;
		if (!start || !memchr(start, '_', (size_t)(end - start)))
			return false;
	}
	if (start == end || ascii_is_digit(*start) || end - start >= TERM_SIZE)
		return false;
	memcpy(buf, start, (size_t)(end - start));
	buf[end - start] = '\0';
	return true;
}

/* The first "folder/file.c" of a text: copies it to buf. */
static bool find_path(const char *text, char buf[WHERE_PATH_SIZE])
{
	while (*text) {
		size_t len = 0;
		const char *dot = NULL;
		bool slash = false;

		for (; in_name(text[len]) || text[len] == '/' || text[len] == '-'; len++) {
			slash |= text[len] == '/';
			dot = text[len] == '.' ? text + len : dot;
		}
		if (slash && dot == text + len - 2 && *text != '/' && len < WHERE_PATH_SIZE &&
			strchr("chS", dot[1])) {
			memcpy(buf, text, len);
			buf[len] = '\0';
			return true;
		}
		text += len ? len : 1;
	}
	return false;
}

static bool has_function(const struct rank_stack *stack, const char *function)
{
	for (size_t i = 0; i < stack->n; i++)
		if (strcmp(stack->frames[i].function, function) == 0)
			return true;
	return false;
}

static void add_named(
	struct rank_terms *terms, const struct where *where, const struct rank_query *query)
{
	char function[TERM_SIZE], path[WHERE_PATH_SIZE];

	if (query->headline && find_function(query->headline, function) &&
		!has_function(&query->stack, function))
		rank_add_function(terms, where, function, NULL, CULPRIT_WEIGHT, RANK_OWN);
	if (query->culprit)
		rank_add_function(terms, where, query->culprit, NULL, CULPRIT_WEIGHT, RANK_OWN);
	if (query->module)
		rank_add_module(terms, query->module, CULPRIT_WEIGHT);
	if ((query->place && find_path(query->place, path)) ||
		(query->headline && find_path(query->headline, path)))
		rank_add_path(terms, path, 1, RANK_OWN);
}

void rank_read_query(
	struct rank_terms *terms, const struct where *where, const struct rank_query *query)
{
	topics of_kind = topics_of_kind(query->kind);

	rank_add_stack(terms, where, &query->stack, RANK_OWN);
	add_named(terms, where, query);
	terms->class = CLASS_TOPIC;
	terms->weight = 1;
	for (unsigned i = 0; i < TOPICS_MOST; i++)
		if (of_kind >> i & 1)
			rank_term_add(TERM_TOPIC, topic_name(i), strlen(topic_name(i)), terms);
	if (query->headline)
		add_headline_words(terms, query->headline);
	terms->class = CLASS_HEADLINE;
	terms->weight = 1;
	if (query->member)
		terms_of_text(query->member, rank_term_add, terms);
	for (size_t i = 0; i < query->others_n; i++)
		rank_add_stack(terms, where, &query->others[i], RANK_OTHER);
}
