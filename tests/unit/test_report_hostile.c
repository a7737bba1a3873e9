/* Hostile words in every field of every mention: what reaches a terminal, a log, a mail, a spreadsheet and a browser must be harmless and of
 * the same shape as with "x". With EARSHOT_RELIABILITY its lists of payloads are run, too. */
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "report/report.h"
#include "tests/unit/report_fixture.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const own[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "]]><!-- --><b>",
    "&lt;b&gt; &amp;quot;",
    "{{7*7}} ${7*7}",
    "\033[31mred\033]0;title\007",
    "\302\2335m C1",
    "\xE2\x80\xAEgnp.exe",
    "a\r\nb\tc\001\002\177",
    "=cmd|'/c calc'!A1",
    "\t=1+1",
    "  @SUM(A1)",
    "\357\274\2351+1",
    "-2+3",
    "+2",
    "\"quoted\", \"and\ncut\"",
    "\xFF\xFE\xC0\x80 not utf-8",
    "%s%n%x%1$s",
    "\xEF\xBF\xBE\xEF\xBF\xBF",
    "",
    " ",
    "\n\n\n",
};

typedef enum err make_fn(const struct report_in *in, const char *format, struct strbuf *out);

static enum err make_show(const struct report_in *in, const char *format, struct strbuf *out)
{
    return report_show(in, "x:1", format, out);
}
static enum err make_explain(const struct report_in *in, const char *format, struct strbuf *out)
{
    return report_explain(in, "x:1", format, out);
}
static enum err make_status(const struct report_in *in, const char *format, struct strbuf *out)
{
    int code;
    return report_status(in, format, out, &code);
}

/* The payload in every string that can come from outside or from the config. */
static void poison(struct fixture *f, const char *s)
{
    static const char *causes[2];
    static struct score_word words[2];
    fixture_init(f);
    f->in.settings = NULL; /* its sources would stand before the poisoned ones in the list of those not read */
    causes[0] = causes[1] = s;
    words[0] = (struct score_word){s, -1, s}, words[1] = (struct score_word){s, 0.5f, "word"};
    for (size_t i = 0; i < f->store.n_finding; i++) {
        struct finding *x = &f->finding[i];
        struct mention *m = &x->mention;
        const char **field[] = {
            &m->native_id,    &m->url,          &m->parent_id,  &m->author.name,    &m->author.id, &m->author.url,
            &m->author.place, &m->title,        &m->text,       &m->pros,           &m->cons,      &m->lang,
            &m->verification, &m->reply.author, &m->reply.text, &x->brand,          &x->source,    &x->channel,
            &x->assignee,     &x->root_cause,   &x->note,       &x->score.order_ref};
        for (size_t k = 0; k < sizeof field / sizeof *field; k++)
            *field[k] = s;
        m->id = i ? s : "x:1";
        x->score.cause = causes, x->score.n_cause = 2, x->score.word = words, x->score.n_word = 2;
        if (x->judgement.n_sign)
            x->judgement.sign[0].name = s;
    }
    for (size_t i = 0; i < f->store.n_health; i++) {
        struct source_health *h = &f->health[i];
        h->key = h->brand = h->site = h->url = h->reason = h->via = s;
        h->outcome = OUTCOME_BLOCKED;
    }
    for (int i = 0; i < 2; i++) {
        f->revision[i].mention = f->finding[0].mention;
        f->revision[i].mention.title = i ? s : "before";
        struct journal_entry *e = &f->journal[i];
        e->who = e->mention_id = e->action = e->from = e->to = e->note = e->cause = s;
    }
}

static void must(enum err e)
{
    if (e != ERR_OK)
        fail_msg("%s", err_text());
}

/* Our own styles and links taken out. */
static size_t strip_styles(char *s, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n;) {
        if (s[i] == '\033' && i + 1 < n && s[i + 1] == '[') {
            size_t k = i + 2;
            while (k < n && strchr("0123456789;", s[k]))
                k++;
            if (k < n && s[k] == 'm') {
                i = k + 1;
                continue;
            }
        }
        if (n - i > 5 && memcmp(s + i, "\033]8;;", 5) == 0) {
            size_t k = i + 5;
            while (k < n && s[k] > ' ' && s[k] < 0x7f)
                k++;
            if (k + 1 < n && s[k] == '\033' && s[k + 1] == '\\') {
                i = k + 2;
                continue;
            }
        }
        s[to++] = s[i++];
    }
    return to;
}

static void check_terminal(const char *what, const char *payload, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t len;
        uint32_t cp = utf8_next(s + i, n - i, &len);
        bool control = (cp < 0x20 && cp != '\n') || (cp >= 0x7F && cp < 0xA0),
             bidi = (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200E || cp == 0x200F;
        if (control || bidi)
            fail_msg("%s: U+%04X reaches the terminal with \"%s\"", what, (unsigned)cp, payload);
        i += len;
    }
    if (!utf8_valid(s, n))
        fail_msg("%s: not UTF-8 with \"%s\"", what, payload);
}

static void run_terminal(struct fixture *f, const char *payload, struct strbuf *out)
{
    static const struct {
        const char *name, *format;
        make_fn *make;
    } v[] = {{"brief", "text", report_brief},   {"queue", "text", report_queue},   {"show", "text", make_show},
             {"explain", "text", make_explain}, {"report", "text", report_period}, {"status", "text", make_status},
             {"status", "nagios", make_status}, {"status", "prom", make_status},   {"brief", "json", report_brief},
             {"show", "json", make_show},       {"status", "json", make_status},   {"report", "json", report_period}};
    for (int color = 0; color < 2; color++)
        for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
            f->in.color = color;
            strbuf_clear(out);
            must(v[i].make(&f->in, v[i].format, out));
            /* JSON keeps what was collected, escaped; format characters are data there */
            if (strcmp(v[i].format, "json") == 0) {
                for (size_t k = 0; k < out->n; k++)
                    if ((unsigned char)out->s[k] < 0x20 && out->s[k] != '\n')
                        fail_msg("raw control byte in JSON with \"%s\"", payload);
                continue;
            }
            size_t n = strip_styles(out->s, out->n);
            check_terminal(v[i].name, payload, out->s, n);
            if (strcmp(v[i].format, "nagios") == 0 && memchr(out->s, '\n', n) != out->s + n - 1)
                fail_msg("nagios: more than one line with \"%s\"", payload);
        }
}

/* RFC 4648, for what the mail holds; blanks and line ends are skipped. */
static void decode(struct strbuf *out, const char *s, const char *end)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int n = 0;
    for (; s < end; s++) {
        const char *at = *s && *s != '=' ? strchr(digit, *s) : NULL;
        if (!at)
            continue;
        bits = bits << 6 | (uint32_t)(at - digit);
        n += 6;
        if (n >= 8) {
            n -= 8;
            strbuf_putc(out, (char)(bits >> n & 255));
        }
    }
}

/* A mail: ASCII lines, the headers that we write and no other, and in its text nothing that a terminal obeys. */
static void run_mail(struct fixture *f, const char *payload, struct strbuf *out)
{
    static const char *const header[] = {"From: ", "To: ", "Subject: ", "Date: ", "Message-ID: ", "Auto-Submitted: ", "MIME-Version: ", "Content-Type: "};
    struct strbuf text;
    f->in.mail_to = "a@x.example", f->in.mail_from = "b@x.example";
    strbuf_clear(out);
    must(report_brief(&f->in, "mail", out));
    for (size_t i = 0; i < out->n; i++)
        if ((unsigned char)out->s[i] >= 0x7f || ((unsigned char)out->s[i] < ' ' && out->s[i] != '\n'))
            fail_msg("mail: byte %02x with \"%s\"", (unsigned char)out->s[i], payload);
    const char *line = out->s;
    for (size_t i = 0; i < sizeof header / sizeof *header; i++) {
        if (strncmp(line, header[i], strlen(header[i])) != 0)
            fail_msg("mail: no %sin its place with \"%s\": %.200s", header[i], payload, line);
        do /* folded lines belong to it */
            line = strchr(line, '\n') + 1;
        while (*line == ' ');
    }
    assert_true(*line == '\n');
    const char *body = strstr(line + 1, "\n\n") + 2, *end = strstr(body, "\n--");
    strbuf_init(&text, LIMIT_BODY_BYTES);
    decode(&text, body, end);
    assert_true(text.n > 100);
    check_terminal("mail", payload, text.s, text.n);
    strbuf_release(&text);
}

/* One line of the log, read back from where it went. */
static void run_log(const char *payload, struct strbuf *out)
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_true(file && saved >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    log_event(LOG_ERROR, "page", "reason", payload, "url", payload, NULL);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    char *to = strbuf_reserve(out, 65536);
    size_t n = to ? fread(to, 1, 65536, file) : 0;
    fclose(file);
    if (n < 20 || memchr(to, '\n', n) != to + n - 1)
        fail_msg("log: not one line with \"%s\"", payload);
    check_terminal("log", payload, to, n);
}

/* RFC 4180, read back: no field may look like a formula, numbers excepted. */
static void check_csv(const char *payload, const char *s, size_t n)
{
    size_t i = 3, fields = 0, columns = 0; /* after the byte order mark */
    while (i < n) {
        bool quoted = s[i] == '"';
        char first = s[i + quoted];
        if (quoted) {
            if (first && strchr("=+-@\t\r", first))
                fail_msg("csv: a field begins with '%c' with \"%s\"", first, payload);
            for (i++; !(s[i] == '"' && s[i + 1] != '"'); i += s[i] == '"' ? 2 : 1)
                if (i >= n)
                    fail_msg("csv: open quote with \"%s\"", payload);
            i++;
        } else {
            size_t len = strcspn(s + i, ",\r");
            if (strspn(s + i, "0123456789.-:TZ") < len)
                fail_msg("csv: unquoted text with \"%s\"", payload);
            i += len;
        }
        fields++;
        if (s[i] == ',') {
            i++;
        } else if (s[i] == '\r' && s[i + 1] == '\n') {
            i += 2;
            if (columns == 0)
                columns = fields;
            if (fields != columns)
                fail_msg("csv: %zu fields of %zu with \"%s\"", fields, columns, payload);
            fields = 0;
        } else {
            fail_msg("csv: byte %02x after a field with \"%s\"", (unsigned char)s[i], payload);
        }
    }
}

/* Names of elements and attributes in document order; texts and values left out, but for what a link or style could carry. */
static void skeleton(struct strbuf *out, const xmlNode *node)
{
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        strbuf_printf(out, "<%s", (const char *)node->name);
        for (const xmlAttr *a = node->properties; a; a = a->next) {
            xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);
            strbuf_printf(out, " %s", (const char *)a->name);
            if (strcmp((const char *)a->name, "href") == 0 && strncmp((const char *)value, "http", 4) != 0)
                fail_msg("href to %s", (const char *)value);
            if (strcmp((const char *)a->name, "class") == 0)
                strbuf_printf(out, "=%s", (const char *)value);
            xmlFree(value);
        }
        strbuf_puts(out, ">");
        skeleton(out, node->children);
        strbuf_puts(out, "/");
    }
}

static void ignore_error(void *ctx, const char *fmt, ...)
{
    (void)ctx, (void)fmt;
}

static void read_atom(struct fixture *f, const char *payload, struct strbuf *out, struct strbuf *as_xml)
{
    strbuf_clear(out);
    must(report_period(&f->in, "atom", out));
    xmlDoc *d = xmlReadMemory(out->s, (int)out->n, NULL, NULL, XML_PARSE_NONET);
    if (!d)
        fail_msg("atom: not well-formed with \"%s\"", payload);
    skeleton(as_xml, xmlDocGetRootElement(d));
    xmlFreeDoc(d);
}

static void read_back(struct fixture *f, make_fn *make, const char *payload, struct strbuf *out, struct strbuf *as_xml,
                      struct strbuf *as_html)
{
    f->in.color = false;
    strbuf_clear(out);
    must(make(&f->in, "html", out));
    xmlDoc *d = xmlReadMemory(out->s, (int)out->n, NULL, "UTF-8", XML_PARSE_NONET);
    if (!d)
        fail_msg("html: not well-formed with \"%s\"", payload);
    skeleton(as_xml, xmlDocGetRootElement(d));
    xmlFreeDoc(d);
    d = htmlReadMemory(out->s, (int)out->n, NULL, "UTF-8", HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
    skeleton(as_html, xmlDocGetRootElement(d));
    xmlFreeDoc(d);
}

static void run_html(struct fixture *f, const char *payload, struct strbuf *out, struct strbuf *as_xml, struct strbuf *as_html)
{
    strbuf_clear(as_xml);
    strbuf_clear(as_html);
    read_back(f, report_period, payload, out, as_xml, as_html);
    read_back(f, report_brief, payload, out, as_xml, as_html);
    read_atom(f, payload, out, as_xml);
}

struct bench {
    struct fixture f;
    struct strbuf out, xml, html, xml_x, html_x;
    size_t n;
};

static void bench_init(struct bench *b)
{
    struct strbuf *all[] = {&b->out, &b->xml, &b->html, &b->xml_x, &b->html_x};
    memset(b, 0, sizeof *b);
    for (size_t i = 0; i < 5; i++)
        strbuf_init(all[i], LIMIT_BODY_BYTES);
    poison(&b->f, "x");
    run_html(&b->f, "x", &b->out, &b->xml_x, &b->html_x);
    assert_true(b->xml_x.n > 1000 && b->html_x.n > 1000);
}

static void bench_release(struct bench *b)
{
    struct strbuf *all[] = {&b->out, &b->xml, &b->html, &b->xml_x, &b->html_x};
    for (size_t i = 0; i < 5; i++)
        strbuf_release(all[i]);
}

static void run(struct bench *b, const char *payload)
{
    poison(&b->f, payload);
    run_terminal(&b->f, payload, &b->out);
    run_mail(&b->f, payload, &b->out);
    strbuf_clear(&b->out);
    run_log(payload, &b->out);
    strbuf_clear(&b->out);
    must(report_queue(&b->f.in, "csv", &b->out));
    check_csv(payload, b->out.s, b->out.n);
    strbuf_clear(&b->out);
    must(report_period(&b->f.in, "csv", &b->out));
    check_csv(payload, b->out.s, b->out.n);
    for (size_t i = 0; i < b->f.store.n_finding; i++)
        if (strncmp(payload, "http", 4) == 0)
            b->f.finding[i].mention.url = "x";
    run_html(&b->f, payload, &b->out, &b->xml, &b->html);
    if (strcmp(b->xml.s, b->xml_x.s) != 0)
        fail_msg("html: another skeleton (XML) with \"%s\"", payload);
    if (strcmp(b->html.s, b->html_x.s) != 0)
        fail_msg("html: another skeleton (HTML) with \"%s\"", payload);
    b->n++;
}

static void test_own(void **state)
{
    (void)state;
    static struct bench b;
    bench_init(&b);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        run(&b, own[i]);
    bench_release(&b);
}

/* The value of a JSON string beginning at s (after the quote), into out; returns what follows. Only what these lists use. */
static const char *unescape(const char *s, struct strbuf *out)
{
    while (*s && *s != '"') {
        if (*s != '\\') {
            strbuf_putc(out, *s++);
            continue;
        }
        const char *from = "nrtbf", *to = "\n\r\t\b\f", *at = s[1] ? strchr(from, s[1]) : NULL;
        if (s[1] == 'u') {
            unsigned cp = 0, low = 0;
            char buf[4];
            sscanf(s + 2, "%4x", &cp);
            s += 6;
            if (cp >= 0xD800 && cp < 0xDC00 && s[0] == '\\' && s[1] == 'u' && sscanf(s + 2, "%4x", &low) == 1) {
                cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
                s += 6;
            }
            if (cp)
                strbuf_add(out, buf, utf8_encode(cp, buf));
            continue;
        }
        strbuf_putc(out, at ? to[at - from] : s[1]);
        s += 2;
    }
    return s;
}

static void run_list(const char *dir, const char *name)
{
    static struct bench b;
    struct strbuf file, payload;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    strbuf_init(&file, LIMIT_BODY_BYTES);
    strbuf_init(&payload, LIMIT_BODY_BYTES);
    must(strbuf_read_file(&file, path));
    bench_init(&b);
    bool json = strstr(name, ".jsonl") != NULL;
    for (char *line = file.s, *next; *line; line = next) {
        size_t n = strcspn(line, "\n");
        next = line + n + (line[n] != 0);
        line[n] = 0;
        strbuf_clear(&payload);
        const char *begin = json ? strstr(line, "\"s\": \"") : line[0] == '"' ? line : NULL;
        if (begin)
            unescape(begin + (json ? 6 : 1), &payload);
        else
            strbuf_puts(&payload, line);
        run(&b, payload.s);
    }
    print_message("%s: %zu payloads\n", name, b.n);
    assert_true(b.n > 20);
    bench_release(&b);
    strbuf_release(&file);
    strbuf_release(&payload);
}

static void test_lists(void **state)
{
    (void)state;
    const char *dir = getenv("EARSHOT_RELIABILITY");
    if (!dir) {
        print_message("EARSHOT_RELIABILITY is not set: only our own payloads were run\n");
        skip();
    }
    run_list(dir, "xss_payloads.txt");
    run_list(dir, "csv_injection.txt");
    run_list(dir, "terminal_escapes.jsonl");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_own), cmocka_unit_test(test_lists)};
    i18n_init("en");
    xmlSetGenericErrorFunc(NULL, ignore_error);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
