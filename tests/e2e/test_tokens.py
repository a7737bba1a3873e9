#!/usr/bin/env python3
"""APIs with a token against the replica web: who gets it, who never does, and what a refusal becomes.

usage: test_tokens.py            EARSHOT_BIN names the program (default: ./earshot)
"""
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "replica"))
from webtest import Replica, config, run  # noqa: E402

EARSHOT = os.environ.get("EARSHOT_BIN", "./earshot")
NOW = "2026-11-20T09:00:00Z"
TOKEN, SECOND = "Zq7.sEcReT-tOkEn_0123456789", "uSeR+tOkEn/with=marks-42"
failed = []


def check(name, ok, detail=""):
    print(("ok   " if ok else "FAIL ") + name + (f": {detail}" if detail and not ok else ""), flush=True)
    if not ok:
        failed.append(name)


def put(web, path, content, meta=None):
    file = web / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    if meta is not None:
        file.with_name(file.name + ".meta").write_text(json.dumps(meta))


def review(n, stars, text, reply=None):
    return {"id": f"66f0a1b2c3d4e5f6071800{n:02x}", "stars": stars, "title": "Boiler", "text": text, "language": "en", "createdAt": "2026-11-19T08:00:00Z", "updatedAt": None,
            "companyReply": reply, "consumer": {"id": "c1", "displayName": "Jo"}, "isVerified": True, "numberOfLikes": 1, "status": "active"}


def make_web(web):
    need = lambda **k: {"need": k, "refusal": "refusal.json"}
    # VK: the owner answers one comment, and the post itself
    form = {"access_token": TOKEN, "v": "5.199"}
    post = {"id": 3, "from_id": 55, "owner_id": -7, "date": 1795078800, "post_type": "post", "text": "Larkfield: второй день нет воды, ужас", "comments": {"count": 3}}
    other = {"id": 4, "from_id": 56, "owner_id": -7, "date": 1795078900, "post_type": "post", "text": "Погода", "comments": {"count": 1}}
    put(web, "api.vk.com/method/wall.get", {"response": {"count": 2, "items": [post, other], "profiles": [{"id": 55, "first_name": "Ira", "last_name": "K"}], "groups": []}},
        need(method="POST", form=form))
    answers = [{"id": 10, "from_id": 60, "owner_id": -7, "post_id": 3, "date": 1795079000, "text": "У Larkfield и у нас прорвало, кошмар", "parents_stack": []},
               {"id": 11, "from_id": -7, "owner_id": -7, "post_id": 3, "date": 1795079100, "text": "[id60|Oleg], мастер едет", "reply_to_comment": 10, "parents_stack": [10]},
               {"id": 12, "from_id": -7, "owner_id": -7, "post_id": 3, "date": 1795079200, "text": "Простите нас, исправим до вечера", "parents_stack": []}]
    put(web, "api.vk.com/method/wall.getComments", {"response": {"count": 3, "items": answers, "profiles": [], "groups": [{"id": 7, "name": "Larkfield", "screen_name": "larkfield"}]}},
        need(method="POST", form=form))
    put(web, "api.vk.com/method/refusal.json", {"error": {"error_code": 5, "error_msg": "User authorization failed", "request_params": [{"key": "access_token", "value": TOKEN}]}})
    put(web, "api.vk.com/method/newsfeed.search", {"error": {"error_code": 29, "error_msg": "Rate limit reached"}}, need(method="POST", form=form))
    # Trustpilot: public with the key, private with both
    put(web, "api.trustpilot.com/v1/business-units/b1/reviews", {"reviews": [review(1, 1, "It leaks and nobody comes")], "links": []}, {"need": {"headers": {"apikey": TOKEN}}})
    put(web, "api.trustpilot.com/v1/private/business-units/b1/reviews", {"reviews": [review(2, 1, "Terrible, no refund", {"text": "Sorry", "createdAt": "2026-11-19T09:00:00Z", "updatedAt": None})]},
        {"need": {"headers": {"authorization": "Bearer " + TOKEN, "apikey": SECOND}}})
    # Sitejabber: the token in the query, the answer repeats the address
    row = {"reviewNo": "77", "rating": [{"type": "service", "rating": 5}, {"type": "overall", "rating": "1"}], "title": "Never again", "content": "Lost my parcel, awful", "created": "2015-11-06 12:01:45",
           "published": "2016/04/25 04:07:38", "author": {"username": "jo", "firstName": "Jo", "lastName": "D", "numReviews": "3"}, "self": "https://api.smartcustomer.com/?client_token=" + TOKEN}
    put(web, "api.smartcustomer.com/v1/businesses/larkfield.example/reviews", [row], need(query={"client_token": TOKEN}, headers={"user_token": SECOND}))
    put(web, "api.smartcustomer.com/v1/businesses/refusal.json", {})
    put(web, "api.smartcustomer.com/v1/businesses/larkfield.example/refusal.json", {"status": "ERROR", "success": False, "errorCode": 101, "errorReason": "client token"})
    put(web, "api.smartcustomer.com/v1/businesses/moved.example/reviews", "", {"status": 302, "headers": {"location": "https://elsewhere.example/v1/businesses/moved.example/reviews?client_token=" + TOKEN}})
    put(web, "elsewhere.example/v1/businesses/moved.example/reviews", "<html><title>elsewhere</title></html>")
    put(web, "api.smartcustomer.com/v1/businesses/same.example/reviews", "",
        {"status": 301, "headers": {"location": "/v1/businesses/larkfield.example/reviews?start=0&count=100&client_token=" + TOKEN}})
    # YouTube with a key, Bluesky with and without
    put(web, "www.googleapis.com/youtube/v3/commentThreads", {"items": [{"id": "t1", "snippet": {"videoId": "v1", "totalReplyCount": 0, "topLevelComment": {"id": "t1", "snippet": {
        "textOriginal": "larkfield is horrible", "authorDisplayName": "A", "publishedAt": "2026-11-19T08:00:00Z", "updatedAt": "2026-11-19T08:00:00Z"}}}}]}, {"need": {"headers": {"x-goog-api-key": TOKEN}}})
    feed = {"posts": [{"uri": "at://did:plc:x/app.bsky.feed.post/1", "author": {"did": "did:plc:x", "handle": "x.example"}, "record": {"text": "larkfield again, awful", "createdAt": "2026-11-19T08:00:00Z"}}]}
    put(web, "api.bsky.app/xrpc/app.bsky.feed.searchPosts", feed)


SOURCES = {
    "vk": ('site = "vk"\n slug = "larkfield"', 1), "vk-news": ('site = "vk"\n url = "https://api.vk.com/method/newsfeed.search?q=larkfield&count=200&extended=1"', 1),
    "tp": ('site = "trustpilot"\n url = "https://api.trustpilot.com/v1/business-units/b1/reviews?perPage=100"', 1),
    "tp-private": ('site = "trustpilot"\n url = "https://api.trustpilot.com/v1/private/business-units/b1/reviews?perPage=100"', 2),
    "sj": ('site = "sitejabber"\n url = "https://api.smartcustomer.com/v1/businesses/larkfield.example/reviews?start=0&count=100"', 2),
    "sj-moved": ('site = "sitejabber"\n url = "https://api.smartcustomer.com/v1/businesses/moved.example/reviews?start=0&count=100"', 2),
    "sj-same": ('site = "sitejabber"\n url = "https://api.smartcustomer.com/v1/businesses/same.example/reviews?start=0&count=100"', 2),
    "youtube": ('site = "youtube"\n slug = "UCx"', 1), "bluesky": ('site = "bluesky"\n slug = "larkfield"', 1),
    "bluesky-guest": ('site = "bluesky"\n url = "https://api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=guest"', 0),
}


def brands():
    text = 'brand "larkfield" {\n alias = {"larkfield"}\n'
    for name, (where, n) in SOURCES.items():
        text += f' source "{name}" {{\n {where}\n' + (f' token_file = "{"one" if n == 1 else "two"}.token"\n' if n else "") + " }\n"
    return text + "}\n"


def token_files(folder):
    for name, text in (("one", f"  {TOKEN} \r\n\n"), ("two", f"{TOKEN}\n{SECOND}\n")):
        (folder / f"{name}.token").write_text(text)
        (folder / f"{name}.token").chmod(0o600)


def test_crawl(web, tmp, log):
    conf, env = tmp / "earshot.conf", {"EARSHOT_NOW": NOW}
    token_files(tmp)
    conf.write_text(config(web, tmp / "store", brands(), delay="0s"), encoding="utf-8")
    r = run(EARSHOT, "crawl", "-vv", "--archive", tmp / "archive", "-c", conf, env=env)
    said = r.stdout + r.stderr
    queue = [json.loads(x) for x in run(EARSHOT, "queue", "--format", "json", "-c", conf, env=env).stdout.splitlines()]
    stable = run(EARSHOT, "store", "export", "--stable", "-c", conf, env=env).stdout
    export = run(EARSHOT, "store", "export", "-c", conf, env=env).stdout
    found = {json.loads(x)["id"]: json.loads(x)["finding"]["mention"] for x in stable.splitlines() if '"t":"finding"' in x}
    for what, one in (("VK post", "vk:-7_3"), ("VK comment", "vk:-7_3_10"), ("Trustpilot public", "trustpilot:66f0a1b2c3d4e5f607180001"), ("Trustpilot private", "trustpilot:66f0a1b2c3d4e5f607180002"),
                      ("Sitejabber", "sitejabber:77"), ("YouTube", "youtube:t1"), ("Bluesky", "bluesky:at://did:plc:x/app.bsky.feed.post/1")):
        check(f"{what}: read with its token", one in found, f"{sorted(found)} {said[-1500:]}")
    check("Trustpilot private: the answer is seen", (found.get("trustpilot:66f0a1b2c3d4e5f607180002", {}).get("reply") or {}).get("text") == "Sorry")
    check("Sitejabber: a number as a string, a date with slashes", found.get("sitejabber:77", {}).get("rating", {}).get("value") == 1 and found.get("sitejabber:77", {}).get("published") == "2016-04-25T11:07:38Z", str(found.get("sitejabber:77")))
    check("VK: the community's answer to a comment", (found.get("vk:-7_3_10", {}).get("reply") or {}).get("text") == "Oleg, мастер едет", str(found.get("vk:-7_3_10")))
    check("VK: the community's answer to the post itself", (found.get("vk:-7_3", {}).get("reply") or {}).get("text") == "Простите нас, исправим до вечера", str(found.get("vk:-7_3")))
    check("VK: the post keeps its text and author", found.get("vk:-7_3", {}).get("text", "").startswith("Larkfield: второй") and found["vk:-7_3"]["author"]["name"] == "Ira K", str(found.get("vk:-7_3")))
    check("VK: the answered are not in the queue", not any(q["mention"]["id"].startswith("vk:") for q in queue), str([q["mention"]["id"] for q in queue]))
    asked = [json.loads(x) for x in log.read_text().splitlines()]
    check("VK: comments of a post about nobody are not fetched", not any("post_id=4" in x["path"] for x in asked))
    check("VK: a used up allowance is a slowdown", "larkfield/vk-news: slowdown" in r.stderr, r.stderr)
    check("redirect to another origin: it is asked without any token", [x for x in asked if x["host"] == "elsewhere.example" and not x["path"].endswith("robots.txt")] and
          not any(TOKEN in json.dumps(x["headers"]) + x["form"] or SECOND in json.dumps(x["headers"]) for x in asked if x["host"] == "elsewhere.example"), str([x for x in asked if x["host"] == "elsewhere.example"]))
    check("redirect to another origin: not even in its address", not any(TOKEN in x["path"] for x in asked if x["host"] == "elsewhere.example"))
    check("robots.txt is asked for without it", not any(TOKEN in json.dumps(x) for x in asked if x["path"].startswith("/robots.txt")))
    check("a guest sends none", all("authorization" not in x["headers"] for x in asked if "q=guest" in x["path"]) and any("authorization" in x["headers"] for x in asked if "q=larkfield" in x["path"]))
    check("the token is in no URL, log or message", TOKEN not in said and SECOND not in said, said[:2000])
    check("the token is not in the export", export and all(t not in x for t in (TOKEN, SECOND) for x in (export, stable)))
    check("the token is nowhere in the store", not any(TOKEN.encode() in f.read_bytes() or SECOND.encode() in f.read_bytes() for f in (tmp / "store").rglob("*") if f.is_file()))
    kept = b"".join(gzip.open(f).read() for f in (tmp / "archive").iterdir())
    check("the token is nowhere in the archive, plain or repeated by the API", kept.count(b"WARC/1.1") > 10 and TOKEN.encode() not in kept and SECOND.encode() not in kept, str(len(kept)))
    check("the archive says how VK was asked, without the token", kept.count(b"POST /method/wall.get?") == 1 and b"\r\nContent-Length: 22\r\n\r\nv=5.199&access_token=*\r\n" in kept and
          b"\r\nGET /method/wall.get" not in kept)
    check("the archive keeps what the API repeated, masked", b"client_token=" + b"*" * len(TOKEN) in kept)
    replayed = run(EARSHOT, "replay", "--dry-run", *(tmp / "archive").iterdir(), "-c", conf, env=env)
    check("the archive replays", replayed.returncode == 0, replayed.stderr)
    printed = run(EARSHOT, "config", "print", conf, env=env)
    check("config print names the file only", printed.returncode == 0 and TOKEN not in printed.stdout and "one.token" in printed.stdout, printed.stderr)
    (tmp / "one.token").write_text("wRoNg-tOkEn-987654321\n")
    r = run(EARSHOT, "crawl", "--all", "--source", "vk", "--brand", "larkfield", "-vv", "-c", conf, env={"EARSHOT_NOW": "2026-11-20T11:00:00Z"})
    check("a wrong token: blocked, and the source is named", r.returncode == 1 and "larkfield/vk: blocked: VK refuses the token" in r.stderr, r.stderr)
    check("a wrong token: not said aloud", "wRoNg" not in r.stderr + r.stdout)


def test_files(web, tmp):
    conf = tmp / "one.conf"
    vk = 'brand "b" {\n alias = {"larkfield"}\n source "vk" {\n site = "vk"\n slug = "larkfield"\n%s }\n}\n'

    def mistake(name, line, want, prepare=None):
        conf.write_text(config(web, tmp / "store2", vk % line, delay="0s"), encoding="utf-8")
        if prepare:
            prepare(tmp / "t.token")
        r = run(EARSHOT, "crawl", "-c", conf)
        check(f"token file: {name}: 78 with file and line", r.returncode == 78 and f"{conf}:8:" in r.stderr and want in r.stderr, f"{r.returncode} {r.stderr}")

    def write(content, mode=0o600):
        def prepare(file):
            file.unlink(missing_ok=True)
            file.write_bytes(content)
            file.chmod(mode)
        return prepare

    line = ' token_file = "t.token"\n'
    mistake("missing", line, "No such file", lambda f: f.unlink(missing_ok=True))
    mistake("not named", "", "only with a token")
    mistake("readable by others", line, "chmod 600", write(b"abcdefghij\n", 0o640))
    mistake("empty", line, "is empty", write(b" \n\n"))
    mistake("too long", line, "longer than 4 KiB", write(b"a" * 4097))
    mistake("a blank within", line, "blank", write(b"abc def ghi\n"))
    mistake("a header smuggled in", line, "blank", write(b"abc\x0bx: y\n"))
    mistake("three lines", line, "more than two lines", write(b"aaaaaaaaa\nbbbbbbbbb\nccccccccc\n"))
    write(b"abcdefghij\n", 0o400)(tmp / "t.token")
    conf.write_text(config(web, tmp / "store2", vk % line, delay="0s"), encoding="utf-8")
    check("token file: 0400 is fine", run(EARSHOT, "config", "check", conf).returncode == 0)
    conf.write_text(config(web, tmp / "store2", 'brand "b" {\n source "x" {\n site = "otzovik"\n slug = "x"\n token_file = "t.token"\n }\n}\n', delay="0s"), encoding="utf-8")
    r = run(EARSHOT, "config", "check", conf)
    check("token file: where none is sent", r.returncode == 78 and "sends no token" in r.stderr, r.stderr)
    others = run(EARSHOT, "brief", "-c", conf)
    check("commands that do not crawl do not ask for it", "token_file" not in others.stderr, others.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-tokens-") as folder:
        tmp, log = pathlib.Path(folder), pathlib.Path(folder) / "asked"
        make_web(tmp / "web")
        with Replica([tmp / "web"], tmp / "web-state", base=NOW, log=log) as web:
            test_crawl(web, tmp, log)
            test_files(web, tmp)
    print(f"{len(failed)} failed" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
