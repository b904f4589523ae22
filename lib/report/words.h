/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report's slugs in words, for its readers. */
#ifndef VMT_REPORT_WORDS_H
#define VMT_REPORT_WORDS_H

struct words {
	const char *slug, *text;
};

/* Each ends with a row without slug. */
extern const struct words words_address_classes[];
extern const struct words words_contexts[];
extern const struct words words_context_terms[];
extern const struct words words_detectors[];  /* "": says no more than the kind does */
extern const struct words words_innocents[];  /* kinds that no code is to blame for */
extern const struct words words_input_gaps[]; /* ids of diagnostics: what the input is */
extern const struct words words_levels[];     /* what a report is based on */
extern const struct words words_origins[];
extern const struct words words_paths[];	   /* with an article: "a timer" */
extern const struct words words_interrupt_paths[]; /* those that may run in an interrupt */
extern const struct words words_warnings[];	   /* ids of diagnostics: what to know at once */
extern const struct words words_unreadable[];	   /* ids of diagnostics of severity "error" */

#define WORDS_FREED "use of freed memory" /* in a headline: memory that had been freed was used */
#define WORDS_FREED_KIND "use-after-free" /* the kind that these words are of */

#define WORDS_LEVEL_TEXT "full-text" /* VMT_LEVEL_FULL, where the input is a text */

/* NULL where there is no row. */
const char *words_find(const struct words *rows, const char *slug);

/* The slug itself where there is no row. */
const char *words_of(const struct words *rows, const char *slug);

#endif
