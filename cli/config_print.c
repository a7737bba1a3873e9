#include "cli/config_table.h"

#include <string.h>

const char config_example[] =
    "# Settings of earshot. Lines that begin with # are comments; the values in them are the defaults.\n"
    "# Check your changes with `earshot config check`; it names every mistake with its line.\n"
    "\n"
    "# Who runs this crawler: an e-mail or web address. Sites see it in the user agent. Change it.\n"
    "contact = \"you@example.org\"\n"
    "\n"
    "# Where everything that was seen is kept. Relative paths count from the folder of this file.\n"
    "#store = \"~/.local/share/earshot/store\"\n"
    "\n"
    "# Language of reports: en, ru or uk. Without it the locale decides.\n"
    "#lang = \"ru\"\n"
    "\n"
    "# Manners. Time spans: \"90s\" \"10m\" \"2h\" \"1d\".\n"
    "#delay = \"2s\"             # between two requests to one host; robots.txt may ask for more\n"
    "#connections = 64         # transfers at once, all hosts\n"
    "#per_host = 1             # transfers at once, one host\n"
    "#workers = 0              # threads that read pages; 0 = one less than there are cores\n"
    "#max_body = \"8M\"          # larger pages are not read\n"
    "#user_agent = \"earshot/0.1 (+you@example.org)\"\n"
    "#proxy = \"http://proxy.example.org:3128\"\n"
    "#ca_file = \"/etc/ssl/own-ca.pem\"\n"
    "#connect_to = {\"www.example.org:443:127.0.0.1:8443\"}   # as curl --connect-to\n"
    "#allow_private = {\"intranet.example.org\"}              # hosts that may have a private address\n"
    "\n"
    "# Unanswered negatives are read again this often, up to this age, to see whether somebody answered.\n"
    "#reread = \"6h\"\n"
    "#reread_days = 90\n"
    "\n"
    "# The line that reports hold up: percent of positive among positive and negative mentions.\n"
    "#positive_target = 90\n"
    "\n"
    "# What it costs, for `earshot status`: a GB from the web (a proxy's price), a month of the machine.\n"
    "#price_gb = 0\n"
    "#price_month = 0\n"
    "#currency = \"EUR\"\n"
    "\n"
    "# Keep every answer as it came (WARC 1.1), as evidence and for `earshot replay`. Old files may be moved away at any time.\n"
    "#archive = \"archive\"\n"
    "\n"
    "# Your own site files and lexicons; a file of the same name replaces the shipped one.\n"
    "#sites = \"sites\"\n"
    "#lexicons = \"lexicons\"\n"
    "\n"
    "# What needs a public answer, and how soon.\n"
    "triage {\n"
    "    #stars_max = 2         # at most this many stars of 5 is negative\n"
    "    #score_max = -0.2      # at most this score of the text (-1 to 1) is negative\n"
    "    #recent_days = 90      # older mentions are watched, not queued\n"
    "    #sla_review = \"6h\"     # answer reviews within 6 hours\n"
    "    #sla_social = \"1h\"\n"
    "    #sla_forum = \"24h\"\n"
    "    #sla_feed = \"24h\"\n"
    "    #sla_warn = 75         # tell the ticketing system (sla_due) when so many percent of that time have run; 0 = do not\n"
    "    #legal_days = 10       # what the law gives for refunds and defects, in calendar days; 0 = nothing\n"
    "    #confidence_min = 0    # a text counts as negative only when the score is at least this sure (0 to 1)\n"
    "    #reach_views = 1000    # seen by many from here on: views, likes, or reviews by the same author\n"
    "    #reach_likes = 20\n"
    "    #reach_reviews = 50\n"
    "    #spike_min = 4         # a spike: so many negatives with one cause in 24 hours ...\n"
    "    #spike_sigma = 3       # ... and so many deviations above the mean of 28 days\n"
    "    # Points of the signs that add up to the priority (0 to 100): points_one_star, points_two_stars, points_unanswered, ...\n"
    "    # `earshot config print` shows all of them with their values, `earshot explain ID` those of one mention.\n"
    "    #points_escalation = 20\n"
    "    #points_asked_twice = 15\n"
    "}\n"
    "\n"
    "# When people answer: the clocks run only then. Without hours they run day and night.\n"
    "desk {\n"
    "    #hours = {\"mon-fri 09:00-18:00\", \"sat 10:00-14:00\"}\n"
    "    #holidays = {\"2026-01-01..2026-01-08\", \"03-08\"}   # days off; without a year: every year\n"
    "    #timezone = \"Europe/Moscow\"                       # where the hours are meant; without it UTC\n"
    "}\n"
    "\n"
    "# Where events are sent: `earshot sink list` shows the recipes, doc/FEED.md what each asks for. `earshot sink test helpdesk` tries it.\n"
    "#sink \"helpdesk\" {\n"
    "    #recipe = \"rt\"\n"
    "    #url = \"https://rt.example.org\"\n"
    "    #token_file = \"rt.token\"            # yours alone (mode 0600)\n"
    "    #queue = \"Reviews\"\n"
    "    #language = \"en\"                    # of the tickets: en, ru or uk\n"
    "#}\n"
    "\n"
    "# One section for each brand. Its name is used in commands: earshot queue --brand acme\n"
    "brand \"acme\" {\n"
    "    title = \"ACME Bank\"\n"
    "    alias = {\"ACME Bank\", \"Акме Банк\"}   # how people write it; endings and case do not matter\n"
    "    #require = {\"bank\", \"банк\"}          # a mention by alias counts only with one of these nearby ...\n"
    "    #exclude = {\"cartoon\"}               # ... and with none of these\n"
    "    #competitor = false                  # true: read and compared, never queued\n"
    "\n"
    "    # One section for each place. `earshot site list` shows the sites and what their slug is;\n"
    "    # any other page or feed is given by its url.\n"
    "    source \"trustpilot\" {\n"
    "        site = \"trustpilot\"\n"
    "        slug = \"acme-bank.example\"\n"
    "        #interval = \"2h\"                 # how often page 1 is read; never oftener than the site file allows; without it\n"
    "                                         # as often as new things appear there,\n"
    "                                         # and at least three times within the time to answer (triage)\n"
    "        #depth = 3                       # how many pages the first run goes back ...\n"
    "        #history = \"90d\"                # ... and how old what it reads may be; alone, without a limit of pages\n"
    "        #accounts = {\"ACME Bank\"}        # names under which the brand answers there\n"
    "        #token_file = \"vk.token\"        # of an API; the file belongs to you alone (mode 0600), a line holds the token\n"
    "        #about = \"site\"                  # \"all\" items, those with one of the \"aliases\", or as the \"site\" file says\n"
    "    }\n"
    "    source \"news\" {\n"
    "        url = \"https://news.example.org/feed.xml\"\n"
    "        about = \"aliases\"\n"
    "    }\n"
    "}\n";

static void put_text(struct strbuf *out, const char *s)
{
    strbuf_putc(out, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\' || (*s == '$' && s[1] == '{'))
            strbuf_putc(out, '\\');
        strbuf_putc(out, *s);
    }
    strbuf_putc(out, '"');
}

static void put_span(struct strbuf *out, int64_t ms)
{
    if (ms % 1000)
        strbuf_printf(out, "\"%lldms\"", (long long)ms);
    else if (ms == 0 || ms % 60000)
        strbuf_printf(out, "\"%llds\"", (long long)(ms / 1000));
    else if (ms % 3600000)
        strbuf_printf(out, "\"%lldm\"", (long long)(ms / 60000));
    else if (ms % 86400000)
        strbuf_printf(out, "\"%lldh\"", (long long)(ms / 3600000));
    else
        strbuf_printf(out, "\"%lldd\"", (long long)(ms / 86400000));
}

static void put_list(struct strbuf *out, const char *const *list, size_t n)
{
    strbuf_puts(out, "{");
    for (size_t i = 0; i < n; i++) {
        strbuf_puts(out, i ? ", " : "");
        put_text(out, list[i]);
    }
    strbuf_puts(out, "}");
}

static bool absent(const struct setting *s, const char *at)
{
    switch (s->type) {
    case SET_INT: return s->in == IN_SOURCE && *(const int *)(const void *)at == 0;
    case SET_S: return s->in == IN_SOURCE && *(const int64_t *)(const void *)at == 0;
    case SET_STR:
    case SET_PATH:
    case SET_TOKEN:
    case SET_WRITTEN:
    case SET_LANG:
    case SET_URL: return *(const char *const *)(const void *)at == NULL;
    default: return false;
    }
}

static void put_value(struct strbuf *out, const struct setting *s, const char *base)
{
    static const char *const about[] = {"site", "all", "aliases"};
    const void *at = base + s->at;
    switch (s->type) {
    case SET_STR:
    case SET_PATH:
    case SET_TOKEN:
    case SET_WRITTEN:
    case SET_LANG:
    case SET_URL: put_text(out, *(const char *const *)at); break;
    case SET_MS: put_span(out, *(const int64_t *)at); break;
    case SET_S: put_span(out, *(const int64_t *)at * 1000); break;
    case SET_INT: strbuf_printf(out, "%d", *(const int *)at); break;
    case SET_REAL: strbuf_printf(out, "%g", *(const double *)at); break;
    case SET_BOOL: strbuf_puts(out, *(const bool *)at ? "true" : "false"); break;
    case SET_BYTES: strbuf_printf(out, "\"%zuK\"", *(const size_t *)at / 1024); break;
    case SET_ABOUT: strbuf_puts(out, "\""), strbuf_puts(out, about[*(const enum about *)at]), strbuf_puts(out, "\""); break;
    case SET_LIST: put_list(out, *(const char *const *const *)at, *(const size_t *)(const void *)(base + s->n_at)); break;
    case SET_SECTION: break;
    }
}

static void put_section(struct strbuf *out, enum section in, const void *base, const char *indent)
{
    const struct source *source = in == IN_SOURCE ? base : NULL;
    for (size_t i = 0; i < n_setting; i++) {
        const struct setting *s = &setting_table[i];
        if (s->in != in || s->type == SET_SECTION || absent(s, (const char *)base + s->at))
            continue;
        if (source && source->slug && strcmp(s->name, "url") == 0) { /* made from the slug: shown, but not twice */
            strbuf_printf(out, "%s# url = \"%s\"\n", indent, source->url);
            continue;
        }
        if (s->type == SET_LIST && *(const size_t *)(const void *)((const char *)base + s->n_at) == 0)
            continue;
        strbuf_printf(out, "%s%s = ", indent, s->name);
        put_value(out, s, base);
        strbuf_putc(out, '\n');
    }
}

void config_print(const struct settings *s, struct strbuf *out)
{
    if (s->config_path)
        strbuf_printf(out, "# %s and defaults\n", s->config_path);
    put_section(out, IN_ROOT, s, "");
    strbuf_puts(out, "triage {\n");
    put_section(out, IN_TRIAGE, &s->triage, "    ");
    strbuf_puts(out, "}\ndesk {\n");
    put_section(out, IN_DESK, &s->desk, "    ");
    strbuf_puts(out, "}\n");
    for (size_t i = 0; i < s->n_sink; i++) {
        strbuf_puts(out, "sink ");
        put_text(out, s->sink[i].name);
        strbuf_puts(out, " {\n");
        put_section(out, IN_SINK, &s->sink[i], "    ");
        strbuf_puts(out, "}\n");
    }
    for (size_t b = 0; b < s->n_brand; b++) {
        strbuf_puts(out, "brand ");
        put_text(out, s->brand[b].name);
        strbuf_puts(out, " {\n");
        put_section(out, IN_BRAND, &s->brand[b], "    ");
        for (size_t i = 0; i < s->brand[b].n_source; i++) {
            strbuf_puts(out, "    source ");
            put_text(out, s->brand[b].source[i].name);
            strbuf_puts(out, " {\n");
            put_section(out, IN_SOURCE, &s->brand[b].source[i], "        ");
            strbuf_puts(out, "    }\n");
        }
        strbuf_puts(out, "}\n");
    }
}
