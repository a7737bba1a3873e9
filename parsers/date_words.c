#include "parsers/date_words.h"

#include "base/utf8.h"
#include "parsers/date_zone.h"

#include <string.h>

struct word {
    const char *text; /* lower case; a final '*' takes any ending */
    enum token_kind kind;
    long value;
};

/* Month stems: full, genitive and short forms share them. мар* would take мартовский, too: harmless. май and мая are March's neighbours, not kin. */
static const struct word words[] = {
    /* months: ru, uk, en */
    {"янв*", TOKEN_MONTH, 1}, {"фев*", TOKEN_MONTH, 2}, {"март*", TOKEN_MONTH, 3}, {"мар", TOKEN_MONTH, 3}, {"мрт", TOKEN_MONTH, 3}, {"апр*", TOKEN_MONTH, 4},
    {"май", TOKEN_MONTH, 5}, {"мая", TOKEN_MONTH, 5}, {"мае", TOKEN_MONTH, 5}, {"июн*", TOKEN_MONTH, 6}, {"июл*", TOKEN_MONTH, 7}, {"авг*", TOKEN_MONTH, 8},
    {"сен*", TOKEN_MONTH, 9}, {"окт*", TOKEN_MONTH, 10}, {"ноя*", TOKEN_MONTH, 11}, {"дек*", TOKEN_MONTH, 12},
    {"січ*", TOKEN_MONTH, 1}, {"лют*", TOKEN_MONTH, 2}, {"бер", TOKEN_MONTH, 3}, {"берез*", TOKEN_MONTH, 3}, {"квіт*", TOKEN_MONTH, 4}, {"кві", TOKEN_MONTH, 4},
    {"трав*", TOKEN_MONTH, 5}, {"тра", TOKEN_MONTH, 5}, {"чер", TOKEN_MONTH, 6}, {"черв", TOKEN_MONTH, 6}, {"червень", TOKEN_MONTH, 6}, {"червня", TOKEN_MONTH, 6},
    {"червні", TOKEN_MONTH, 6}, {"лип*", TOKEN_MONTH, 7}, {"серп*", TOKEN_MONTH, 8}, {"сер", TOKEN_MONTH, 8}, {"вер", TOKEN_MONTH, 9}, {"верес*", TOKEN_MONTH, 9},
    {"жов*", TOKEN_MONTH, 10}, {"лис", TOKEN_MONTH, 11}, {"лист", TOKEN_MONTH, 11}, {"листоп*", TOKEN_MONTH, 11}, {"груд*", TOKEN_MONTH, 12}, {"гру", TOKEN_MONTH, 12},
    {"jan", TOKEN_MONTH, 1}, {"january", TOKEN_MONTH, 1}, {"feb", TOKEN_MONTH, 2}, {"february", TOKEN_MONTH, 2}, {"mar", TOKEN_MONTH, 3}, {"march", TOKEN_MONTH, 3},
    {"apr", TOKEN_MONTH, 4}, {"april", TOKEN_MONTH, 4}, {"may", TOKEN_MONTH, 5}, {"jun", TOKEN_MONTH, 6}, {"june", TOKEN_MONTH, 6}, {"jul", TOKEN_MONTH, 7},
    {"july", TOKEN_MONTH, 7}, {"aug", TOKEN_MONTH, 8}, {"august", TOKEN_MONTH, 8}, {"sep", TOKEN_MONTH, 9}, {"sept", TOKEN_MONTH, 9}, {"september", TOKEN_MONTH, 9},
    {"oct", TOKEN_MONTH, 10}, {"october", TOKEN_MONTH, 10}, {"nov", TOKEN_MONTH, 11}, {"november", TOKEN_MONTH, 11}, {"dec", TOKEN_MONTH, 12}, {"december", TOKEN_MONTH, 12},
    /* weekdays */
    {"пн", TOKEN_WEEKDAY, 1}, {"пнд", TOKEN_WEEKDAY, 1}, {"понед*", TOKEN_WEEKDAY, 1}, {"понеділ*", TOKEN_WEEKDAY, 1}, {"вт", TOKEN_WEEKDAY, 2}, {"втр", TOKEN_WEEKDAY, 2},
    {"вторник*", TOKEN_WEEKDAY, 2}, {"вівтор*", TOKEN_WEEKDAY, 2}, {"ср", TOKEN_WEEKDAY, 3}, {"срд", TOKEN_WEEKDAY, 3}, {"среда", TOKEN_WEEKDAY, 3}, {"среду", TOKEN_WEEKDAY, 3},
    {"серед*", TOKEN_WEEKDAY, 3}, {"чт", TOKEN_WEEKDAY, 4}, {"чтв", TOKEN_WEEKDAY, 4}, {"четвер*", TOKEN_WEEKDAY, 4}, {"пт", TOKEN_WEEKDAY, 5}, {"птн", TOKEN_WEEKDAY, 5},
    {"пятниц*", TOKEN_WEEKDAY, 5}, {"п'ятниц*", TOKEN_WEEKDAY, 5}, {"сб", TOKEN_WEEKDAY, 6}, {"сбт", TOKEN_WEEKDAY, 6}, {"суббот*", TOKEN_WEEKDAY, 6}, {"субот*", TOKEN_WEEKDAY, 6},
    {"вс", TOKEN_WEEKDAY, 0}, {"вск", TOKEN_WEEKDAY, 0}, {"нд", TOKEN_WEEKDAY, 0}, {"воскресен*", TOKEN_WEEKDAY, 0},
    {"mon", TOKEN_WEEKDAY, 1}, {"monday", TOKEN_WEEKDAY, 1}, {"tue", TOKEN_WEEKDAY, 2}, {"tues", TOKEN_WEEKDAY, 2}, {"tuesday", TOKEN_WEEKDAY, 2}, {"wed", TOKEN_WEEKDAY, 3},
    {"wednesday", TOKEN_WEEKDAY, 3}, {"thu", TOKEN_WEEKDAY, 4}, {"thur", TOKEN_WEEKDAY, 4}, {"thurs", TOKEN_WEEKDAY, 4}, {"thursday", TOKEN_WEEKDAY, 4}, {"fri", TOKEN_WEEKDAY, 5},
    {"friday", TOKEN_WEEKDAY, 5}, {"sat", TOKEN_WEEKDAY, 6}, {"saturday", TOKEN_WEEKDAY, 6}, {"sun", TOKEN_WEEKDAY, 0}, {"sunday", TOKEN_WEEKDAY, 0},
    {"пон", TOKEN_WEEKDAY, 1}, {"вів", TOKEN_WEEKDAY, 2}, {"чет", TOKEN_WEEKDAY, 4}, {"п'ят", TOKEN_WEEKDAY, 5}, {"суб", TOKEN_WEEKDAY, 6},
    {"вос", TOKEN_WEEKDAY, 0}, {"втор", TOKEN_WEEKDAY, 2}, {"сре", TOKEN_WEEKDAY, 3}, {"пят", TOKEN_WEEKDAY, 5}, {"so", TOKEN_WEEKDAY, 0},
    {"di", TOKEN_WEEKDAY, 2}, {"mi", TOKEN_WEEKDAY, 3}, {"do", TOKEN_WEEKDAY, 4}, {"fr", TOKEN_WEEKDAY, 5}, {"sa", TOKEN_WEEKDAY, 6},
    {"sonntag", TOKEN_WEEKDAY, 0}, {"montag", TOKEN_WEEKDAY, 1}, {"dienstag", TOKEN_WEEKDAY, 2}, {"mittwoch", TOKEN_WEEKDAY, 3},
    {"donnerstag", TOKEN_WEEKDAY, 4}, {"freitag", TOKEN_WEEKDAY, 5}, {"samstag", TOKEN_WEEKDAY, 6}, {"dim", TOKEN_WEEKDAY, 0}, {"lun", TOKEN_WEEKDAY, 1},
    {"mer", TOKEN_WEEKDAY, 3}, {"jeu", TOKEN_WEEKDAY, 4}, {"ven", TOKEN_WEEKDAY, 5}, {"sam", TOKEN_WEEKDAY, 6}, {"dimanche", TOKEN_WEEKDAY, 0},
    {"lundi", TOKEN_WEEKDAY, 1}, {"mardi", TOKEN_WEEKDAY, 2}, {"mercredi", TOKEN_WEEKDAY, 3}, {"jeudi", TOKEN_WEEKDAY, 4}, {"vendredi", TOKEN_WEEKDAY, 5},
    {"samedi", TOKEN_WEEKDAY, 6}, {"dom", TOKEN_WEEKDAY, 0}, {"mie", TOKEN_WEEKDAY, 3}, {"jue", TOKEN_WEEKDAY, 4}, {"vie", TOKEN_WEEKDAY, 5},
    {"sab", TOKEN_WEEKDAY, 6}, {"gio", TOKEN_WEEKDAY, 4}, {"domingo", TOKEN_WEEKDAY, 0}, {"lunes", TOKEN_WEEKDAY, 1}, {"martes", TOKEN_WEEKDAY, 2},
    {"miercoles", TOKEN_WEEKDAY, 3}, {"jueves", TOKEN_WEEKDAY, 4}, {"viernes", TOKEN_WEEKDAY, 5}, {"sabado", TOKEN_WEEKDAY, 6}, {"niedz", TOKEN_WEEKDAY, 0},
    {"ndz", TOKEN_WEEKDAY, 0}, {"wt", TOKEN_WEEKDAY, 2}, {"sr", TOKEN_WEEKDAY, 3}, {"czw", TOKEN_WEEKDAY, 4}, {"pt", TOKEN_WEEKDAY, 5},
    {"sob", TOKEN_WEEKDAY, 6}, {"pn", TOKEN_WEEKDAY, 1},
    {"janvier", TOKEN_MONTH, 1}, {"janv", TOKEN_MONTH, 1}, {"fevrier", TOKEN_MONTH, 2}, {"fevr", TOKEN_MONTH, 2}, {"mars", TOKEN_MONTH, 3}, {"avril", TOKEN_MONTH, 4},
    {"avr", TOKEN_MONTH, 4}, {"mai", TOKEN_MONTH, 5}, {"juin", TOKEN_MONTH, 6}, {"juillet", TOKEN_MONTH, 7}, {"juil", TOKEN_MONTH, 7}, {"aout", TOKEN_MONTH, 8},
    {"septembre", TOKEN_MONTH, 9}, {"octobre", TOKEN_MONTH, 10}, {"novembre", TOKEN_MONTH, 11}, {"decembre", TOKEN_MONTH, 12}, {"er", TOKEN_NOISE, 0}, {"le", TOKEN_NOISE, 0},
    /* de, es, it, pt, nl, pl, da, no, sv, fi: as the pages of one site in other languages print them; accents are off */
    {"januar", TOKEN_MONTH, 1}, {"janner", TOKEN_MONTH, 1}, {"gennaio", TOKEN_MONTH, 1}, {"genn", TOKEN_MONTH, 1}, {"gen", TOKEN_MONTH, 1},
    {"enero", TOKEN_MONTH, 1}, {"ene", TOKEN_MONTH, 1}, {"januari", TOKEN_MONTH, 1}, {"stycz*", TOKEN_MONTH, 1}, {"sty", TOKEN_MONTH, 1},
    {"janeiro", TOKEN_MONTH, 1}, {"tammikuu*", TOKEN_MONTH, 1}, {"februar", TOKEN_MONTH, 2}, {"febbraio", TOKEN_MONTH, 2}, {"febb", TOKEN_MONTH, 2},
    {"febrero", TOKEN_MONTH, 2}, {"febr", TOKEN_MONTH, 2}, {"februari", TOKEN_MONTH, 2}, {"lut", TOKEN_MONTH, 2}, {"luty", TOKEN_MONTH, 2},
    {"lutego", TOKEN_MONTH, 2}, {"fevereiro", TOKEN_MONTH, 2}, {"fev", TOKEN_MONTH, 2}, {"helmikuu*", TOKEN_MONTH, 2}, {"marz", TOKEN_MONTH, 3},
    {"mrz", TOKEN_MONTH, 3}, {"marzo", TOKEN_MONTH, 3}, {"maart", TOKEN_MONTH, 3}, {"mrt", TOKEN_MONTH, 3}, {"marca", TOKEN_MONTH, 3}, {"marts", TOKEN_MONTH, 3},
    {"marzec", TOKEN_MONTH, 3}, {"marco", TOKEN_MONTH, 3}, {"maaliskuu*", TOKEN_MONTH, 3}, {"aprile", TOKEN_MONTH, 4}, {"abril", TOKEN_MONTH, 4},
    {"abr", TOKEN_MONTH, 4}, {"kwie*", TOKEN_MONTH, 4}, {"kwi", TOKEN_MONTH, 4}, {"huhtikuu*", TOKEN_MONTH, 4}, {"maggio", TOKEN_MONTH, 5},
    {"mag", TOKEN_MONTH, 5}, {"mayo", TOKEN_MONTH, 5}, {"mei", TOKEN_MONTH, 5}, {"maj", TOKEN_MONTH, 5}, {"maja", TOKEN_MONTH, 5}, {"maio", TOKEN_MONTH, 5},
    {"toukokuu*", TOKEN_MONTH, 5}, {"juni", TOKEN_MONTH, 6}, {"giugno", TOKEN_MONTH, 6}, {"giu", TOKEN_MONTH, 6}, {"junio", TOKEN_MONTH, 6},
    {"czerw*", TOKEN_MONTH, 6}, {"cze", TOKEN_MONTH, 6}, {"junho", TOKEN_MONTH, 6}, {"kesakuu*", TOKEN_MONTH, 6}, {"juli", TOKEN_MONTH, 7},
    {"luglio", TOKEN_MONTH, 7}, {"lug", TOKEN_MONTH, 7}, {"julio", TOKEN_MONTH, 7}, {"lipiec", TOKEN_MONTH, 7}, {"lipca", TOKEN_MONTH, 7},
    {"lip", TOKEN_MONTH, 7}, {"julho", TOKEN_MONTH, 7}, {"heinakuu*", TOKEN_MONTH, 7}, {"agosto", TOKEN_MONTH, 8}, {"augustus", TOKEN_MONTH, 8},
    {"augusti", TOKEN_MONTH, 8}, {"sierp*", TOKEN_MONTH, 8}, {"sie", TOKEN_MONTH, 8}, {"elokuu*", TOKEN_MONTH, 8}, {"settembre", TOKEN_MONTH, 9},
    {"sett", TOKEN_MONTH, 9}, {"set", TOKEN_MONTH, 9}, {"septiembre", TOKEN_MONTH, 9}, {"wrze*", TOKEN_MONTH, 9}, {"wrz", TOKEN_MONTH, 9},
    {"setembro", TOKEN_MONTH, 9}, {"syyskuu*", TOKEN_MONTH, 9}, {"oktober", TOKEN_MONTH, 10}, {"okt", TOKEN_MONTH, 10}, {"ottobre", TOKEN_MONTH, 10},
    {"ott", TOKEN_MONTH, 10}, {"octubre", TOKEN_MONTH, 10}, {"pazdz*", TOKEN_MONTH, 10}, {"paz", TOKEN_MONTH, 10}, {"outubro", TOKEN_MONTH, 10},
    {"out", TOKEN_MONTH, 10}, {"lokakuu*", TOKEN_MONTH, 10}, {"noviembre", TOKEN_MONTH, 11}, {"listop*", TOKEN_MONTH, 11}, {"lis", TOKEN_MONTH, 11},
    {"novembro", TOKEN_MONTH, 11}, {"marraskuu*", TOKEN_MONTH, 11}, {"dezember", TOKEN_MONTH, 12}, {"dez", TOKEN_MONTH, 12}, {"dicembre", TOKEN_MONTH, 12},
    {"dic", TOKEN_MONTH, 12}, {"diciembre", TOKEN_MONTH, 12}, {"grud*", TOKEN_MONTH, 12}, {"gru", TOKEN_MONTH, 12}, {"dezembro", TOKEN_MONTH, 12},
    {"desember", TOKEN_MONTH, 12}, {"des", TOKEN_MONTH, 12}, {"joulukuu*", TOKEN_MONTH, 12}, {"heute", TOKEN_DAY, 0}, {"gestern", TOKEN_DAY, -1},
    {"vorgestern", TOKEN_DAY, -2}, {"aujourd'hui", TOKEN_DAY, 0}, {"hier", TOKEN_DAY, -1}, {"hoy", TOKEN_DAY, 0}, {"ayer", TOKEN_DAY, -1},
    {"oggi", TOKEN_DAY, 0}, {"ieri", TOKEN_DAY, -1}, {"hoje", TOKEN_DAY, 0}, {"ontem", TOKEN_DAY, -1}, {"dzis", TOKEN_DAY, 0}, {"dzisiaj", TOKEN_DAY, 0},
    {"wczoraj", TOKEN_DAY, -1}, {"vandaag", TOKEN_DAY, 0}, {"gisteren", TOKEN_DAY, -1}, {"um", TOKEN_NOISE, 0}, {"uhr", TOKEN_NOISE, 0}, {"de", TOKEN_NOISE, 0},
    {"alle", TOKEN_NOISE, 0}, {"om", TOKEN_NOISE, 0}, {"kl", TOKEN_NOISE, 0}, {"den", TOKEN_NOISE, 0}, {"vor", TOKEN_AGO, 0},
    {"sekunden", TOKEN_UNIT, UNIT_SECOND}, {"minuten", TOKEN_UNIT, UNIT_MINUTE}, {"stunde", TOKEN_UNIT, UNIT_HOUR}, {"stunden", TOKEN_UNIT, UNIT_HOUR},
    {"tag", TOKEN_UNIT, UNIT_DAY}, {"tagen", TOKEN_UNIT, UNIT_DAY}, {"woche", TOKEN_UNIT, UNIT_WEEK}, {"wochen", TOKEN_UNIT, UNIT_WEEK},
    {"monat", TOKEN_UNIT, UNIT_MONTH}, {"monaten", TOKEN_UNIT, UNIT_MONTH}, {"jahr", TOKEN_UNIT, UNIT_YEAR}, {"jahren", TOKEN_UNIT, UNIT_YEAR},
    {"einem", TOKEN_COUNT, 1}, {"einer", TOKEN_COUNT, 1},
    /* days from today */
    {"сегодня", TOKEN_DAY, 0}, {"сьогодні", TOKEN_DAY, 0}, {"today", TOKEN_DAY, 0}, {"вчера", TOKEN_DAY, -1}, {"вчора", TOKEN_DAY, -1}, {"учора", TOKEN_DAY, -1},
    {"yesterday", TOKEN_DAY, -1}, {"позавчера", TOKEN_DAY, -2}, {"позавчора", TOKEN_DAY, -2}, {"завтра", TOKEN_DAY, 1}, {"tomorrow", TOKEN_DAY, 1}, {"послезавтра", TOKEN_DAY, 2},
    {"післязавтра", TOKEN_DAY, 2},
    {"сейчас", TOKEN_NOW, 0}, {"зараз", TOKEN_NOW, 0}, {"now", TOKEN_NOW, 0}, {"щойно", TOKEN_NOW, 0}, {"только", TOKEN_NOISE, 0}, {"что", TOKEN_NOW, 0}, {"just", TOKEN_NOISE, 0},
    {"moments", TOKEN_NOW, 0},
    /* units */
    {"секунд*", TOKEN_UNIT, UNIT_SECOND}, {"сек", TOKEN_UNIT, UNIT_SECOND}, {"second", TOKEN_UNIT, UNIT_SECOND}, {"seconds", TOKEN_UNIT, UNIT_SECOND}, {"sec", TOKEN_UNIT, UNIT_SECOND},
    {"secs", TOKEN_UNIT, UNIT_SECOND}, {"минут*", TOKEN_UNIT, UNIT_MINUTE}, {"мин", TOKEN_UNIT, UNIT_MINUTE}, {"хвилин*", TOKEN_UNIT, UNIT_MINUTE}, {"хв", TOKEN_UNIT, UNIT_MINUTE},
    {"minute", TOKEN_UNIT, UNIT_MINUTE}, {"minutes", TOKEN_UNIT, UNIT_MINUTE}, {"min", TOKEN_UNIT, UNIT_MINUTE}, {"mins", TOKEN_UNIT, UNIT_MINUTE}, {"час", TOKEN_UNIT, UNIT_HOUR},
    {"часа", TOKEN_UNIT, UNIT_HOUR}, {"часов", TOKEN_UNIT, UNIT_HOUR}, {"ч", TOKEN_UNIT, UNIT_HOUR}, {"годин*", TOKEN_UNIT, UNIT_HOUR}, {"hour", TOKEN_UNIT, UNIT_HOUR},
    {"hours", TOKEN_UNIT, UNIT_HOUR}, {"hr", TOKEN_UNIT, UNIT_HOUR}, {"hrs", TOKEN_UNIT, UNIT_HOUR}, {"h", TOKEN_UNIT, UNIT_HOUR}, {"день", TOKEN_UNIT, UNIT_DAY}, {"дня", TOKEN_UNIT, UNIT_DAY},
    {"дней", TOKEN_UNIT, UNIT_DAY}, {"дн", TOKEN_UNIT, UNIT_DAY}, {"дні", TOKEN_UNIT, UNIT_DAY}, {"днів", TOKEN_UNIT, UNIT_DAY}, {"сутки", TOKEN_UNIT, UNIT_DAY}, {"суток", TOKEN_UNIT, UNIT_DAY},
    {"добу", TOKEN_UNIT, UNIT_DAY}, {"доби", TOKEN_UNIT, UNIT_DAY}, {"діб", TOKEN_UNIT, UNIT_DAY}, {"доба", TOKEN_UNIT, UNIT_DAY}, {"day", TOKEN_UNIT, UNIT_DAY}, {"days", TOKEN_UNIT, UNIT_DAY},
    {"d", TOKEN_UNIT, UNIT_DAY}, {"недел*", TOKEN_UNIT, UNIT_WEEK}, {"нед", TOKEN_UNIT, UNIT_WEEK}, {"тиж*", TOKEN_UNIT, UNIT_WEEK}, {"week", TOKEN_UNIT, UNIT_WEEK}, {"weeks", TOKEN_UNIT, UNIT_WEEK},
    {"w", TOKEN_UNIT, UNIT_WEEK}, {"месяц*", TOKEN_UNIT, UNIT_MONTH}, {"мес", TOKEN_UNIT, UNIT_MONTH}, {"місяц*", TOKEN_UNIT, UNIT_MONTH}, {"міс", TOKEN_UNIT, UNIT_MONTH},
    {"month", TOKEN_UNIT, UNIT_MONTH}, {"months", TOKEN_UNIT, UNIT_MONTH}, {"mo", TOKEN_UNIT, UNIT_MONTH}, {"лет", TOKEN_UNIT, UNIT_YEAR}, {"рік", TOKEN_UNIT, UNIT_YEAR},
    {"роки", TOKEN_UNIT, UNIT_YEAR}, {"років", TOKEN_UNIT, UNIT_YEAR}, {"year", TOKEN_UNIT, UNIT_YEAR}, {"years", TOKEN_UNIT, UNIT_YEAR}, {"yr", TOKEN_UNIT, UNIT_YEAR}, {"y", TOKEN_UNIT, UNIT_YEAR},
    /* both a unit and what is printed behind a year */
    {"год", TOKEN_YEARWORD, 0}, {"года", TOKEN_YEARWORD, 0}, {"году", TOKEN_YEARWORD, 0}, {"г", TOKEN_YEARWORD, 0}, {"р", TOKEN_YEARWORD, 0}, {"року", TOKEN_YEARWORD, 0},
    {"роки", TOKEN_YEARWORD, 0},
    {"назад", TOKEN_AGO, 0}, {"тому", TOKEN_AGO, 0}, {"ago", TOKEN_AGO, 0}, {"через", TOKEN_IN, 1}, {"за", TOKEN_IN, 1}, {"in", TOKEN_IN, 1}, {"течение", TOKEN_IN, 1},
    /* counts */
    {"a", TOKEN_COUNT, 1}, {"an", TOKEN_COUNT, 1}, {"one", TOKEN_COUNT, 1}, {"two", TOKEN_COUNT, 2}, {"three", TOKEN_COUNT, 3}, {"четыре", TOKEN_COUNT, 4}, {"один", TOKEN_COUNT, 1},
    {"одну", TOKEN_COUNT, 1}, {"одна", TOKEN_COUNT, 1}, {"два", TOKEN_COUNT, 2}, {"две", TOKEN_COUNT, 2}, {"двое", TOKEN_COUNT, 2}, {"дві", TOKEN_COUNT, 2}, {"пара", TOKEN_COUNT, 2},
    {"пары", TOKEN_COUNT, 2}, {"пару", TOKEN_COUNT, 2}, {"пар", TOKEN_COUNT, 2}, {"три", TOKEN_COUNT, 3}, {"трое", TOKEN_COUNT, 3}, {"чотири", TOKEN_COUNT, 4}, {"пять", TOKEN_COUNT, 5},
    {"п'ять", TOKEN_COUNT, 5}, {"шесть", TOKEN_COUNT, 6}, {"шість", TOKEN_COUNT, 6}, {"семь", TOKEN_COUNT, 7}, {"сім", TOKEN_COUNT, 7}, {"восемь", TOKEN_COUNT, 8}, {"вісім", TOKEN_COUNT, 8},
    {"девять", TOKEN_COUNT, 9}, {"дев'ять", TOKEN_COUNT, 9}, {"десять", TOKEN_COUNT, 10}, {"двадцать", TOKEN_COUNT, 20}, {"двадцять", TOKEN_COUNT, 20}, {"тридцать", TOKEN_COUNT, 30},
    {"тридцять", TOKEN_COUNT, 30}, {"сорок", TOKEN_COUNT, 40}, {"несколько", TOKEN_COUNT, 2}, {"кілька", TOKEN_COUNT, 2}, {"few", TOKEN_COUNT, 2}, {"couple", TOKEN_COUNT, 2},
    {"пів", TOKEN_COUNT, -1}, {"полчаса", TOKEN_COUNT, -1}, {"півгодини", TOKEN_COUNT, -1}, {"півроку", TOKEN_COUNT, -2}, {"полгода", TOKEN_COUNT, -2}, {"півтора", TOKEN_COUNT, -3},
    {"полтора", TOKEN_COUNT, -3}, {"half", TOKEN_COUNT, -1},
    {"прошл*", TOKEN_LAST, -1}, {"минул*", TOKEN_LAST, -1}, {"last", TOKEN_LAST, -1}, {"этой", TOKEN_LAST, 0}, {"этом", TOKEN_LAST, 0}, {"цього", TOKEN_LAST, 0}, {"this", TOKEN_LAST, 0},
    {"следующ*", TOKEN_LAST, 1}, {"наступн*", TOKEN_LAST, 1}, {"next", TOKEN_LAST, 1},
    {"am", TOKEN_HALFDAY, 0}, {"pm", TOKEN_HALFDAY, 12}, {"утра", TOKEN_HALFDAY, 0}, {"вечера", TOKEN_HALFDAY, 12}, {"ранку", TOKEN_HALFDAY, 0}, {"вечора", TOKEN_HALFDAY, 12},
    {"в", TOKEN_NOISE, 0}, {"во", TOKEN_NOISE, 0}, {"о", TOKEN_NOISE, 0}, {"об", TOKEN_NOISE, 0}, {"у", TOKEN_NOISE, 0}, {"на", TOKEN_NOISE, 0}, {"at", TOKEN_NOISE, 0}, {"on", TOKEN_NOISE, 0},
    {"of", TOKEN_NOISE, 0}, {"the", TOKEN_NOISE, 0}, {"st", TOKEN_NOISE, 0}, {"nd", TOKEN_NOISE, 0}, {"rd", TOKEN_NOISE, 0}, {"th", TOKEN_NOISE, 0}, {"около", TOKEN_NOISE, 0},
    {"about", TOKEN_NOISE, 0}, {"almost", TOKEN_NOISE, 0}, {"over", TOKEN_NOISE, 0}, {"больше", TOKEN_NOISE, 0}, {"более", TOKEN_NOISE, 0}, {"близько", TOKEN_NOISE, 0},
    {"і", TOKEN_NOISE, 0}, {"и", TOKEN_NOISE, 0}, {"and", TOKEN_NOISE, 0}, {"го", TOKEN_NOISE, 0}, {"й", TOKEN_NOISE, 0},
};

static bool word_fits(const char *pattern, const char *s)
{
    size_t n = strlen(pattern);
    if (pattern[n - 1] == '*')
        return strncmp(pattern, s, n - 1) == 0;
    return strcmp(pattern, s) == 0;
}

/* Accents off, for what is Western European; from U+00E0. */
static const char latin[] = "aaaaaa?ceeeeiiii?nooooo?ouuuuy?y";

/* A letter of Latin or Cyrillic at s, lower-cased into cp; apostrophes of Ukrainian words count. 0 bytes when it is none. */
static size_t letter(const char *s, size_t n, bool inside, uint32_t *cp)
{
    size_t len;
    uint32_t c = utf8_next(s, n, &len);
    if (c >= 'A' && c <= 'Z')
        c += 32;
    else if (c >= 0x410 && c <= 0x42F)
        c += 0x20;
    else if (c >= 0x400 && c <= 0x40F)
        c += 0x50;
    else if (c == 0x490)
        c = 0x491;
    else if (c == 0x2019 || c == 0x2BC || c == '`')
        c = '\'';
    else if (c >= 0x143 && c <= 0x144)
        c = 'n';
    else if (c >= 0x15A && c <= 0x15B)
        c = 's';
    else if (c >= 0x179 && c <= 0x17C)
        c = 'z';
    else if (c >= 0xC0 && c <= 0xFF)
        c = (uint32_t)latin[c & 0x1F]; /* upper and lower case alike */
    if (c == 0x451)
        c = 0x435; /* ё as е */
    *cp = c;
    bool yes = (c >= 'a' && c <= 'z') || (c >= 0x430 && c <= 0x45F) || c == 0x491 || (c == '\'' && inside);
    return yes ? len : 0;
}

static size_t read_word(const char *s, size_t n, struct token *t)
{
    char word[64];
    size_t used = 0;
    size_t i = 0;
    uint32_t cp;
    for (size_t len; i < n && used + 4 < sizeof word && (len = letter(s + i, n - i, i > 0, &cp)) > 0; i += len)
        used += utf8_encode(cp, word + used);
    word[used] = '\0';
    t->kind = TOKEN_UNKNOWN;
    int offset_s;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (word_fits(words[k].text, word)) {
            t->kind = words[k].kind;
            t->value = words[k].value;
            return i;
        }
    if (date_zone_printed(s, i, &offset_s)) {
        t->kind = TOKEN_ZONE;
        t->value = offset_s;
    }
    return i;
}

static size_t read_number(const char *s, size_t n, struct token *t)
{
    size_t i = 0;
    long v = 0;
    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
        v = i < 9 ? v * 10 + (s[i] - '0') : v;
    t->kind = i > 9 ? TOKEN_UNKNOWN : TOKEN_NUMBER;
    t->value = v;
    t->digits = (int)i;
    return i;
}

static size_t blank(const char *s, size_t n)
{
    const unsigned char *b = (const unsigned char *)s;
    if (*b <= ' ')
        return 1;
    if (n >= 2 && b[0] == 0xC2 && b[1] == 0xA0)
        return 2;
    if (n >= 3 && b[0] == 0xE2 && b[1] == 0x80 && (b[2] <= 0x8F || b[2] == 0xAF))
        return 3;
    return 0;
}

/* "+03:00" behind a time. */
static size_t read_offset(const char *s, size_t n, struct token *t)
{
    size_t i = 1;
    while (i < n && i < 6 && ((s[i] >= '0' && s[i] <= '9') || s[i] == ':'))
        i++;
    int offset_s;
    if (!date_zone_printed(s, i, &offset_s))
        return 0;
    t->kind = TOKEN_ZONE;
    t->value = offset_s;
    return i;
}

/* An offset may stand behind a clock time, and behind "GMT". */
static bool clock_before(const struct token *token, size_t n)
{
    if (n >= 1 && token[n - 1].kind == TOKEN_ZONE)
        return true;
    return n >= 3 && token[n - 1].kind == TOKEN_NUMBER && token[n - 2].kind == TOKEN_MARK && token[n - 2].value == ':';
}

bool date_tokens(const char *s, struct token token[DATE_TOKENS + 1])
{
    size_t n = strlen(s);
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < n;) {
        size_t skip = blank(s + i, n - i);
        if (skip > 0) {
            i += skip;
            gap = true;
            continue;
        }
        if (s[i] == '(' && used > 0)
            break; /* "GMT+0300 (Moscow Standard Time)" */
        if (used == DATE_TOKENS)
            return false;
        struct token *t = &token[used];
        *t = (struct token){TOKEN_UNKNOWN, 0, 0, gap};
        uint32_t cp;
        if (s[i] >= '0' && s[i] <= '9') {
            i += read_number(s + i, n - i, t);
        } else if ((s[i] == '+' || s[i] == '-') && clock_before(token, used) && (skip = read_offset(s + i, n - i, t)) > 0) {
            i += skip;
        } else if (strchr(":./-,", s[i]) != NULL) {
            t->kind = TOKEN_MARK;
            t->value = s[i++];
        } else if (letter(s + i, n - i, false, &cp) > 0) {
            i += read_word(s + i, n - i, t);
        } else if (n - i >= 3 && memcmp(s + i, "\xE2\x80\x93", 3) == 0) {
            t->kind = TOKEN_MARK;
            t->value = '-';
            i += 3;
        } else if (n - i >= 2 && memcmp(s + i, "\xC2\xB7", 2) == 0) { /* middle dot */
            t->kind = TOKEN_MARK;
            t->value = ',';
            i += 2;
        } else {
            return false;
        }
        gap = false;
        if (t->kind == TOKEN_UNKNOWN)
            return false;
        used++;
    }
    token[used] = (struct token){TOKEN_END, 0, 0, false};
    return used > 0;
}
