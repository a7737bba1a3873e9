/* Logs: logfmt lines on stderr, English, one event a line, with values quoted and escaped where needed.
 *
 * Silent by default below LOG_WARN, so that cron mails only what matters. Thread: safe, one write(2) a line. */
#ifndef EARSHOT_BASE_LOG_H
#define EARSHOT_BASE_LOG_H
#include "base/err.h"
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_init(enum log_level least);
/* log_event(LOG_WARN, "page", "url", url, "outcome", "blocked", NULL): pairs of key and value, ended by NULL. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
#endif
