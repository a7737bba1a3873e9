#!/usr/bin/env python3
"""Stores of older formats, kept as small dumps, can be read and backed up as they are, and upgraded: the JSON export stays the golden one, kill the upgrade when you like. Newer ones are refused.

usage: test_upgrade.py         EARSHOT_BIN names the program (default: ./earshot); EARSHOT_CRASH_ROUNDS kills at any moment (default 20), EARSHOT_TEST_SEED
tests/golden/store/formatN.mdb.xz.b64 is the compacted data.mdb of a crawl of data/demo and some marks by the earshot of that format, formatN.jsonl its own export.
"""
import base64
import fcntl
import hashlib
import json
import lzma
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
GOLDEN = TOP / "tests" / "golden" / "store"
FORMAT = 2
ENV = {**os.environ, "LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


def earshot(store, *words, env=None):
    return subprocess.run([EARSHOT, *words, "--store", str(store)], capture_output=True, text=True, env={**ENV, **(env or {})}, timeout=120)


def old_store(folder, n):
    folder.mkdir()
    (folder / "data.mdb").write_bytes(lzma.decompress(base64.b64decode((GOLDEN / f"format{n}.mdb.xz.b64").read_text())))
    return folder


def body(export):
    """Without the first line, which names the format."""
    return export.split("\n", 1)[1]


def files(store):
    return sorted(p.name for p in store.iterdir() if p.name not in ("lock.mdb", "crawl.lock"))


def test_read_as_it_is(tmp, n, golden):
    s = old_store(tmp / "asis", n)
    before = hashlib.sha256((s / "data.mdb").read_bytes()).hexdigest()
    check(f"format {n}: it opens: the export is the golden one", body(earshot(s, "store", "export").stdout) == body(golden))
    check(f"format {n}: and is sound", earshot(s, "store", "check").returncode == 0)
    found = [json.loads(x) for x in golden.splitlines() if '"t":"mention"' in x]
    r = earshot(s, "show", found[0]["r"][1]["id"], "--format", "json")
    check(f"format {n}: show reads it", r.returncode == 0 and json.loads(r.stdout)["finding"]["mention"]["text"] == found[0]["r"][1]["text"], r.stderr)
    r = earshot(s, "mark", found[0]["r"][1]["id"], "seen")
    check(f"format {n}: nothing is written to it, the sentence says what to do", r.returncode == 73 and "earshot store upgrade" in r.stderr, r.stderr)
    r = earshot(s, "store", "backup", str(tmp / "copy"))
    check(f"format {n}: a backup is of the old format", r.returncode == 0 and earshot(tmp / "copy", "mark", "x", "seen").returncode == 73, r.stderr)
    check(f"format {n}: and the file is the same, byte for byte", hashlib.sha256((s / "data.mdb").read_bytes()).hexdigest() == before)


def test_upgrade(tmp, n, golden):
    s = old_store(tmp / "up", n)
    os.chmod(s / "data.mdb", 0o640)
    r = earshot(s, "store", "upgrade")
    check(f"format {n}: upgraded", r.returncode == 0 and f"format {FORMAT}" in r.stdout and f"was format {n}" in r.stdout, r.stdout + r.stderr)
    export = earshot(s, "store", "export").stdout
    check(f"format {n}: the export is the golden one", body(export) == body(golden) and json.loads(export.split("\n", 1)[0])["format"] == FORMAT)
    check(f"format {n}: it is sound, nothing lies around, the rights are kept", earshot(s, "store", "check").returncode == 0 and files(s) == ["data.mdb"] and (s / "data.mdb").stat().st_mode & 0o777 == 0o640, files(s))
    inode = (s / "data.mdb").stat().st_ino
    r = earshot(s, "store", "upgrade")
    check("upgraded again: left alone", r.returncode == 0 and (s / "data.mdb").stat().st_ino == inode, r.stderr)
    r = earshot(s, "store", "compact")
    check("compacted: another file, the same export", r.returncode == 0 and (s / "data.mdb").stat().st_ino != inode and earshot(s, "store", "export").stdout == export, r.stderr)
    found = [json.loads(x)["r"][1]["id"] for x in golden.splitlines() if '"t":"mention"' in x]
    r = earshot(s, "mark", found[-1], "seen", "--who", "anna")
    check("and it can be written to", r.returncode == 0 and earshot(s, "store", "check").returncode == 0, r.stderr)
    (tmp / "again.jsonl").write_text(golden)
    r = earshot(tmp / "imported", "store", "import", str(tmp / "again.jsonl"))
    check(f"format {n}: its export can be imported, too", r.returncode == 0 and body(earshot(tmp / "imported", "store", "export").stdout) == body(golden), r.stderr)


def whole(s, golden):
    return body(earshot(s, "store", "export").stdout) == body(golden) and earshot(s, "store", "check").returncode == 0


def test_kills(tmp, n, golden):
    """Right before and after every commit, at every step of the swap, and at random."""
    points, k = [f"swap{i}" for i in range(1, 6)], 1
    for point in points:
        s = old_store(tmp / point, n)
        r = earshot(s, "store", "upgrade", env={"EARSHOT_TEST_KILL_AT": point})
        check(f"killed at {point}: old or new, and whole", r.returncode == -signal.SIGKILL and whole(s, golden), r.returncode)
        r = earshot(s, "store", "upgrade")
        check(f"killed at {point}: the next one ends it", r.returncode == 0 and whole(s, golden) and files(s) == ["data.mdb"], f"{r.stderr} {files(s)}")
    n_kill = 0
    while True:
        s = old_store(tmp / f"kill{k}", n)
        codes = [earshot(s, "store", "upgrade", env={"EARSHOT_TEST_KILL_AT": f"{k}{after}"}).returncode for after in ("", "+")]
        n_kill += sum(c == -signal.SIGKILL for c in codes)
        if codes == [0, 0]:
            break
        if not whole(s, golden) or earshot(s, "store", "upgrade").returncode != 0 or not whole(s, golden) or files(s) != ["data.mdb"]:
            check(f"killed at commit {k}", False, files(s))
            break
        k += 1
    check(f"killed before and after each of {k - 1} commits: always whole", n_kill >= 10, n_kill)
    seed = int(os.environ.get("EARSHOT_TEST_SEED", time.time_ns() % 1000000))
    rng, rounds, n_kill = random.Random(seed), int(os.environ.get("EARSHOT_CRASH_ROUNDS", "20")), 0
    s = old_store(tmp / "random", n)
    for i in range(rounds):
        p = subprocess.Popen([EARSHOT, "store", "compact" if i % 2 else "upgrade", "--store", str(s)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, 0.06))
        p.kill()
        n_kill += p.wait() == -signal.SIGKILL
    check(f"seed {seed}: {n_kill} of {rounds} killed at any moment: whole", whole(s, golden))
    r = earshot(s, "store", "compact")
    check("and nothing is left of it", r.returncode == 0 and files(s) == ["data.mdb"], files(s))


def test_not_alone(tmp, n, golden):
    s = old_store(tmp / "busy", n)
    earshot(s, "store", "stat")
    with open(s / "lock.mdb", "r+b") as f:  # as every process has it that has the store open
        fcntl.fcntl(f, fcntl.F_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 1, 0))
        r = earshot(s, "store", "upgrade")
        check("somebody has it open: refused, and told who", r.returncode == 75 and f"process {os.getpid()}" in r.stderr, f"{r.returncode} {r.stderr}")
    with open(s / "crawl.lock", "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        r = earshot(s, "store", "upgrade")
        check("a crawl is at work: refused", r.returncode == 75, f"{r.returncode} {r.stderr}")
    check("nothing was changed", whole(s, golden) and earshot(s, "store", "upgrade").returncode == 0)


def test_no_room(tmp, n, golden):
    s = old_store(tmp / "full", n)
    limit = "ulimit -f 60; exec \"$@\""
    r = subprocess.run(["sh", "-c", limit, "sh", EARSHOT, "store", "upgrade", "--store", str(s)], capture_output=True, text=True, env=ENV)
    check("no room for the new file: one sentence, the old one stays", r.returncode == 73 and r.stderr.count("\n") == 1 and whole(s, golden) and files(s) == ["data.mdb"], f"{r.returncode} {r.stderr} {files(s)}")


def test_newer(tmp, golden):
    """The number of the format lies in the file, sealed: a store that says 3 is made of one that says 2."""
    (tmp / "newer.jsonl").write_text(golden.replace('"format":1', '"format":3', 1))
    r = earshot(tmp / "new", "store", "import", str(tmp / "newer.jsonl"))
    check("an export of a newer format is refused", r.returncode == 64 and "newer earshot" in r.stderr and not (tmp / "new").exists(), r.stderr)


def main():
    if os.sysconf("SC_PAGESIZE") != 4096:
        print("skipped: the dumps are of machines with pages of 4096 bytes")
        return 77
    for n in range(1, FORMAT):
        golden = (GOLDEN / f"format{n}.jsonl").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory(prefix="earshot-upgrade-") as folder:
            tmp = pathlib.Path(folder)
            test_read_as_it_is(tmp, n, golden)
            test_upgrade(tmp, n, golden)
            test_kills(tmp, n, golden)
            test_not_alone(tmp, n, golden)
            test_no_room(tmp, n, golden)
            test_newer(tmp, golden)
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
