/* request.c - releases a request. */
#include "commands/request.h"

#include <stdlib.h>

void request_release(struct request *request)
{
    free(request->operands.items);
    free(request->patterns.items);
    free(request->commands.items);
    request->operands = request->patterns = request->commands = (struct string_list){0};
}
