#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a manual page: text that several pages share is a file of its own.

usage: man.py PAGE VERSION DATE

A line '.\\" include NAME' in PAGE is replaced by the file parts/NAME.man beside it, @VERSION@ and
@DATE@ by the arguments. A line '.\\" rows FILE' is replaced by a paragraph for each row of a table of
lib/, such as base/diag.def: its first string, and what it means, the last one.
"""
import pathlib
import re
import sys
import textwrap

import arguments


def read(page, parts):
    text = page.read_text(encoding='utf-8')
    return re.sub(r'^\.\\" include (\S+)\n', lambda m: read(parts / f'{m.group(1)}.man', parts), text,
                  flags=re.M)


LIB = pathlib.Path(__file__).resolve().parent.parent / 'lib'
ROW = re.compile(r'^[A-Z]+\(\w+, ((?:"[^"]*", )*"[^"]*")', re.M)


def rows(file):
    """What is between the first string and the last one is in parentheses."""
    text = ''
    for row in ROW.findall((LIB / file).read_text(encoding='utf-8')):
        word, *between, meaning = (s.replace('-', '\\-') for s in re.findall(r'"([^"]*)"', row))
        meaning = ''.join(f'({s}) ' for s in between) + meaning
        text += f'.TP\n.B {word}\n' + textwrap.fill(meaning, 78, break_on_hyphens=False) + '\n'
    return text


def main():
    parser = arguments.Parser(__doc__)
    parser.add_argument('page', type=arguments.file)
    parser.add_argument('version')
    parser.add_argument('date')
    options = parser.parse_args()
    text = read(options.page, options.page.parent / 'parts')
    text = re.sub(r'^\.\\" rows (\S+)\n', lambda m: rows(m.group(1)), text, flags=re.M)
    sys.stdout.write(text.replace('@VERSION@', options.version).replace('@DATE@', options.date))


if __name__ == '__main__':
    main()
