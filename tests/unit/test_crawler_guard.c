/* Which addresses may be dialled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "crawler/guard.h"

static void make(const char *ip, int port, struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, ip, &v4.sin_addr) == 1)
        memcpy(out, &v4, sizeof v4);
    else if (inet_pton(AF_INET6, ip, &v6.sin6_addr) == 1)
        memcpy(out, &v6, sizeof v6);
    else
        fail_msg("bad address in the test: %s", ip);
}

static bool public_ip(const char *ip)
{
    struct sockaddr_storage a;
    make(ip, 80, &a);
    return guard_public((struct sockaddr *)&a);
}

static void test_public(void **state)
{
    (void)state;
    static const struct {
        const char *ip;
        bool ok;
    } t[] = {
        {"1.1.1.1", true}, {"9.255.255.255", true}, {"11.0.0.0", true}, {"10.1.2.3", false}, {"100.63.255.255", true}, {"100.64.0.0", false},
        {"100.128.0.0", true}, {"126.255.255.255", true}, {"127.0.0.1", false}, {"128.0.0.0", true}, {"169.254.169.254", false},
        {"169.253.255.255", true}, {"172.15.255.255", true}, {"172.16.0.0", false}, {"172.32.0.0", true}, {"192.168.1.1", false},
        {"192.169.0.0", true}, {"198.17.255.255", true}, {"198.20.0.0", true}, {"223.255.255.255", true}, {"224.0.0.1", false},
        {"255.255.255.255", false}, {"0.0.0.0", false}, {"::", false}, {"::1", false}, {"::ffff:1.1.1.1", false}, {"::ffff:127.0.0.1", false},
        {"64:ff9b::7f00:1", false}, {"fe80::1", false}, {"fc00::1", false}, {"fd00:ec2::254", false}, {"2002:7f00:1::", false},
        {"2001:db8::1", false}, {"2606:4700::1111", true}, {"2a02:6b8::1", true}, {"ff02::1", false}, {"::127.0.0.1", false},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        if (public_ip(t[i].ip) != t[i].ok)
            fail_msg("%s", t[i].ip);
}

static void test_boundaries(void **state)
{
    (void)state;
    const char *dir = getenv("EARSHOT_RELIABILITY");
    char path[4096], line[256];
    if (!dir) {
        print_message("skipped: EARSHOT_RELIABILITY is not set\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/ssrf_ip_boundaries.tsv", dir);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    int n = 0;
    while (fgets(line, sizeof line, f)) {
        char ip[64], word[16];
        if (sscanf(line, "%63s %15s", ip, word) != 2)
            continue;
        if (public_ip(ip) != (strcmp(word, "block") != 0))
            fail_msg("%s", line);
        n++;
    }
    fclose(f);
    assert_true(n >= 50);
}

static void test_allow(void **state)
{
    (void)state;
    static const char *const connect_to[] = {"shop.example:443:127.0.0.1:8443", "v6.example::[::1]:8080", "same.example:80::81",
                                             "named.example:::8080"};
    static const char *const allow[] = {"intra.example", "127.0.0.1:9000", "[::1]"};
    struct settings s = {.connect_to = connect_to, .n_connect_to = 4, .allow_private = allow, .n_allow_private = 3};
    static const struct {
        const char *host;
        int port;
        const char *ip;
        int to_port;
        bool ok;
    } t[] = {
        {"shop.example", 443, "127.0.0.1", 8443, true},
        {"SHOP.example", 443, "127.0.0.1", 8443, true},
        {"shop.example", 443, "127.0.0.1", 8444, false},
        {"shop.example", 443, "127.0.0.2", 8443, false},
        {"shop.example", 443, "1.1.1.1", 8443, false},
        {"shop.example", 80, "127.0.0.1", 8443, false},
        {"other.example", 443, "127.0.0.1", 8443, false},
        {"127.0.0.1", 8443, "127.0.0.1", 8443, false},
        {"v6.example", 1234, "::1", 8080, true},
        {"v6.example", 1234, "127.0.0.1", 8080, false},
        {"same.example", 80, "1.1.1.1", 81, true},
        {"same.example", 80, "1.1.1.1", 80, false},
        {"same.example", 80, "10.0.0.1", 81, false},
        {"named.example", 1, "1.1.1.1", 8080, true},
        {"intra.example", 80, "10.0.0.1", 80, true},
        {"INTRA.example", 80, "10.0.0.1", 80, true},
        {"x.intra.example", 80, "10.0.0.1", 80, false},
        {"127.0.0.1", 9000, "127.0.0.1", 9000, true},
        {"127.0.0.1", 9001, "127.0.0.1", 9001, false},
        {"[::1]", 80, "::1", 80, true},
        {"any.example", 80, "8.8.8.8", 80, true},
        {"any.example", 80, "192.168.0.1", 80, false},
    };
    struct guard *g;
    assert_int_equal(guard_new(&g, &s), ERR_OK);
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct sockaddr_storage a;
        make(t[i].ip, t[i].to_port, &a);
        if (guard_allows(g, t[i].host, t[i].port, (struct sockaddr *)&a) != t[i].ok)
            fail_msg("%s:%d -> %s:%d", t[i].host, t[i].port, t[i].ip, t[i].to_port);
    }
    guard_free(g);
}

static void test_bad_routes(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "a", "a:1", "a:1:b", "a:1:b:2:3", "a:x:b:2", "a:1:b:99999", "[::1:1:b:2", "a:-1:b:2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct settings s = {.connect_to = &bad[i], .n_connect_to = 1};
        struct guard *g;
        if (guard_new(&g, &s) != ERR_CONFIG)
            fail_msg("accepted: %s", bad[i]);
        assert_non_null(strstr(err_text(), "HOST:PORT"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_public),
        cmocka_unit_test(test_boundaries),
        cmocka_unit_test(test_allow),
        cmocka_unit_test(test_bad_routes),
    };
    return cmocka_run_group_tests_name("crawler/guard", tests, NULL, NULL);
}
