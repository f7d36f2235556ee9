/* test_checked.c - sizes at the edge of what fits, and memory that grows by them. */
#include "base/buffer.h"
#include "base/checked.h"
#include "base/io_buffer.h"
#include "unit.h"

static void sums_and_products_up_to_the_last_offset(void)
{
    static const uint64_t numbers[] = {0,
                                       1,
                                       2,
                                       3,
                                       7,
                                       (uint64_t)1 << 31,
                                       (uint64_t)1 << 32,
                                       OFFSET_MAX / 7,
                                       OFFSET_MAX / 2,
                                       OFFSET_MAX - 1,
                                       OFFSET_MAX,
                                       OFFSET_MAX + 1,
                                       UINT64_MAX - 1,
                                       UINT64_MAX};
    enum { COUNT = sizeof numbers / sizeof *numbers };
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++) {
            uint64_t a = numbers[i], b = numbers[j], result = 5;
            uint64_t high = (a >> 32) + (b >> 32) + (((a & UINT32_MAX) + (b & UINT32_MAX)) >> 32);
            bool fits = high < (uint64_t)1 << 31;
            CHECK(checked_add(a, b, &result) == fits && result == (fits ? a + b : 5));
            result = 5;
            fits = a == 0 || b == 0 || (a * b / b == a && a * b <= OFFSET_MAX);
            CHECK(checked_multiply(a, b, &result) == fits && result == (fits ? a * b : 5));
            CHECK(minimum_u64(a, b) == (i < j ? a : b) && maximum_u64(a, b) == (i < j ? b : a));
        }
    CHECK(minimum_size(3, 4) == 3 && minimum_size(4, 3) == 3);
    CHECK(maximum_size(3, 4) == 4 && maximum_size(4, 3) == 4);
}

static void sizes_in_memory(void)
{
    size_t size = 5;
    CHECK(checked_size(SIZE_MAX, &size) && size == SIZE_MAX);
#if SIZE_MAX < UINT64_MAX
    CHECK(!checked_size((uint64_t)SIZE_MAX + 1, &size));
#endif
}

static void a_buffer_keeps_its_bytes_as_it_grows(void)
{
    struct buffer buffer = {0};
    struct error error = {0};
    size_t grown = 0, capacity = 0;
    for (unsigned i = 0; i < 100000; i++) {
        CHECK(buffer_append_byte(&buffer, (unsigned char)(i * 31), &error));
        grown += buffer.capacity != capacity;
        capacity = buffer.capacity;
        CHECK(buffer.length == i + 1 && capacity >= buffer.length);
    }
    CHECK(grown < 30 && capacity < 200000);
    for (unsigned i = 0; i < 100000; i++)
        CHECK(buffer.data[i] == (unsigned char)(i * 31));
    CHECK(buffer_reserve(&buffer, capacity - buffer.length, &error) && buffer.capacity == capacity);
    CHECK(buffer_reserve(&buffer, capacity - buffer.length + 1, &error));
    CHECK(buffer.capacity > capacity && buffer.data[99999] == (unsigned char)(99999 * 31));
    buffer_release(&buffer);
    CHECK(!buffer.data && buffer.length == 0 && buffer.capacity == 0);
}

static void a_buffer_that_cannot_grow_stays_as_it_is(void)
{
    struct buffer buffer = {0};
    struct error error = {0};
    CHECK(buffer_append(&buffer, "abc", 3, &error) && buffer_append(&buffer, NULL, 0, &error));
    for (size_t i = 0; i < 5; i++) {
        error_clear(&error);
        CHECK(!buffer_reserve(&buffer, SIZE_MAX - i, &error) && error.message[0]);
        CHECK(!buffer_reserve(&buffer, SIZE_MAX / 2 - 3 + 1 + i, &error));
        CHECK(buffer.length == 3 && !memcmp(buffer.data, "abc", 3));
    }
    buffer_release(&buffer);
}

static void buffers_for_reading_begin_with_a_page(void)
{
    static void *buffers[200];
    struct error error = {0};
    for (size_t i = 0; i < 200; i++) {
        size_t size = 1 + 37 * i;
        buffers[i] = io_buffer_new(size, &error);
        CHECK(buffers[i] && (uintptr_t)buffers[i] % IO_BUFFER_PAGE == 0);
        memset(buffers[i], 0xff, size);
    }
    for (size_t i = 0; i < 200; i++)
        io_buffer_free(buffers[i]);
    io_buffer_free(NULL);
    CHECK(error.status == STATUS_DONE && !io_buffer_new(SIZE_MAX, &error));
    CHECK(!strncmp(error.message, "out of memory (", 15));
}

static const struct unit_case cases[] = {
    {"sums and products up to the last offset", sums_and_products_up_to_the_last_offset},
    {"sizes in memory", sizes_in_memory},
    {"a buffer keeps its bytes as it grows", a_buffer_keeps_its_bytes_as_it_grows},
    {"a buffer that cannot grow stays as it is", a_buffer_that_cannot_grow_stays_as_it_is},
    {"buffers for reading begin with a page", buffers_for_reading_begin_with_a_page},
};

UNIT_MAIN(cases)
