#include "report/html.h"

#include "base/utf8.h"
#include "report/fmt.h"

#include <libxml/xmlwriter.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HTML_TEXT_BYTES ((size_t)4 * 1024 * 1024)
#define X(s)            ((const xmlChar *)(s))

/* utf8_terminal takes the control characters out; U+FFFE and U+FFFF remain, which XML 1.0 forbids and HTML calls an error. */
void html_clean(struct strbuf *out, const char *text, bool keep_newlines)
{
    size_t to = 0;
    strbuf_clear(out);
    utf8_terminal(out, text ? text : "", keep_newlines);
    for (size_t i = 0; i < out->n;) {
        size_t len;
        uint32_t cp = utf8_next(out->s + i, out->n - i, &len);
        if (cp != 0xFFFE && cp != 0xFFFF) {
            memmove(out->s + to, out->s + i, len);
            to += len;
        }
        i += len;
    }
    out->n = to;
    out->s[to] = 0;
}

static void meta(struct html *h, const char *key, const char *name, const char *content)
{
    xmlTextWriterStartElement(h->w, X("meta"));
    xmlTextWriterWriteAttribute(h->w, X(key), X(name));
    if (content)
        xmlTextWriterWriteAttribute(h->w, X("content"), X(content));
    xmlTextWriterEndElement(h->w);
    xmlTextWriterWriteRaw(h->w, X("\n"));
}

/* A page that stands alone brings its policy along; a server sends it as headers. */
static bool begin(struct html *h, const char *lang, const char *title, bool alone)
{
    h->buf = xmlBufferCreate();
    h->w = h->buf ? xmlNewTextWriterMemory(h->buf, 0) : NULL;
    if (!h->w) {
        if (h->buf)
            xmlBufferFree(h->buf);
        return false;
    }
    xmlTextWriterWriteRaw(h->w, X("<!DOCTYPE html>\n"));
    html_open(h, "html", NULL);
    html_attr(h, "lang", lang);
    html_open(h, "head", NULL);
    meta(h, "charset", "utf-8", NULL);
    if (alone)
        meta(h, "http-equiv", "Content-Security-Policy",
             "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    meta(h, "name", "viewport", "width=device-width, initial-scale=1");
    if (alone)
        meta(h, "name", "referrer", "no-referrer");
    meta(h, "name", "robots", "noindex");
    meta(h, "name", "color-scheme", "light dark");
    html_put(h, "title", NULL, title);
    return true;
}

bool html_begin(struct html *h, const char *lang, const char *title)
{
    if (!begin(h, lang, title, true))
        return false;
    html_open(h, "style", NULL);
    xmlTextWriterWriteRaw(h->w, X(html_style));
    html_close(h);
    html_close(h);
    html_open(h, "body", NULL);
    return true;
}

static void linked(struct html *h, const char *rel, const char *href)
{
    html_open(h, "link", NULL);
    html_attr(h, "rel", rel);
    html_attr(h, "href", href);
    html_void(h);
}

bool html_begin_served(struct html *h, const char *lang, const char *title, const char *style, const char *icon, const char *script)
{
    if (!begin(h, lang, title, false))
        return false;
    linked(h, "stylesheet", style);
    linked(h, "icon", icon);
    if (script) {
        html_open(h, "script", NULL);
        html_attr(h, "src", script);
        html_attr(h, "defer", "defer");
        html_close(h);
    }
    html_close(h);
    html_open(h, "body", NULL);
    return true;
}

void html_end(struct html *h, struct strbuf *out)
{
    html_close(h);
    html_close(h);
    xmlTextWriterWriteRaw(h->w, X("\n"));
    xmlFreeTextWriter(h->w); /* flushes */
    strbuf_add(out, xmlBufferContent(h->buf), (size_t)xmlBufferLength(h->buf));
    xmlBufferFree(h->buf);
    *h = (struct html){NULL, NULL};
}

void html_open(struct html *h, const char *tag, const char *class_name)
{
    xmlTextWriterStartElement(h->w, X(tag));
    if (class_name)
        xmlTextWriterWriteAttribute(h->w, X("class"), X(class_name));
}

/* The full form always: <div/> would be an open <div> to a browser. */
void html_close(struct html *h)
{
    xmlTextWriterFullEndElement(h->w);
}

void html_void(struct html *h)
{
    xmlTextWriterEndElement(h->w);
}

void html_attr(struct html *h, const char *name, const char *value)
{
    struct strbuf b;
    strbuf_init(&b, HTML_TEXT_BYTES);
    html_clean(&b, value, false);
    xmlTextWriterWriteAttribute(h->w, X(name), X(b.s));
    strbuf_release(&b);
}

void html_attr_printf(struct html *h, const char *name, const char *fmt, ...)
{
    char value[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(value, sizeof value, fmt, ap);
    va_end(ap);
    value[utf8_valid_prefix(value, strlen(value))] = 0;
    html_attr(h, name, value);
}

void html_text(struct html *h, const char *text)
{
    struct strbuf b;
    if (!text || !*text)
        return;
    strbuf_init(&b, HTML_TEXT_BYTES);
    html_clean(&b, text, false);
    xmlTextWriterWriteString(h->w, X(b.s));
    strbuf_release(&b);
}

void html_printf(struct html *h, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text[utf8_valid_prefix(text, strlen(text))] = 0;
    html_text(h, text);
}

void html_put(struct html *h, const char *tag, const char *class_name, const char *text)
{
    html_open(h, tag, class_name);
    html_text(h, text);
    html_close(h);
}

void html_link(struct html *h, const char *url, const char *class_name, const char *text)
{
    if (!fmt_is_link(url)) {
        html_put(h, "span", class_name, text);
        return;
    }
    html_open(h, "a", class_name);
    html_attr(h, "href", url);
    html_attr(h, "rel", "noopener noreferrer nofollow");
    html_text(h, text);
    html_close(h);
}
