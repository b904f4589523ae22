/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All text from a dump is printed through this. A dump's strings are untrusted bytes: the name of a
 * task may be an escape sequence, a module's version may contain HTML. Each function takes one
 * value and returns one line that is safe where it goes. What must not be shown becomes \xNN, byte
 * by byte, so that nothing is lost. Plain text stays as it is.
 *
 * All return talloc children of ctx; NULL only when there is no memory.
 */
#ifndef VMT_REPORT_ESCAPE_H
#define VMT_REPORT_ESCAPE_H

#include "base/alloc.h"
#include "base/err.h"

/*
 * For a terminal or a code fence: control characters (C0, DEL, C1), invalid UTF-8, and characters
 * that are invisible or change the direction of writing become \xNN.
 */
char *escape_terminal(TALLOC_CTX *ctx, const char *text);

/* For Markdown text: as above, and characters that would format, link or start HTML are escaped. */
char *escape_markdown(TALLOC_CTX *ctx, const char *text);

/*
 * For HTML, between tags or in a quoted attribute: as for a terminal, and & < > " ' are references.
 */
char *escape_html(TALLOC_CTX *ctx, const char *text);

/* A Markdown code span with its backticks; also works in a table cell. */
char *escape_code_span(TALLOC_CTX *ctx, const char *text);

/* How many backticks must fence this text: 3, or more than its longest run. */
size_t escape_fence_len(const char *text);

/* For a JSON string: valid UTF-8, invalid bytes as \xNN. The JSON library escapes the rest. */
char *escape_utf8(TALLOC_CTX *ctx, const char *text);

/* Columns on a terminal of the first len bytes of text that escape_terminal() returned. */
size_t escape_columns(const char *text, size_t len);

/* Bytes of the next character of such text, which may be cut after it. 0 at the end. */
size_t escape_char_len(const char *text);

#endif
