#include "report/spike_read.h"

#define OLDER_MAX 20 /* the newest one alone may have come in late */

static bool on_older(void *ctx, const struct finding *f)
{
    spikes_add(ctx, f);
    return true;
}

enum err spike_read_older(struct store *s, const struct settings *settings, struct spikes *sp)
{
    enum err e = ERR_OK;
    for (size_t i = 0; settings && i < settings->n_brand && e == ERR_OK; i++) {
        struct store_filter f = {.brand = settings->brand[i].name, .until = sp->now - (SPIKE_DAYS + 1) * INT64_C(86400), .max = OLDER_MAX};
        e = store_each(s, &f, on_older, sp);
    }
    return e;
}
