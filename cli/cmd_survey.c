/* earshot survey: answers of a 0 to 10 survey beside the mentions. */
#include "cli/cli.h"
#include "cli/survey_csv.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/when.h"
#include "store/store.h"

#include <stdio.h>

#define SURVEY_FILE_BYTES (64 * LIMIT_MIB)

/* The brand of --brand; the only one when there is but one. */
static enum err brand_of(struct cli *c, const char **brand)
{
    const char *source;
    enum err e = cli_scope(c, brand, &source);
    if (e == ERR_OK && !*brand && c->settings.n_brand == 1)
        *brand = c->settings.brand[0].name;
    return e != ERR_OK || *brand ? e : err_set(ERR_USAGE, "--brand is missing: whose customers were asked?");
}

static enum err import(struct cli *c, const char *brand, const char *file, struct strbuf *text)
{
    struct survey_csv csv;
    size_t n_all = 0;
    enum err e = strbuf_read_file(text, file);
    if (e == ERR_OK)
        e = survey_csv_read(&csv, file, text->s, text->n, clock_now(), cli_utc_offset(clock_now()), &c->arena);
    if (e == ERR_OK && csv.n_answer == 0)
        e = err_set(ERR_USAGE, "%s: there is no answer in it", file);
    if (e == ERR_OK)
        e = cli_store(c, STORE_WRITE);
    if (e == ERR_OK)
        e = survey_put(c->store, brand, csv.day, csv.n, &n_all);
    if (e != ERR_OK || c->quiet)
        return e;
    struct survey sum = {{0}};
    for (size_t i = 0; i < csv.n; i++)
        for (int k = 0; k <= 10; k++)
            sum.n[k] += csv.day[i].s.n[k];
    int n = (int)(csv.n_answer > 999999999 ? 999999999 : csv.n_answer), days = (int)csv.n;
    printf("%s: ", brand);
    printf(ngettext("%d answer", "%d answers", (unsigned long)n), n);
    printf(", ");
    printf(ngettext("%d day", "%d days", (unsigned long)days), days);
    printf(", NPS %+d\n", survey_nps(&sum));
    if (csv.n_blank)
        cli_notice(c, ngettext("%d row without a score was left out", "%d rows without a score were left out", (unsigned long)csv.n_blank), (int)csv.n_blank);
    return ERR_OK;
}

int cmd_survey(struct cli *c, int argc, char **argv)
{
    (void)argc;
    const char *brand = NULL;
    struct strbuf text;
    strbuf_init(&text, SURVEY_FILE_BYTES);
    enum err e = cli_settings_light(c);
    if (e == ERR_OK)
        e = brand_of(c, &brand);
    if (e == ERR_OK)
        e = import(c, brand, argv[0], &text);
    strbuf_release(&text);
    return e == ERR_OK ? cli_flush(c) : cli_fail(c, e);
}
