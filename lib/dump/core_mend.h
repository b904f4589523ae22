/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ELF core whose header or program headers are damaged. What an ELF file repeats outvotes them:
 * the fixed bytes of its header, memory that lies in the file without gaps and in order, and the
 * one distance between virtual and physical addresses.
 */
#ifndef VMT_DUMP_CORE_MEND_H
#define VMT_DUMP_CORE_MEND_H

#include "io/source.h"

/* Of the ELF header, what is needed. */
struct core_ehdr {
	bool is_64, big_endian;
	uint64_t phoff, shoff;
	uint32_t flags, phnum, phentsize;
	uint16_t machine;
};

struct core_phdr {
	uint32_t type;
	uint64_t off, vaddr, paddr, filesz, memsz;
};

/* Longer tables of program headers are taken as they are. */
#define CORE_MENDED_PHDRS 4096

/*
 * Whether the first bytes of a file are those of an ELF core of which at most a few are damaged.
 * If so, returns the word size and byte order that fit best.
 */
bool core_mend_probe(const uint8_t *head, size_t len, bool *is_64, bool *big_endian);

/* A program header of len bytes; members past its end are 0. */
struct core_phdr core_phdr_parse(const struct core_ehdr *e, const uint8_t *data, size_t len);

/*
 * Corrects where the table of program headers is and how many there are, if it is elsewhere than
 * the header says. Returns whether something was corrected.
 */
bool core_mend_ehdr(struct source *src, struct core_ehdr *e);

/* Corrects program headers by what their neighbours say. Returns whether something was corrected.
 */
bool core_mend_phdrs(struct source *src, const struct core_ehdr *e, struct core_phdr *ph, size_t n);

#endif
