#include "report/svg.h"

#include <stdio.h>

#define PLOT_PX   180 /* height of the columns */
#define TOP_PX    8
#define LABELS_PX 24
#define BAR_PX    12

static void number(struct html *h, const char *name, double v, const char *unit)
{
    html_attr_printf(h, name, "%.3f%s", v, unit);
}

static void rect(struct html *h, const char *class_name, double x_percent, double y_px, double width_percent, double height_px)
{
    if (width_percent <= 0 || height_px <= 0)
        return;
    html_open(h, "rect", class_name);
    number(h, "x", x_percent, "%");
    number(h, "y", y_px, "");
    number(h, "width", width_percent, "%");
    number(h, "height", height_px, "");
    html_close(h);
}

static void svg_open(struct html *h, const char *class_name, int height_px)
{
    html_open(h, "svg", class_name);
    html_attr(h, "xmlns", "http://www.w3.org/2000/svg");
    html_attr(h, "width", "100%");
    html_attr_printf(h, "height", "%d", height_px);
}

/* The next of 1, 2, 5, 10, 20, 50 ... so that four lines reach the top. */
static uint64_t grid_step(uint64_t top)
{
    uint64_t step = 1;
    for (int i = 0; step * 4 < top && i < 40; i++)
        step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    return step;
}

static void axis(struct html *h, uint64_t step, uint64_t most)
{
    svg_open(h, "axis", TOP_PX + PLOT_PX + LABELS_PX);
    html_attr(h, "aria-hidden", "true");
    for (uint64_t v = 0; v <= most; v += step) {
        html_open(h, "text", NULL);
        html_attr(h, "x", "26");
        number(h, "y", TOP_PX + PLOT_PX - (double)v / (double)most * PLOT_PX + 4, "");
        html_attr(h, "text-anchor", "end");
        html_printf(h, "%llu", (unsigned long long)v);
        html_close(h);
    }
    html_close(h);
}

static void grid(struct html *h, uint64_t step, uint64_t most)
{
    for (uint64_t v = 0; v <= most; v += step) {
        html_open(h, "line", "grid");
        html_attr(h, "x1", "0");
        html_attr(h, "x2", "100%");
        for (int k = 1; k <= 2; k++)
            number(h, k == 1 ? "y1" : "y2", TOP_PX + PLOT_PX - (double)v / (double)most * PLOT_PX + 0.5, "");
        html_close(h);
    }
}

static void column(struct html *h, const struct svg_column *c, size_t i, size_t n, uint64_t most)
{
    double slot = 100.0 / (double)n, x = slot * (double)i + slot * 0.12, y = TOP_PX + PLOT_PX;
    const char *const name[] = {"f-neg", "f-neu", "f-pos"};
    const uint64_t part[] = {c->negative, c->neutral, c->positive};
    html_open(h, "g", NULL);
    if (c->tooltip)
        html_put(h, "title", NULL, c->tooltip);
    for (int k = 0; k < 3; k++) {
        double px = (double)part[k] / (double)most * PLOT_PX;
        y -= px;
        rect(h, name[k], x, y, slot * 0.76, px > 1.5 && k < 2 ? px - 0.75 : px);
    }
    html_close(h);
    if (!c->label)
        return;
    html_open(h, "text", NULL);
    number(h, "x", slot * ((double)i + 0.5), "%");
    html_attr_printf(h, "y", "%d", TOP_PX + PLOT_PX + 18);
    html_attr(h, "text-anchor", "middle");
    html_text(h, c->label);
    html_close(h);
}

void svg_stacked(struct html *h, const struct svg_column *c, size_t n, const char *description)
{
    uint64_t top = 1;
    for (size_t i = 0; i < n; i++)
        if (c[i].negative + c[i].neutral + c[i].positive > top)
            top = c[i].negative + c[i].neutral + c[i].positive;
    uint64_t step = grid_step(top), most = (top + step - 1) / step * step;
    html_open(h, "div", "plot");
    axis(h, step, most);
    svg_open(h, "area", TOP_PX + PLOT_PX + LABELS_PX);
    html_attr(h, "role", "img");
    html_attr(h, "aria-label", description);
    grid(h, step, most);
    for (size_t i = 0; i < n; i++)
        column(h, &c[i], i, n, most);
    html_close(h);
    html_close(h);
}

#define LINE_PX 130 /* height of a line chart */

static double line_y(double value, double least, double most)
{
    double part = (value - least) / (most - least);
    return TOP_PX + LINE_PX - (part < 0 ? 0 : part > 1 ? 1 : part) * LINE_PX;
}

static void segment(struct html *h, const char *class_name, double x1, double y1, double x2, double y2)
{
    html_open(h, "line", class_name);
    number(h, "x1", x1, "%");
    number(h, "y1", y1, "");
    number(h, "x2", x2, "%");
    number(h, "y2", y2, "");
    html_close(h);
}

static void line_axis(struct html *h, double least, double most, double step)
{
    svg_open(h, "axis", TOP_PX + LINE_PX + LABELS_PX);
    html_attr(h, "aria-hidden", "true");
    for (double v = least; v <= most + step / 1000; v += step) {
        html_open(h, "text", NULL);
        html_attr(h, "x", "26");
        number(h, "y", line_y(v, least, most) + 4, "");
        html_attr(h, "text-anchor", "end");
        html_printf(h, "%g", v);
        html_close(h);
    }
    html_close(h);
}

static void dot(struct html *h, double x, double y, const char *tooltip, bool last)
{
    html_open(h, "circle", last ? "dot last" : "dot");
    number(h, "cx", x, "%");
    number(h, "cy", y, "");
    html_attr(h, "r", last ? "4.5" : "2.5");
    if (tooltip)
        html_put(h, "title", NULL, tooltip);
    html_close(h);
}

/* Points whose neighbours are unknown are joined by a thin line: nothing was said in between. */
static void line_points(struct html *h, const struct svg_point *p, size_t n, double least, double most)
{
    size_t before = n, last = n;
    double slot = 100.0 / (double)n;
    for (size_t i = 0; i < n; i++) {
        if (!p[i].known)
            continue;
        last = i;
        if (before < n)
            segment(h, i == before + 1 ? "line" : "line thin", slot * ((double)before + 0.5), line_y(p[before].value, least, most), slot * ((double)i + 0.5),
                    line_y(p[i].value, least, most));
        before = i;
    }
    for (size_t i = 0; i < n; i++)
        if (p[i].known)
            dot(h, slot * ((double)i + 0.5), line_y(p[i].value, least, most), p[i].tooltip, i == last);
}

static void line_label(struct html *h, const struct svg_point *p, size_t i, size_t n)
{
    html_open(h, "text", NULL);
    number(h, "x", 100.0 / (double)n * ((double)i + 0.5), "%");
    html_attr_printf(h, "y", "%d", TOP_PX + LINE_PX + 18);
    html_attr(h, "text-anchor", "middle");
    html_text(h, p[i].label);
    html_close(h);
}

void svg_line(struct html *h, const struct svg_point *p, size_t n, double least, double most, double step, double target, const char *description)
{
    html_open(h, "div", "plot");
    line_axis(h, least, most, step);
    svg_open(h, "area", TOP_PX + LINE_PX + LABELS_PX);
    html_attr(h, "role", "img");
    html_attr(h, "aria-label", description);
    for (double v = least; v <= most + step / 1000; v += step)
        segment(h, "grid", 0, line_y(v, least, most) + 0.5, 100, line_y(v, least, most) + 0.5);
    if (target >= least)
        segment(h, "target", 0, line_y(target, least, most), 100, line_y(target, least, most));
    line_points(h, p, n, least, most);
    for (size_t i = 0; i < n; i++)
        if (p[i].label)
            line_label(h, p, i, n);
    html_close(h);
    html_close(h);
}

static void track(struct html *h)
{
    svg_open(h, "bar", BAR_PX);
    html_attr(h, "aria-hidden", "true"); /* the number stands beside it */
    rect(h, "f-track", 0, 0, 100, BAR_PX);
}

void svg_bar(struct html *h, uint64_t negative, uint64_t neutral, uint64_t positive, uint64_t most)
{
    const char *const name[] = {"f-neg", "f-neu", "f-pos"};
    const uint64_t part[] = {negative, neutral, positive};
    double x = 0;
    track(h);
    for (int k = 0; k < 3 && most; k++) {
        double w = 100.0 * (double)part[k] / (double)most;
        rect(h, name[k], x, 0, w, BAR_PX);
        x += w;
    }
    html_close(h);
}

void svg_bar_one(struct html *h, const char *class_name, uint64_t n, uint64_t most)
{
    track(h);
    if (most)
        rect(h, class_name, 0, 0, 100.0 * (double)n / (double)most, BAR_PX);
    html_close(h);
}

void svg_meter(struct html *h, double percent, double target)
{
    track(h);
    rect(h, percent >= target ? "f-pos" : "f-neg", 0, 0, percent > 100 ? 100 : percent, BAR_PX);
    rect(h, "f-ink", target, 0, 0.9, BAR_PX);
    html_close(h);
}
