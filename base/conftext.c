#include "base/conftext.h"

const char *conftext_clean(char *s, int *line)
{
    char quote = '\0';
    int quote_line = 0;
    *line = 1;
    for (; *s != '\0'; s++) {
        *line += *s == '\n';
        if (quote != '\0') {
            if (*s == '\\' && s[1] != '\0')
                *line += *++s == '\n';
            else if (*s == quote)
                quote = '\0';
        } else if (*s == '"' || *s == '\'') {
            quote = *s;
            quote_line = *line;
        } else if (*s == '\\') {
            return "a backslash outside quotes";
        } else if (*s == '#') {
            while (s[1] != '\0' && *s != '\n')
                *s++ = ' ';
            if (*s != '\n')
                *s = ' ';
            *line += *s == '\n';
        }
    }
    if (quote == '\0')
        return (const char *)0;
    *line = quote_line;
    return quote == '"' ? "the quote \" that opens here is never closed" : "the quote ' that opens here is never closed";
}
