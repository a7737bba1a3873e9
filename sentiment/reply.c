#include "sentiment/reply.h"

#include "sentiment/lang.h"
#include "sentiment/run.h"

#include <string.h>

#define PHONE_DIGITS 5 /* "0-800-30..." is cut into numbers; a price rarely has so many */

/* The bit of a code that begins with '@'; 0 when the lexicons have none. */
static uint32_t bit_of(const struct lexicon *l, const char *code)
{
    for (size_t i = 0; i < l->n_code; i++)
        if (strcmp(l->code[i], code) == 0)
            return 1u << i;
    return 0;
}

static bool is_contact(const struct tokens *t, const struct token *k)
{
    size_t digits = 0;
    const char *s = token_text(t, k);
    if (k->kind == TOKEN_LINK || k->kind == TOKEN_NAME)
        return true;
    for (size_t i = 0; i < k->fold_bytes; i++)
        digits += s[i] >= '0' && s[i] <= '9';
    return k->kind == TOKEN_NUMBER && digits >= PHONE_DIGITS;
}

uint32_t reply_judge(struct scorer *s, const char *text, const char *lang, bool unhappy, struct arena *a)
{
    const struct score_input in = {.text = text};
    const struct lexicon *l = s->l;
    uint32_t found = 0, flags = 0;
    struct run r;
    (void)a;
    run_start(&r, s, &in);
    r.lang = lexicon_lang(lang_detect(text, strlen(text), lang, NULL));
    r.lang = r.lang < LANG_COUNT ? r.lang : LANG_EN;
    r.v = &l->lang[r.lang];
    r.forms = &s->forms[r.lang];
    tokens_clear(&s->tokens);
    if (!tokens_add(&s->tokens, text, strlen(text), FIELD_TEXT) || !spots_find(&r))
        return 0;
    bool contact = false;
    for (size_t i = 0; i < s->tokens.n; i++) {
        found |= s->spot[i].cause;
        contact |= is_contact(&s->tokens, &s->tokens.token[i]);
    }
    if (found & bit_of(l, "@rude"))
        flags |= REPLY_FLAG_RUDE;
    if (unhappy && !(found & bit_of(l, "@apology")))
        flags |= REPLY_FLAG_NO_APOLOGY;
    if (unhappy && !contact && !(found & bit_of(l, "@contact")))
        flags |= REPLY_FLAG_NO_CONTACT;
    return flags;
}
