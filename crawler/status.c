#include "crawler/status.h"

#include <string.h>

const char *status_header(struct arena *a, const char *headers, const char *name)
{
    size_t n = strlen(name);
    const char *found = NULL;
    bool list = strcmp(name, "content-encoding") == 0;
    for (const char *at = headers ? headers : ""; *at; at += *at == '\n') {
        size_t line = strcspn(at, "\n");
        if (line > n && at[n] == ':' && strncmp(at, name, n) == 0) {
            const char *v = at + n + 1;
            size_t len = line - n - 1;
            while (len && (*v == ' ' || *v == '\t')) {
                v++;
                len--;
            }
            while (len && (v[len - 1] == ' ' || v[len - 1] == '\t'))
                len--;
            found = found && list ? arena_printf(a, "%s, %.*s", found, (int)len, v) : arena_strndup(a, v, len);
        }
        at += line;
    }
    return found;
}

void status_judge(struct page *p, bool conditional, const char *mitigated)
{
    int s = p->status;
    if (s == 304 && conditional)
        page_fail(p, OUTCOME_UNCHANGED, "HTTP 304");
    else if (s == 304)
        page_fail(p, OUTCOME_NETWORK, "HTTP 304 without having been asked for it");
    else if (mitigated && s >= 400)
        page_fail(p, OUTCOME_BLOCKED, "HTTP %d (%.40s)", s, mitigated);
    else if (s >= 200 && s < 400)
        p->outcome = OUTCOME_NONE;
    else if (s == 404 || s == 410)
        page_fail(p, OUTCOME_GONE, "HTTP %d", s);
    else if (s == 429 || s == 503)
        page_fail(p, OUTCOME_SLOWDOWN, "HTTP %d", s);
    else if (s == 401 || s == 403 || s == 407 || s == 451 || s == 999)
        page_fail(p, OUTCOME_BLOCKED, "HTTP %d", s);
    else
        page_fail(p, OUTCOME_NETWORK, "HTTP %d", s);
}
