/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Terms: what fixes and crashes are compared by. A name (of a function, a struct) is one term as a
 * whole, and its parts are words. Words lose their endings, so that "leaks" and "leaking" are one.
 */
#ifndef VMT_FIXES_TERMS_H
#define VMT_FIXES_TERMS_H

#include <stddef.h>
#include <stdint.h>

#define TERM_SIZE 128 /* bytes of a term with its end; longer ones are cut */

enum term_space {
	TERM_WORD = 'w',
	TERM_NAME = 'n',
	TERM_FILE = 'f',   /* a path in the kernel's source */
	TERM_FOLDER = 'd', /* the path of a folder, without the last '/' */
	TERM_TOPIC = 't',  /* see topics.h */
	TERM_CALL = 'c',   /* "callee caller" of a stack */
};

/* Takes a term of len bytes; text does not end there. */
typedef void (*term_taker)(enum term_space space, const char *text, size_t len, void *arg);

/* The number that stands for a term. */
uint64_t term_hash(enum term_space space, const char *text, size_t len);

/* A name in lower case, without '_' around it. Returns its length, below TERM_SIZE. */
size_t term_name(const char *name, size_t len, char buf[TERM_SIZE]);

/* A lower case word without its ending: its new length. */
size_t term_stem(const char *word, size_t len);

/* Words that say nothing, in lower case. */
int term_is_stop_word(const char *word, size_t len);

/* The parts of a name from term_name(), as words. */
void terms_of_name(const char *name, size_t len, term_taker take, void *arg);

/* Words and names of a text. */
void terms_of_text(const char *text, term_taker take, void *arg);

/* A file, its folder, and the words of its path. */
void terms_of_path(const char *path, term_taker take, void *arg);

/* The words of a path alone. */
void terms_of_path_words(const char *path, term_taker take, void *arg);

#endif
