"""A store whose mentions carry markup in every field: number 1 has "x" everywhere, number n + 1 the n-th payload."""
import ctypes
import json
import os
import pathlib
import re
import struct

from serving import run_earshot

OWN = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "<svg onload=alert(1)>", "' onmouseover='alert(1)", "</title><script>alert(1)</script>",
       "<iframe src=https://evil.example/>", "</textarea><script>alert(1)</script>", "{{constructor.constructor('alert(1)')()}}", "https://evil.example/\"onclick=alert(1) x=\"",
       "<a href=javascript:alert(1)>x</a>", "<style>@import'https://evil.example/x'</style>", "<base href=https://evil.example/>", "<meta http-equiv=refresh content=0;url=https://evil.example/>",
       "\u202e<b>\u2066", "<!--", "]]>", "&lt;script&gt;", "%3Cscript%3E"]


def payloads():
    folder = os.environ.get("EARSHOT_RELIABILITY")
    file = pathlib.Path(folder) / "xss_payloads.txt" if folder else None
    more = file.read_text(encoding="utf-8", errors="replace").split("\n") if file and file.is_file() else []
    return list(dict.fromkeys(OWN + [p for p in more if p.strip()]))  # equal ones would be of one author


def mention(seq, p):
    ident = p.replace(":", ";") + f":{seq}"
    published = {"id": ident, "native_id": ident.split(":")[1], "url": "x" if re.fullmatch(r"https?://[^\s\"'<>`]+", p) else p,  # what is an address becomes a link, rightly
                 "author.name": p, "author.id": p, "author.url": p, "author.place": p, "author.n_review": 3, "rating.known": 1,
                 "rating.value": 1, "rating.worst": 1, "rating.best": 5, "title": p, "text": p, "pros": p, "cons": p, "lang": p, "published": [1795737600, 2], "verification": p,
                 "reply.author": p, "reply.text": p, "reply_state": 2}
    known = {"brand": "larkfield", "source": "larkfield/trustpilot", "channel": p, "score.value": -0.7, "score.label": 1, "score.confidence": 0.7, "score.lang": "en",
             "score.words": [[-1, p, p]], "score.causes": [p], "score.escalation": 1, "score.order_ref": p, "judgement.verdict": 2, "judgement.priority": 65,
             "judgement.signs": [[25, p]], "assignee": p, "root_cause": p, "note": p, "first_seen": 1795859329, "last_seen": 1795859329, "n_revision": 2, "revised_at": 1795859329, "changed": 2,
             "ticketed": 1}
    old = {**published, "text": p + " before"}
    yield {"t": "mention", "k": [seq], "r": [known, published]}
    yield {"t": "revision", "k": [seq, 1], "r": [{"n": 1, "seen_at": 1795859000}, old]}
    yield {"t": "journal", "k": [seq, 1], "r": [{"n": 1, "at": 1795859400, "who": p, "mention_id": ident, "action": p, "from": p, "to": p, "note": p, "cause": p}]}


def counters(value, n):
    """The record of the numbers given so far (doc/STORE.md, Records), with room for n mentions and journal entries."""
    b = bytearray.fromhex(value)
    struct.pack_into("<QQQ", b, 32, n, 0, n)
    xxh3 = ctypes.CDLL("libxxhash.so.0").XXH3_64bits
    xxh3.restype = ctypes.c_uint64
    rest = bytes(b[8:])
    struct.pack_into("<Q", b, 0, xxh3(rest, ctypes.c_size_t(len(rest))))
    return b.hex()


def hostile_store(tmp, conf, lines):
    """The path of its settings."""
    export = [json.loads(line) for line in run_earshot("store", "export", "-c", conf).stdout.splitlines()]
    given = next(r for r in export if r.get("key") == b"counters".hex())
    rows = [export[0], {**given, "value": counters(given["value"], len(lines) + 1)}]
    records = [r for i, p in enumerate(["x"] + lines) for r in mention(i + 1, p)]
    rows += sorted(records, key=lambda r: ("mention", "revision", "journal").index(r["t"]))
    rows.append({"t": "end", "lines": len(rows) + 1})
    file, settings = tmp / "hostile.jsonl", tmp / "hostile.conf"
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in rows) + "\n", encoding="utf-8")
    settings.write_text(pathlib.Path(conf).read_text(encoding="utf-8").replace(str((tmp / "store").resolve()), str((tmp / "hostile").resolve())), encoding="utf-8")
    r = run_earshot("store", "import", file, "--store", tmp / "hostile", "-c", settings)
    if r.returncode != 0:
        raise RuntimeError(f"the hostile store could not be made: {r.stderr}")
    return settings
