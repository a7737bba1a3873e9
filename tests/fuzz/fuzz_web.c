/* What the inbox reads by itself: the first byte says which reader gets the rest. */
#include "base/arena.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "web/filter.h"
#include "web/marks.h"
#include "web/users.h"
#include "web/web.h"

#include <string.h>

static void users(const char *text, size_t n)
{
    struct users u = {0};
    size_t line = users_parse(&u, text, n);
    PROMISE(line == 0 || u.n == 0);
    for (size_t i = 0; i < u.n; i++) {
        PROMISE(u.user[i].role >= ROLE_VIEWER && u.user[i].role <= ROLE_ADMIN && u.user[i].name[0] && strlen(u.user[i].name) < USER_NAME_BYTES);
        PROMISE(users_find(&u, u.user[i].name) == &u.user[i]);
    }
    users_release(&u);
}

static void headers(const char *text)
{
    char out[300], host[64];
    const char *name, *password;
    int port = 0;
    const char *lang = web_accept_language(text, "en");
    PROMISE(strcmp(lang, "en") == 0 || strcmp(lang, "ru") == 0 || strcmp(lang, "uk") == 0);
    if (web_basic(text, out, sizeof out, &name, &password))
        PROMISE(name == out && utf8_valid(name, strlen(name)) && strlen(name) + 1 + strlen(password) < sizeof out);
    if (web_address(text, host, &port))
        PROMISE(port >= 0 && port <= 65535 && host[0] && strlen(host) < sizeof host);
}

static const char *same(void *ctx, const char *name)
{
    (void)name;
    return ctx;
}

static void filter(char *text)
{
    struct arena a;
    struct filter f;
    arena_init(&a, 1 << 22);
    filter_read(&f, FILTER_DAYS, same, *text ? text : NULL);
    PROMISE(f.view < VIEW_COUNT && f.page < FILTER_PAGES_MAX && f.days >= 0);
    const char *url = filter_url(&a, "/", &f);
    for (const char *p = url; *p; p++) /* nothing that could end a header or an attribute */
        PROMISE(strchr("/?&=%-._~:", *p) || (*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'z'));
    arena_release(&a);
}

static void marks(const char *text, size_t n)
{
    struct arena a;
    struct html h;
    struct strbuf out;
    const struct score_word w[] = {{n > 8 ? text + n / 2 : text, -1, "word"}, {text, 1, "pair"}};
    const struct score s = {.word = w, .n_word = 2};
    arena_init(&a, 1 << 24);
    strbuf_init(&out, 1 << 24);
    PROMISE(html_begin_served(&h, "en", "t", "s", "i", NULL));
    marks_text(&h, &a, text, &s, NULL);
    html_end(&h, &out);
    PROMISE(utf8_valid(out.s, out.n));
    strbuf_release(&out);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0 || n > 100000)
        return 0;
    char *text = malloc(n);
    PROMISE(text != NULL);
    memcpy(text, data + 1, n - 1);
    text[n - 1] = '\0';
    size_t len = strlen(text);
    if (data[0] % 4 == 0)
        users(text, n - 1);
    else if (data[0] % 4 == 1)
        headers(text);
    else if (data[0] % 4 == 2)
        filter(text);
    else if (utf8_valid(text, len))
        marks(text, len);
    free(text);
    return 0;
}
