#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users of the library rely on.

api.py symbols HEADER MAP [LIBRARY]   the header declares what the map exports, and so does the library
api.py version HEADER VERSION         the header's macros are of that version
api.py header HEADER COMPILER...      the header compiles alone, with all warnings; so do its macros
"""
import pathlib
import re
import subprocess
import sys
import tempfile

WARNINGS = ['-pedantic', '-Wall', '-Wextra', '-Werror']


def without_comments(text):
    return re.sub(r'/\*.*?\*/|#[^\n]*', '', text, flags=re.S)


def declared(header):
    text = without_comments(pathlib.Path(header).read_text())
    return {m.group(1) for m in re.finditer(r'VMT_API[^;]*?\b(vmt_\w+)\(', text)}


def mapped(file):
    text = without_comments(pathlib.Path(file).read_text())
    return set(re.findall(r'\b(vmt_\w+);', text))


def exported(library):
    out = subprocess.run(['nm', '-D', '--defined-only', library], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    rows = [line.split() for line in out.splitlines()]
    names = [name for _, kind, name in rows if kind != 'A']
    return {n.partition('@')[0] for n in names if n.endswith('@@VMTRIAGE_0') or '@' not in n}


def symbols(header, symbol_map, *library):
    want = declared(header)
    problems = [] if want else [f'{header}: declares nothing']
    have = {symbol_map: mapped(symbol_map), **{lib: exported(lib) for lib in library}}
    for file, names in have.items():
        problems += [f'{file}: lacks {name}' for name in sorted(want - names)]
        problems += [f'{file}: has {name}, which the header lacks' for name in sorted(names - want)]
    return problems


def version(header, want):
    text = pathlib.Path(header).read_text()
    parts = [re.search(rf'#define VMT_VERSION_{part} (\d+)', text).group(1)
             for part in ('MAJOR', 'MINOR', 'PATCH')]
    have = '.'.join(parts)
    return [] if have == want else [f'{header}: is of version {have}, the project of {want}']


def initializers(header):
    """A variable for each VMT_X_INIT: too short a list is a warning."""
    names = re.findall(r'#define VMT_(\w+)_INIT\b', pathlib.Path(header).read_text())
    return ''.join(f'struct vmt_{n.lower()} {n.lower()} = VMT_{n}_INIT;\n' for n in names)


def is_cxx(compiler):
    return '++' in pathlib.Path(compiler.split()[-1]).name


def header_alone(header, *compilers):
    problems = []
    for compiler in compilers:
        language = ['-x', 'c++', '-std=c++17'] if is_cxx(compiler) else ['-x', 'c', '-std=c11']
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / 'alone'
            file.write_text(f'#include "{pathlib.Path(header).resolve()}"\n{initializers(header)}')
            run = subprocess.run([*compiler.split(), *language, *WARNINGS, '-fsyntax-only', file],
                                 text=True, stderr=subprocess.PIPE)
        if run.returncode:
            problems.append(run.stderr)
    return problems


CHECKS = {'symbols': symbols, 'version': version, 'header': header_alone}


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in CHECKS:
        sys.exit(__doc__)
    problems = CHECKS[sys.argv[1]](*sys.argv[2:])
    print('\n'.join(problems) or 'ok')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
