#!/usr/bin/env python3
"""Telegram posts against what another reader of the same channel expected of them (telegram/expected_dev.json among the captures).

usage: check_telegram.py [COMMAND...]   called as COMMAND... FILE URL; default: tests/tools/parse_page of the build
EARSHOT_CAPTURES names the folder of captures; without it the test is skipped (77). One line per check; ends in "N passed, N failed".
"""
import datetime
import json
import os
import subprocess
import sys


def parse(command, file):
    out = subprocess.run(command + [file, "https://t.me/s/tchantest"], capture_output=True, text=True).stdout
    try:
        return json.loads(out)
    except ValueError:
        return {"outcome": "crash", "mentions": []}


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def checks(want, page):
    """(what, is it right) of one post."""
    if want.get("type") == "service":
        yield "a service post is no mention", page["mentions"] == [] and page["outcome"] == "empty"
        return
    yield "one mention", len(page["mentions"]) == 1
    if len(page["mentions"]) != 1:
        return
    m = page["mentions"][0]
    extra = m.get("extra") or {}
    yield "id", m["native_id"] == "%s/%d" % (want["channel"], want["id"])
    yield "published", m["published"] is not None and at(m["published"]) == at(want["created_at"])
    yield "text", " ".join((m["text"] or "").split()) == " ".join((want["text"] or "").split())
    yield "views", m.get("views") == want["views"]
    yield "edited", (extra.get("edited") == "yes") == want["edited"]
    if want["author"]:
        yield "author", m["author"]["name"] == want["author"]
    if want.get("forwarded_author"):
        yield "forwarded", extra.get("forwarded_from") == want["forwarded_author"] and extra.get("forwarded_url") == want["forwarded_author_url"]


def main():
    root = os.environ.get("EARSHOT_CAPTURES")
    if not root:
        print("skipped: EARSHOT_CAPTURES is not set")
        return 77
    command = sys.argv[1:] or ["tests/tools/parse_page", os.path.join(os.environ.get("srcdir", "."), "data", "sites")]
    folder = os.path.join(root, "social", "telegram")
    with open(os.path.join(folder, "expected_dev.json"), encoding="utf-8") as f:
        expected = json.load(f)
    passed = failed = 0
    for name, want in sorted(expected.items()):
        page = parse(command, os.path.join(folder, name + ".html"))
        if name == "msg_channel_info":  # a piece of a page about the channel itself
            rows = [("no mentions", page["mentions"] == [])]
        elif not want:
            rows = [("no posts: empty", page["mentions"] == [] and page["outcome"] == "empty")]
        else:
            rows = checks(want, page)
        for what, good in rows:
            passed += good
            failed += not good
            print("ok" if good else "not ok", name, what, "" if good else json.dumps(page, ensure_ascii=False)[:600])
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
