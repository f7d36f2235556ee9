/* test_machine.c - threads, clock, chance and the names of advice, on any system. */
#include "platform/platform.h"
#include "unit.h"

struct relay {
    struct monitor *monitor;
    int turn;
};

struct runner {
    struct relay *relay;
    int number;
};

enum { RUNNERS = 4, ROUNDS = 500 };

static void run_in_turn(void *context)
{
    struct runner *runner = context;
    struct relay *relay = runner->relay;
    for (int round = 0; round < ROUNDS; round++) {
        monitor_enter(relay->monitor);
        while (relay->turn % RUNNERS != runner->number)
            monitor_wait(relay->monitor);
        relay->turn++;
        monitor_wake_all(relay->monitor);
        monitor_leave(relay->monitor);
    }
}

static void test_threads(void)
{
    struct relay relay = {monitor_new(), 0};
    struct runner runners[RUNNERS];
    struct thread *threads[RUNNERS];
    struct error error;
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] = (struct runner){&relay, i};
        CHECK(thread_start(run_in_turn, &runners[i], &threads[i], &error));
    }
    for (int i = 0; i < RUNNERS; i++)
        thread_join(threads[i]);
    CHECK(relay.turn == RUNNERS * ROUNDS);
    monitor_free(relay.monitor);
}

static void test_machine(void)
{
    struct error error;
    unsigned char one[1000] = {0}, two[1000] = {0};
    size_t page = platform_page_size();
    CHECK(page > 0 && (page & (page - 1)) == 0);
    CHECK(platform_granularity() % page == 0);
    CHECK(platform_processors() >= 1);
    CHECK(platform_memory() >= UINT64_C(1) << 20);
    CHECK(platform_random(one, sizeof one, &error) && platform_random(two, sizeof two, &error));
    CHECK(memcmp(one, two, sizeof one) != 0);
    CHECK(memcmp(one + 900, (unsigned char[100]){0}, 100) != 0);
    double before = platform_seconds();
    platform_sleep(0.02);
    CHECK(platform_seconds() - before >= 0.02);
    CHECK(platform_environment("MMTOOL_NO_SUCH_VARIABLE") == NULL);
}

/* The row of that name, or the last one, which has none. */
static const struct platform_name *find_name(const struct platform_name *row, const char *name)
{
    while (row->name && strcmp(row->name, name) != 0)
        row++;
    return row;
}

static void check_names(const struct platform_name *rows)
{
    for (const struct platform_name *row = rows; row->name; row++) {
        CHECK_SAY(find_name(rows, row->name) == row, "%s is there twice", row->name);
        CHECK_SAY(row->summary && row->summary[0], "%s", row->name);
    }
}

static void test_names(void)
{
    static const char *const destructive[] = {"remove", "free", "hwpoison", "soft_offline"};
    check_names(platform_advice());
    check_names(platform_map_flags());
    for (size_t i = 0; i < sizeof destructive / sizeof *destructive; i++)
        CHECK(find_name(platform_advice(), destructive[i])->destructive);
    CHECK(!find_name(platform_advice(), "dontneed")->destructive);
    CHECK(find_name(platform_advice(), "willneed")->available);
    CHECK(find_name(platform_map_flags(), "private")->available);
    CHECK(!find_name(platform_map_flags(), "fixed")->name);
#if defined(__linux__) && !defined(__hppa__)
    CHECK(find_name(platform_advice(), "collapse")->value == 25);
    CHECK(find_name(platform_advice(), "guard_install")->value == 102);
    CHECK(!find_name(platform_advice(), "nosync")->available);
#endif
}

static const struct unit_case cases[] = {
    {"threads take turns", test_threads},
    {"the machine answers", test_machine},
    {"advice and map flags have names", test_names},
};

UNIT_MAIN(cases)
