/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small programs of testdata/elf, opened. Tests only. */
#ifndef VMT_SYMBOLIZE_SAMPLE_ELF_H
#define VMT_SYMBOLIZE_SAMPLE_ELF_H

#include "base/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "symbolize/lines.h"

struct sample_elf {
	int fd;
	Elf *elf;
	Dwarf *dwarf;
	struct lines *lines;
};

static inline struct sample_elf sample_open(const char *name)
{
	struct sample_elf s;
	struct vmt_err err;
	char path[4096];

	elf_version(EV_CURRENT);
	snprintf(path, sizeof(path), "%s/elf/%s", getenv("VMT_TESTDATA"), name);
	s.fd = open(path, O_RDONLY);
	assert_true(s.fd >= 0);
	s.elf = elf_begin(s.fd, ELF_C_READ_MMAP, NULL);
	assert_non_null(s.elf);
	s.dwarf = dwarf_begin_elf(s.elf, DWARF_C_READ, NULL);
	assert_non_null(s.dwarf);
	assert_int_equal(lines_new(NULL, s.elf, s.dwarf, &s.lines, &err), 0);
	return s;
}

static inline void sample_close(struct sample_elf *s)
{
	talloc_free(s->lines);
	dwarf_end(s->dwarf);
	elf_end(s->elf);
	close(s->fd);
}

#endif
