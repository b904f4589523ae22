/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that is nothing but a log in base64, as a cloud's interface returns a console. */
#ifndef VMT_IO_BASE64_H
#define VMT_IO_BASE64_H

#include "io/layers.h"

/* Whether src is base64 of a text or of a compressed file, and nothing else as far as is seen. */
bool base64_probe(struct source *src);

#endif
