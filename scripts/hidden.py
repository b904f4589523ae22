#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the ranges of hidden[] in lib/report/escape.c, from Python's own Unicode data.

usage: hidden.py

A character is hidden if its general category is Cc, Cf, Co, Zl or Zp, or if it is in EXTRA.
"""

import unicodedata

import arguments

CATEGORIES = {"Cc", "Cf", "Co", "Zl", "Zp"}

# Default_Ignorable_Code_Point beyond Cf (DerivedCoreProperties.txt; Python lacks the property) and the
# unassigned characters between them; noncharacters; and Cf of Unicode 15.
EXTRA = [
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFF),
    (0x13439, 0x1343F), (0xE0000, 0x10FFFF),
]


def is_hidden(cp):
    return unicodedata.category(chr(cp)) in CATEGORIES or any(a <= cp <= b for a, b in EXTRA)


def main():
    arguments.Parser(__doc__).parse_args()
    first = None
    for cp in range(0x110001):
        if cp < 0x110000 and is_hidden(cp):
            first = cp if first is None else first
        elif first is not None:
            print(f"\t{{0x{first:04x}, 0x{cp - 1:04x}}},")
            first = None


if __name__ == "__main__":
    main()
