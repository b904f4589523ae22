/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writers of a list, and what they share. */
#ifndef VMT_ARCHIVE_LIST_WRITE_INTERNAL_H
#define VMT_ARCHIVE_LIST_WRITE_INTERNAL_H

#include "archive/breakdown.h"
#include "report/page.h"

/* Whether it is an error: what may hold a crash could not be read. */
bool list_entry_unread(const struct vmt_list_entry *e);

/* Why, without the path. */
const char *list_entry_reason(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/* RFC 3339; NULL: it is not known, or by a clock whose zone is not known. */
char *list_entry_utc(TALLOC_CTX *ctx, const struct vmt_list_entry *e);

/* The crashes counted by a property. */
void list_by_text(struct page *p, const struct breakdown *b, unsigned width);
int list_by_json(const struct breakdown *b, const char *by, FILE *out, struct vmt_err *err);
int list_by_csv(const struct breakdown *b, const char *by, FILE *out, struct vmt_err *err);

/* One line for each crash or group. */
int list_csv(const struct vmt_list *list, bool group, FILE *out, struct vmt_err *err);

#endif
