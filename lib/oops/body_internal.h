/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rows of body.c do with the lines that they match. */
#ifndef VMT_OOPS_BODY_INTERNAL_H
#define VMT_OOPS_BODY_INTERNAL_H

#include "oops/build.h"

/* body.c */
void oops_body_task_of(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);

/* body_trace.c */
void oops_body_call_trace(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_main(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_alloc(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_free(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_other(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_handlers(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
bool oops_body_handler(struct oops_build *b, const char *p, const char *end);
void oops_body_peer(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_stopped(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_task(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_access_trace(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
bool oops_body_old_task(struct oops_build *b, const char *p, const char *end);
void oops_body_trace_was_before(struct oops_build *b, bool first);

/* body_access.c */
void oops_body_access(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_fetch(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_error_code(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_address(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_teid(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_cr2_alone(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_cr2(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
bool oops_body_add_code(struct oops_build *b, const char *p, const char *end);
void oops_body_code(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_instruction_dump(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
bool oops_body_is_code(const char *p, const char *end);

/* body_modules.c */
bool oops_body_is_module_list(const char *p, const char *end);
void oops_body_module_list(struct oops_build *b, const char *p, const char *end);
void oops_body_modules(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);

/* body_locks.c */
void oops_body_stack(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_acquire(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_release_of(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_held(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_ignored(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_body_last_function(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
bool oops_body_wanted(struct oops_build *b, const char *p, const char *end);

#endif
