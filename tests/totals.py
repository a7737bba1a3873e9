#!/usr/bin/env python3
"""Count the results that automake's test harness left in one or more build folders.

usage: totals.py BUILD...
Prints "N passed, N failed, N skipped" as the last line; exits 1 when a test failed or when none ran.
"""
import pathlib
import sys


def main(folders):
    count = {"PASS": 0, "FAIL": 0, "SKIP": 0}
    for folder in folders:
        for trs in sorted(pathlib.Path(folder).rglob("*.trs")):
            for line in trs.read_text(encoding="utf-8", errors="replace").splitlines():
                if line.startswith(":test-result:"):
                    word = line.split()[1]
                    word = {"XPASS": "FAIL", "ERROR": "FAIL", "XFAIL": "PASS"}.get(word, word)
                    count[word] += 1
                    if word != "PASS":
                        print(f"{word}: {trs.relative_to(folder).with_suffix('')} in {folder}")
    skipped = f", {count['SKIP']} skipped" if count["SKIP"] else ""
    print(f"{count['PASS']} passed, {count['FAIL']} failed{skipped}")
    return 1 if count["FAIL"] or not count["PASS"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["."]))
