#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a manual page: text that several pages share is a file of its own.

usage: man.py PAGE VERSION DATE

A line '.\\" include NAME' in PAGE is replaced by the file parts/NAME.man beside it, @VERSION@ and
@DATE@ by the arguments.
"""
import pathlib
import re
import sys

import arguments


def read(page, parts):
    text = page.read_text(encoding='utf-8')
    return re.sub(r'^\.\\" include (\S+)\n', lambda m: read(parts / f'{m.group(1)}.man', parts), text,
                  flags=re.M)


def main():
    parser = arguments.Parser(__doc__)
    parser.add_argument('page', type=arguments.file)
    parser.add_argument('version')
    parser.add_argument('date')
    options = parser.parse_args()
    text = read(options.page, options.page.parent / 'parts')
    sys.stdout.write(text.replace('@VERSION@', options.version).replace('@DATE@', options.date))


if __name__ == '__main__':
    main()
