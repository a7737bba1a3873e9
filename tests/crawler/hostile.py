#!/usr/bin/env python3
"""Hostile servers and addresses against the real fetch loop, inside a network namespace that has nothing but lo.

Needs EARSHOT_RELIABILITY (a folder with hostile_server.py, dns_stub.py, ssrf_urls_thirdparty.txt) and the right to `unshare`; is skipped (77)
otherwise. Each of the server's answers must end in the outcome pinned here, within a minute, while other hosts go on; no TCP connection may be tried
to an address that the settings do not name.
"""
import ipaddress
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["EARSHOT_BIN"]).parent if os.environ.get("EARSHOT_BIN") else TOP / "b"
FETCH = os.environ.get("EARSHOT_FETCH_URL", str(BUILD / "tests/tools/fetch_url"))
RELIABILITY = os.environ.get("EARSHOT_RELIABILITY")
PORT = 18440
MINUTE_S = 60

# outcome -> answers. "none": whole answers, for the parser to judge
PINNED = {
    "none": """ok altsvc captcha_200 chunk_1byte cl_too_small cs_invalid_utf8 cs_koi8_nometa cs_lie_1251_is_utf8
        cs_lie_utf8_is_1251 cs_meta_vs_header cs_unknown cs_utf16_bom cs_utf7 ct_huge ct_lie_html_as_png ct_lie_png ct_none
        date_1970 empty_200 etag_crlf etag_huge header_bare_lf header_folded hsts lastmod_garbage login_wall no_cl_close
        nul_bytes pipelined_garbage redir_refresh_meta soft404 te_and_cl 204_with_body""",
    "baddata": "ce_chain50 ce_lie_plain_as_gzip ce_unknown gz_badcrc gz_trailing",
    "blocked": "status_999",
    "gone": "redir_crlf redir_spaces redir_utf8",
    "network": """close_at_once http09 never_answer redir_decimal redir_hex redir_loopback_port redir_metadata redir_octal
        redir_private10 redir_short redir_v4mapped redir_v6_loop redir_zero rst slow_headers status_garbage upgrade_h2c
        chunk_badhex chunk_noend chunk_overflow chunk_trunc cl_negative cl_too_big cl_two_diff gz_trunc
        header_nul rst_mid_body slow_body redir_backslash redir_bignum redir_data redir_dict redir_empty
        redir_file redir_ftp redir_gopher redir_js redir_long redir_nohost redir_scp redir_userinfo redirect_chain
        redirect_loop 304_no_etag 304_with_body""",
    "slowdown": "429_date 429_garbage 429_huge 429_negative 429_past_date 429_secs 503_none 503_secs",
    "toobig": """1xx_endless bomb_br bomb_gzip bomb_gzipgzip bomb_html bomb_members bomb_zstd chunk_ext_huge chunk_trailers_endless cl_huge
        cl_overflow endless_body endless_chunked header_one_huge header_set_cookie_many headers_endless""",
}
RETRY_AFTER_S = {"429_date": 86400, "429_garbage": -1, "429_huge": 86400, "429_negative": -1, "429_past_date": 1, "429_secs": 7, "503_none": -1,
                 "503_secs": 2}

# writes "ADDRESS PORT" of every TCP connection that is tried
SPY = r"""
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
int connect(int fd, const struct sockaddr *a, socklen_t n)
{
    static int (*real)(int, const struct sockaddr *, socklen_t);
    int type = 0; socklen_t len = sizeof type; char ip[64] = "?";
    if (!real) real = (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "connect");
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
    if (type == SOCK_STREAM && (a->sa_family == AF_INET || a->sa_family == AF_INET6)) {
        int six = a->sa_family == AF_INET6;
        const void *at = six ? (const void *)&((const struct sockaddr_in6 *)a)->sin6_addr : (const void *)&((const struct sockaddr_in *)a)->sin_addr;
        int port = ntohs(six ? ((const struct sockaddr_in6 *)a)->sin6_port : ((const struct sockaddr_in *)a)->sin_port);
        FILE *f = fopen(getenv("SPY_LOG"), "a");
        inet_ntop(a->sa_family, at, ip, sizeof ip);
        if (f) { fprintf(f, "%s %d\n", ip, port); fclose(f); }
    }
    return real(fd, a, n);
}
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def fetch(urls, options, env=None):
    """Run the driver; {url: result}, the summary, seconds."""
    began = time.monotonic()
    run = subprocess.run([FETCH, *options], input="\n".join(urls) + "\n", text=True, capture_output=True, timeout=5 * MINUTE_S,
                         env={**os.environ, **(env or {})})
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode or not lines:
        sys.exit(f"fetch_url ended with {run.returncode}: {run.stderr[-2000:]}")
    results = {}
    for line in lines[:-1]:
        if line["url"] in results:
            sys.exit(f"{line['url']} was handed on twice")
        results[line["url"]] = line
    return results, lines[-1], time.monotonic() - began


def build_spy(folder):
    source = folder / "spy.c"
    source.write_text(SPY, encoding="ascii")
    done = subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", folder / "spy.so", source], capture_output=True, text=True)
    return folder / "spy.so" if done.returncode == 0 else None


def hostile(failures):
    wanted = {name: outcome for outcome, names in PINNED.items() for name in names.split()}
    listed = subprocess.run([sys.executable, "hostile_server.py", "0", "list"], cwd=RELIABILITY, capture_output=True, text=True).stdout.split()
    for name in set(listed) ^ set(wanted):
        failures.append(f"{name}: not in both tables")
    good = [f"good{i}.example" for i in range(20)]
    hosts = {name: name.replace("_", "-") + ".example" for name in wanted}
    options = ["--connections", "200"]
    for host in [*hosts.values(), *good]:
        options += ["--connect-to", f"{host}:80:127.0.0.1:{PORT}"]
    urls = {f"http://{host}/{name}": name for name, host in hosts.items()}
    results, summary, seconds = fetch([*urls, *(f"http://{host}/ok" for host in good)], options)
    for url, name in urls.items():
        got = results.get(url, {"outcome": "nothing", "reason": "", "retry_after_s": 0})
        if got["outcome"] != wanted[name]:
            failures.append(f"{name}: {got['outcome']} ({got['reason']}), not {wanted[name]}")
        if name in RETRY_AFTER_S and got["retry_after_s"] != RETRY_AFTER_S[name]:
            failures.append(f"{name}: Retry-After {got['retry_after_s']}, not {RETRY_AFTER_S[name]}")
    for host in good:
        got = results.get(f"http://{host}/ok")
        if not got or got["outcome"] != "none" or got["elapsed_ms"] > 12000:
            failures.append(f"{host}: {got}")
    if seconds > MINUTE_S:
        failures.append(f"took {seconds:.0f} s")
    print(f"{len(urls)} hostile answers and {len(good)} good hosts in {seconds:.1f} s, {summary}")


def addresses(failures, folder):
    """Third-party lists of URLs, and names that resolve to private addresses: no TCP connection
    to an address that is not public may be tried."""
    spy = build_spy(folder)
    if not spy:
        print("skipped: no C compiler for the connection spy")
        return
    log = folder / "connects"
    log.write_text("")
    raw = (pathlib.Path(RELIABILITY) / "ssrf_urls_thirdparty.txt").read_bytes().decode("utf-8", "replace")
    urls = [u.strip() for u in raw.splitlines() if u.strip()]
    urls += [f"http://{name}.test:{PORT}/ok" for name in "ok rebind private nx servfail many v6 mapped meta zero garbage cname".split()]
    urls = list(dict.fromkeys(u for u in urls if "\0" not in u))
    # the spy comes before a sanitizer's own library, which minds unless it is told not to
    watched = {"LD_PRELOAD": str(spy), "SPY_LOG": str(log), "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
    results, _, seconds = fetch(urls, ["--connections", "200"], watched)
    tried = log.read_text().split("\n")[:-1]
    for line in sorted(set(tried)):
        if not ipaddress.ip_address(line.split()[0]).is_global:
            failures.append(f"a connection to {line} was tried")
    for url in urls:
        if results.get(url, {}).get("outcome") not in ("network", "baddata", "robots"):
            failures.append(f"{url}: {results.get(url)}")
    # the spy itself works, and a name that is allowed gets through
    results, _, _ = fetch([f"http://ok.test:{PORT}/ok"], ["--allow-private", "ok.test"], watched)
    if results[f"http://ok.test:{PORT}/ok"]["outcome"] != "none" or f"127.0.0.1 {PORT}" not in log.read_text():
        failures.append(f"allowed host: {results}")
    print(f"{len(urls)} forbidden URLs in {seconds:.1f} s, {len(tried)} connections to public addresses tried")


def inside():
    failures = []
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        subprocess.run(["mount", "--bind", folder / "resolv.conf", "/etc/resolv.conf"], check=True)
        env = {**os.environ, "HS_LIFE": "200", "DNS_LIFE": "200"}
        children = [subprocess.Popen([sys.executable, script, *args], cwd=RELIABILITY, env=env, stderr=subprocess.DEVNULL)
                    for script, args in (("hostile_server.py", [str(PORT)]), ("dns_stub.py", ["53"]))]
        try:
            wait_for_server()
            hostile(failures)
            addresses(failures, folder)
        finally:
            for child in children:
                child.terminate()
                child.wait()
    for line in failures:
        print("FAILED", line)
    return 1 if failures else 0


def wait_for_server():
    import socket
    for _ in range(1000):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", PORT)) == 0:
                return
        time.sleep(0.01)
    sys.exit("hostile_server.py does not listen")


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "inside":
        return inside()
    if not RELIABILITY:
        skip("EARSHOT_RELIABILITY is not set")
    unshare = ["unshare", "-n", "-m"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        skip("network namespaces are not permitted here")
    return subprocess.run([*unshare, sys.executable, __file__, "inside"]).returncode


if __name__ == "__main__":
    sys.exit(main())
