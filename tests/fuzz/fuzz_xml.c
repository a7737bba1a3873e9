#include "tests/fuzz/trees.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf in;
    xmlDocPtr doc;
    enum read_result result;
    promise_input(&in, data, n);
    result = xml_tree(in.s, in.n, &doc);
    promise_tree(result, doc);
    tree_free(doc);
    strbuf_release(&in);
    return 0;
}
