/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers of a list, and what they share. */
#ifndef VMT_ARCHIVE_LIST_WRITE_INTERNAL_H
#define VMT_ARCHIVE_LIST_WRITE_INTERNAL_H

#include "archive/breakdown.h"
#include "archive/only.h"
#include "report/page.h"

/* Whether it is an error: what may hold a crash could not be read. */
bool list_entry_unread(const struct vmt_list_entry *e);

/* Why, without the path. */
const char *list_entry_reason(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/* The same for people: where in a file a reader stopped is of no use to them. */
const char *list_entry_plain_reason(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/* "null-deref vhba_complete [vhba]", "error: cut off", ... */
char *list_entry_verdict(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/* Whether the time is the crash's, in UTC: not of a clock whose zone is not known, nor a file's. */
bool list_entry_sure(const struct vmt_list_entry *e);

/* "2026-11-20 23:25", with "~" before it if it is not sure; "": not known. */
char *list_entry_when(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/* "with BIOS 1.16.2: all of 4, and 1 of 12 others (p = 0.0005)" */
char *list_only_text(TALLOC_CTX *ctx, const struct only *o);

/* RFC 3339; NULL: it is not known, or by a clock whose zone is not known. */
char *list_entry_utc(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/*
 * One line for each crash. names: of columns, with commas; NULL: the usual ones. VMT_ERR_USAGE: one
 * of them does not exist.
 */
int list_table(struct page *p, const struct vmt_list *list, const char *names, unsigned width,
	struct vmt_err *err);
const char *list_table_column(size_t i); /* the names, from 0 on; NULL after the last */

/* The crashes counted by a property. */
void list_by_text(struct page *p, const struct breakdown *b, unsigned width);
int list_by_json(const struct breakdown *b, const char *by, FILE *out, struct vmt_err *err);
int list_by_csv(const struct breakdown *b, const char *by, FILE *out, struct vmt_err *err);

/* One line for each crash or group. */
int list_csv(const struct vmt_list *list, bool group, FILE *out, struct vmt_err *err);

/* A page, or with opts->by only the crashes counted by that property. */
int list_html(const struct vmt_list *list, const struct vmt_list_options *opts, FILE *out,
	struct vmt_err *err);

#endif
