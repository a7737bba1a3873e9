/* One line in, one line out, in order, whatever the line holds. */
#include "config.h"

#include "cli/cli.h"
#include "cli/rescore.h"

#include "base/contract.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "sentiment/score.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct scoring {
    struct cli *cli;
    struct scorer *scorer;
    struct arena arena;
    struct strbuf line, text, out;
    bool too_long;     /* the line being read is past its ceiling */
    uint64_t n_line, n_cut;
};

static int put_score(struct scoring *s)
{
    struct score score = {0};
    struct jsonw w;
    if (s->line.n && s->line.s[s->line.n - 1] == '\r')
        s->line.s[--s->line.n] = '\0';
    arena_reset(&s->arena);
    strbuf_clear(&s->text);
    strbuf_clear(&s->out);
    utf8_repair(&s->text, s->line.s, s->line.n);
    s->n_line++;
    if (s->too_long && s->n_cut++ == 0)
        cli_notice(s->cli, "line %llu is longer than 1 MiB; the rest of it is not scored", (unsigned long long)s->n_line);
    const struct score_input in = {.text = s->text.n ? s->text.s : NULL, .lang = s->cli->opt[OPT_LANG]};
    scorer_score(s->scorer, &in, &s->arena, &score);
    jsonw_init(&w, &s->out);
    contract_score(&w, &score);
    strbuf_putc(&s->out, '\n');
    strbuf_clear(&s->line);
    s->too_long = false;
    if (s->out.full || s->arena.full)
        return cli_fail(s->cli, err_set(ERR_MEMORY, "line %llu needs more memory than a line may take", (unsigned long long)s->n_line));
    return cli_write(s->cli, s->out.s, s->out.n);
}

static void add(struct scoring *s, const char *bytes, size_t n)
{
    size_t room = s->line.max_bytes - s->line.n;
    if (n > room) {
        s->too_long = true;
        n = room;
    }
    if (n)
        strbuf_add(&s->line, bytes, n);
}

/* Reads what there is and answers each whole line at once, so that a program on the other side of two pipes gets its answer. */
static int score_all(struct scoring *s)
{
    static char chunk[65536];
    bool open_line = false;
    for (;;) {
        ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cli_fail(s->cli, err_set(ERR_USAGE, "cannot read standard input: %s", strerror(errno)));
        if (n == 0)
            return open_line ? put_score(s) : 0;
        for (size_t at = 0; at < (size_t)n;) {
            const char *end = memchr(chunk + at, '\n', (size_t)n - at);
            size_t to = end ? (size_t)(end - chunk) : (size_t)n;
            add(s, chunk + at, to - at);
            open_line = !end;
            at = to + (end != NULL);
            int code = end ? put_score(s) : 0;
            if (code)
                return code;
        }
        int code = cli_flush(s->cli);
        if (code)
            return code;
    }
}

int cmd_score(struct cli *c, int argc, char **argv)
{
    (void)argc, (void)argv;
    if (c->opt[OPT_RESCORE])
        return rescore_run(c);
    if (c->opt[OPT_DRY_RUN])
        return cli_misuse(c, err_set(ERR_USAGE, "--dry-run goes with --rescore"));
    struct scoring s = {.cli = c};
    enum err e = cli_lexicon(c);
    if (e == ERR_OK && !(s.scorer = scorer_new(c->lexicon)))
        e = err_set(ERR_MEMORY, "out of memory");
    if (e != ERR_OK)
        return cli_fail(c, e);
    arena_init(&s.arena, LIMIT_PAGE_ARENA);
    strbuf_init(&s.line, LIMIT_LINE_BYTES);
    strbuf_init(&s.text, 3 * LIMIT_LINE_BYTES);
    strbuf_init(&s.out, 64 * LIMIT_MIB);
    int code = score_all(&s);
    scorer_free(s.scorer);
    arena_release(&s.arena);
    strbuf_release(&s.line);
    strbuf_release(&s.text);
    strbuf_release(&s.out);
    return code;
}
