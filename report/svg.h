/* Charts as inline SVG that scale to any width without scaling their text: positions across are percentages, heights are
 * pixels, there is no viewBox. Colours are classes of the page's style sheet (f-neg, f-neu, f-pos), so that dark mode and print
 * work. */
#ifndef EARSHOT_REPORT_SVG_H
#define EARSHOT_REPORT_SVG_H

#include "report/html.h"

#include <stddef.h>
#include <stdint.h>

struct svg_column {
    const char *label;   /* below; NULL = none */
    const char *tooltip; /* NULL = none */
    uint64_t negative, neutral, positive;
};

/* Stacked columns: negative at the bottom, so that its height can be compared along the line. description: for screen readers.
 */
void svg_stacked(struct html *h, const struct svg_column *c, size_t n, const char *description);
struct svg_point {
    const char *label;   /* below; NULL = none */
    const char *tooltip; /* NULL = none */
    bool known;
    double value;
};

/* A line through the known points of least..most, and a dashed one at target (below least: none). grid_step: distance of the grid's lines. Nothing said between two points: a thin line. */
void svg_line(struct html *h, const struct svg_point *p, size_t n, double least, double most, double grid_step, double target, const char *description);
/* One bar: parts of `most` on a track, e.g. negative + neutral + positive. */
void svg_bar(struct html *h, uint64_t negative, uint64_t neutral, uint64_t positive, uint64_t most);
/* One bar of one class, e.g. "f-star". */
void svg_bar_one(struct html *h, const char *class_name, uint64_t n, uint64_t most);
/* A share of 0..100 with a mark at the target. */
void svg_meter(struct html *h, double percent, double target);

#endif
