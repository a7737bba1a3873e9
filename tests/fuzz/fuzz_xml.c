#include "tests/fuzz/trees.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf in;
    xmlDocPtr doc;
    promise_input(&in, data, n);
    promise_tree(xml_tree(in.s, in.n, &doc), doc);
    tree_free(doc);
    strbuf_release(&in);
    return 0;
}
