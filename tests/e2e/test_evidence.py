#!/usr/bin/env python3
"""What is kept as proof: WARC archives of a crawl, their replay through today's parsers, the evidence of one mention.

usage: test_evidence.py        EARSHOT_BIN names the program (default: ./earshot)
"""
import base64
import gzip
import hashlib
import json
import pathlib
import random
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from schedule_web import NOW, TOP, Place, Replica, Shop, brand, brands, check, finish, lines  # noqa: E402

EVERY_PAGE = {"depth": 6, "interval": "1h"}
LATER = "2026-11-20T11:00:00Z"


def records(file):
    """[(fields, block)] of a WARC file; every record must be a gzip member of its own."""
    data, got = file.read_bytes(), []
    while data:
        d = zlib.decompressobj(31)
        text = d.decompress(data) + d.flush()
        if not d.eof:
            raise ValueError("a cut member")
        data = d.unused_data
        head, _, rest = text.partition(b"\r\n\r\n")
        first, *more = head.decode().split("\r\n")
        fields = dict(x.split(": ", 1) for x in more)
        n = int(fields["Content-Length"])
        if first != "WARC/1.1" or rest[n:] != b"\r\n\r\n":
            raise ValueError(f"not one whole record: {first} {rest[n:]!r}")
        got.append((fields, rest[:n]))
    return got


def files(folder):
    return sorted(folder.glob("*.warc.gz"))


def test_archive(web, tmp, shop):
    s = Place(web, tmp, "archive", brands(brand(shop, **EVERY_PAGE)), archive="warc")
    box = s.dir / "warc"
    r = s("crawl")
    check("crawl with archive: exit 0, one file", r.returncode == 0 and len(files(box)) == 1, r.stderr)
    got = records(files(box)[0])
    kinds = [f["WARC-Type"] for f, _ in got]
    check("warcinfo, then response and request of each page", kinds == ["warcinfo"] + ["response", "request"] * shop.pages, str(kinds))
    check("each record has an id, a date and a true digest", all(f["WARC-Record-ID"].startswith("<urn:uuid:") and f["WARC-Date"] == NOW and
                                                                   f["WARC-Block-Digest"] == "sha256:" + hashlib.sha256(b).hexdigest() for f, b in got))
    first = next(b for f, b in got if f["WARC-Type"] == "response")
    head, _, body = first.partition(b"\r\n\r\n")
    check("the answer is kept as it came, compressed", head.startswith(b"HTTP/1.1 200") and b"Parcel 1 arrived" in gzip.decompress(body))
    check("the request is kept", any(f["WARC-Type"] == "request" and b.startswith(f"GET /{shop.name}/ HTTP/1.1\r\nHost: ".encode()) for f, b in got))
    s("crawl", "--all", now="2026-11-20T09:30:00Z")
    again = [f["WARC-Type"] for f, _ in records(files(box)[1])]
    check("an unchanged page is a revisit", again == ["warcinfo", "revisit", "request"], str(again))
    shop.review[2]["text"] = "EDIT: now they call me every day, this is harassment."
    shop.write()
    r = s("crawl", "--all", now=LATER)
    check("a changed page is a response again", r.returncode == 0 and "EDIT" in s.export(), r.stderr)
    elsewhere = s.dir / "elsewhere"
    s("crawl", "--all", "--archive", elsewhere, now="2026-11-20T13:00:00Z")
    check("--archive DIR wins over the settings", len(files(elsewhere)) == 1)
    (s.dir / "file").write_text("x")
    r = s("crawl", "--all", "--archive", s.dir / "file", now="2026-11-20T15:00:00Z")
    check("an archive that cannot be written: 73, one sentence", r.returncode == 73 and r.stderr.count("\n") == 1 and "archive" in r.stderr, f"{r.returncode} {r.stderr}")
    return s


def stored(place):
    """What replay can bring back: mentions and revisions, without what desk, clock and frontier add."""
    out = []
    for x in lines(place.export()):
        if x["t"] in ("finding", "revision"):
            m = (x.get("finding") or x.get("revision") or x).get("mention", x)
            out.append((x["t"], json.dumps(m, sort_keys=True)))
    return sorted(out)


def test_replay(web, tmp, s, box, shop):
    before = s.export()
    r = s("replay", *box, now=LATER)
    check("replay over the same store: nothing changes", r.returncode == 0 and s.export() == before and "mentions changed: 0," in r.stderr, r.stderr)
    fresh = Place(web, tmp, "fresh", brands(brand(shop, **EVERY_PAGE)))
    r = fresh("replay", "--dry-run", *box, now=LATER)
    n = len(r.stdout.splitlines())
    check("replay --dry-run without a store: every mention is new", r.returncode == 0 and n >= 24 and r.stdout.count(": new, verdict ") == 24, f"{n} {r.stdout[:300]} {r.stderr}")
    check("replay --dry-run: the edit is listed", ": text" in r.stdout, r.stdout)
    check("replay --dry-run: writes nothing", not (fresh.store / "data.mdb").exists())
    r = fresh("replay", *box, now=LATER)
    check("replay into an empty store: the same mentions and revisions", r.returncode == 0 and stored(fresh) == stored(s) and len(stored(s)) > 24, r.stderr)
    again = fresh.export()
    fresh("replay", *reversed(box), now=LATER)
    check("replay in the wrong order: an old page does not undo an edit", fresh.export() == again)
    sites = s.dir / "sites"
    sites.mkdir()
    rules = (TOP / "data" / "sites" / "schema.site").read_text(encoding="utf-8")
    old = """author = {'.//*[@itemprop = "author" or @itemprop = "reviewer"]//*[@itemprop = "name"]/@content'"""
    check("the site file is as this test knows it", old in rules)
    (sites / "schema.site").write_text(rules.replace(old, """author = {'concat("Dear ", .//*[@itemprop = "author"])'"""), encoding="utf-8")
    s.options["sites"] = "sites"
    s.write(brands(brand(shop, **EVERY_PAGE)))
    r = s("replay", "--dry-run", *box, now=LATER)
    check("better rules: --dry-run names the mentions and the field", r.returncode == 0 and r.stdout.count(": author\n") >= 24, r.stdout[:300] + r.stderr)
    check("better rules: --dry-run leaves the store as it is", s.export() == before)
    r = s("replay", *box, now=LATER)
    check("better rules: replay brings them into the store", r.returncode == 0 and s.export().count('"Dear Buyer') >= 24, r.stderr)
    check("store check is clean", s("store", "check").returncode == 0)
    other = Place(web, tmp, "other", 'brand "else" { alias = {"Else"} source "x" { site = "schema" url = "https://else.example/" } }\n')
    r = other("replay", *box)
    check("pages of sources that are not ours are left aside, and that is said", r.returncode == 0 and "left aside" in r.stderr, r.stderr)


def test_hostile(tmp, s, box):
    rng = random.Random(7)
    whole = box[0].read_bytes()
    bad = {
        "noise": rng.randbytes(5000), "text": b"hello\nworld\n", "noise.gz": gzip.compress(rng.randbytes(5000)), "cut": whole[: len(whole) // 2], "flipped": whole[:400] + b"\xff\x00" + whole[402:],
        "endless-line": gzip.compress(b"WARC/1.1\r\nX: " + b"a" * 1000000), "huge-length": gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 99999999999999\r\n\r\nHTTP/1.1 200 OK"),
        "negative": gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\nx"), "no-length": gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n\r\nx"),
        "fields": gzip.compress(b"WARC/1.1\r\n" + b"A: b\r\n" * 100000),
    }
    before = s.export()
    for name, data in bad.items():
        file = tmp / f"{name}.warc.gz"
        file.write_bytes(data)
        r = s("replay", file)
        check(f"hostile archive {name}: 64, and a sentence that names it", r.returncode == 64 and str(file) in r.stderr.splitlines()[0], f"{r.returncode} {r.stderr}")
    r = s("replay", tmp / "nowhere.warc.gz")
    check("missing archive: 64", r.returncode == 64 and "nowhere.warc.gz" in r.stderr, r.stderr)
    r = s("replay", tmp / "cut.warc.gz", *box[1:])
    check("after a cut file the others are still read", r.returncode == 64 and "read again: 0;" not in r.stderr, r.stderr)
    check("hostile archives change nothing", s.export() == before)
    (tmp / "empty.warc.gz").write_bytes(b"")
    check("an empty archive is no mistake", s("replay", tmp / "empty.warc.gz").returncode == 0)


def test_evidence(s, shop):
    r = s("evidence", f"schema:{shop.name}-2")
    got = lines(r.stdout)
    head, rev, page = got[0], [x for x in got if x["t"] == "revision"], [x for x in got if x["t"] == "page"]
    check("evidence: the mention, two revisions, a page for each", r.returncode == 0 and head["t"] == "mention" and len(rev) == 2 and [p["revision"] for p in page] == [1, 2],
          f"{[x['t'] for x in got]} {r.stderr}")
    check("evidence: times and addresses", [p["fetched"] for p in page] == [NOW, LATER] == [x["seen"] for x in rev] and all(p["url"] == shop.url() for p in page), str(page)[:300])
    raw = [base64.b64decode(p["body_base64"]) for p in page]
    check("evidence: SHA-256 of the bytes as they came", [hashlib.sha256(b).hexdigest() for b in raw] == [p["sha256"] for p in page])
    text = [gzip.decompress(b) for b in raw]
    check("evidence: SHA-256 of what they hold", [hashlib.sha256(b).hexdigest() for b in text] == [p["content_sha256"] for p in page])
    check("evidence: the pages show what was said then", b"Parcel 2 arrived" in text[0] and b"EDIT" in text[1])
    bare = [line[line.index('"mention":') + 10 : -1] for line in r.stdout.splitlines() if '"t":"revision"' in line]
    check("evidence: SHA-256 of each revision", [hashlib.sha256(b.encode()).hexdigest() for b in bare] == [x["sha256"] for x in rev])
    out = s.dir / "proof.jsonl"
    check("evidence --output", s("evidence", f"schema:{shop.name}-2", "--output", out).returncode == 0 and len(lines(out.read_text(encoding="utf-8"))) == len(got))
    empty = s.dir / "empty"
    empty.mkdir()
    r = s("evidence", f"schema:{shop.name}-2", "--archive", empty)
    check("evidence: an archive without the page is named", r.returncode == 0 and f"archive {empty}: 2" in r.stderr, r.stderr)
    r = s("evidence", f"schema:{shop.name}-2", "--archive", s.dir / "nowhere")
    check("evidence: an archive that is not there: 64", r.returncode == 64 and "nowhere" in r.stderr, r.stderr)
    check("evidence: no such mention", s("evidence", "schema:none").returncode == 1)
    del s.options["archive"]
    s.write(brands(brand(shop, **EVERY_PAGE)))
    r = s("evidence", f"schema:{shop.name}-2")
    check("evidence: no archive at all is said", r.returncode == 0 and "there is no archive" in r.stderr and '"t":"revision"' in r.stdout, r.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix="earshot-evidence-") as folder:
        tmp = pathlib.Path(folder)
        shop = Shop(tmp / "web", "proof", 6)
        with Replica([tmp / "web"], tmp / "state", base=NOW) as web:
            s = test_archive(web, tmp, shop)
            box = files(s.dir / "warc")
            test_replay(web, tmp, s, box, shop)
            test_hostile(tmp, s, box)
            test_evidence(s, shop)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
