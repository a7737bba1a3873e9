#!/usr/bin/env python3
"""Microseconds and instructions of each reading step, as lines: name, value, unit, peer, peer's value, ratio.

usage: parse.py PROGRAM [FILE ...]      (make bench-parse)
Without files: those of EARSHOT_CAPTURES, and where that is not set a page that this script makes up. Instructions need valgrind.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

STEPS = {"html": ["charset", "gumbo", "html", "strip", "cut", "island", "jsonc"], "xml": ["charset", "xml"], "json": ["charset", "json"]}
PEER = {"html": "gumbo", "strip": "gumbo", "cut": "gumbo", "island": "gumbo"}


def made_up():
    """A page in the shape of a review site: scripts, inline pictures, cards, and its data in a JSON island."""
    card = ('<article class="card c%d"><a href="/u/%d"><span class=name>Иван %d</span></a><svg viewBox="0 0 24 24">' + '<path d="M12 2l3 7h7"/>' * 6 +
            '</svg><h2>Не пришло</h2><p>Ждал две недели, поддержка молчит.<br>Деньги не вернули.</p><time datetime="2026-02-%02dT10:00:00Z">вчера</time></article>')
    item = '{"id":"%d","rating":%d,"title":"Не пришло","text":"Ждал две недели, \\"скоро\\" говорят.\\nДеньги не вернули.","dates":{"published":"2026-02-%02dT10:00:00Z","updated":null},"likes":%d}'
    words = ",".join('"ui/text/%d/label":"Some words of the interface number %d"' % (i, i) for i in range(2000))
    page = '<!DOCTYPE html><html><head><title>x</title><style>' + "a{color:red}" * 800 + "</style></head><body>" + "".join(
        card % (i, i, i, i % 28 + 1) for i in range(200))
    page += '<script id="__NEXT_DATA__" type="application/json">{"reviews":[' + ",".join(item % (i, i % 5 + 1, i % 28 + 1, i) for i in range(200)) + '],"words":{' + words + "}}</script></body></html>"
    f = tempfile.NamedTemporaryFile("w", suffix=".html", delete=False, encoding="utf-8")
    f.write(page)
    f.close()
    return f.name


def captures(folder):
    """The largest file of each folder and kind."""
    found = {}
    for top, _, names in os.walk(folder):
        for name in names:
            kind = kind_of(name)
            path = os.path.join(top, name)
            key = (top, kind)
            if kind and (key not in found or os.path.getsize(path) > os.path.getsize(found[key])):
                found[key] = path
    return sorted(found.values())


def kind_of(name):
    end = name.rsplit(".", 1)[-1].lower()
    return {"html": "html", "htm": "html", "xml": "xml", "rss": "xml", "atom": "xml", "json": "json"}.get(end)


def cuts():
    """Where the shipped site files begin and end the block that they read: {site: [(FROM, TO), ...]}."""
    found = {}
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "sites")
    for name in sorted(os.listdir(folder)):
        text = open(os.path.join(folder, name), encoding="utf-8").read()
        for m in re.finditer(r"cut_from = '([^']*)'\s+cut_to = '([^']*)'", text):
            found.setdefault(name[:-5], []).append(m.groups())
    return found


def cut_of(path, known):
    """The first cut of a site file that the page holds; sites go by the folder's name."""
    text = open(path, "rb").read()
    for site, blocks in known.items():
        if site in path.split(os.sep) or os.path.basename(path).startswith({"otzovik": "otz_", "irecommend": "irec_"}.get(site, "\0")):
            for a, b in blocks:
                if a.encode() in text:
                    return [a, b]
    return None


def time_us(program, step, path, more):
    r = subprocess.run([program, step, path, "9", *more], capture_output=True, text=True)
    return float(r.stdout) if r.returncode == 0 else None


def instructions(program, step, path, more):
    if not shutil.which("valgrind"):
        return None
    r = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=measured", program, step, path, "1", *more], capture_output=True, text=True)
    m = re.search(r"Collected : (\d+)", r.stderr)
    return int(m.group(1)) if m else None


def main():
    program = sys.argv[1]
    made = None
    files = sys.argv[2:]
    if not files and os.environ.get("EARSHOT_CAPTURES"):
        files = captures(os.environ["EARSHOT_CAPTURES"])
    if not files:
        made = made_up()
        files = [made]
    blocks = cuts()
    for path in files:
        base = "made-up" if path == made else os.path.basename(path)
        size = os.path.getsize(path)
        known = {}
        for step in STEPS[kind_of(path)]:
            more = cut_of(path, blocks) if step == "cut" else []
            if more is None:
                continue
            us = time_us(program, step, path, more)
            if us is None:
                continue
            for unit, value in (("us", us), ("instructions", instructions(program, step, path, more))):
                if value is None:
                    continue
                known[step, unit] = value
                peer = known.get((PEER.get(step), unit))
                print("parse.%s.%s.%dkB" % (step, base, size // 1000), value, unit, PEER.get(step, "-") if peer else "-", peer or "-", "%.4f" % (value / peer) if peer else "-", sep="\t", flush=True)
    if made:
        os.unlink(made)


main()
