/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machines that Linux runs on: their names, and what crash texts and containers need to know
 * about each. Registers and memory of the machines whose dumps can be read are in arch/.
 */
#ifndef VMT_BASE_MACHINE_H
#define VMT_BASE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum machine_family {
	MACHINE_OTHER,
	MACHINE_ARM,
	MACHINE_ARM64,
	MACHINE_LOONGARCH,
	MACHINE_MIPS,
	MACHINE_POWER,
	MACHINE_RISCV,
	MACHINE_S390,
	MACHINE_X86,
};

struct machine {
	const char *name;     /* as printed by uname -m */
	uint16_t elf_machine; /* EM_* of elf.h */
	bool is_64;
	enum machine_family family;
	bool narrow;		/* pointers have 32 bits, in every text that uses this name */
	bool tagged;		/* the top byte of a pointer may be a tag */
	uint8_t canonical_bits; /* all higher bits repeat the highest of these; 0: no such rule */
};

/* Row i of the table, NULL past the last. The first row of each elf_machine has its usual name. */
const struct machine *machine_row(unsigned i);

/* Never NULL: for NULL or an unknown name, returns a machine of which nothing is known. */
const struct machine *machine_find(const char *name);

/* The usual name of an ELF machine (EM_*), or "an unknown machine". */
const char *machine_name(uint16_t elf_machine);

#endif
