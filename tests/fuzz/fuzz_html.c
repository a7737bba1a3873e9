#include "tests/fuzz/trees.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct strbuf in;
    struct strbuf stripped;
    xmlDocPtr doc;
    promise_input(&in, data, n);
    promise_tree(html_tree(in.s, in.n, &doc), doc);
    tree_free(doc);
    promise_tree(html_fragment(in.s, in.n, &doc), doc);
    tree_free(doc);
    strbuf_init(&stripped, in.n + 1);
    PROMISE(html_strip(&stripped, in.s, in.n));
    PROMISE(stripped.n <= in.n);
    promise_tree(html_tree(stripped.s, stripped.n, &doc), doc);
    tree_free(doc);
    strbuf_release(&stripped);
    strbuf_release(&in);
    return 0;
}
