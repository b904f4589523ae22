#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that every include in lib/ and cmd/ follows the table of layers in lib/meson.build, and that
each permission of that table is used. A permission is a layer ('log') or one of its headers
('log/log.h'). Also checks that nothing in lib/ depends on the locale of the program that uses it.

usage: layers.py
"""
import ast
import pathlib
import re
import sys

import arguments

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
LOCALE = re.compile(r'<ctype\.h>|<wctype\.h>|\b(?:setlocale|strn?casecmp|strcasestr|strcoll|strxfrm'
                    r'|strto[fd]|strtold|to(?:upper|lower)|isw?(?:alnum|alpha|blank|cntrl|digit|graph'
                    r'|lower|print|punct|space|upper|xdigit))(?=\()')
# Above the layers of the table: folder -> what its files may include besides their own folder.
UPPER = {
    'lib/facade': ['base', 'io', 'arch', 'log', 'oops', 'triage', 'dump', 'mem', 'image', 'kernel',
                   'stack', 'symbolize', 'explain', 'report', 'redact', 'where', 'contain', 'fixes'],
    'lib/archive': ['base', 'io', 'report', 'timeline', 'contain'],
    'cmd/vmtriage': [],
    'cmd/mkdump': ['base', 'io'],
    'cmd/rankfixes': ['base', 'fixes'],
}


def table():
    text = (ROOT / 'lib/meson.build').read_text()
    body = re.search(r'^layers = (\{.*?^\})', text, re.M | re.S).group(1)
    return ast.literal_eval(body)


def is_test(file):
    return file.stem.endswith(('_test', '_fuzz')) or file.stem.startswith(('fake_', 'sample_'))


def files_of(folder):
    files = sorted((ROOT / folder).glob('**/*.[ch]'))
    return files + [ROOT / 'lib/vmtriage.c'] if folder == 'lib/facade' else files


def foreign_includes(folder):
    """(file, include) for each include of another layer."""
    own = folder.split('/')[-1]
    for file in files_of(folder):
        for include in INCLUDE.findall(file.read_text()):
            if '/' in include and include.split('/')[0] != own:
                yield file, include


def below(layer, layers):
    """What a layer's tests may use: all layers below it, completely."""
    seen = []
    for name in (u.split('/')[0] for u in layers.get(layer, [])):
        seen += [name, *below(name, layers)]
    return seen


def violations(layers):
    rows = {f'lib/{name}': uses for name, uses in layers.items()} | UPPER
    for folder, uses in rows.items():
        for_tests = below(folder.split('/')[-1], layers)
        used = set()
        for file, include in foreign_includes(folder):
            layer = include.split('/')[0]
            if is_test(file) and (include == 'base/test.h' or layer in for_tests):
                continue
            permission = next((p for p in (include, layer) if p in uses), None)
            if not permission:
                yield f'{file.relative_to(ROOT)}: may not include "{include}"'
            else:
                used.add(permission)
        for permission in uses:
            if permission not in used:
                yield f'{folder}: may use {permission}, but does not'


def duplicate_names():
    seen = {}
    for file in sorted((ROOT / 'lib').glob('**/*.c')):
        if file.name in seen:
            yield f'{file.relative_to(ROOT)}: another file has this name: {seen[file.name]}'
        seen[file.name] = file.relative_to(ROOT)


def locale_calls():
    for file in sorted((ROOT / 'lib').glob('**/*.[ch]')):
        for call in LOCALE.findall(file.read_text()):
            yield f'{file.relative_to(ROOT)}: depends on the locale: {call} (see base/ascii.h)'


def uncounted_allocations():
    for file in sorted((ROOT / 'lib').glob('**/*.[ch]')):
        if file.name != 'alloc.h' and '<talloc.h>' in file.read_text():
            yield f'{file.relative_to(ROOT)}: allocates without a count of what failed (see base/alloc.h)'


def main():
    arguments.Parser(__doc__).parse_args()
    problems = [*violations(table()), *duplicate_names(), *locale_calls(), *uncounted_allocations()]
    print('\n'.join(problems) or 'layers hold')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
