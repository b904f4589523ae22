/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data files of a program that runs from where it was built or unpacked, or was moved after its
 * installation. */
#ifndef VMTRIAGE_BESIDE_H
#define VMTRIAGE_BESIDE_H

/*
 * The path of a file in the folder of the running program, or in share/vmtriage of its prefix;
 * NULL: there is none. The result is valid until the next call.
 */
const char *beside_program(const char *name);

#endif
