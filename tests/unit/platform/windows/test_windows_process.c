/* test_windows_process.c - the guard, standard streams, Ctrl-C and arguments on Windows. */
#include "platform/windows/internal.h"
#include "platform/view_fixture.h"

#include <signal.h>

/* ---- the guard ------------------------------------------------------------------------------- */

/* A view of four pages of ones, from byte 5, whose last three cannot be touched. */
static struct file *broken_view(const char *name, struct view *view)
{
    size_t page = platform_page_size();
    unsigned char *ones = malloc(4 * page);
    struct error error;
    DWORD before;
    struct file *file = scratch_file(name);
    memset(ones, 1, 4 * page);
    CHECK(file_write(file, 0, ones, 4 * page, &error));
    *view = map(file, 5, 4 * page, VIEW_READ);
    CHECK(VirtualProtect(view->bytes + page - 5, 3 * page, PAGE_NOACCESS, &before));
    free(ones);
    return file;
}

static bool stops_at_second_page(struct view *view)
{
    struct error error = {0};
    struct sum sum = {view->bytes, view->length, 0};
    bool whole = view_guard(add_up, &sum, &error);
    size_t first = platform_page_size() - 5;
    return !whole && sum.total == first && strstr(error.message, "could not be accessed");
}

static void test_guard(void)
{
    struct view view;
    struct file *file = broken_view("broken", &view);
    CHECK(stops_at_second_page(&view));
    CHECK(stops_at_second_page(&view)); /* the handler is still there */
    unmap(&view);
    scratch_close(file);
}

static void fail_inside(void *context)
{
    struct view *view = context;
    struct sum sum = {view->bytes, view->length, 0};
    CHECK(stops_at_second_page(view));
    add_up(&sum);
}

static void test_guard_in_guard(void)
{
    struct view view;
    struct error error = {0};
    struct file *file = broken_view("nested", &view);
    CHECK(!view_guard(fail_inside, &view, &error));
    unmap(&view);
    scratch_close(file);
}

struct guarded {
    const char *name;
    bool passed;
};

static void guard_in_a_thread(void *context)
{
    struct guarded *guarded = context;
    struct view view;
    struct file *file = broken_view(guarded->name, &view);
    guarded->passed = true;
    for (int i = 0; i < 200; i++)
        guarded->passed = stops_at_second_page(&view) && guarded->passed;
    unmap(&view);
    scratch_close(file);
}

static void test_guards_of_threads(void)
{
    enum { COUNT = 4 };
    static const char *const names[COUNT] = {"broken0", "broken1", "broken2", "broken3"};
    struct guarded guarded[COUNT];
    struct thread *threads[COUNT];
    struct error error;
    for (int i = 0; i < COUNT; i++) {
        guarded[i] = (struct guarded){names[i], false};
        CHECK(thread_start(guard_in_a_thread, &guarded[i], &threads[i], &error));
    }
    for (int i = 0; i < COUNT; i++) {
        thread_join(threads[i]);
        CHECK(guarded[i].passed);
    }
}

static void touch(void *context)
{
    *(volatile char *)context = 1;
}

enum { NOBODY_HANDLED = 55 };

static LONG CALLBACK end_quietly(EXCEPTION_POINTERS *exception)
{
    bool expected = exception->ExceptionRecord->ExceptionCode == EXCEPTION_ACCESS_VIOLATION;
    TerminateProcess(GetCurrentProcess(), expected ? NOBODY_HANDLED : 1);
    return EXCEPTION_EXECUTE_HANDLER;
}

static int fault_outside_of_views(void)
{
    struct error error;
    void *nothing = VirtualAlloc(NULL, 1, MEM_RESERVE, PAGE_NOACCESS);
    SetUnhandledExceptionFilter(end_quietly);
    (void)view_guard(touch, nothing, &error);
    return 0;
}

static void test_other_faults(void)
{
    CHECK(host_run_again(L"fault") == NOBODY_HANDLED);
}

/* ---- views and the size ---------------------------------------------------------------------- */

static void test_mapped_file_keeps_its_size(void)
{
    unsigned char model[5000];
    struct error error = {0};
    struct file *file = random_file("file", model, sizeof model);
    struct view view = map(file, 10, sizeof model, VIEW_WRITE), past;
    if (!file_set_size(file, 100, &error))
        CHECK_SAY(strstr(error.message, "mapped"), "%s", error.message);
    CHECK(file_set_size(file, sizeof model, &error));
    unmap(&view);
    CHECK(!view_map(file, (struct range){10, 5001}, VIEW_WRITE, 0, &past, &error));
    CHECK(strstr(error.message, "cut short") && size_of(file) == sizeof model);
    CHECK(file_set_size(file, 100, &error) && size_of(file) == 100);
    scratch_close(file);
}

static void test_far_views(void)
{
    unsigned char model[100000];
    struct error error;
    struct file *file = random_file("file", model, sizeof model);
    uint64_t offset = platform_granularity() + 4097;
    struct view view = map(file, offset, offset + 1000, VIEW_READ);
    CHECK(memcmp(view.bytes, model + offset, 1000) == 0);
    unsigned char pages[2];
    CHECK(view_residency(&view, 0, 1000, pages, &error) == RESIDENCY_UNKNOWN);
    unmap(&view);
    scratch_close(file);
}

/* ---- standard streams ------------------------------------------------------------------------ */

/* Puts `handle` (or nothing) in the place of standard output while `bytes` are written. */
static enum stream_result write_to(HANDLE handle, const char *bytes, struct error *error)
{
    HANDLE before = GetStdHandle(STD_OUTPUT_HANDLE);
    SetStdHandle(STD_OUTPUT_HANDLE, handle);
    enum stream_result result = stream_write(STREAM_OUTPUT, bytes, strlen(bytes), error);
    SetStdHandle(STD_OUTPUT_HANDLE, before);
    return result;
}

static void test_output(void)
{
    HANDLE reader, writer;
    char bytes[8];
    DWORD got = 0;
    struct error error = {0};
    CHECK(CreatePipe(&reader, &writer, NULL, 0));
    CHECK(write_to(writer, "a\nb\r\n", &error) == STREAM_OK);
    CHECK(ReadFile(reader, bytes, sizeof bytes, &got, NULL) && got == 5);
    CHECK(memcmp(bytes, "a\nb\r\n", 5) == 0);
    CloseHandle(reader);
    CHECK(write_to(writer, "x", &error) == STREAM_CLOSED_PIPE);
    CloseHandle(writer);
    CHECK(write_to(NULL, "x", &error) == STREAM_FAILED);
    CHECK_SAY(strcmp(error.message, "standard output is closed") == 0, "%s", error.message);
    CHECK(stream_columns(STREAM_OUTPUT) > 0);
}

static void test_input(void)
{
    HANDLE reader, writer, before = GetStdHandle(STD_INPUT_HANDLE);
    char bytes[8];
    DWORD put;
    size_t got = 0;
    struct file *input;
    struct error error = {0};
    CHECK(CreatePipe(&reader, &writer, NULL, 0));
    CHECK(WriteFile(writer, "a\r\n\x1a", 4, &put, NULL));
    CloseHandle(writer);
    SetStdHandle(STD_INPUT_HANDLE, reader);
    CHECK(file_open_standard_input(&input, &error));
    CHECK(file_read_stream(input, bytes, sizeof bytes, &got, &error));
    CHECK(got == 4 && memcmp(bytes, "a\r\n\x1a", 4) == 0);
    CHECK(file_read_stream(input, bytes, sizeof bytes, &got, &error) && got == 0);
    scratch_close(input);
    SetStdHandle(STD_INPUT_HANDLE, NULL);
    CHECK(!file_open_standard_input(&input, &error));
    SetStdHandle(STD_INPUT_HANDLE, before);
    CloseHandle(reader);
}

/* ---- the process ----------------------------------------------------------------------------- */

enum { NO_CONSOLE = 77 };

static int hold_events(void)
{
    platform_signals_hold();
    if (!GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0))
        return NO_CONSOLE;
    for (int i = 0; i < 100 && platform_signal_pending() == 0; i++)
        platform_sleep(0.02);
    return platform_signal_pending() == SIGINT ? 0 : 1;
}

static void test_events(void)
{
    DWORD status = host_run_again(L"hold");
    if (status == NO_CONSOLE)
        SKIP("there is no console to type Ctrl-C at");
    CHECK_SAY(status == 0, "%lu", (unsigned long)status);
}

static void test_ends(void)
{
    CHECK(host_run_again(L"signal") == 128 + 15);
    CHECK(host_run_again(L"pipe") == 128 + 13);
}

/* "ä€😀 " in both encodings. */
static const char letters[] = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 *";
static const wchar_t wide_letters[] = L"\x00e4\x20ac\xd83d\xde00 *";

static void test_arguments(void)
{
    CHECK(host_run_again(L"\"\x00e4\x20ac\xd83d\xde00 *\"") == 42);
    CHECK(SetEnvironmentVariableW(L"MMTOOL_TEST_LETTERS", wide_letters));
    const char *value = platform_environment("MMTOOL_TEST_LETTERS");
    CHECK(value && strcmp(value, letters) == 0);
}

/* Against the system's own, which differs only in two quotes side by side. */
static void test_command_lines(void)
{
    static const wchar_t alphabet[] = L"ab \t\\\\\"\x20ac";
    enum { LETTERS = sizeof alphabet / sizeof *alphabet - 1, LONGEST = 30 };
    HMODULE shell = LoadLibraryW(L"shell32.dll");
    wchar_t **(WINAPI * reference)(const wchar_t *, int *) =
        (wchar_t * *(WINAPI *)(const wchar_t *, int *))(void (*)(void))GetProcAddress(
            shell, "CommandLineToArgvW");
    for (unsigned long i = 0; i < unit_rounds(3000); i++) {
        wchar_t line[LONGEST + 3] = L"p ";
        for (size_t length = 2 + unit_below(LONGEST), at = 2; at < length; at++)
            do
                line[at] = alphabet[unit_below(LETTERS)];
            while (line[at] == L'"' && line[at - 1] == L'"');
        int expected_count, count;
        wchar_t **expected = reference(line, &expected_count);
        char **texts = windows_arguments(line, &count);
        CHECK_SAY(count == expected_count, "%ls", line);
        for (int j = 0; j < count && j < expected_count; j++) {
            char *text = windows_utf8(expected[j]);
            CHECK_SAY(strcmp(texts[j], text) == 0, "%ls", line);
            free(text);
        }
        LocalFree(expected);
    }
}

static void test_quotes(void)
{
    int count;
    char **texts = windows_arguments(L"\"a b\"c \"d\"\"e\" \"\" \\\\\" f\\\"", &count);
    CHECK(count == 4 && strcmp(texts[0], "a bc") == 0 && strcmp(texts[1], "d\"e") == 0);
    CHECK(texts[2][0] == 0 && strcmp(texts[3], "\\ f\"") == 0 && !texts[4]);
}

/* ---- shared memory, commands ----------------------------------------------------------------- */

static bool file_holds(struct file *file, uint64_t offset, const char *text)
{
    char bytes[64];
    size_t length = strlen(text), got = 0;
    struct error error;
    return file_read(file, offset, bytes, length, &got, &error) && got == length &&
           memcmp(bytes, text, length) == 0;
}

static void test_shared_memory(void)
{
    unsigned char bytes[8];
    size_t got = 0;
    struct file *file;
    struct error error = {0};
    HANDLE theirs =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 200000, L"mmtool-test");
    char *memory = MapViewOfFile(theirs, FILE_MAP_WRITE, 0, 0, 0);
    memcpy(memory + 131075, "theirs", 6);
    CHECK(file_open_shared("mmtool-nobody", 0, &file, &error) == FILE_MISSING);
    CHECK(file_open_shared("mmtool-nobody", FILE_OPEN_WRITE | FILE_OPEN_CREATE, &file, &error) ==
          FILE_FAILED);
    CHECK(file_open_shared("a/b", 0, &file, &error) == FILE_FAILED);
    CHECK(file_open_shared("mmtool-test", FILE_OPEN_WRITE, &file, &error) == FILE_OPENED);
    CHECK(size_of(file) >= 200000 && size_of(file) <= 204800);
    CHECK(file_read(file, 131075, bytes, 6, &got, &error) && memcmp(bytes, "theirs", 6) == 0);
    CHECK(file_read(file, size_of(file) - 2, bytes, 6, &got, &error) && got == 2);
    CHECK(file_write(file, 65537, "ours", 4, &error) && memcmp(memory + 65537, "ours", 4) == 0);
    CHECK(!file_write(file, size_of(file) - 2, "ours", 4, &error));
    CHECK(!file_set_size(file, 5, &error) && file_sync(file, &error));
    struct view view = map(file, 65538, 70000, VIEW_WRITE);
    view.bytes[0] = 'U';
    CHECK(memcmp(memory + 65537, "oUrs", 4) == 0);
    unmap(&view);
    CHECK(!file_unlink_shared("mmtool-test", &error));
    scratch_close(file);
    UnmapViewOfFile(memory);
    CloseHandle(theirs);
}

static void test_tags(void)
{
    struct error error = {0};
    struct file *memory = NULL, *again = NULL, *seen = NULL;
    CHECK_SAY(file_open_anonymous(70000, "mmtool-tag", &memory, &error), "%s", error.message);
    CHECK(size_of(memory) == 70000 && file_write(memory, 69990, "0123456789", 10, &error));
    CHECK(file_open_anonymous(10, "mmtool-tag", &again, &error) && size_of(again) == 10);
    CHECK(file_write(again, 0, "ab", 2, &error) && !file_write(again, 9, "ab", 2, &error));
    CHECK(!file_open_anonymous(700000, "mmtool-tag", &seen, &error) && !seen);
    CHECK(!file_open_anonymous(10, "a/b", &seen, &error));
    CHECK(file_open_shared("mmtool-tag", 0, &seen, &error) == FILE_OPENED);
    scratch_close(memory);
    scratch_close(again);
    CHECK(file_holds(seen, 0, "ab") && file_holds(seen, 69990, "0123456789"));
    scratch_close(seen);
    CHECK(file_open_shared("mmtool-tag", 0, &seen, &error) == FILE_MISSING);
}

static void test_tag_of_file(void)
{
    struct error error = {0};
    struct file *file = scratch_file("tagged"), *other = scratch_file("other"), *seen = NULL;
    CHECK(!file_set_tag(other, "mmtool-tag", &error) && strstr(error.message, "empty file"));
    CHECK(file_write(file, 0, "0123456789", 10, &error));
    CHECK_SAY(file_set_tag(file, "mmtool-tag", &error), "%s", error.message);
    CHECK(file_open_shared("mmtool-tag", FILE_OPEN_WRITE, &seen, &error) == FILE_OPENED);
    CHECK(file_write(seen, 2, "XY", 2, &error) && file_holds(file, 0, "01XY456789"));
    scratch_close(seen);
    CHECK(file_write(other, 0, "other", 5, &error));
    CHECK(!file_set_tag(other, "mmtool-tag", &error) && strstr(error.message, "of that name"));
    CHECK_SAY(file_set_size(file, 4, &error), "%s", error.message); /* the name is not in the way */
    CHECK(file_open_shared("mmtool-tag", 0, &seen, &error) == FILE_OPENED);
    CHECK(file_holds(seen, 0, "01XY") && !file_set_tag(seen, "x", &error));
    scratch_close(seen);
    scratch_close(file);
    scratch_close(other);
    CHECK(file_open_shared("mmtool-tag", 0, &seen, &error) == FILE_MISSING);
}

static void test_anonymous_file(void)
{
    struct file *file = NULL;
    struct error error = {0};
    CHECK_SAY(file_open_anonymous(100000, NULL, &file, &error), "%s", error.message);
    CHECK(size_of(file) == 100000);
    struct view view = map(file, 7, 99999, VIEW_WRITE);
    CHECK(view.bytes[0] == 0 && view.bytes[99991] == 0);
    unmap(&view);
    scratch_close(file);
}

static void test_command(void)
{
    int status = -1;
    struct error error = {0};
    struct file *file = scratch_file("seen");
    CHECK(platform_run_command("exit 3", file, &status, &error) && status == 3);
    CHECK(platform_run_command("if exist \"%MMTOOL_MAP%\" (exit 4) else (exit 5)", file, &status,
                               &error));
    CHECK_SAY(status == 4, "%d", status);
    scratch_close(file);
}

static void test_executable_view(void)
{
    static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov eax, 42; ret */
    struct view view;
    struct error error = {0};
    struct file *file = scratch_file("code");
    CHECK(file_write(file, 0, code, sizeof code, &error));
    struct range whole = {0, sizeof code};
    bool mapped = view_map(file, whole, VIEW_READ, VIEW_EXECUTE, &view, &error);
    CHECK_SAY(mapped, "%s", error.message);
#if defined(__x86_64__)
    union {
        unsigned char *bytes;
        int (*run)(void);
    } function = {view.bytes};
    CHECK(mapped && function.run() == 42);
#endif
    unmap(&view);
    scratch_close(file);
}

static int run_as_child(const char *argument)
{
    if (strcmp(argument, "fault") == 0)
        return fault_outside_of_views();
    if (strcmp(argument, "hold") == 0)
        return hold_events();
    if (strcmp(argument, "signal") == 0)
        platform_end_by_signal(15);
    if (strcmp(argument, "pipe") == 0)
        platform_end_by_closed_pipe();
    return strcmp(argument, letters) == 0 ? 42 : 1;
}

static const struct unit_case cases[] = {
    {"a page that cannot be had is an error", test_guard},
    {"each thread has its own guard", test_guards_of_threads},
    {"a guard may be in a guard", test_guard_in_guard},
    {"a fault outside of views is not taken for one inside", test_other_faults},
    {"no view makes a file grow, or lets it be cut", test_mapped_file_keeps_its_size},
    {"a view may start between two units of allocation", test_far_views},
    {"a view's bytes can be run when that is asked for", test_executable_view},
    {"shared memory of other programs is read and written", test_shared_memory},
    {"memory that has a tag is seen by that name as long as it is open", test_tags},
    {"a file's mapping has a tag, which does not keep it from being cut", test_tag_of_file},
    {"anonymous memory is a file of zeros", test_anonymous_file},
    {"a command sees the file and tells its status", test_command},
    {"output is binary, and tells closed from gone", test_output},
    {"input is binary and ends with its writers", test_input},
    {"Ctrl-C is held", test_events},
    {"a signal's end is the status that shells know", test_ends},
    {"arguments and environment are UTF-8", test_arguments},
    {"a command line is cut as the system cuts it", test_command_lines},
    {"two quotes inside of quotes are one", test_quotes},
};

int main(int argc, char **argv)
{
    platform_begin();
    platform_arguments(&argc, &argv);
    if (argc > 1)
        return run_as_child(argv[1]);
    scratch_enter();
    int result = unit_main(cases, sizeof cases / sizeof *cases);
    scratch_leave();
    return result;
}
