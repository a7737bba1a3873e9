/* The open negatives of a period as an Atom feed, for readers and chat tools.
 *
 * Source: RFC 4287. Ids are tag URIs (RFC 4151) made from the mention's id, so that they outlive a changed link. */
#include "report/atom.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "report/fmt.h"
#include "report/html.h"

#include <libxml/xmlwriter.h>

#define X(s) ((const xmlChar *)(s))

static void put_text(xmlTextWriterPtr w, const char *text)
{
    struct strbuf b;
    strbuf_init(&b, LIMIT_BODY_BYTES);
    html_clean(&b, text, true);
    xmlTextWriterWriteString(w, X(b.s));
    strbuf_release(&b);
}

static void element(xmlTextWriterPtr w, const char *name, const char *text)
{
    xmlTextWriterStartElement(w, X(name));
    put_text(w, text);
    xmlTextWriterEndElement(w);
}

static void element_time(xmlTextWriterPtr w, const char *name, int64_t at)
{
    char buf[WHEN_TEXT_BYTES];
    element(w, name, when_format((struct when){at, PRECISION_SECOND}, buf));
}

/* A tag URI takes letters, digits and a few signs; anything else is percent-encoded. */
static void element_id(xmlTextWriterPtr w, const char *id)
{
    struct strbuf b;
    strbuf_init(&b, LIMIT_LINE_BYTES);
    strbuf_puts(&b, "tag:earshot,2026:");
    for (const unsigned char *p = (const unsigned char *)id; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' ||
                     *p == '.' || *p == '_' || *p == ':' || *p == '/';
        if (plain)
            strbuf_putc(&b, (char)*p);
        else
            strbuf_printf(&b, "%%%02X", *p);
    }
    element(w, "id", b.s);
    strbuf_release(&b);
}

static void entry_title(xmlTextWriterPtr w, const struct report_in *in, const struct finding *f)
{
    struct strbuf b;
    fmt_buf stars, site;
    const char *gist = fmt_gist(&f->mention);
    bool cut = false;
    strbuf_init(&b, LIMIT_LINE_BYTES);
    fmt_stars(stars, &f->mention.rating);
    strbuf_printf(&b, "%s%s%s · %s", stars, *stars ? " " : "", fmt_brand(in->settings, f->brand),
                  fmt_site(site, f->mention.id));
    if (gist) {
        strbuf_puts(&b, ": ");
        strbuf_add(&b, gist, fmt_cut(gist, 80, &cut));
    }
    for (size_t i = 0; i < b.n; i++)
        if (b.s[i] == '\n')
            b.s[i] = ' ';
    if (cut)
        strbuf_puts(&b, "…");
    element(w, "title", b.s);
    strbuf_release(&b);
}

static void entry(xmlTextWriterPtr w, const struct report_in *in, const struct finding *f)
{
    const struct mention *m = &f->mention;
    xmlTextWriterStartElement(w, X("entry"));
    element_id(w, m->id);
    entry_title(w, in, f);
    element_time(w, "updated", f->first_seen ? f->first_seen : in->now);
    if (m->published.precision >= PRECISION_MINUTE)
        element_time(w, "published", m->published.at);
    xmlTextWriterStartElement(w, X("author"));
    element(w, "name", m->author.name ? m->author.name : "?");
    xmlTextWriterEndElement(w);
    if (fmt_is_link(m->url)) {
        xmlTextWriterStartElement(w, X("link"));
        xmlTextWriterWriteAttribute(w, X("rel"), X("alternate"));
        xmlTextWriterWriteAttribute(w, X("href"), X(m->url));
        xmlTextWriterEndElement(w);
    }
    xmlTextWriterStartElement(w, X("content"));
    xmlTextWriterWriteAttribute(w, X("type"), X("text"));
    put_text(w, fmt_gist(m));
    xmlTextWriterEndElement(w);
    xmlTextWriterEndElement(w);
}

void atom_write(const struct report_in *in, const struct finding_list *l, struct strbuf *out)
{
    xmlBufferPtr buf = xmlBufferCreate();
    xmlTextWriterPtr w = buf ? xmlNewTextWriterMemory(buf, 0) : NULL;
    int64_t updated = 0;
    if (!w) {
        if (buf)
            xmlBufferFree(buf);
        out->full = true;
        return;
    }
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].first_seen > updated)
            updated = l->at[i].first_seen;
    xmlTextWriterStartDocument(w, "1.0", "UTF-8", NULL);
    xmlTextWriterStartElement(w, X("feed"));
    xmlTextWriterWriteAttribute(w, X("xmlns"), X("http://www.w3.org/2005/Atom"));
    xmlTextWriterWriteAttribute(w, X("xml:lang"), X(i18n_lang()));
    element_id(w, in->brand ? in->brand : "open");
    element(w, "title", _("New negatives"));
    element_time(w, "updated", updated ? updated : in->now);
    for (size_t i = 0; i < l->n; i++)
        entry(w, in, &l->at[i]);
    xmlTextWriterEndDocument(w);
    xmlFreeTextWriter(w);
    strbuf_add(out, xmlBufferContent(buf), (size_t)xmlBufferLength(buf));
    xmlBufferFree(buf);
}
