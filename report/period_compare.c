/* The comparison of brands, row by row; and edits in words. */
#include "report/period.h"

#include "base/i18n.h"
#include "desk/triage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROW_MENTIONS, ROW_BEFORE, ROW_NEGATIVE, ROW_POSITIVE, ROW_STARS, ROW_ANSWERED, ROW_MEDIAN, ROW_P90, ROW_CAUSES };

const char *period_compared_name(int row)
{
    static const char *const name[ROW_CAUSES] = {N_("Mentions"),           N_("the period before"),    N_("Negative"),       N_("Positive share"), N_("mean of the stars"),
                                                 N_("Negatives answered"), N_("first answer, median"), N_("9 of 10 within")};
    return row < ROW_CAUSES ? _(name[row]) : triage_cause_text(triage_cause_code((size_t)(row - ROW_CAUSES)));
}

bool period_compared_wanted(const struct period *p, int row)
{
    size_t k = (size_t)(row - ROW_CAUSES);
    if (row >= ROW_CAUSES && !triage_cause_code(k))
        return false;
    for (size_t i = 0; i < p->brand.n; i++) {
        const struct period_row *r = &p->brand.row[i];
        bool has = row >= ROW_CAUSES ? r->cause[k] > 0 : row == ROW_STARS ? r->t.rated > 0 : row == ROW_MEDIAN || row == ROW_P90 ? r->answer_median_s >= 0 : row == ROW_BEFORE ? r->n_before > 0 : true;
        if (has)
            return true;
    }
    return false;
}

const char *period_compared_value(const struct period_row *r, int row, fmt_buf buf)
{
    switch (row) {
    case ROW_MENTIONS: return fmt_count(buf, r->t.n);
    case ROW_BEFORE: return fmt_count(buf, r->n_before);
    case ROW_NEGATIVE: return fmt_share(buf, r->t.negative, r->t.n);
    case ROW_POSITIVE: return fmt_share(buf, r->t.positive, r->t.positive + r->t.negative);
    case ROW_STARS: return r->t.rated ? fmt_mean(buf, r->t.stars, r->t.rated) : "–";
    case ROW_ANSWERED: return fmt_share(buf, r->t.answered, r->t.negative);
    case ROW_MEDIAN: return r->answer_median_s >= 0 ? fmt_lasted(buf, r->answer_median_s) : "–";
    case ROW_P90: return r->answer_p90_s >= 0 ? fmt_lasted(buf, r->answer_p90_s) : "–";
    default: break;
    }
    if (r->t.n == 0)
        return "–";
    double per = 1000.0 * (double)r->cause[row - ROW_CAUSES] / (double)r->t.n;
    snprintf(buf, FMT_BYTES, per > 0 && per < 10 ? "%.1f" : "%.0f", per);
    return fmt_decimal(buf);
}

const char *period_edit_text(const struct period_edit *e, fmt_buf buf)
{
    if (e->stars_before > 0 && e->stars_after > 0 && fabs(e->stars_before - e->stars_after) > 0.01) {
        snprintf(buf, FMT_BYTES, _("stars: %.0f → %.0f"), e->stars_before, e->stars_after);
        return buf;
    }
    return e->changed && strstr(e->changed, "text") ? _("text changed") : _("changed");
}
