/* Answers to a 0 to 10 survey out of a CSV file as survey tools export it.
 *
 * Source: RFC 4180; also ; and tab between fields, LF line ends, a byte order mark. The first line names the columns; the score and the date are found by name. A date is ISO 8601 or
 * day.month.year. A row without a score is somebody who did not answer that question: counted, not kept. Anything else that is wrong names its line, and nothing is kept.
 * Limits: 64 MiB, 256 columns, dates from 1990 to tomorrow. */
#ifndef EARSHOT_CLI_SURVEY_CSV_H
#define EARSHOT_CLI_SURVEY_CSV_H

#include "report/survey.h"

struct survey_csv {
    struct survey_day *day; /* by day */
    size_t n;
    uint64_t n_answer, n_blank;
};

/* name: of the file, for messages; text is used up. utc_offset_s: times are turned into days by it. ERR_USAGE "FILE:LINE: ...". Arrays in a. */
MUST_USE enum err survey_csv_read(struct survey_csv *out, const char *name, char *text, size_t n, int64_t now, int64_t utc_offset_s, struct arena *a);

#endif
