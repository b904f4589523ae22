/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wrapping of one line of a text log: taken off row by row. For log_text.c. */
#ifndef VMT_KERNEL_LOG_WRAP_H
#define VMT_KERNEL_LOG_WRAP_H

#include "kernel/log.h"

struct log_wrap {
	struct log_record rec; /* text and len: what is left of the line */
	uint32_t used;	       /* rows that have been taken off; each is tried once */
	bool unwrapped;	       /* any was */
	bool is_ext;	       /* it is an extended record; ext_seq is its number */
	bool escaped;	       /* its text holds \xNN */
	uint64_t ext_seq;
};

void log_wrap_init(struct log_wrap *w, const char *text, size_t len);

/* Takes all wrappings off. Text that must be rewritten (escapes, JSON) goes to scratch. */
void log_wrap_strip(struct log_wrap *w, char *scratch, size_t size);

/* Where a printk time stamp begins after other text on the line; 0: nowhere. */
size_t log_wrap_find_stamp(const char *text, size_t len);

/* Whether text is the kernel's remark that messages were dropped. */
bool log_wrap_is_dropped(const char *text, size_t len);

#endif
