/* Settings from anywhere: read or refused, never more; and what config print writes of good ones is good, too. */
#include "cli/cli.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* config.c refers to these; nothing here calls them. */
enum err cli_sites(struct cli *c) { (void)c; return ERR_OK; }
void config_sites(struct settings *s, const struct sites *sites, struct arena *a, struct mistakes *m) { (void)s, (void)sites, (void)a, (void)m; }

static void read_again(const struct settings *s, struct arena *a)
{
    struct strbuf out;
    struct settings again;
    struct mistakes m;
    strbuf_init(&out, 64 << 20);
    for (size_t b = 0; b < s->n_brand; b++)
        for (size_t i = 0; i < s->brand[b].n_source; i++) {
            struct source *source = (struct source *)&s->brand[b].source[i];
            source->url = source->url ? source->url : "https://made.example/"; /* what config_sites makes of a slug */
        }
    config_print(s, &out);
    settings_init(&again, a);
    mistakes_init(&m, "print.conf");
    config_read_text(&again, out.s, out.n, a, &m);
    PROMISE(m.n == 0 && again.n_brand == s->n_brand);
    mistakes_release(&m);
    strbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct settings s;
    struct mistakes m;
    char *text = malloc(n + 1);
    PROMISE(text);
    memcpy(text, data, n);
    text[n] = '\0';
    arena_init(&a, 64 << 20);
    settings_init(&s, &a);
    mistakes_init(&m, "fuzz.conf");
    config_read_text(&s, text, n, &a, &m);
    if (m.n == 0)
        read_again(&s, &a);
    mistakes_release(&m);
    arena_release(&a);
    free(text);
    return 0;
}
