/* The words of dates in English, Russian and Ukrainian, and the cutting of a date phrase into them; private to date.c. */
#ifndef EARSHOT_PARSERS_DATE_WORDS_H
#define EARSHOT_PARSERS_DATE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,  /* value, digits */
    TOKEN_MARK,    /* value: one of : . / - , */
    TOKEN_MONTH,   /* value 1..12 */
    TOKEN_WEEKDAY, /* value 0 = Sunday */
    TOKEN_DAY,     /* today, yesterday: value = days from today */
    TOKEN_UNIT,    /* value: enum unit */
    TOKEN_AGO,     /* ago, назад, тому */
    TOKEN_IN,      /* in, через: value 1 = ahead */
    TOKEN_COUNT,   /* a number word: value; half an hour is value -1 */
    TOKEN_NOW,
    TOKEN_LAST,    /* last, прошлый: value -1; this: 0; next: 1 */
    TOKEN_HALFDAY, /* value 0 am, 12 pm */
    TOKEN_ZONE,    /* value: seconds east of UTC */
    TOKEN_YEARWORD,/* г. року */
    TOKEN_NOISE,   /* at, в, о, of, th: says nothing */
    TOKEN_UNKNOWN,
};
enum unit { UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };

struct token {
    enum token_kind kind;
    long value;
    int digits;
    bool blank_before;
};
#define DATE_TOKENS 24 /* longer phrases are no dates */

/* false when there are more than DATE_TOKENS or a word is not known. The list ends with TOKEN_END. */
bool date_tokens(const char *s, struct token token[DATE_TOKENS + 1]);

#endif
