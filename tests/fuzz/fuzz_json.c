#include "tests/fuzz/trees.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf in;
    xmlDocPtr doc;
    enum read_result result;
    promise_input(&in, data, n);
    result = json_tree(in.s, in.n, &doc);
    promise_tree(result, doc);
    if (doc != NULL)
        PROMISE(strcmp((const char *)doc->children->name, "json") == 0 && doc->children->properties != NULL);
    tree_free(doc);
    strbuf_release(&in);
    return 0;
}
