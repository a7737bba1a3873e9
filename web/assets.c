#include "web/assets.h"

#include "base/hash.h"
#include "base/i18n.h"
#include "report/html.h"
#include "web/web.h"

#include <stdio.h>
#include <string.h>

/* made by web/room.am out of web/inbox.css, web/inbox.js, web/icon.svg: lines of a string */
static const char style[] =
#include "web/inbox.css.inc"
    ;
static const char script[] =
#include "web/inbox.js.inc"
    ;
static const char icon[] =
#include "web/icon.svg.inc"
    ;

static const struct {
    const char *name, *type, *text[2];
} assets[ASSET_COUNT] = {
    [ASSET_STYLE] = {"inbox.css", "text/css; charset=utf-8", {html_style, style}}, /* the colours and cards of the reports, too */
    [ASSET_SCRIPT] = {"inbox.js", "text/javascript; charset=utf-8", {script, ""}},
    [ASSET_ICON] = {"icon.svg", "image/svg+xml", {icon, ""}},
};

static uint32_t version(enum asset which)
{
    static uint32_t known[ASSET_COUNT];
    if (!known[which])
        known[which] = (uint32_t)(hash64_str(assets[which].text[0]) ^ hash64_str(assets[which].text[1])) | 1;
    return known[which];
}

const char *asset_path(struct arena *a, enum asset which)
{
    return arena_printf(a, "/static/%s?v=%08x", assets[which].name, version(which));
}

void web_asset(struct request *r, const char *rest)
{
    for (int i = 0; i < ASSET_COUNT; i++) {
        if (strcmp(rest, assets[i].name) != 0)
            continue;
        r->etag = arena_printf(&r->a, "\"%08x\"", version((enum asset)i));
        r->type = assets[i].type;
        const char *have = web_header(r, "If-None-Match");
        if (have && r->etag && strcmp(have, r->etag) == 0) {
            r->status = 304;
            return;
        }
        strbuf_puts(&r->out, assets[i].text[0]);
        strbuf_puts(&r->out, assets[i].text[1]);
        return;
    }
    web_problem(r, 404, _("There is no such page."));
}
