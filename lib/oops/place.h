/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a report that say where it happened. The rows of body.c name these functions. */
#ifndef VMT_OOPS_PLACE_H
#define VMT_OOPS_PLACE_H

#include "oops/build.h"

void oops_place_ip(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_summary(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_footer(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_exception(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_exception_caller(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_ip_registers(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_caller(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_ip_and_caller(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_psw(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_bare_ip(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_mips(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_loongarch(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_little_endian(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_function_entered(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);
void oops_place_user_ip(
	struct oops_build *b, const struct oops_match *m, const char *p, const char *end);

/* A line of arm's traces, which names a function and, up to end, where it was called from. */
void oops_place_call(struct oops_build *b, const struct oops_frame_text *callee, const char *end);

#endif
