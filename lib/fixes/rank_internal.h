/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VMT_FIXES_RANK_INTERNAL_H
#define VMT_FIXES_RANK_INTERNAL_H

#include "fixes/rank.h"

/* What a term of a crash is. The order is that of the weights in rank.c. */
enum rank_class {
	CLASS_NAME,
	CLASS_PART,
	CLASS_MODULE,
	CLASS_TOPIC,
	CLASS_HEADLINE,
	CLASS_FILE,
	CLASS_FOLDER,
	CLASS_PLACE, /* words of the paths of files */
	CLASS_OTHER_NAME,
	CLASS_OTHER_PART,
	CLASS_OTHER_FILE,
	CLASS_OTHER_FOLDER,
	CLASS_CALL,
	CLASSES
};

struct rank_term {
	enum rank_class class;
	uint64_t hash;
	const char *text;
	float weight; /* 0 to 1 */
};

struct rank_terms {
	TALLOC_CTX *ctx;
	struct rank_term *items;
	size_t n;
	bool failed; /* no memory */
	/* of the terms that come next */
	enum rank_class class;
	float weight;
};

/* A term_taker: arg is the struct rank_terms. A term that is there keeps its higher weight. */
void rank_term_add(enum term_space space, const char *text, size_t len, void *arg);

enum rank_whose {
	RANK_OWN,   /* of the culprit */
	RANK_OTHER, /* of another suspect */
};

/* The terms of a function that is known to have to do with the crash: 0 to 1. */
void rank_add_function(struct rank_terms *terms, const struct where *where, const char *function,
	const char *module, float weight, enum rank_whose whose);

/* The terms of a module, and those of a source file and its folder. */
void rank_add_module(struct rank_terms *terms, const char *module, float weight);
void rank_add_path(struct rank_terms *terms, const char *path, float weight, enum rank_whose whose);

/* The terms of a stack's frames. */
void rank_add_stack(struct rank_terms *terms, const struct where *where,
	const struct rank_stack *stack, enum rank_whose whose);

/* All terms of a crash: terms->ctx is set. */
void rank_read_query(
	struct rank_terms *terms, const struct where *where, const struct rank_query *query);

/* What a release says of its fixes, for the kernel that crashed. */
struct rank_release {
	bool has;   /* it, and so the kernel that crashed, has them */
	bool lacks; /* it comes later in the branch of the kernel that crashed */
	/* The first series of releases, of upstream, that has them: how many after the one that
	 * crashed; negative: before it. Else RANK_NO_SERIES. */
	int series;
};

#define RANK_NO_SERIES INT16_MAX

/* How the release relates to the kernel that crashed; crashed NULL: not known which. */
struct rank_release rank_release_of(const struct fix_release *release, const char *crashed);

/* Whether the version of the kernel that crashed can be compared at all. */
bool rank_release_is_known(const char *crashed);

#endif
