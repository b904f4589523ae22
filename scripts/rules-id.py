#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints a header with a hash of the sources that a verdict depends on.

usage: rules-id.py [--list] FOLDER...

--list prints the names of these sources instead.

Records of a batch that other sources made are made again, see vmtriage-batch(1). Tests and what only
writes results do not count.
"""
import hashlib

import arguments


def is_rule(path):
    return (path.suffix in ('.c', '.h', '.def', '.where')
            and not path.stem.endswith(('_test', '_fuzz')) and not path.stem.startswith(('fake_', 'sample_')))


def main():
    parser = arguments.Parser(__doc__)
    parser.add_argument('--list', action='store_true')
    parser.add_argument('folders', nargs='+', type=arguments.folder)
    options = parser.parse_args()
    paths = [p for f in options.folders for p in sorted(f.glob('**/*')) if is_rule(p)]
    if options.list:
        print('\n'.join(map(str, paths)))
        return
    sha = hashlib.sha256()
    for path in paths:
        sha.update(path.name.encode() + b'\0' + path.read_bytes() + b'\0')
    print(f'#define VMT_RULES "{sha.hexdigest()[:12]}"')


main()
