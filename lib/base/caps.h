/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far we follow what a dump says. Each cap stands well above what real machines have; a dump
 * that reaches one is lying or damaged, and the report says which cap it was.
 */
#ifndef VMT_BASE_CAPS_H
#define VMT_BASE_CAPS_H

/* One triage may hold this much at once: ten times what the largest real dump needed. */
#define CAP_MEMORY (1024ull << 20)

/* VMCOREINFO is one page in every kernel to 7.0, a few pages after. */
#define CAP_VMCOREINFO (1u << 20)

/* Notes: about 500 bytes a CPU and 4 KiB of VMCOREINFO; NR_CPUS is 8192 at most. */
#define CAP_NOTES (64u << 20)

/* Program headers: QEMU with paging wrote some hundreds of thousands on large guests. */
#define CAP_PHDRS (1u << 24)

/* Blocks of a flattened stream: 64 KiB each, so 1 TiB. */
#define CAP_FLAT_BLOCKS (1u << 24)

/* One page bitmap: 32 MiB for each TiB at 4 KiB a page, so 128 TiB. */
#define CAP_BITMAP (4ull << 30)

/* Parts of a split dump: makedumpfile writes one a CPU. */
#define CAP_SPLIT_PARTS 1024

/* CONFIG_LOG_BUF_SHIFT allows 32 MiB; log_buf_len= up to 2 GiB is refused as too much to hold. */
#define CAP_LOG_BYTES (256u << 20)

/* Records of a log: one descriptor every 32 bytes of the text ring. */
#define CAP_LOG_RECORDS (CAP_LOG_BYTES / 32)

/* Bytes that a compressed file may unpack to on disk: the largest hosts have a few TiB. */
#define CAP_UNPACKED (16ull << 40)

/* One line of a text log: printk's are 1 KiB at most, a journal's JSON line some KiB. */
#define CAP_TEXT_LINE 16384

/* Crash reports kept of one log: the first ones, since the cause comes first, and the last ones. */
#define CAP_EVENTS 256

/* Reports that are being printed at the same time: one a CPU that is in trouble. */
#define CAP_OPEN_EVENTS 8

/* Traces of one report (every task's, where all are dumped), and their frames in all. */
#define CAP_EVENT_TRACES 128
#define CAP_EVENT_FRAMES 4096

/* Modules of one "Modules linked in" list: large hosts have some 300. */
#define CAP_EVENT_MODULES 2048

/* Registers of one report, all architectures. */
#define CAP_EVENT_REGISTERS 128

/* A C string in the dump that we care about (release, version, command line). */
#define CAP_STRING 4096

#endif
