#include "tests/fuzz/trees.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf in;
    struct strbuf stripped;
    xmlDocPtr doc;
    enum read_result result;
    promise_input(&in, data, n);
    result = html_tree(in.s, in.n, &doc);
    promise_tree(result, doc);
    tree_free(doc);
    result = html_fragment(in.s, in.n, &doc);
    promise_tree(result, doc);
    tree_free(doc);
    strbuf_init(&stripped, in.n + 1);
    PROMISE(html_strip(&stripped, in.s, in.n));
    PROMISE(stripped.n <= in.n);
    result = html_tree(stripped.s, stripped.n, &doc);
    promise_tree(result, doc);
    tree_free(doc);
    strbuf_release(&stripped);
    strbuf_release(&in);
    return 0;
}
