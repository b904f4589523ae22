/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only way that text of a dump gets out. A dump's strings are anybody's bytes: a task may be
 * named after an escape sequence, a module's version may hold HTML. Each function takes one value
 * and gives one line that is safe where it goes; what may not be shown stands as \xNN, byte by
 * byte, so that nothing is lost. Text that is plain comes out as it was.
 *
 * All return talloc children of ctx; NULL only when memory is out.
 */
#ifndef VMT_REPORT_ESCAPE_H
#define VMT_REPORT_ESCAPE_H

#include <talloc.h>

#include "base/err.h"

/*
 * For a terminal or a code fence: control characters (C0, DEL, C1), invalid UTF-8, and characters
 * that are invisible or turn the direction of writing stand as \xNN.
 */
char *escape_terminal(TALLOC_CTX *ctx, const char *text);

/* For running Markdown: as above, and what would format, link or be HTML is a plain character. */
char *escape_markdown(TALLOC_CTX *ctx, const char *text);

/* A Markdown code span with its backticks, also good in a cell of a table. */
char *escape_code_span(TALLOC_CTX *ctx, const char *text);

/* How many backticks must fence this text: 3, or more than its longest run. */
size_t escape_fence_len(const char *text);

/* For a JSON string: valid UTF-8, invalid bytes as \xNN. The JSON library escapes the rest. */
char *escape_utf8(TALLOC_CTX *ctx, const char *text);

/* Columns that text which passed escape_terminal() takes on a terminal, or its first len bytes. */
size_t escape_columns(const char *text, size_t len);

/* Bytes of such text's next character: the text may be cut after it. 0 at the end. */
size_t escape_char_len(const char *text);

#endif
