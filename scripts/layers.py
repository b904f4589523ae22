#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that every include in lib/ and cmd/ follows the table of layers in lib/meson.build."""
import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
# Above the layers of the table: folder -> what its files may include besides their own folder.
UPPER = {
    'lib/facade': ['base', 'io', 'arch', 'dump', 'mem', 'kernel', 'oops', 'stack',
                   'symbolize', 'triage', 'report'],
    'lib/archive': ['base', 'io', 'report'],
    'cmd/vmtriage': [],
    'cmd/mkdump': ['base', 'io'],
}


def table():
    text = (ROOT / 'lib/meson.build').read_text()
    body = re.search(r'^layers = (\{.*?^\})', text, re.M | re.S).group(1)
    return ast.literal_eval(body)


def layer_of(path):
    """The folder under lib/ of an include; '' for vmtriage.h, which all may use."""
    return path.split('/')[0] if '/' in path else ''


def violations(layers):
    rows = {f'lib/{name}': uses for name, uses in layers.items()} | UPPER
    for folder, uses in rows.items():
        own = folder.split('/')[-1]
        for file in sorted((ROOT / folder).glob('**/*.[ch]')):
            for include in INCLUDE.findall(file.read_text()):
                if (file.parent / include).exists() or include == 'vmtriage.h':
                    continue
                if file.stem.endswith('_test') and include == 'base/test.h':
                    continue
                if layer_of(include) not in [own, *uses]:
                    yield f'{file.relative_to(ROOT)}: may not include "{include}"'


def duplicate_names():
    seen = {}
    for file in sorted((ROOT / 'lib').glob('**/*.c')):
        if file.name in seen:
            yield f'{file.relative_to(ROOT)}: another file has this name: {seen[file.name]}'
        seen[file.name] = file.relative_to(ROOT)


def main():
    problems = [*violations(table()), *duplicate_names()]
    print('\n'.join(problems) or 'layers hold')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
