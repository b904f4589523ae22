# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the source archive, the Debian packages and the RPM packages of a commit."""
import datetime
import email.utils
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# What a build must not take from the environment of who runs it.
UNWANTED = re.compile(r'(CC|CXX|CPP|LD|DESTDIR|MAKEFLAGS|SOURCE_DATE_EPOCH|.*FLAGS|DEB_.*|RPM_.*)$')


class Failed(Exception):
    """A command failed; its output is the message."""


def run(command, **options):
    """The output of a command, which must succeed."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **options)
    text = done.stdout.decode(errors='replace')
    if done.returncode:
        last = '\n'.join(text.splitlines()[-60:])
        raise Failed(f'{" ".join(map(str, command))}: status {done.returncode}\n{last}')
    return text


def git(*command):
    done = subprocess.run(['git', '-C', ROOT, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Failed(f'git {command[0]}: {done.stderr.decode(errors="replace").strip()}')
    return done.stdout


class Source:
    """The last commit, and what the packages of it are called."""

    def __init__(self, maintainer):
        self.maintainer = maintainer
        self.commit = git('rev-parse', 'HEAD').decode().strip()
        self.epoch = int(git('log', '-1', '--format=%ct').decode())
        self.version = re.search(r"^ {4}version: '([^']+)'", git('show', 'HEAD:meson.build').decode(), re.M).group(1)
        tags = git('tag', '--points-at', 'HEAD').decode().split()
        released = self.version in [t.removeprefix('v') for t in tags]
        when = time.strftime('%Y%m%d%H%M%S', time.gmtime(self.epoch))
        # What is no release sorts before the release of that version.
        self.release = '1' if released else f'1~git{when}'
        self.change = f'Release {self.version}.' if released else f'Made from commit {self.commit[:10]}.'
        self.folder = f'vmtriage-{self.version}'
        self.changed = bool(git('status', '--porcelain', '--untracked-files=no').strip())

    def tarball(self):
        tar = git('-c', 'tar.umask=022', 'archive', '--format=tar', f'--prefix={self.folder}/', self.commit)
        return gzip.compress(tar, mtime=0)

    def fill(self, template, release):
        day = time.strftime('%a %b %d %Y', time.gmtime(self.epoch))
        for name, text in {'VERSION': self.version, 'RELEASE': release, 'RPMDATE': day,
                           'MAINTAINER': self.maintainer, 'CHANGE': self.change}.items():
            template = template.replace(f'@{name}@', text)
        return template

    def changelog(self):
        date = email.utils.format_datetime(datetime.datetime.fromtimestamp(self.epoch, datetime.timezone.utc))
        return (f'vmtriage ({self.version}-{self.release}) unstable; urgency=medium\n\n  * {self.change}\n\n'
                f' -- {self.maintainer}  {date}\n')


class Build:
    """One build in a folder of its own. env and umask change nothing in the packages."""

    def __init__(self, source, work, env=None, umask=-1):
        self.source, self.work, self.umask = source, work, umask
        clean = {k: v for k, v in os.environ.items() if not UNWANTED.match(k)}
        self.env = clean | {'SOURCE_DATE_EPOCH': str(source.epoch)} | (env or {})

    def run(self, command, cwd):
        return run(command, cwd=cwd, env=self.env, umask=self.umask)

    def debs(self):
        """The Debian packages, binary and source."""
        source, work = self.source, self.work / 'deb'
        work.mkdir(parents=True)
        orig = work / f'vmtriage_{source.version}.orig.tar.gz'
        orig.write_bytes(source.tarball())
        self.run(['tar', '-xf', orig.name], work)
        tree = work / source.folder
        shutil.copytree(tree / 'scripts/packaging/debian', tree / 'debian')
        control = tree / 'debian/control'
        control.write_text(source.fill(control.read_text(), source.release))
        (tree / 'debian/changelog').write_text(source.changelog())
        self.run(['dpkg-buildpackage', '--build=full', '--no-sign'], tree)
        shutil.rmtree(tree)
        return sorted(p for p in work.iterdir() if p.is_file())

    def rpm_spec(self, release, top):
        spec = top / 'SPECS/vmtriage.spec'
        template = git('show', f'{self.source.commit}:scripts/packaging/vmtriage.spec.in').decode()
        spec.write_text(self.source.fill(template, release))
        return spec

    def rpmbuild(self, what, spec, top, **more):
        # A build elsewhere and at another time has the same bytes. rpm's own dependencies are not
        # looked up: on Debian they are packages of another kind.
        bits = '()(64bit)' if os.uname().machine in ('x86_64', 'aarch64', 'ppc64le', 's390x', 'riscv64') else ''
        defines = {'_topdir': top, '_buildhost': 'localhost', 'clamp_mtime_to_source_date_epoch': 1,
                   'use_source_date_epoch_as_buildtime': 1, 'vmt_bits': bits, '_buildrootdir': top / 'BUILDROOT',
                   '_smp_mflags': f'-j{os.cpu_count()}', 'debug_package': '%{nil}'} | more
        options = [o for name, value in defines.items() for o in ('--define', f'{name} {value}')]
        return self.run(['rpmbuild', *what, '--nodeps', *options, spec], top)

    def rpms(self, old=False):
        """The RPM packages, binary and source; and older ones, made of the same files, to upgrade from."""
        top = self.work / 'rpm'
        for name in ('SOURCES', 'SPECS'):
            (top / name).mkdir(parents=True)
        (top / 'SOURCES' / f'{self.source.folder}.tar.gz').write_bytes(self.source.tarball())
        spec = self.rpm_spec(self.source.release, top)
        # The build tree is kept for the older ones. The source package has the names of the folders in
        # it, and its checksum is in the binary ones if they are made in the same run.
        self.rpmbuild(['-bb', '--noclean'], spec, top)
        self.rpmbuild(['-bs'], spec, top, _builddir='/tmp', _buildrootdir='/tmp')
        made = [*top.glob('RPMS/*/*.rpm'), *top.glob('SRPMS/*.rpm')]
        if old:
            older = self.rpm_spec('0.0', top)
            self.rpmbuild(['-bi', '--short-circuit'], older, top)
            self.rpmbuild(['-bb', '--short-circuit', '--noclean'], older, top)
            self.rpm_spec(self.source.release, top)
        return sorted([*made, spec])


def old_rpms(work):
    return sorted(work.glob('rpm/RPMS/*/*-0.0.*.rpm'))


def differences(ours, theirs):
    """Yields the name of each package, and what is wrong with it."""
    for name in sorted({p.name for p in ours + theirs}):
        if re.search(r'\.(changes|buildinfo)$', name):
            continue  # they tell of the machine that built
        both = [[p for p in some if p.name == name] for some in (ours, theirs)]
        if not all(both):
            yield name, 'only one build made it'
        elif both[0][0].read_bytes() != both[1][0].read_bytes():
            yield name, f'two builds differ: {both[0][0]} {both[1][0]}'
        else:
            yield name, ''
