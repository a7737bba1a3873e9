#!/usr/bin/env python3
"""A disk that fills up, a limit on file sizes, too few open files: the crawl ends with one sentence and exit code 73, what was committed stays, and the next run
with room goes on to the store of an undisturbed one.

usage: full_disk.py      EARSHOT_BIN. Disks of 1, 2 and 4 MB need `unshare -m` and the right to mount; without it that part is skipped with a message.
"""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "e2e"))
from schedule_web import EARSHOT, NOW, Place, Replica, check, finish  # noqa: E402
from test_polite import brand, page, put, source  # noqa: E402

SOURCES = 40


def crawl(s, **limits):
    """-> exit code and what it said, under limits (FSIZE=bytes, NOFILE=n)"""
    def limit():
        for name, n in limits.items():
            resource.setrlimit(getattr(resource, "RLIMIT_" + name), (n, n))
    p = subprocess.run([EARSHOT, "crawl", "-c", str(s.conf)], capture_output=True, text=True, timeout=300, preexec_fn=limit, env={**os.environ, "EARSHOT_NOW": NOW})
    return p.returncode, p.stderr


def goes_on(name, s, want):
    """After a run that could not end: whole, and the next one completes it."""
    if (s.store / "data.mdb").exists():
        r = s("store", "check")
        check(f"{name}: what was committed is whole", r.returncode == 0, r.stdout + r.stderr)
    code, said = crawl(s)
    check(f"{name}: with room the next run goes on", code == 0, f"{code} {said}")
    check(f"{name}: to the store of an undisturbed one", s.export() == want)


def ends_well(name, code, said):
    check(f"{name}: exit code 73", code == 73, f"{code} {said}")
    check(f"{name}: one sentence", said.count("\n") == 1 and said.startswith("earshot: "), said)


def test_disks(web, folder, body, want):
    for mb in (1, 2, 4):
        disk = folder / f"disk{mb}"
        disk.mkdir()
        mount = lambda *a: subprocess.run(["mount", *a, str(disk)], capture_output=True, text=True)
        if mount("-t", "tmpfs", "-o", f"size={mb}m", "tmpfs").returncode != 0:
            print("skipped: disks of their own (mounting is not permitted here)")
            return
        s = Place(web, disk, "s", body)
        code, said = crawl(s)
        ends_well(f"disk of {mb} MB", code, said)
        used = (s.store / "data.mdb").stat().st_size if (s.store / "data.mdb").exists() else 0
        check(f"disk of {mb} MB: something was kept", used > 0)
        mount("-o", "remount,size=256m", "tmpfs")
        goes_on(f"disk of {mb} MB", s, want)
        subprocess.run(["umount", str(disk)], capture_output=True)


def test_limits(web, folder, body, want):
    for kb in (64, 1024, 3072):
        s = Place(web, folder, f"fsize{kb}", body)
        code, said = crawl(s, FSIZE=kb * 1024)
        ends_well(f"files of at most {kb} KB", code, said)
        goes_on(f"files of at most {kb} KB", s, want)
    for n in (4, 6, 8, 10, 14, 20):
        s = Place(web, folder, f"files{n}", body)
        code, said = crawl(s, NOFILE=n)
        check(f"{n} open files: an exit code of ours, in words", code in (0, 1, 65, 70, 73, 78) and (code == 0 or said.startswith("earshot: ")), f"{code} {said[-600:]}")
        if code == 0:
            check(f"{n} open files: all was read", s.export() == want)


def inside():
    with tempfile.TemporaryDirectory(prefix="earshot-full-") as name:
        folder = pathlib.Path(name)
        w = folder / "web"
        for i in range(SOURCES):
            put(w, "many.example", f"{i}.html", page(100, "arrived broken, " + "and nobody answers my letters, " * 8 + "ever").replace('id="r', f'id="s{i}r'))
        body = brand(*(source(f"s{i}", f"https://many.example/{i}.html") for i in range(SOURCES)))
        with Replica([w], folder / "state", base=NOW) as web:
            calm = Place(web, folder, "calm", body)
            code, said = crawl(calm)
            check("undisturbed: exit 0", code == 0, f"{code} {said}")
            check("undisturbed: larger than the largest disk", (calm.store / "data.mdb").stat().st_size > 4 << 20, str((calm.store / "data.mdb").stat().st_size))
            test_limits(web, folder, body, calm.export())
            if "mounts" in sys.argv:
                test_disks(web, folder, body, calm.export())
            else:
                print("skipped: disks of their own (unshare -m is not permitted here)")
    return finish()


def main():
    unshare = ["unshare", "-m"]
    if len(sys.argv) > 1 or subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        return inside()
    return subprocess.run([*unshare, sys.executable, __file__, "mounts"]).returncode


if __name__ == "__main__":
    sys.exit(main())
