#!/usr/bin/env python3
"""store prune and store erase: nothing happens without --yes; an erased author's words are in no byte of the file; a crawl and a second program are respected; killed half-way, it can be ended.

usage: test_forget.py        EARSHOT_BIN names the program (default: ./earshot)
"""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
EXPORT = TOP / "tests" / "golden" / "store" / "format1.jsonl"
NOW = "2027-03-01T09:00:00Z"
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


def earshot(store, *words, env=None):
    env = {**os.environ, "LANGUAGE": "en", "LC_ALL": "C.UTF-8", "EARSHOT_NOW": NOW, **(env or {})}
    return subprocess.run([EARSHOT, *words, "--store", str(store)], capture_output=True, text=True, env=env, timeout=120)


def export(store):
    return earshot(store, "store", "export").stdout


def in_file(store, text):
    return text.encode() in (store / "data.mdb").read_bytes()


def test_erase(tmp, fresh):
    s = shutil.copytree(fresh, tmp / "erase")
    found = [x["r"][1] for x in map(json.loads, export(s).splitlines()) if x["t"] == "mention"]
    # a short mention is not packed: its text can be looked for in the file
    author, site = next((m["author.name"], m["id"].split(":")[0]) for m in found if "author.name" in m and in_file(s, m["text"]))
    texts = [m["text"] for m in found if m.get("author.name") == author]
    check("before: the author's words lie in the file", len(texts) > 0 and all(in_file(s, t) for t in texts) and in_file(s, author), f"{author} {len(texts)}")
    before = export(s)
    r = earshot(s, "store", "erase", "--author", f"{site}:{author}")
    check("without --yes: counted, nothing changed", r.returncode == 0 and f"{len(texts)} mention" in r.stdout and export(s) == before, r.stdout + r.stderr)
    r = earshot(s, "store", "erase", "--author", f"{site}:Nobody At All", "--yes")
    check("an author who is not there: nothing goes", r.returncode == 0 and r.stdout.startswith("0 mentions"), r.stdout + r.stderr)
    with open(s / "crawl.lock", "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        r = earshot(s, "store", "erase", "--author", f"{site}:{author}", "--yes")
        check("a crawl is at work: refused", r.returncode == 75 and author in export(s), r.stderr)
    open_too = shutil.copytree(s, tmp / "open")
    with open(open_too / "lock.mdb", "r+b") as f:
        fcntl.fcntl(f, fcntl.F_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 1, 0))
        r = earshot(open_too, "store", "erase", "--author", f"{site}:{author}", "--yes")
        check("another program has it open: erased, and told that the file still holds it", r.returncode == 75 and "store compact" in r.stderr and author not in export(open_too), r.stderr)
    inode = (open_too / "data.mdb").stat().st_ino
    check("store compact ends it", earshot(open_too, "store", "compact").returncode == 0 and (open_too / "data.mdb").stat().st_ino != inode and not any(in_file(open_too, t) for t in texts))
    r = earshot(s, "store", "erase", "--author", f"{site}:{author}", "--yes", "--who", "anna")
    check("with --yes: erased, and what is not touched is named", r.returncode == 0 and f"{len(texts)} mention" in r.stdout and "WARC" in r.stdout, r.stdout + r.stderr)
    check("no byte of the file holds the author's words", not in_file(s, author) and not any(in_file(s, t) for t in texts))
    check("nor does the export", author not in export(s) and not any(json.dumps(t, ensure_ascii=False) in export(s) for t in texts))
    noted = [x["r"][0] for x in map(json.loads, export(s).splitlines()) if x["t"] == "journal" and x["k"][0] == 0]
    check("the journal says who, when and how many", [(n["who"], n["action"], n["to"]) for n in noted] == [("anna", "erase", str(len(texts)))], noted)
    check("the store is sound", earshot(s, "store", "check").returncode == 0)
    others = [x for x in before.splitlines() if '"t":"mention"' in x and author not in x]
    check("everybody else is as before", all(x in export(s) for x in others))


def test_prune(tmp, fresh):
    s = shutil.copytree(fresh, tmp / "prune")
    for x in [x for x in map(json.loads, export(s).splitlines()) if x["t"] == "event" and x["r"][0]["type"] == "created"][:5]:
        check("closed, so that it can go", earshot(s, "mark", x["r"][0]["mention_id"], "dismissed", "--note", "old").returncode == 0)
    r = earshot(s, "store", "prune", "--older-than", "2d")
    n = int(r.stdout.split()[0])
    check("prune: counted", r.returncode == 0 and 5 < n < 24 and "--yes" in r.stdout, r.stdout)
    k = 1
    while True:  # killed at each commit, it is ended by the next
        t = shutil.copytree(s, tmp / f"killed{k}")
        r = earshot(t, "store", "prune", "--older-than", "2d", "--yes", env={"EARSHOT_TEST_KILL_AT": f"{k}"})
        if r.returncode != -signal.SIGKILL:
            break
        sound = earshot(t, "store", "check").returncode == 0
        r = earshot(t, "store", "prune", "--older-than", "2d", "--yes")
        check(f"killed at commit {k}: sound, and ended by the next", sound and r.returncode == 0 and earshot(t, "store", "check").returncode == 0, r.stderr)
        k += 1
    check("there were commits to be killed at", k > 2, f"{k} {r.stdout}")
    left = [x for x in export(t).splitlines() if '"t":"mention"' in x]
    check("pruned: so many are gone", len(left) == 24 - n and r.stdout.startswith(f"{n} mention"), f"{len(left)} {r.stdout}")
    for words in ((), ("--older-than", "3"), ("--older-than", "1h"), ("--older-than", "-3y")):
        check(f"prune {' '.join(words)}: misused", earshot(s, "store", "prune", *words).returncode == 64)
    check("erase nobody: misused", earshot(s, "store", "erase").returncode == 64 and earshot(s, "store", "erase", "--author", "maria").returncode == 64)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-forget-") as folder:
        tmp = pathlib.Path(folder)
        r = earshot(tmp / "fresh", "store", "import", str(EXPORT))
        check("a store to begin with", r.returncode == 0, r.stderr)
        test_erase(tmp, tmp / "fresh")
        test_prune(tmp, tmp / "fresh")
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
