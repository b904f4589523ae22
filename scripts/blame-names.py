#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints an index of the names in lib/triage/blame.c: by their first character, the row and place of
each. Looking up a function then compares a few names, not all.

usage: blame-names.py BLAME_C
"""
import re

import arguments

TOKEN = re.compile(r'/\*.*?\*/|"(?:[^"\\]|\\.)*"|[{},]|[^\s"{},]+', re.DOTALL)


def rows(source):
    """The fields of each row, as lists of tokens."""
    table = source[source.index('blame_rows[] = {') + len('blame_rows[] = {'):]
    fields, depth = [[]], 0
    for token in TOKEN.findall(table):
        if token.startswith('/*'):
            continue
        if token == '{':
            fields, depth = [[]], depth + 1
        elif token == '}' and depth == 0:
            return
        elif token == '}':
            depth -= 1
            yield fields
        elif token == ',':
            fields.append([])
        else:
            fields[-1].append(token)


def names_of(fields):
    """The third field, unless it is designated."""
    strings = fields[2] if len(fields) > 2 else []
    if not all(token.startswith('"') for token in strings):
        return ''
    return ''.join(token[1:-1] for token in strings)


def second_of(name):
    return ord(name[1]) if len(name) > 1 and '*' not in name[:2] else 0


def main():
    parser = arguments.Parser(__doc__)
    parser.add_argument('source', type=arguments.file)
    source = open(parser.parse_args().source).read()
    found, n = [], 0
    for row, fields in enumerate(rows(source)):
        found += [(ord(m.group()[0]), row, m.start(), len(m.group()), second_of(m.group()))
                  for m in re.finditer(r'[^ ]+', names_of(fields))]
        n = row + 1
    found.sort()
    print('/* Made by scripts/blame-names.py. */')
    print(f'#define BLAME_INDEXED_ROWS {n}')
    print('static const struct {\n\tunsigned short row, at, len; /* of the name in its row */\n'
          '\tchar second; /* that of all functions with this name; 0: any */\n} blame_names[] = {')
    for _, row, at, length, second in found:
        print(f'\t{{{row}, {at}, {length}, {second}}},')
    print('};')
    print('static const unsigned short blame_first[129] = { /* by the first character */')
    for c in range(129):
        print(f'\t{sum(first < c for first, *_ in found)},')
    print('};')


main()
