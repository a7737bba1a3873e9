/* The dispatch table: everything earshot can do, in the order in which help lists it. */
#include "cli/cli.h"

#include "base/i18n.h"

#define OPTIONS(...) ((const enum option[]){__VA_ARGS__, OPT_COUNT})
#define NO_OPTIONS ((const enum option[]){OPT_COUNT})

const struct command command_list[] = {
    {"crawl", "", N_("read the sources that are due and store what they say"),
     N_("Reads every source that is due, scores new mentions, decides which need an answer, and ends with one line on what was found. Meant for cron:\n"
        "    */15 * * * *  earshot crawl\n"
        "Exit code 0: all sources answered; 1: some did not, each is named on stderr; 75: another crawl is at work. A crawl that is interrupted\n"
        "loses nothing: the next one goes on where it stopped."),
     OPTIONS(OPT_ALL, OPT_DUE, OPT_BRAND, OPT_SOURCE, OPT_MAX_TIME, OPT_CONNECT_TO, OPT_CA_FILE, OPT_ALLOW_PRIVATE, OPT_ARCHIVE), 0, 0, cmd_crawl},
    {"brief", "", N_("the morning brief: what needs an answer now, most urgent first"),
     N_("Line 1 says whether all sources were read: the silence of a source that was not means nothing. Then come overdue items, items due within the\n"
        "hour, and new negatives. Use `earshot show ID` for one in full and `earshot mark ID answered` when it has been answered.\n"
        "Formats: text (default), json."),
     OPTIONS(OPT_BRAND, OPT_SINCE, OPT_MAX, OPT_FORMAT, OPT_COLOR), 0, 0, cmd_brief},
    {"queue", "", N_("all open items, most urgent first"), N_("Formats: text (default), json, csv."),
     OPTIONS(OPT_BRAND, OPT_SOURCE, OPT_MAX, OPT_FORMAT, OPT_COLOR), 0, 0, cmd_queue},
    {"show", "ID", N_("one mention in full, with its answer and its history"),
     N_("ID is what brief and queue print, e.g. otzovik:123; its end or its beginning suffices when no other fits. Formats: text (default), json."),
     OPTIONS(OPT_FORMAT, OPT_COLOR), 1, 1, cmd_show},
    {"explain", "ID", N_("why a mention has its score and its verdict"), N_("Lists the words and rules that made the score and the signs that made the verdict. Formats: text (default), json."),
     OPTIONS(OPT_FORMAT, OPT_COLOR), 1, 1, cmd_explain},
    {"mark", "ID [STATE]", N_("note what people did: answered, dismissed, ..."),
     N_("STATE: new, seen, answered, moved_private, resolved or dismissed. Every mark is kept in a journal with who and when;\n"
        "`earshot show ID` prints it. Nothing is ever posted to a site."),
     OPTIONS(OPT_ASSIGN, OPT_NOTE, OPT_CAUSE, OPT_WHO), 1, 2, cmd_mark},
    {"report", "", N_("a period in figures: shares, stars, causes, answers, coverage"), N_("The last 30 days without --since. Formats: text (default), html, csv, json."),
     OPTIONS(OPT_BRAND, OPT_SOURCE, OPT_SINCE, OPT_UNTIL, OPT_FORMAT, OPT_OUTPUT, OPT_COLOR), 0, 0, cmd_report},
    {"feed", "", N_("new events as JSON lines, for ticketing"),
     N_("Writes one earshot.event/1 a line to stdout, in order, and remembers for each sink how far it has read. A line may come twice after a\n"
        "crash: drop repeats by its id."),
     OPTIONS(OPT_SINK, OPT_MAX, OPT_ONCE, OPT_FOLLOW), 0, 0, cmd_feed},
    {"status", "", N_("the health of sources, runs and store"), N_("Formats: text (default), json, prom (for node_exporter's textfile collector), nagios (its exit codes, too)."),
     OPTIONS(OPT_FORMAT, OPT_COLOR), 0, 0, cmd_status},
    {"parse", "FILE", N_("one page from disk as an earshot.page/1 object"),
     N_("FILE - reads standard input. The exit code is 0 whatever the page is; \"outcome\" in the object tells."),
     OPTIONS(OPT_URL, OPT_HEADERS, OPT_ACCOUNT), 1, 1, cmd_parse},
    {"score", "", N_("one line of text in, one earshot.score/1 object out"), N_("Reads standard input. --lang sets the language of the texts; without it each is guessed."), NO_OPTIONS, 0, 0, cmd_score},
    {"robots", "FILE", N_("does a robots.txt allow an address, and which line decides"), N_("Exit code 0: allowed; 1: disallowed."), OPTIONS(OPT_AGENT, OPT_URL), 1, 1, cmd_robots},
    {"site list", "", N_("the sites whose layout is known"), N_("Formats: text (default), json."), OPTIONS(OPT_FORMAT), 0, 0, cmd_site_list},
    {"site test", "SITE PAGE", N_("every field of a saved page, and the rule that gave it"), N_("SITE is a name from `earshot site list` or a file.site; PAGE is a saved page."),
     OPTIONS(OPT_URL, OPT_HEADERS, OPT_ACCOUNT), 2, 2, cmd_site_test},
    {"site check", "[FILE...]", N_("find the mistakes in site files"), N_("Without FILE: all of them, shipped and your own. Exit code 65 when there are mistakes."), NO_OPTIONS, 0, -1, cmd_site_check},
    {"config init", "[FILE]", N_("write a commented example of the settings"), N_("Writes to your config folder when no FILE is named; - is standard output. An existing file is never replaced."), NO_OPTIONS, 0, 1, cmd_config_init},
    {"config check", "[FILE]", N_("find the mistakes in the settings"), N_("Exit code 78 when there are mistakes; each is named with its line."), NO_OPTIONS, 0, 1, cmd_config_check},
    {"config print", "[FILE]", N_("the settings in force, defaults included"), "", NO_OPTIONS, 0, 1, cmd_config_print},
    {"store check", "", N_("read every record of the store and report damage"), N_("Exit code 73 when there is damage."), NO_OPTIONS, 0, 0, cmd_store_check},
    {"store backup", "DIR", N_("copy the store, also while a crawl runs"), N_("DIR must not exist yet."), NO_OPTIONS, 1, 1, cmd_store_backup},
    {"store export", "", N_("everything as JSON lines"), "", OPTIONS(OPT_STABLE, OPT_OUTPUT), 0, 0, cmd_store_export},
    {"store stat", "", N_("how much is in the store"), N_("Formats: text (default), json."), OPTIONS(OPT_FORMAT), 0, 0, cmd_store_stat},
    {0},
};
