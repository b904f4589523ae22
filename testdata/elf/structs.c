// SPDX-License-Identifier: GPL-3.0-or-later
// Layouts of every shape that the kernel's structs have, for layout_dwarf_test.
struct later;
typedef const volatile unsigned long word;

struct inner {
	char name[24];
	word value;
};

struct outer {
	struct later *next;
	union {
		struct {
			int first;
			int second;
		};
		word both;
	};
	struct inner rows[3];
	unsigned low : 3;
	unsigned high : 5;
	struct inner last;
	unsigned long grid[2][4];
	char rest[];
};

struct later {
	int it;
};

struct outer one;
struct later two;
