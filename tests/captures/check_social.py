#!/usr/bin/env python3
"""Every social, feed and forum capture with a known number of posts through the parse command; numbers are compared.

usage: check_social.py [-v] [COMMAND...]   called as COMMAND... FILE URL [HEADERS]; or `earshot`; default: tests/tools/parse_page of the build
EARSHOT_CAPTURES names the folder of captures; without it the test is skipped (77). One line per check; ends in "N passed, N failed".
Where the number differs for a reason, the reason stands in the table "Known differences" of doc/SOURCES.md, as "| path | index | read | why |".
"""
import csv
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# folder or file -> URL under which the page is read; %s is the host in a file name such as "avsforum.com_0528.html"
URLS = [
    ("telegram/discussion", "https://t.me/contest/198?embed=1&discussion=1"),
    ("telegram/s_sudpress53", "https://t.me/s/sudpress53"),
    ("telegram/tme_post", "https://t.me/somechannel/123"),
    ("telegram/tme_", "https://t.me/somechannel"),
    ("telegram/", "https://t.me/s/tchantest"),
    ("appstore/customerreviews_jp.json", "https://itunes.apple.com/jp/rss/customerreviews/page=1/id=1/sortby=mostrecent/json"),
    ("appstore/customerreviews_us.json", "https://itunes.apple.com/us/rss/customerreviews/page=1/id=1/sortby=mostrecent/json"),
    ("appstore/", "https://itunes.apple.com/jp/rss/customerreviews/page=1/id=1/sortby=mostrecent/xml"),
    ("bluesky/f_autfeed", "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=x"),
    ("bluesky/f_postthread", "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?uri=x"),
    ("bluesky/n_notif", "https://bsky.social/xrpc/app.bsky.notification.listNotifications"),
    ("bluesky/", "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=acme&sort=latest"),
    ("mastodon/get_context", "https://mastodon.example/api/v1/statuses/1/context"),
    ("mastodon/get_status_", "https://mastodon.example/api/v1/statuses/1"),
    ("mastodon/get_account", "https://mastodon.example/api/v1/accounts/1/statuses"),
    ("mastodon/search_accounts", "https://mastodon.example/api/v1/accounts/search?q=x"),
    ("mastodon/tag.rss", "https://mastodon.example/tags/acme.rss"),
    ("mastodon/", "https://mastodon.example/api/v1/timelines/tag/acme?limit=40"),
    ("vk/wall_getComments", "https://api.vk.com/method/wall.getComments?owner_id=-1&post_id=1&v=5.199"),
    ("vk/wall_get", "https://api.vk.com/method/wall.get?owner_id=-1&v=5.199"),
    ("vk/search", "https://api.vk.com/method/newsfeed.search?q=acme&v=5.199"),
    ("vk/", "https://api.vk.com/method/wall.get?v=5.199"),
    ("youtube/youtube_atom", "https://www.youtube.com/feeds/videos.xml?channel_id=x"),
    ("youtube/", "https://www.googleapis.com/youtube/v3/commentThreads?part=snippet"),
    ("reddit/old.reddit", "https://old.reddit.com/r/x/comments/1/x/"),
    ("reddit/200_bad", "https://oauth.reddit.com/r/x/new"),
    ("reddit/comments_", "https://oauth.reddit.com/comments/1"),
    ("reddit/inbox", "https://oauth.reddit.com/message/inbox"),
    ("reddit/listing", "https://oauth.reddit.com/r/x/new?limit=100"),
    ("reddit/new_", "https://oauth.reddit.com/r/x/new?limit=100"),
    ("reddit/4", "https://oauth.reddit.com/r/x/new"),
    ("reddit/atom", "https://www.reddit.com/r/x/.rss"),
    ("reddit/reddit", "https://www.reddit.com/r/x/.rss"),
    ("discourse/", "https://forum.example.org/posts.json"),
    ("forum-4pda/", "https://4pda.to/forum/index.php?showtopic=1"),
    ("forum-rutracker/", "https://rutracker.org/forum/viewtopic.php?t=1"),
    ("forum-template-toolkit/", "https://forum.template-toolkit.ru/rss.xml"),
    ("pikabu/", "https://pikabu.ru/story/x_1"),
    ("googlenews/", "https://www.google.com/alerts/feeds/1/2"),
    ("schema/wild_", "https://%s/page"),
    ("forum-", "https://%s/thread/1"),
]


# walls of all kinds: these must be told, everything else must not be taken for one
BLOCKED = ("walls/", "vk/oauth", "vk/guest_front", "vk/429", "vk/error_14", "vk/error_15", "vk/error_5", "vk/error_7", "x/status_js_shell", "reddit/403",
           "reddit/blocked", "reddit/451", "reddit/429_retry", "bluesky/searchposts_403", "telegram/tme_channel", "telegram/tme_no-iframe", "telegram/tme_post",
           "forum-4pda/loginform", "discourse/login")


def url_of(path):
    name = os.path.basename(path)
    host = re.match(r"(?:wild_)?([a-z0-9.-]+?)(?:_\d+)?\.html$", name)
    for start, url in URLS:
        if path.startswith(start):
            return url.replace("%s", host.group(1) if host else "example.org")
    return "https://feeds.example.org/" + name


def known_differences():
    table = {}
    path = os.path.join(HERE, "..", "..", "doc", "SOURCES.md")
    if not os.path.exists(path):
        return table
    with open(path, encoding="utf-8") as f:
        for line in f:
            cell = [c.strip().strip("`") for c in line.strip().strip("|").split("|")]
            if len(cell) >= 4 and "/" in cell[0] and cell[1].isdigit() and cell[2].isdigit():
                table[cell[0]] = int(cell[2])
    return table


def main():
    root = os.environ.get("EARSHOT_CAPTURES")
    if not root:
        print("skipped: EARSHOT_CAPTURES is not set")
        return 77
    arg = sys.argv[1:]
    verbose = arg[:1] == ["-v"]
    arg = arg[1:] if verbose else arg
    command = arg or ["tests/tools/parse_page", os.path.join(os.environ.get("srcdir", "."), "data", "sites")]
    root = os.path.join(root, "social")
    differences = known_differences()
    passed = failed = 0
    with open(os.path.join(root, "INDEX.tsv"), encoding="utf-8") as f:
        rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        path = row["path"]
        if not (row.get("posts") or "").isdigit() or path.endswith((".txt", ".nquads", ".hdr")) or path.startswith("encodings/"):
            continue
        if "oracle" in row["kind"] or "expected parse" in row["kind"]:
            continue
        file = os.path.join(root, path)
        head = [file + ".hdr"] if os.path.exists(file + ".hdr") else []
        if os.path.basename(command[0]) == "earshot":
            whole = command + ["parse", file, "--url", url_of(path)] + [x for h in head for x in ("--headers", h)]
        else:
            whole = command + [file, url_of(path)] + head
        run = subprocess.run(whole, capture_output=True, text=True)
        try:
            page = json.loads(run.stdout)
        except ValueError:
            page = {"outcome": "crash", "reason": run.stderr[-200:], "mentions": []}
        want = differences.get(path, int(row["posts"]))
        got = len(page["mentions"])
        walled = page["outcome"] == "blocked"
        good = got == want and page["outcome"] != "crash" and walled == path.startswith(BLOCKED)
        passed += good
        failed += not good
        if verbose or not good:
            print("ok" if good else "not ok", path, "index", row["posts"], "want", want, "got", got, page["outcome"], page.get("site"), page.get("via"),
                  page.get("reason") or "")
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
