#include "cli/scoring.h"

#include "sentiment/aspect.h"
#include "sentiment/reply.h"

#include <string.h>

static void name_other(struct score *s, const char *other, struct arena *a)
{
    struct score_word *w = arena_alloc(a, (s->n_word + 1) * sizeof *w);
    const char *name = arena_strdup(a, other);
    if (!w || !name)
        return;
    if (s->n_word)
        memcpy(w, s->word, s->n_word * sizeof *w);
    w[s->n_word] = (struct score_word){name, 0, "other_brand"};
    s->word = w;
    s->n_word++;
}

void scoring_finding(struct scorer *s, const struct brands *b, const struct settings *settings, struct finding *f, struct arena *a)
{
    const struct brand *brand = settings_brand(settings, f->brand);
    bool review = f->channel && strcmp(f->channel, "review") == 0;
    const char *other = NULL, *own;
    struct score_input in;
    score_input_from(&in, &f->mention);
    own = brand && in.text ? aspect_text(b, brand, review, in.text, a, &other) : NULL;
    if (own)
        in.text = own;
    scorer_score(s, &in, a, &f->score);
    if (other)
        name_other(&f->score, other, a);
    struct reply *r = &f->mention.reply;
    bool unhappy = f->score.label == LABEL_NEGATIVE || (in.stars > 0 && in.stars < 3);
    if (r->text)
        r->flags = (r->flags & REPLY_FLAG_CANNED) | reply_judge(s, r->text, f->score.lang, unhappy, a);
}
