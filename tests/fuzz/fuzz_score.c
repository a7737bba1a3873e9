/* Any bytes give a score: fields are cut at the first, second and third NUL; every language table and the brand matcher see them. */
#include "base/limits.h"
#include "base/paths.h"
#include "sentiment/aspect.h"
#include "sentiment/brand.h"
#include "sentiment/lang.h"
#include "sentiment/reply.h"
#include "sentiment/score.h"
#include "tests/fuzz/fuzz.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct lexicon *lexicon;
static struct scorer *scorer;
static struct brands *brands;
static const struct brand *own;

static void set_up(struct arena *a)
{
    static const char *const alias[] = {"Ромашка", "Meadow & Sons", "М.Лампа"}, *const near[] = {"банк"};
    static const char *const other[] = {"Перелесок", "Новая почта", "Подiл"};
    static const struct brand brand[] = {{.name = "x", .alias = alias, .n_alias = 3, .require = near, .n_require = 1}, {.name = "y", .alias = other, .n_alias = 3}};
    static const struct settings settings = {.brand = brand, .n_brand = 2};
    own = &brand[1];
    if (scorer)
        return;
    if (lexicon_load(&lexicon, paths_data(a, "lexicons"), NULL) != ERR_OK || !(scorer = scorer_new(lexicon)) || !(brands = brands_new(&settings)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const langs[] = {NULL, "ru", "uk", "en", "de"};
    struct arena a;
    struct score out;
    float sure;
    if (size == 0)
        return 0;
    arena_init(&a, LIMIT_PAGE_ARENA);
    set_up(&a);
    char *field[4] = {0}, *text = arena_alloc(&a, size + 1);
    size_t n_field = 0;
    if (text)
        memcpy(text, data, size);
    for (size_t i = 0; text && i < size && n_field < 4; i += strlen(text + i) + 1)
        field[n_field++] = text + i;
    const struct score_input in = {.text = field[0], .title = field[1], .pros = field[2], .cons = field[3], .stars = data[size - 1] % 6, .lang = langs[data[0] % 5]};
    scorer_score(scorer, &in, &a, &out);
    PROMISE(out.value >= -1 && out.value <= 1);
    PROMISE(out.confidence >= 0 && out.confidence <= 1);
    lang_detect((const char *)data, size, in.lang, &sure);
    if (field[0]) {
        size_t index;
        const char *besides;
        brands_find(brands, field[0], &index, 1);
        const char *part = aspect_text(brands, own, data[0] & 1, field[0], &a, &besides);
        PROMISE(!part || besides);
        PROMISE(reply_judge(scorer, field[0], in.lang, true, &a) <= REPLY_FLAGS_ALL);
    }
    arena_release(&a);
    return 0;
}
