#include "report/html.h"

#include "base/utf8.h"
#include "report/fmt.h"

#include <libxml/xmlwriter.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HTML_TEXT_BYTES ((size_t)4 * 1024 * 1024)
#define X(s)            ((const xmlChar *)(s))

/* No '<', '>' or '&' in here: it is the only thing that is written raw. Colours: Okabe and Ito's palette (vermilion and blue
 * differ for every kind of colour vision). */
static const char style_sheet[] =
    ":root{--bg:#f5f4f0;--card:#fff;--ink:#1d2127;--soft:#5c6470;--line:#e4e2db;--neg:#b84a06;--neu:#b9b6ad;--pos:#0b6aa8;--"
    "star:#b07a00;--warn-bg:#fdf0e6;--ok-bg:#eaf3f8;"
    "--shadow:0 1px 2px rgba(29,33,39,.05),0 6px 20px rgba(29,33,39,.05);color-scheme:light dark}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1d2026;--ink:#eceae4;--soft:#a2a8b2;--line:#30343c;--neg:#"
    "f0803c;--neu:#6b6f77;--pos:#56b0e8;--star:#e5b13a;--warn-bg:#33251a;"
    "--ok-bg:#17262f;--shadow:none}}\n"
    "*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}\n"
    "body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto "
    "Sans\",\"Liberation Sans\",sans-serif;font-variant-numeric:tabular-nums}\n"
    "main{max-width:1080px;margin:0 auto;padding:40px 24px 56px}\n"
    "header{margin:0 0 24px}h1{font-size:34px;line-height:1.15;letter-spacing:-.02em;margin:0 0 "
    "6px;font-weight:680;overflow-wrap:anywhere}\n"
    "h2{font-size:19px;line-height:1.3;letter-spacing:-.005em;margin:0;font-weight:650}h3{font-size:16px;margin:0;font-weight:"
    "600}\n"
    ".sub{color:var(--soft);margin:0}.soft{color:var(--soft)}.small{font-size:13.5px}\n"
    ".health{display:flex;gap:12px;align-items:baseline;padding:14px 18px;border-radius:12px;margin:0 0 "
    "24px;background:var(--ok-bg);border-left:5px solid var(--pos);overflow-wrap:anywhere}\n"
    ".health.bad{background:var(--warn-bg);border-left-color:var(--neg)}.health "
    "p{margin:0;font-weight:550}.mark{font-weight:700;color:var(--pos)}.bad .mark{color:var(--neg)}\n"
    ".figures{display:grid;grid-template-columns:repeat(5,1fr);gap:14px;margin:0 0 14px}\n"
    ".card{background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:var(--shadow);padding:20px "
    "22px;margin:0 0 14px;min-width:0}\n"
    ".figures .card{margin:0;padding:16px "
    "18px}.figure{font-size:31px;line-height:1.15;font-weight:680;letter-spacing:-.02em;margin:3px 0 2px;white-space:nowrap}\n"
    ".figure.neg,.neg-text{color:var(--neg)}.figure.pos{color:var(--pos)}.what{color:var(--soft);font-size:13.5px;margin:0;"
    "line-height:1.35}.note{color:var(--soft);font-size:13px;margin:0;line-height:1.4}\n"
    ".two{display:grid;grid-template-columns:1fr 1fr;gap:14px}.two .card{margin:0 0 14px}\n"
    ".top{display:flex;justify-content:space-between;gap:8px 20px;flex-wrap:wrap;align-items:baseline;margin:0 0 14px}\n"
    ".legend{display:flex;gap:16px;list-style:none;margin:0;padding:0;font-size:13.5px;color:var(--soft);flex-wrap:wrap}."
    "legend li{display:flex;gap:6px;align-items:center}\n"
    ".swatch{width:11px;height:11px;border-radius:3px;display:inline-block}.swatch.neg{background:var(--neg)}.swatch.neu{"
    "background:var(--neu)}.swatch.pos{background:var(--pos)}\n"
    ".plot{display:flex}.plot .axis{width:34px;flex:none}.plot "
    ".area{flex:1;min-width:0;overflow:visible}svg{display:block}svg.bar{border-radius:6px;overflow:hidden}.figures "
    "svg.bar{margin:7px 0 5px}\n"
    "svg "
    "text{fill:var(--soft);font-size:12px;font-family:inherit}.f-neg{fill:var(--neg)}.f-neu{fill:var(--neu)}.f-pos{fill:var(--"
    "pos)}.f-track{fill:var(--line)}.f-star{fill:var(--star)}.f-ink{fill:var(--ink)}.grid{stroke:var(--line);stroke-width:1}\n"
    ".bars{display:grid;grid-template-columns:max-content minmax(60px,1fr) max-content;gap:9px "
    "14px;align-items:center;margin:0}.bars .name{overflow-wrap:anywhere;min-width:0}.bars .num{text-align:right}\n"
    ".bars.wide{grid-template-columns:minmax(110px,max-content) minmax(60px,1fr) "
    "max-content}.stars{color:var(--star);letter-spacing:.06em;white-space:nowrap}\n"
    ".cause{border-top:1px solid var(--line);padding:14px "
    "0}.top+.cause{border-top:0;padding-top:0}.cause:last-child{padding-bottom:0}.cause "
    ".row{display:grid;grid-template-columns:230px 1fr 66px;gap:14px;align-items:center}.cause .num{text-align:right}\n"
    "blockquote{margin:8px 0 0;padding:0 0 0 14px;border-left:3px solid "
    "var(--line);font-size:14.5px;overflow-wrap:anywhere}blockquote p{margin:0}blockquote "
    "footer{color:var(--soft);font-size:13px;margin:0;padding:0;border:0;text-align:left}\n"
    "a{color:var(--pos);text-decoration-thickness:1px;text-underline-offset:2px;overflow-wrap:anywhere}a:focus-visible{outline:"
    "3px solid var(--pos);outline-offset:2px;border-radius:3px}\n"
    "table{border-collapse:collapse;width:100%;font-size:14.5px}th{text-align:left;font-weight:550;color:var(--soft);font-size:"
    "13px;padding:0 12px 8px 0;vertical-align:bottom}\n"
    "td{border-top:1px solid var(--line);padding:9px 12px 9px "
    "0;vertical-align:top;overflow-wrap:anywhere}th:last-child,td:last-child{padding-right:0}.r{text-align:right}.nw{white-"
    "space:nowrap}\n"
    ".tag{display:inline-block;border-radius:999px;padding:1px "
    "10px;font-size:13px;font-weight:550;background:var(--ok-bg);color:var(--pos)}.tag.bad{background:var(--warn-bg);color:var("
    "--neg)}\n"
    ".open{list-style:none;margin:0;padding:0}.open li{border-top:1px solid var(--line);padding:13px 0}.open "
    "li:first-child{border-top:0;padding-top:0}.open li:last-child{padding-bottom:0}.open p{margin:3px 0 "
    "0;overflow-wrap:anywhere}\n"
    ".meta{display:flex;flex-wrap:wrap;gap:2px 12px;font-size:14px;align-items:baseline}.meta "
    "b{font-weight:600}.id{overflow-wrap:anywhere;min-width:0;color:var(--soft);font-size:13px;font-family:ui-monospace,Menlo,Consolas,\"DejaVu Sans "
    "Mono\",monospace}\n"
    ".none{margin:0;color:var(--soft)}body footer.end{color:var(--soft);font-size:13px;margin:22px 0 0;line-height:1.5}\n"
    "@media(max-width:900px){.figures{grid-template-columns:repeat(2,1fr)}.figures .card:last-child{grid-column:1/3}}\n"
    "@media(max-width:640px){main{padding:22px 14px "
    "36px}h1{font-size:26px}.two{grid-template-columns:minmax(0,1fr);gap:0}.figures{gap:10px}.figures .card{padding:13px "
    "14px}.figure{font-size:25px}.card{padding:16px}"
    ".cause .row{grid-template-columns:1fr max-content;gap:5px 12px}.cause .row svg{grid-column:1/3;grid-row:2}\n"
    "table.cards thead{display:none}table.cards tr{display:grid;grid-template-columns:1fr 1fr;gap:2px 14px;border-top:1px "
    "solid var(--line);padding:11px 0}table.cards tbody tr:first-child{border-top:0;padding-top:0}"
    "table.cards td{border:0;padding:0;text-align:left}table.cards td:first-child{grid-column:1/3;font-weight:600}table.cards "
    "td[data-name]::before{content:attr(data-name) \": \";color:var(--soft)}}\n"
    "@media "
    "print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--neg:#b84a06;--neu:#b9b6ad;--pos:#0b6aa8;--star:#"
    "8a6000;--warn-bg:#fff;--ok-bg:#fff;--shadow:none}"
    "body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}main{max-width:none;padding:0}.card,."
    "health{break-inside:avoid;border-radius:4px}.card.long{break-inside:auto}.cause,.open li,tr{break-inside:avoid}"
    ".figures{grid-template-columns:repeat(5,1fr)}.figures .card:last-child{grid-column:auto}.two{grid-template-columns:1fr "
    "1fr}a{color:inherit}@page{size:A4;margin:14mm}}\n";

static void meta(struct html *h, const char *key, const char *name, const char *content)
{
    xmlTextWriterStartElement(h->w, X("meta"));
    xmlTextWriterWriteAttribute(h->w, X(key), X(name));
    if (content)
        xmlTextWriterWriteAttribute(h->w, X("content"), X(content));
    xmlTextWriterEndElement(h->w);
    xmlTextWriterWriteRaw(h->w, X("\n"));
}

bool html_begin(struct html *h, const char *lang, const char *title)
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
    meta(h, "http-equiv", "Content-Security-Policy",
         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    meta(h, "name", "viewport", "width=device-width, initial-scale=1");
    meta(h, "name", "referrer", "no-referrer");
    meta(h, "name", "robots", "noindex");
    meta(h, "name", "color-scheme", "light dark");
    html_put(h, "title", NULL, title);
    html_open(h, "style", NULL);
    xmlTextWriterWriteRaw(h->w, X(style_sheet));
    html_close(h);
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

void html_attr(struct html *h, const char *name, const char *value)
{
    struct strbuf b;
    strbuf_init(&b, HTML_TEXT_BYTES);
    utf8_terminal(&b, value ? value : "", false);
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
    utf8_terminal(&b, text, false);
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
