/* Calls of ticketing systems: signed, so that they need neither a user nor a form's token. What a call says is another room's matter: in.hook. */
#include "web/web.h"

#include "base/log.h"

#include <string.h>

void web_hook(struct request *r, const char *rest)
{
    r->type = "text/plain; charset=utf-8";
    if (!r->s->in.hook || strchr(rest, '/')) {
        r->status = 404;
        strbuf_puts(&r->out, "there is no such sink\n");
        return;
    }
    const struct serve_call call = {rest, web_header(r, "webhook-id"), web_header(r, "webhook-timestamp"), web_header(r, "webhook-signature"), r->body.s, r->body.n};
    const char *why = "";
    r->status = r->s->in.hook(r->s->in.ctx, &call, &why);
    if (r->status >= 300)
        log_event(LOG_WARN, "hook", "sink", rest, "refused", why, NULL);
    strbuf_puts(&r->out, why);
    strbuf_putc(&r->out, '\n');
}
