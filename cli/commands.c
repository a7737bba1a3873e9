/* The dispatch table: everything earshot can do, in the order in which help lists it. */
#include "cli/cli.h"

#include "base/i18n.h"

#define OPTIONS(...) ((const enum option[]){__VA_ARGS__, OPT_COUNT})
#define NO_OPTIONS ((const enum option[]){OPT_COUNT})

const struct command command_list[] = {
    {"crawl", "", N_("read the sources that are due and store what they say"),
     N_("Reads every source that is due, scores new mentions, decides which need an answer, and ends with one line on what was found. Meant for cron:\n"
        "    */15 * * * *  earshot crawl\n"
        "or, with --watch, for a service that stays: it sleeps until something is due, reads its settings again on SIGHUP, ends on SIGTERM.\n"
        "Exit code 0: all sources answered; 1: some did not, each is named on stderr; 75: another crawl is at work. A crawl that is interrupted\n"
        "loses nothing: the next one goes on where it stopped."),
     OPTIONS(OPT_ALL, OPT_DUE, OPT_BRAND, OPT_SOURCE, OPT_MAX_TIME, OPT_WATCH, OPT_ARCHIVE, OPT_CONNECT_TO, OPT_CA_FILE, OPT_ALLOW_PRIVATE), 0, 0, cmd_crawl, N_("Daily work:")},
    {"brief", "", N_("the morning brief: what needs an answer now, most urgent first"),
     N_("Line 1 says whether all sources were read: the silence of a source that was not means nothing. Then come spikes, overdue items, items due\n"
        "within the hour, new negatives, what became worse, outdated answers, customers who wrote again, what vanished, and what was answered: one\n"
        "screen. Use `earshot show ID` for one in full and `earshot mark ID answered` when it has been answered.\n"
        "--since last: since this reader's last such brief (--who names the reader). Formats: text (default), html, json; --mail for a mail.\n"
        "    earshot brief --since last\n"
        "    0 9 * * 1-5  earshot brief --mail anna@example.org | /usr/sbin/sendmail -t"),
     OPTIONS(OPT_BRAND, OPT_SOURCE, OPT_SINCE, OPT_WHO, OPT_MAX, OPT_FORMAT, OPT_MAIL, OPT_OUTPUT, OPT_COLOR), 0, 0, cmd_brief, NULL},
    {"queue", "", N_("all open items, most urgent first"), N_("An item leaves the queue when a public answer by the brand is seen, or when it is marked: `earshot mark ID answered`.\n"
        "Formats: text (default), json, csv."),
     OPTIONS(OPT_BRAND, OPT_SOURCE, OPT_MAX, OPT_FORMAT, OPT_COLOR), 0, 0, cmd_queue, NULL},
    {"show", "ID", N_("one mention in full, with its answer and its history"),
     N_("ID is what brief and queue print, e.g. otzovik:123; its end or its beginning suffices when no other fits. Formats: text (default), json."),
     OPTIONS(OPT_FORMAT, OPT_COLOR), 1, 1, cmd_show, NULL},
    {"explain", "ID", N_("why a mention has its score and its verdict"), N_("Lists the words and rules that made the score and the signs that made the verdict. Formats: text (default), json."),
     OPTIONS(OPT_FORMAT, OPT_COLOR), 1, 1, cmd_explain, NULL},
    {"mark", "ID [STATE]", N_("note what people did: answered, dismissed, ..."),
     N_("STATE: new, seen, answered, moved_private, resolved (wants --cause) or dismissed (wants a reason: --note). Every mark is kept in a\n"
        "journal with who and when; `earshot show ID` prints it. \"answered\" is a claim until a crawl sees the answer on the page.\n"
        "Nothing is ever posted to a site.\n"
        "    earshot mark otzovik:123 answered --note 'refund promised'\n"
        "    earshot mark otzovik:123 --hold --note 'waits for the warehouse'\n"
        "    earshot mark otzovik:123 resolved --cause delivery\n"
        "    earshot mark otzovik:123 --verdict none --note 'another company'"),
     OPTIONS(OPT_ASSIGN, OPT_NOTE, OPT_CAUSE, OPT_HOLD, OPT_UNHOLD, OPT_VERDICT, OPT_WHO), 1, 2, cmd_mark, NULL},
    {"evidence", "ID", N_("one mention with its revisions and the pages that showed it, to keep as proof"),
     N_("Writes earshot.evidence/1: a JSON line for the mention, one for each revision with its SHA-256, one for each archived page that showed it: address,\n"
        "time, headers, the bytes as they came (base64) and their SHA-256. The pages come from the archive that crawl --archive or the setting\n"
        "`archive` keeps; where it has none, that is said.\n"
        "    earshot evidence otzovik:123 --output evidence.jsonl"),
     OPTIONS(OPT_ARCHIVE, OPT_OUTPUT), 1, 1, cmd_evidence, NULL},
    {"report", "", N_("a period in figures: shares, stars, causes, answers, coverage"), N_("The last 30 days without --since. Without --brand: all your brands, and competitors to compare with; --compare names others.\n"
        "Formats: text (default), html, csv, json, atom (what is open now).\n"
        "    earshot report --since 7d --format html --output week.html\n"
        "    earshot report --brand acme --compare rival --format html --output month.html"),
     OPTIONS(OPT_BRAND, OPT_COMPARE, OPT_SOURCE, OPT_SINCE, OPT_UNTIL, OPT_FORMAT, OPT_OUTPUT, OPT_COLOR), 0, 0, cmd_report, NULL},
    {"survey", "FILE", N_("take in the answers of a 0 to 10 survey (NPS) from a CSV file"),
     N_("The first line names the columns; score and date are found by name (score, nps, rating; date, created_at, submitted). What the file says of a day\n"
        "replaces what was known of that day, so the same file twice counts once. The report then shows the NPS of its period. FILE - is standard input.\n"
        "    earshot survey answers.csv --brand acme"),
     OPTIONS(OPT_BRAND), 1, 1, cmd_survey, NULL},
    {"feed", "", N_("new events to the sinks: ticketing, webhooks, mail, files"),
     N_("Sends what is new to every sink of the settings (doc/FEED.md), each event once, in order for each mention, and asks how the tickets fare. What cannot be\n"
        "sent now waits and is tried again; exit code 1 then, with a line for each sink. Without sinks in the settings, or with a --sink NAME that they do not have:\n"
        "one earshot.event/1 a line to stdout; the name remembers how far it has read, and a line may come twice after a crash: drop repeats by its id.\n"
        "    */5 * * * *  earshot feed\n"
        "    earshot feed --sink tickets | make-tickets"),
     OPTIONS(OPT_SINK, OPT_MAX, OPT_ONCE, OPT_FOLLOW, OPT_CONNECT_TO, OPT_CA_FILE, OPT_ALLOW_PRIVATE), 0, 0, cmd_feed, NULL},
    {"serve", "", N_("the inbox for a browser: queue, items, figures, marks"),
     N_("Prints its address, then serves until SIGTERM. Users sign in with a password (`earshot user add`), or once by the link that --open prints. For other\n"
        "machines it stands behind a reverse proxy with TLS: --public-url says how browsers reach it (doc/SERVE.md).\n"
        "    earshot serve --open --listen 127.0.0.1:0\n"
        "Programs: /metrics (Prometheus), /feed.atom, /api/queue, /api/mention/ID, /api/status, with a user's name and password."),
     OPTIONS(OPT_LISTEN, OPT_PUBLIC_URL, OPT_OPEN, OPT_USERS), 0, 0, cmd_serve, NULL},
    {"user add", "NAME", N_("let somebody sign in to the inbox, or give a new password"),
     N_("The password is asked for on the terminal, or read from standard input. Roles: viewer (looks), agent (marks, too), admin (verdicts, people, too)."),
     OPTIONS(OPT_ROLE, OPT_USERS), 1, 1, cmd_user_add, NULL},
    {"user list", "", N_("who may sign in to the inbox"), N_("Columns: role, name."), OPTIONS(OPT_USERS), 0, 0, cmd_user_list, NULL},
    {"user remove", "NAME", N_("let somebody no longer sign in; their sessions end"), N_("The journal keeps what they did."), OPTIONS(OPT_USERS), 1, 1, cmd_user_remove, NULL},
    {"status", "", N_("the health of sources, runs and store"), N_("Formats: text (default), json, prom (for node_exporter's textfile collector), nagios (its exit codes, too)."),
     OPTIONS(OPT_FORMAT, OPT_COLOR), 0, 0, cmd_status, NULL},
    {"parse", "FILE", N_("one page from disk as an earshot.page/1 object"),
     N_("FILE - reads standard input. The exit code is 0 whatever the page is; \"outcome\" in the object tells:\n"
        "ok, empty, drift (the layout no longer fits), blocked, gone, baddata, ...\n"
        "    earshot parse page.html --url https://www.trustpilot.com/review/acme.example\n"
        "    curl -sD head -o page URL && earshot parse page --headers head --url URL"),
     OPTIONS(OPT_URL, OPT_HEADERS, OPT_ACCOUNT), 1, 1, cmd_parse, N_("Tools:")},
    {"replay", "WARC...", N_("archived pages through today's parsers"),
     N_("Reads WARC files as crawl --archive writes them, and stores what today's parsers find on their pages: what is missing is added, what they read\n"
        "better now is a new revision; a mention that was edited after the page was fetched stays as it is. Nothing is fetched. With --dry-run a line for\n"
        "each mention that would change, and the store stays as it is. Exit code 64 when a file is damaged; what stands before the damage is used.\n"
        "    earshot replay --dry-run archive/*.warc.gz"),
     OPTIONS(OPT_DRY_RUN), 1, -1, cmd_replay, NULL},
    {"score", "", N_("one line of text in, one earshot.score/1 object out"), N_("Reads standard input. --lang sets the language of the texts; without it each is guessed.\n"
        "    echo 'Ужасный сервис, деньги не вернули' | earshot score\n"
        "--rescore scores what is stored again, after the lexicons have changed; with --dry-run it only lists which labels and verdicts would be others. No event\n"
        "is written, nothing is opened again, and what a person decided stays."), OPTIONS(OPT_RESCORE, OPT_DRY_RUN), 0, 0, cmd_score, NULL},
    {"robots", "FILE", N_("does a robots.txt allow an address, and which line decides"), N_("Exit code 0: allowed; 1: disallowed. Rules are read as RFC 9309 says.\n"
        "    earshot robots robots.txt --url https://www.example.org/reviews"), OPTIONS(OPT_AGENT, OPT_URL), 1, 1, cmd_robots, NULL},
    {"site list", "", N_("the sites whose layout is known"), N_("Columns: name, kind, how a source is given in the settings (slug or url), title. Any other page that carries schema.org reviews, and any\n"
        "RSS or Atom feed, is given by its url. Formats: text (default), json."), OPTIONS(OPT_FORMAT), 0, 0, cmd_site_list, NULL},
    {"site save", "SOURCE|URL", N_("save a page whose layout no longer fits, for `earshot site test`"), N_("Writes the newest page that did not fit of a source (SOURCE or BRAND/SOURCE), a site or an address, with its headers, and prints the\n"
        "file's name. An address of which no such page is kept is fetched now. With --output DIR the file goes into that folder."),
     OPTIONS(OPT_OUTPUT, OPT_CONNECT_TO, OPT_CA_FILE, OPT_ALLOW_PRIVATE), 1, 1, cmd_site_save, NULL},
    {"site test", "SITE PAGE", N_("every field of a saved page, and the rule that gave it"), N_("SITE is a name from `earshot site list` or a file.site; PAGE is a page that `earshot site save` wrote, or any other with its --url."),
     OPTIONS(OPT_URL, OPT_HEADERS, OPT_ACCOUNT), 2, 2, cmd_site_test, NULL},
    {"site check", "[FILE...]", N_("find the mistakes in site files"), N_("Without FILE: all of them, shipped and your own. Exit code 65 when there are mistakes."), NO_OPTIONS, 0, -1, cmd_site_check, NULL},
    {"sink list", "", N_("the ticketing systems and other sinks that events can be sent to"), N_("For each recipe: what it needs in its sink section, and what else can be set. Formats: text (default), json."),
     OPTIONS(OPT_FORMAT), 0, 0, cmd_sink_list, NULL},
    {"sink test", "NAME", N_("asks a sink whether token, queue and fields are right"), N_("Nothing is made or changed there. Exit code 78: the settings are wrong; 1: the other side does not answer."),
     OPTIONS(OPT_CONNECT_TO, OPT_CA_FILE, OPT_ALLOW_PRIVATE), 1, 1, cmd_sink_test, NULL},
    {"sink check", "FILE...", N_("finds the mistakes in sink recipes"), N_("Prints FILE:LINE: what is wrong; exit code 65 when something is."), NO_OPTIONS, 1, -1, cmd_sink_check, NULL},
    {"sink retry", "NAME", N_("tries parked events of a sink again, and a resting sink at once"), N_("An event is parked when the sink refuses it for good; `earshot status` counts them. The next `earshot feed` sends them."),
     NO_OPTIONS, 1, 1, cmd_sink_retry, NULL},
    {"config init", "[FILE]", N_("write a commented example of the settings"), N_("Writes to your config folder when no FILE is named; - is standard output. An existing file is never replaced."), NO_OPTIONS, 0, 1, cmd_config_init, N_("Settings and store:")},
    {"config check", "[FILE]", N_("find the mistakes in the settings"), N_("Exit code 78 when there are mistakes; each is named with its line."), NO_OPTIONS, 0, 1, cmd_config_check, NULL},
    {"config print", "[FILE]", N_("the settings in force, defaults included"), N_("The output is itself a file of settings."), NO_OPTIONS, 0, 1, cmd_config_print, NULL},
    {"store check", "", N_("read every record of the store and report damage"), N_("Exit code 73 when there is damage."), NO_OPTIONS, 0, 0, cmd_store_check, NULL},
    {"store backup", "DIR", N_("copy the store, also while a crawl runs"), N_("DIR must not exist yet."), NO_OPTIONS, 1, 1, cmd_store_backup, NULL},
    {"store export", "", N_("everything as JSON lines"), N_("One record a line, whole: `earshot store import` makes the same store of it. With --stable: findings, revisions, targets, journal, events without what\n"
        "depends on when they were read; two stores of equal contents give equal bytes."), OPTIONS(OPT_STABLE, OPT_OUTPUT), 0, 0, cmd_store_export, NULL},
    {"store import", "FILE", N_("a new store out of what store export wrote"), N_("FILE - is standard input. Nothing must be at the store's place yet. A wrong line is named, and nothing is imported then.\n"
        "    earshot store export --output all.jsonl && earshot store import all.jsonl --store copy"), NO_OPTIONS, 1, 1, cmd_store_import, NULL},
    {"store upgrade", "", N_("bring the store of an older earshot to today's format"), N_("An older store can be read as it is; to write to it, it is upgraded: written anew beside itself, compared, and put in its place. A kill or a power cut at\n"
        "any moment leaves the old or the new one. Needs free space for a second store, and nobody else may have it open (exit code 75). There is no way back: make\n"
        "an `earshot store backup` before, if you may want the older earshot again."), NO_OPTIONS, 0, 0, cmd_store_upgrade, NULL},
    {"store compact", "", N_("write the store anew, without free space and packed"), N_("Nothing but the size changes. Needs free space for a second store, and nobody else may have it open (exit code 75)."), NO_OPTIONS, 0, 0, cmd_store_compact, NULL},
    {"store prune", "", N_("take out what is older than --older-than"), N_("Takes out mentions that were published (without a date: first seen) before that, with their revisions, journal and events; what still waits for an answer\n"
        "or is on hold stays. No crawl brings them back. Without --yes nothing is changed. Archives (WARC) and backups are not touched. For cron:\n"
        "    earshot store prune --older-than 3y --yes"), OPTIONS(OPT_OLDER_THAN, OPT_YES, OPT_WHO), 0, 0, cmd_store_prune, NULL},
    {"store erase", "", N_("take out everything by one author, on request"), N_("Takes out all mentions of one author, with revisions, journal and events, and writes the file anew so that nothing is left in it; neither they nor other\n"
        "mentions that the author published until now come back. Without --yes nothing is changed. Archives (WARC), pages kept for `earshot site save`, backups and\n"
        "what a ticketing system was sent are not touched.\n"
        "    earshot store erase --author otzovik:maria-k"), OPTIONS(OPT_AUTHOR, OPT_YES, OPT_WHO), 0, 0, cmd_store_erase, NULL},
    {"store stat", "", N_("how much is in the store"), N_("Formats: text (default), json."), OPTIONS(OPT_FORMAT), 0, 0, cmd_store_stat, NULL},
    {0},
};
