/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The link that a panic screen shows as a QR code: a kernel log in a URL. */
#ifndef VMT_IO_QR_LINK_H
#define VMT_IO_QR_LINK_H

#include "io/layers.h"

/* Whether src is a text that contains such a link. */
bool qr_link_probe(struct source *src);

/* Whether text, from the command line, is such a link and nothing else. */
bool qr_link_is_url(const char *text);

/* The link without its log, for display, a talloc child of ctx. NULL: out of memory. */
char *qr_link_short(TALLOC_CTX *ctx, const char *url);

#endif
