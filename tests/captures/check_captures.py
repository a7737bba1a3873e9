#!/usr/bin/env python3
"""Every review-site capture that has a truth file, through the parse command, compared field by field.

usage: check_captures.py [COMMAND...]   called as COMMAND... FILE URL [HEADERS]; prints one earshot.page/1 object. Or `earshot` itself. Default: tests/tools/parse_page of the build.
EARSHOT_CAPTURES names the folder of captures; without it the test is skipped (77). One line per check; ends in "N passed, N failed".
"""
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

passed = failed = 0


def check(name, good, note=""):
    global passed, failed
    if good:
        passed += 1
        print("ok", name)
    else:
        failed += 1
        print("not ok", name, note)


def fold(text):
    return re.sub(r"\s+", " ", text or "").strip()


def utc(value):
    """A date of a truth file as the contract prints it."""
    if value is None:
        return None
    if isinstance(value, int):
        return datetime.datetime.fromtimestamp(value, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if len(value) == 10:
        return value
    text = re.sub(r"\.\d+", "", value.replace("Z", "+00:00"))
    return datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(command, path, url):
    whole = command + ["parse", path, "--url", url] if os.path.basename(command[0]) == "earshot" else command + [path, url]
    run = subprocess.run(whole, capture_output=True, text=True)
    try:
        return json.loads(run.stdout)
    except ValueError:
        return {"outcome": "crash %d %s" % (run.returncode, run.stderr[-300:]), "mentions": []}


def same_date(got, want):
    got = re.sub(r"\.\d+", "", got or "") or None
    return got == utc(want)


def unlabel(text):
    return fold(re.sub(r"^(Достоинства|Недостатки):", "", text or ""))


def compare(name, m, t):
    rating = m.get("rating") or {}
    check(name + " rating", rating.get("value") == t["rating"], (rating, t["rating"]))
    check(name + " author", (m.get("author") or {}).get("name") == t["author"], (m.get("author"), t["author"]))
    if "date" in t:
        check(name + " date", same_date(m.get("published"), t["date"]), (m.get("published"), t["date"]))
    elif "date_text" in t:
        check(name + " date", (m.get("published") or "")[:10] == "-".join(reversed(t["date_text"].split("."))), m.get("published"))
    check(name + " title", fold(m.get("title")) == fold(t["title"]), (m.get("title"), t["title"]))
    if "body80" in t:
        # without blanks: some truth files glue the words around a line break
        want = re.sub(r"\s", "", t["body80"])
        got = re.sub(r"\s", "", m.get("text") or "")
        check(name + " text", got.startswith(want) and (want or not got), (m.get("text"), t["body80"]))
    if "text" in t:
        check(name + " whole text", fold(m.get("text")) == fold(t["text"]), (m.get("text"), t["text"]))
        check(name + " whole reply", fold((m.get("reply") or {}).get("text")) == fold(t["reply_text"]), m.get("reply"))
    for key, field in (("plus", "pros"), ("minus", "cons")):
        if key in t:
            check(name + " " + field, fold(m.get(field)) == unlabel(t[key]), (m.get(field), t[key]))
    if "truncated" in t:
        check(name + " truncated", m.get("truncated") == t["truncated"], m.get("truncated"))
    if t.get("reply") is not None:
        check(name + " reply", (m.get("reply_state") == "yes") == bool(t["reply"]), m.get("reply_state"))
        if not t["reply"]:
            check(name + " no reply", m.get("reply") is None and m.get("reply_state") in ("no", m["id"].startswith("sitejabber:") and "unknown"),
                  m.get("reply_state"))
    reply = m.get("reply") or {}
    if t.get("reply_date"):
        check(name + " reply date", same_date(reply.get("published"), t["reply_date"]), (reply, t["reply_date"]))
    if t.get("reply_updated"):
        check(name + " reply edit", same_date(reply.get("edited"), t["reply_updated"]), (reply, t["reply_updated"]))
    if t.get("reply80"):
        check(name + " reply text", fold(reply.get("text"))[:80].strip() == fold(t["reply80"])[:80].strip(), reply.get("text"))
    if "updated" in t:
        check(name + " edited", same_date(m.get("edited"), t["updated"]), (m.get("edited"), t["updated"]))
    if t.get("language"):
        check(name + " language", m.get("lang") == t["language"], m.get("lang"))
    if t.get("author_id"):
        check(name + " author id", m["author"].get("id") == t["author_id"], m["author"])
    for key in ("author_country", "author_place"):
        if t.get(key):
            check(name + " place", m["author"].get("place") == t[key], (m["author"], t[key]))
    if t.get("date_experience"):
        check(name + " experience", m.get("experienced") == t["date_experience"][:10], m.get("experienced"))
    if t.get("likes") is not None:
        check(name + " likes", m.get("likes") == t["likes"], (m.get("likes"), t["likes"]))


def page_of(capture, truth, folder):
    """Path and URL of a capture; a bare array of reviews is put back into a page."""
    path = os.path.join(os.environ["EARSHOT_CAPTURES"], "review-sites", capture)
    base = os.path.basename(capture)
    if base.startswith("nd_"):
        data = {"props": {"pageProps": {"reviews": json.load(open(path, encoding="utf-8"))}}}
        path = os.path.join(folder, base + ".html")
        with open(path, "w", encoding="utf-8") as f:
            f.write('<!DOCTYPE html><html><head><title>x</title></head><body><script id="__NEXT_DATA__" type="application/json">'
                    + json.dumps(data, ensure_ascii=False).replace("</", "<\\/") + "</script></body></html>")
        return path, "https://www.trustpilot.com/review/majority.com?page=100"
    known = {"otz_rec_listing": "https://otzovik.com/reviews/bank_vtb_24/", "otz_rec_review": "https://otzovik.com/review_%s.html",
             "otz_captcha": "https://otzovik.com/reviews/some_bank/", "sj_syn": "https://www.sitejabber.com/reviews/acme.example",
             "irec_listing": "https://irecommend.ru/content/some-product", "syn_trustpilot": "https://www.trustpilot.com/review/acme.example"}
    url = truth.get("page_url")
    for start, guess in known.items():
        if url is None and base.startswith(start):
            url = guess % truth["reviews"][0]["native_id"] if "%s" in guess else guess
    return path, url


def add_whole_texts(path, truth):
    """Truth files hold the first 80 characters; the data in the page itself holds all."""
    with open(path, encoding="utf-8") as f:
        found = re.search(r'<script id="__NEXT_DATA__"[^>]*>(.*?)</script>', f.read(), re.S)
    if not found:
        return
    whole = {r["id"]: r for r in json.loads(found.group(1))["props"]["pageProps"]["reviews"]}
    for t in truth["reviews"]:
        t["text"] = whole[t["native_id"]]["text"]
        t["reply_text"] = (whole[t["native_id"]]["reply"] or {}).get("message")


def check_page(command, truth, folder):
    name = os.path.basename(truth["capture"])
    path, url = page_of(truth["capture"], truth, folder)
    add_whole_texts(path, truth)
    page = parse(command, path, url)
    if truth.get("blocked"):
        check(name + " is blocked", page["outcome"] == "blocked" and not page["mentions"], page["outcome"])
        return
    want = "ok" if truth["n"] else "empty"
    check(name + " outcome", page["outcome"] == want, (page["outcome"], page.get("reason")))
    site = truth["site"]
    got = {m["native_id"]: m for m in page["mentions"]}
    ids = [t["native_id"] for t in truth["reviews"]]
    check(name + " ids", [m["native_id"] for m in page["mentions"]] == ids, (list(got), ids))
    for t in truth["reviews"]:
        m = got.get(t["native_id"])
        if m is not None:
            check("%s %s id" % (name, t["native_id"]), m["id"] == "%s:%s" % (site, t["native_id"]), m["id"])
            compare("%s %s" % (name, t["native_id"]), m, t)
    total = (truth.get("pagination") or {}).get("totalCount")
    if total is not None:
        check(name + " declared total", page["declared_total"] == total, page["declared_total"])
        check(name + " next page", any("page=2" in u for u in page["next"]), page["next"])
    if name.startswith("otz_listing"):
        cut = sum(1 for t in truth["reviews"] if t["truncated"])
        check(name + " details", len(page["details"]) >= cut, page["details"])


def main():
    root = os.environ.get("EARSHOT_CAPTURES")
    if not root:
        print("skipped: EARSHOT_CAPTURES is not set")
        return 77
    command = sys.argv[1:] or ["tests/tools/parse_page", os.path.join(os.environ.get("srcdir", "."), "data", "sites")]
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(glob.glob(os.path.join(root, "review-sites", "truth", "*.json"))):
            check_page(command, json.load(open(path, encoding="utf-8")), folder)
        for path in sorted(glob.glob(os.path.join(root, "review-sites", "block", "*.html"))):
            page = parse(command, path, "https://www.trustpilot.com/review/acme.example")
            check(os.path.basename(path) + " is blocked", page["outcome"] == "blocked", page["outcome"])
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
