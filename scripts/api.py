#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what users of the library rely on.

usage: api.py CHECK ARGUMENT...

api.py symbols HEADER MAP [LIBRARY]   header, map and library have the same symbols
api.py state LIBRARY                  the library keeps no state: it has no writable variables
api.py manual MAP PAGE HEADER COMPILER...
                                      the manual page has every symbol, and its example compiles
api.py version HEADER VERSION         the header's macros have that version
api.py header HEADER COMPILER...      the header and its macros compile alone, with all warnings
api.py installed BUILD ROOT COMPILER...
                                      the example in ROOT/README.md compiles against what
                                      `meson install` installs, and prints what README.md says;
                                      the program runs there, too
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import arguments

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


def state(library):
    out = subprocess.run(['objdump', '-t', library], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    variables = re.findall(r' O (?:\.t?data|\.t?bss)\s+\S+\s+(.*)$', out, re.M)
    own = [v for v in variables if not re.match(r'(\.hidden )?(__|completed\.)', v)]
    return [f'{library}: {name} is writable' for name in own]


def manual(symbol_map, page, header, *compilers):
    text = pathlib.Path(page).read_text()
    problems = [f'{page}: lacks {name}()' for name in sorted(mapped(symbol_map))
                if not re.search(rf'\b{name}\b', text)]
    code = re.search(r'^\.EX\n(.*?)^\.EE$', text, re.M | re.S).group(1)
    code = code.replace('\\-', '-').replace('\\e', '\\')
    return problems + compile_alone(code, pathlib.Path(header).resolve().parent, *compilers)


def version(header, want):
    text = pathlib.Path(header).read_text()
    parts = [re.search(rf'#define VMT_VERSION_{part} (\d+)', text).group(1)
             for part in ('MAJOR', 'MINOR', 'PATCH')]
    have = '.'.join(parts)
    return [] if have == want else [f'{header}: has version {have}, the project has {want}']


def initializers(header):
    """A variable for each VMT_X_INIT: the compiler warns if an initializer lacks members."""
    names = re.findall(r'#define VMT_(\w+)_INIT\b', pathlib.Path(header).read_text())
    return ''.join(f'struct vmt_{n.lower()} {n.lower()} = VMT_{n}_INIT;\n' for n in names)


def is_cxx(compiler):
    return '++' in pathlib.Path(compiler.split()[-1]).name


def compile_alone(code, include, *compilers):
    problems = []
    for compiler in compilers:
        language = ['-x', 'c++', '-std=c++17'] if is_cxx(compiler) else ['-x', 'c', '-std=c11']
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / 'alone'
            file.write_text(code)
            run = subprocess.run([*compiler.split(), *language, *WARNINGS, f'-I{include}',
                                  '-fsyntax-only', file], text=True, stderr=subprocess.PIPE)
        if run.returncode:
            problems.append(run.stderr)
    return problems


def header_alone(header, *compilers):
    code = f'#include "{pathlib.Path(header).resolve()}"\n{initializers(header)}'
    return compile_alone(code, pathlib.Path(header).resolve().parent, *compilers)


# ---- the example, against the installed files ----------------------------------------------


def blocks(text):
    """The indented blocks of a Markdown text, without their indentation."""
    found = re.findall(r'(?:^(?: {4}.*)?\n)+', text, re.M)
    return [re.sub(r'^ {4}', '', b, flags=re.M).strip('\n') + '\n' for b in found if b.strip()]


def example(root):
    """The example in README.md: (source, the file it reads, output)."""
    all_blocks = blocks((root / 'README.md').read_text())
    i = next(i for i, b in enumerate(all_blocks) if 'int main(' in b)
    command = re.match(r'\$ cc .*\n\$ ./why (\S+)\n', all_blocks[i + 1])
    return all_blocks[i], root / command.group(1), all_blocks[i + 1][command.end():]


class Installed:
    def __init__(self, build, dest):
        subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', dest],
                       check=True, stdout=subprocess.DEVNULL)
        self.pc = next(dest.rglob('libvmtriage.pc'))
        self.libdir = self.pc.parent.parent
        prefix = re.search(r'^prefix=(.*)$', self.pc.read_text(), re.M).group(1)
        self.prefix = dest / prefix.lstrip('/')

    def flags(self, *args):
        env = dict(os.environ, PKG_CONFIG_PATH=str(self.pc.parent))
        return subprocess.run(['pkg-config', *args], check=True, text=True, env=env,
                              stdout=subprocess.PIPE).stdout.split()

    def own_flags(self, *args):
        return self.flags(f'--define-variable=prefix={self.prefix}', *args, 'libvmtriage')

    def private_libs(self):
        """What libvmtriage.a needs if the libraries that it uses are shared."""
        below = self.flags('--libs', *self.own_flags('--print-requires-private'))
        own = re.search(r'^Libs\.private:(.*)$', self.pc.read_text(), re.M)
        return below + (own.group(1).split() if own else [])

    def links(self):
        """(name, linker flags) for each library that was installed."""
        if list(self.libdir.glob('libvmtriage.so')):
            yield 'shared', self.own_flags('--libs')
        if list(self.libdir.glob('libvmtriage.a')):
            yield 'static', [self.libdir / 'libvmtriage.a', *self.private_libs()]


def run_example(program, file, libdir):
    env = dict(os.environ, LD_LIBRARY_PATH=str(libdir))
    return subprocess.run([program, file], text=True, env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout


# Below the prefix; the shells' folders depend on the shells that a build finds.
FILES = ['bin/vmtriage', 'man/man1/vmtriage.1', 'man/man1/vmtriage-report.1', 'man/man3/libvmtriage.3',
         'man/man5/vmtriage-json.5', 'completions/vmtriage', '_vmtriage',
         'fish/vendor_completions.d/vmtriage.fish']


def moved(program, file, libdir):
    """A program that was installed elsewhere than it was configured for finds its table of functions, also
    in a worker."""
    env = dict(os.environ, LD_LIBRARY_PATH=str(libdir), VMTRIAGE_HISTORY='')
    problems = []
    for how in [], ['--contain']:
        out = subprocess.run([program, 'report', *how, '--format', 'json', file], check=False, text=True, env=env,
                             stdout=subprocess.PIPE).stdout
        if '"subsystem": "network drivers"' not in out:
            problems.append(' '.join([str(program), *how, 'does not find functions.where']))
    return problems


def installed(build, root, *compilers):
    source, file, want = example(pathlib.Path(root))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        there = Installed(build, folder / 'dest')
        names = [str(p) for p in (folder / 'dest').rglob('*')]
        problems = [f'{f} is not installed' for f in FILES
                    if not any(n.endswith(f'/{f}') for n in names)]
        problems += moved(there.prefix / 'bin/vmtriage', file, there.libdir)
        for compiler in compilers:
            code, standard = ('why.cc', 'c++17') if is_cxx(compiler) else ('why.c', 'c11')
            (folder / code).write_text(source)
            for how, libs in there.links():
                program = folder / f'{code}-{how}'
                command = [*shlex.split(compiler), f'-std={standard}', *WARNINGS,
                           *there.own_flags('--cflags'), '-o', program, folder / code, *libs]
                run = subprocess.run(command, text=True, stderr=subprocess.PIPE)
                got = run.stderr if run.returncode else run_example(program, file, there.libdir)
                if got != want:
                    problems.append(f'{compiler}, {how}: got\n{got}instead of\n{want}')
    return problems


CHECKS = {'symbols': symbols, 'state': state, 'manual': manual, 'version': version, 'header': header_alone,
          'installed': installed}


def main():
    parser = arguments.Parser(__doc__)
    parser.add_argument('check', choices=CHECKS)
    parser.add_argument('arguments', nargs='+')
    options = parser.parse_args()
    problems = CHECKS[options.check](*options.arguments)
    print('\n'.join(problems) or 'ok')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
