/* What a ticketing system answered: values by path out of JSON.
 *
 * A path: "/issues/0/id" (as in data/sinks/redmine.sink): member names; * = each element of a list; a number = one element, from the end when negative. Values come as text: numbers and booleans
 * as JSON writes them. Hostile input: json-c reads at most 32 levels; ids with control characters or longer than LIMIT_SINK_ID_BYTES are refused by the caller.
 * Conditions: "/ok=true", "/error=QUERY_LIMIT_EXCEEDED|OVERLOAD_LIMIT", "/id" (is there); one of the values must fit. Thread: pure. */
#ifndef EARSHOT_FEED_ANSWER_H
#define EARSHOT_FEED_ANSWER_H

#include "base/arena.h"

struct json_object;

#define ANSWER_VALUES_MAX 200 /* tickets in one answer */

/* NULL when it is no JSON. To be freed by answer_free. */
struct json_object *answer_read(const char *text, size_t n);
void answer_free(struct json_object *t);
/* The first value; NULL when absent, null or a list. In a. */
const char *answer_value(struct json_object *t, const char *path, struct arena *a);
/* All of them, at most max; the number found. t may be a node out of answer_nodes. */
size_t answer_nodes(struct json_object *t, const char *path, struct json_object **out, size_t max);
const char *answer_text(struct json_object *node, struct arena *a);
bool answer_fits(struct json_object *t, const char *condition, struct arena *a);
/* NULL or what is wrong with a path or condition; static. */
const char *answer_path_wrong(const char *path);

#endif
